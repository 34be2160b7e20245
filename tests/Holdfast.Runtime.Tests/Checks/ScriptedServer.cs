using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Holdfast.Runtime.Tests.Checks;

/// <summary>A server that does what a test says with each connection.</summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Action<Socket> _serve;

    internal ScriptedServer(Action<Socket> serve, int port = 0)
    {
        _serve = serve;
        _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _socket.Listen(100);
        Port = ((IPEndPoint)_socket.LocalEndPoint!).Port;
        new Thread(Accept) { IsBackground = true }.Start();
    }

    internal int Port { get; }

    /// <summary>Answers every request with these bytes and closes.</summary>
    internal static ScriptedServer Answering(string answer) => new(client =>
    {
        ReadHead(client);
        client.Send(Encoding.ASCII.GetBytes(answer));
    });

    /// <summary>Reads up to the empty line.</summary>
    internal static string ReadHead(Socket client)
    {
        byte[] buffer = new byte[4096];
        int length = 0;
        while (!Encoding.ASCII.GetString(buffer, 0, length).Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            int count = client.Receive(buffer.AsSpan(length));
            if (count == 0)
            {
                break;
            }
            length += count;
        }
        return Encoding.ASCII.GetString(buffer, 0, length);
    }

    public void Dispose() => _socket.Dispose();

    private void Accept()
    {
        try
        {
            while (true)
            {
                using Socket client = _socket.Accept();
                try
                {
                    _serve(client);
                }
                catch (SocketException)
                {
                    // The check has gone.
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test has ended.
        }
    }
}
