using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Holdfast.IpvsGuest.Lives;

/// <summary>The real servers of one network namespace: ports that are opened, closed, or answer wrongly.</summary>
/// <remarks>Sockets are made on the calling thread, which has to be in the namespace.</remarks>
internal sealed class LifeServers : IDisposable
{
    private static readonly byte[] s_right = "HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\ntest"u8.ToArray();
    private static readonly byte[] s_wrong = "HTTP/1.0 503 Busy\r\nContent-Length: 4\r\n\r\nbusy"u8.ToArray();
    private readonly Dictionary<string, Socket> _open = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _wrong = new(StringComparer.Ordinal);

    /// <summary>Opens a port, or makes it answer rightly again.</summary>
    internal void Open(string kind, string address, string port)
    {
        string name = $"{address} {port}";
        _wrong.TryRemove(name, out _);
        if (_open.ContainsKey(name))
        {
            return;
        }
        bool isDatagram = kind is "Udp" or "Dns";
        IPEndPoint point = IPEndPoint.Parse(address.Contains(':', StringComparison.Ordinal)
            ? $"[{address}]:{port}" : $"{address}:{port}");
        Socket socket = new(point.AddressFamily, isDatagram ? SocketType.Dgram : SocketType.Stream,
            isDatagram ? ProtocolType.Udp : ProtocolType.Tcp);
        if (!isDatagram)
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        }
        // A socket that was closed a moment ago may still be at its end.
        Expect.Equal(true, LifeWait.Until(() => TryBind(socket, point), TimeSpan.FromSeconds(10)), $"bind to {point}");
        _open[name] = socket;
        if (isDatagram)
        {
            _ = AnswerDatagrams(socket, kind == "Dns");
        }
        else
        {
            socket.Listen(64);
            _ = Accept(socket, name, kind == "Smtp");
        }
    }

    /// <summary>Closes a port.</summary>
    internal void Close(string name)
    {
        if (_open.Remove(name, out Socket? socket))
        {
            socket.Dispose();
        }
    }

    /// <summary>Makes a port answer with wrong pages.</summary>
    internal void AnswerWrongly(string name) => _wrong[name] = true;

    public void Dispose()
    {
        foreach (Socket socket in _open.Values)
        {
            socket.Dispose();
        }
        _open.Clear();
    }

    private static bool TryBind(Socket socket, IPEndPoint point)
    {
        try
        {
            socket.Bind(point);
            return true;
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }

    private async Task Accept(Socket listener, string name, bool isMail)
    {
        try
        {
            while (true)
            {
                Socket client = await listener.AcceptAsync();
                _ = isMail ? AnswerMail(client) : AnswerHttp(client, name);
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The port was closed.
        }
    }

    private async Task AnswerHttp(Socket client, string name)
    {
        using Socket owned = client;
        byte[] request = new byte[4096];
        int length = 0;
        try
        {
            while (!request.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
            {
                int count = await client.ReceiveAsync(request.AsMemory(length));
                length += count;
                if (count == 0)
                {
                    return;
                }
            }
            await client.SendAsync(_wrong.ContainsKey(name) ? s_wrong : s_right);
            client.Shutdown(SocketShutdown.Send);
            _ = await client.ReceiveAsync(request);
        }
        catch (SocketException)
        {
            // The checker has gone.
        }
    }

    private static async Task AnswerMail(Socket client)
    {
        using Socket owned = client;
        byte[] request = new byte[4096];
        try
        {
            await client.SendAsync("220 here\r\n"u8.ToArray());
            while (await client.ReceiveAsync(request) is > 0 and var count)
            {
                bool isEnd = Encoding.ASCII.GetString(request, 0, count).StartsWith("QUIT", StringComparison.Ordinal);
                await client.SendAsync(isEnd ? "221 bye\r\n"u8.ToArray() : "250 well\r\n"u8.ToArray());
            }
        }
        catch (SocketException)
        {
            // The checker has gone.
        }
    }

    private static async Task AnswerDatagrams(Socket socket, bool isDns)
    {
        byte[] buffer = new byte[1500];
        EndPoint any = new IPEndPoint(
            socket.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        try
        {
            while (true)
            {
                SocketReceiveFromResult question = await socket.ReceiveFromAsync(buffer, SocketFlags.None, any);
                int length = isDns ? MakeAnswer(buffer, question.ReceivedBytes) : question.ReceivedBytes;
                await socket.SendToAsync(buffer.AsMemory(0, length), question.RemoteEndPoint);
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The port was closed.
        }
    }

    // The question with one record of its own type and four bytes of data.
    private static int MakeAnswer(byte[] message, int length)
    {
        byte[] type = message[(length - 4)..length];
        message[2] = 0x81;
        message[3] = 0x80;
        message[7] = 1;
        byte[] record = [0xC0, 0x0C, .. type, 0, 0, 0, 60, 0, 4, 10, 0, 0, 1];
        record.CopyTo(message, length);
        return length + record.Length;
    }
}
