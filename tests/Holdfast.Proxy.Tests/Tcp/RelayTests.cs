using System.Net.Sockets;
using System.Security.Cryptography;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Tests.Tcp;

/// <summary>Streams through the relay, to the byte.</summary>
public sealed class RelayTests
{
    [Theory]
    [ClassData(typeof(Transports))]
    public async Task Relay_RandomStreamsBothWays_ArriveToTheByte(TransportChoice transport)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Tcp, [server.Port]);
        for (int seed = 1; seed <= 6; seed++)
        {
            using Socket client = proxy.Connect(receiveBuffer: seed % 2 == 0 ? 4096 : null);
            using Socket accepted = server.Accept();
            const int Bytes = 3_000_000;
            Task<string> up = Task.Run(() => Write(client, seed, Bytes), token);
            Task<string> down = Task.Run(() => Write(accepted, seed + 1000, Bytes), token);
            Task<string> upRead = Task.Run(() => Read(accepted, seed + 2000), token);
            Task<string> downRead = Task.Run(() => Read(client, seed + 3000), token);
            string[] sums = await Task.WhenAll(up, upRead, down, downRead)
                .WaitAsync(TestProxy.Patience, token);
            Assert.True(sums[0] == sums[1], $"seed {seed}: other bytes at the server");
            Assert.True(sums[2] == sums[3], $"seed {seed}: other bytes at the client");
        }
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Relay_ClientEndsFirst_ServerStillAnswers(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Tcp, [server.Port]);
        using Socket client = proxy.Connect();
        client.SendText("question");
        client.Shutdown(SocketShutdown.Send);
        using Socket accepted = server.Accept();

        Assert.Equal("question", accepted.ReceiveAll());
        accepted.SendText("answer");
        accepted.Close();

        Assert.Equal("answer", client.ReceiveAll());
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Relay_ServerEndsFirst_ClientStillSends(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Tcp, [server.Port]);
        using Socket client = proxy.Connect();
        using Socket accepted = server.Accept();
        accepted.SendText("banner");
        accepted.Shutdown(SocketShutdown.Send);

        Assert.Equal("banner", client.ReceiveAll());
        client.SendText("late");
        client.Close();

        Assert.Equal("late", accepted.ReceiveAll());
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Relay_ServerResets_ClientGetsWhatCame_AndAnEnd(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Tcp, [server.Port]);
        using Socket client = proxy.Connect();
        Socket accepted = server.Accept();
        client.SendText("x");
        Assert.Equal("x", accepted.ReceiveText(1));

        accepted.SendText("y");
        Assert.Equal("y", client.ReceiveText(1));
        accepted.Reset();

        client.AssertEnded();
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Relay_ClientResets_ServerIsReset(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Tcp, [server.Port]);
        Socket client = proxy.Connect();
        using Socket accepted = server.Accept();
        accepted.SendText("x");
        Assert.Equal("x", client.ReceiveText(1));

        client.Reset();

        accepted.AssertReset();
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public async Task Relay_ReaderStops_WriterWaitsAndMemoryIsBounded(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Tcp, [server.Port]);
        using Socket client = proxy.Connect(receiveBuffer: 4096);
        using Socket accepted = server.Accept();
        accepted.SendBufferSize = 65536;
        CancellationToken token = TestContext.Current.CancellationToken;
        const long Bytes = 64_000_000;
        byte[] block = new byte[65536];
        accepted.Blocking = false;
        long sent = 0;
        // The kernel's buffers and a burst of ours take some; then the writer has to wait.
        while (sent < Bytes && accepted.Poll(TimeSpan.FromMilliseconds(300), SelectMode.SelectWrite))
        {
            sent += accepted.Send(block, 0, block.Length, SocketFlags.None, out _);
        }
        Assert.True(sent < Bytes, "the writer never had to wait");
        Task<long> rest = Task.Run(() =>
        {
            accepted.Blocking = true;
            while (sent < Bytes)
            {
                sent += accepted.Send(block.AsSpan(0, (int)Math.Min(block.Length, Bytes - sent)));
            }
            accepted.Shutdown(SocketShutdown.Send);
            return sent;
        }, token);
        Assert.Equal(Bytes, CountAll(client));
        _ = await rest.WaitAsync(TestProxy.Patience, token);
        int provided = transport == TransportChoice.Uring ? 1024 : 0;
        int touched = proxy.Ask(static state => state.Buffers.Touched);
        Assert.True(touched <= 64 + provided, $"{touched} buffers were used for one connection");
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public async Task Relay_FewBuffersForManyStreams_AllArrive(TransportChoice transport)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(
            transport, ProxyMode.Tcp, [server.Port], engine: new EngineSettings { BuffersMax = 24 });
        List<(Socket Client, Socket Accepted)> pairs = [];
        for (int i = 0; i < 20; i++)
        {
            Socket client = proxy.Connect(receiveBuffer: 4096);
            pairs.Add((client, server.Accept()));
        }
        List<Task<string>> sums = [];
        foreach ((Socket client, Socket accepted) in pairs)
        {
            int seed = sums.Count;
            sums.Add(Task.Run(() => Write(accepted, seed, 400_000), token));
            sums.Add(Task.Run(() => Read(client, seed), token));
        }
        string[] results = await Task.WhenAll(sums).WaitAsync(TestProxy.Patience, token);
        for (int i = 0; i < results.Length; i += 2)
        {
            Assert.True(results[i] == results[i + 1], $"stream {i / 2}: other bytes");
            pairs[i / 2].Client.Dispose();
            pairs[i / 2].Accepted.Dispose();
        }
        proxy.WaitUntil(static state => state.ConnectionCount == 0, "connections are left");
        Assert.True(proxy.Ask(static state => state.Buffers.Touched) <= 24, "more buffers than there are");
    }

    private static long CountAll(Socket socket)
    {
        byte[] some = new byte[65536];
        long total = 0;
        for (int count; (count = socket.Receive(some)) > 0;)
        {
            total += count;
        }
        return total;
    }

    private static string Write(Socket socket, int seed, int bytes)
    {
        Random random = new(seed);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (bytes > 0)
        {
            int size = Math.Min(bytes, random.Next(4) switch
            {
                0 => random.Next(1, 10), 1 => random.Next(1, 2000), 2 => random.Next(15000, 17000),
                _ => random.Next(1, 200_000),
            });
            byte[] piece = new byte[size];
            random.NextBytes(piece);
            hash.AppendData(piece);
            for (int sent = 0; sent < size;)
            {
                sent += socket.Send(piece.AsSpan(sent));
            }
            bytes -= size;
        }
        socket.Shutdown(SocketShutdown.Send);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static string Read(Socket socket, int seed)
    {
        Random random = new(seed);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] piece = new byte[100_000];
        for (int count; (count = socket.Receive(piece.AsSpan(0, random.Next(1, piece.Length)))) > 0;)
        {
            hash.AppendData(piece, 0, count);
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
