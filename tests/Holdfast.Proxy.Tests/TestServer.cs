using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Holdfast.Proxy.Tests;

/// <summary>A listener of a test, which accepts by hand.</summary>
internal sealed class TestServer : IDisposable
{
    private static readonly List<TestServer> s_closed = [];

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private readonly int _backlog;

    internal TestServer(int backlog = 512, bool isListening = true)
    {
        _backlog = backlog;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        if (isListening)
        {
            Listen();
        }
    }

    internal int Port { get; }

    /// <summary>
    /// A port on which nobody listens, and nobody else can: a free one could be the source of some connection, even of
    /// the one that is made to it.
    /// </summary>
    internal static int ClosedPort()
    {
        TestServer server = new(isListening: false);
        s_closed.Add(server);
        return server.Port;
    }

    /// <summary>From here on clients are taken.</summary>
    internal void Listen() => _listener.Listen(_backlog);

    internal Socket Accept()
    {
        Assert.True(_listener.Poll(TestProxy.Patience, SelectMode.SelectRead), "nobody connects");
        Socket connection = _listener.Accept();
        connection.NoDelay = true;
        connection.ReceiveTimeout = connection.SendTimeout = (int)TestProxy.Patience.TotalMilliseconds;
        return connection;
    }

    /// <summary>Waits for as long as the listener is there.</summary>
    internal Socket AcceptNow()
    {
        Socket connection = _listener.Accept();
        connection.NoDelay = true;
        return connection;
    }

    /// <summary>The same without a thread that waits.</summary>
    internal ValueTask<Socket> AcceptAsync(CancellationToken end) => _listener.AcceptAsync(end);

    /// <summary>Whether somebody waits to be accepted.</summary>
    internal bool HasPending => _listener.Poll(0, SelectMode.SelectRead);

    public void Dispose() => _listener.Dispose();
}

/// <summary>Short words for what tests do with sockets.</summary>
internal static class SocketWords
{
    internal static void SendText(this Socket socket, string text)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        for (int sent = 0; sent < bytes.Length;)
        {
            sent += socket.Send(bytes.AsSpan(sent));
        }
    }

    /// <summary>Exactly that many bytes.</summary>
    internal static string ReceiveText(this Socket socket, int count)
    {
        byte[] bytes = new byte[count];
        int received = 0;
        while (received < count)
        {
            int some = socket.Receive(bytes.AsSpan(received));
            string start = some > 0 ? "" : Encoding.ASCII.GetString(bytes, 0, Math.Min(received, 200));
            Assert.True(some > 0, $"ended after {received} bytes: {start}");
            received += some;
        }
        return Encoding.Latin1.GetString(bytes);
    }

    /// <summary>Up to and including an end.</summary>
    internal static string ReceiveUntil(this Socket socket, string end)
    {
        StringBuilder text = new();
        byte[] one = new byte[1];
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            int some = socket.Receive(one);
            Assert.True(some > 0, $"ended after: {text}");
            _ = text.Append((char)one[0]);
        }
        return text.ToString();
    }

    internal static string ReceiveHead(this Socket socket) => socket.ReceiveUntil("\r\n\r\n");

    /// <summary>A head, and the body whose length it says.</summary>
    internal static string ReceiveMessage(this Socket socket)
    {
        string head = socket.ReceiveHead();
        const string Name = "\r\ncontent-length: ";
        int at = head.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? head : head + socket.ReceiveText(int.Parse(
            head[(at + Name.Length)..head.IndexOf('\r', at + Name.Length)],
            System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>All that comes before the peer ends its stream.</summary>
    internal static string ReceiveAll(this Socket socket)
    {
        StringBuilder text = new();
        byte[] some = new byte[65536];
        int count;
        while ((count = socket.Receive(some)) > 0)
        {
            _ = text.Append(Encoding.Latin1.GetString(some, 0, count));
        }
        return text.ToString();
    }

    /// <summary>The peer has ended its stream, and nothing came before.</summary>
    internal static void AssertEnded(this Socket socket) => Assert.Equal("", socket.ReceiveAll());

    /// <summary>The connection was reset.</summary>
    internal static void AssertReset(this Socket socket)
    {
        byte[] some = new byte[1024];
        int count = socket.Receive(some, 0, some.Length, SocketFlags.None, out SocketError error);
        Assert.Equal(0, count);
        Assert.Equal(SocketError.ConnectionReset, error);
    }

    /// <summary>Closes with a reset.</summary>
    internal static void Reset(this Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }
}
