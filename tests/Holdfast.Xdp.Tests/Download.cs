using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Holdfast.Lab;

namespace Holdfast.Xdp.Tests;

/// <summary>A file of 100 MB that real servers offer, and its download by a client.</summary>
internal sealed class Download : IDisposable
{
    internal const int Size = 100 << 20;

    private const int BlockSize = 1 << 20;

    private readonly Socket _socket;
    private readonly Task<byte[]> _hash;
    private readonly ManualResetEventSlim _mayPass = new();
    private readonly int _pause;
    private long _received;

    /// <summary>Begins it.</summary>
    /// <param name="client">Who downloads.</param>
    /// <param name="from">The virtual service.</param>
    /// <param name="pause">At so many bytes it waits for <see cref="Continue"/>.</param>
    internal Download(LabNode client, IPEndPoint from, int pause)
    {
        _pause = pause;
        // A small buffer, so that the server cannot have sent all of it before the client reads.
        _socket = client.Run(static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveBufferSize = 65536,
        });
        _socket.Connect(from);
        _hash = Task.Factory.StartNew(Read, TaskCreationOptions.LongRunning);
    }

    /// <summary>Bytes that have arrived.</summary>
    internal long Received => Volatile.Read(ref _received);

    /// <summary>The hash of the whole file.</summary>
    internal static byte[] ExpectedHash
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            byte[] block = FirstBlock();
            for (int number = 0; number < Size / BlockSize; number++)
            {
                BinaryPrimitives.WriteInt32LittleEndian(block, number);
                hash.AppendData(block);
            }
            return hash.GetHashAndReset();
        }
    }

    /// <summary>Sends the file to everybody who connects.</summary>
    internal static IDisposable Serve(LabNode node, int port)
    {
        Socket listener = node.Run(() =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            socket.Listen(16);
            return socket;
        });
        _ = AcceptAsync(listener);
        return listener;
    }

    /// <summary>Lets it read on past the pause.</summary>
    internal void Continue() => _mayPass.Set();

    /// <summary>Waits for the end.</summary>
    /// <returns>The hash of what arrived.</returns>
    internal byte[] Finish(TimeSpan patience)
    {
        Assert.True(_hash.Wait(patience), $"{Received} of {Size} bytes have arrived");
        Assert.Equal(Size, Received);
        return _hash.Result;
    }

    public void Dispose()
    {
        _mayPass.Set();
        _socket.Dispose();
        _ = _hash.ContinueWith(
            static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default);
    }

    private static byte[] FirstBlock()
    {
        byte[] block = new byte[BlockSize];
        new Random(1).NextBytes(block);
        return block;
    }

    private static async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                _ = SendAsync(await listener.AcceptAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test has ended.
        }
    }

    private static async Task SendAsync(Socket socket)
    {
        using Socket own = socket;
        try
        {
            byte[] block = FirstBlock();
            for (int number = 0; number < Size / BlockSize; number++)
            {
                BinaryPrimitives.WriteInt32LittleEndian(block, number);
                for (int sent = 0; sent < block.Length;)
                {
                    sent += await socket.SendAsync(block.AsMemory(sent));
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The client has gone: its test says so.
        }
    }

    private byte[] Read()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[65536];
        while (true)
        {
            if (Received >= _pause)
            {
                _mayPass.Wait();
            }
            int count = _socket.Receive(buffer);
            if (count == 0)
            {
                return hash.GetHashAndReset();
            }
            hash.AppendData(buffer, 0, count);
            _ = Interlocked.Add(ref _received, count);
        }
    }
}
