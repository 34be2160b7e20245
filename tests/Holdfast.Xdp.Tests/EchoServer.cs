using System.Net;
using System.Net.Sockets;
using Holdfast.Lab;

namespace Holdfast.Xdp.Tests;

/// <summary>A TCP server of a node that says its number to each client, and then repeats what it hears.</summary>
internal sealed class EchoServer : IDisposable
{
    private readonly Socket _listener;
    private readonly List<Socket> _connections = [];
    private readonly byte _number;

    internal EchoServer(LabNode node, int port, byte number)
    {
        _number = number;
        _listener = node.Run(() =>
        {
            var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp)
            {
                DualMode = true,
            };
            socket.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
            socket.Listen(1024);
            return socket;
        });
        _ = AcceptAsync();
    }

    public void Dispose()
    {
        _listener.Dispose();
        lock (_connections)
        {
            _connections.ForEach(static socket => socket.Dispose());
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptAsync();
                lock (_connections)
                {
                    _connections.Add(socket);
                }
                _ = ServeAsync(socket);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test has ended.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            byte[] buffer = new byte[65536];
            await socket.SendAsync(new byte[] { _number });
            while (await socket.ReceiveAsync(buffer) is > 0 and int length)
            {
                for (int sent = 0; sent < length;)
                {
                    sent += await socket.SendAsync(buffer.AsMemory(sent, length - sent));
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The client has gone, or the test has ended.
        }
    }
}
