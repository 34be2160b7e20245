using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Holdfast.Proxy.Tests;

/// <summary>A server that answers each request at once, as a function says, and keeps what it was asked.</summary>
internal sealed class Origin : IDisposable
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private readonly TestServer _server = new();
    private readonly Func<string, string> _answer;
    private readonly ConcurrentBag<Socket> _connections = [];
    private volatile bool _isDone;

    /// <summary>Begins to answer.</summary>
    /// <param name="answer">Of a head with its body the whole response; null: 200 with "ok".</param>
    internal Origin(Func<string, string>? answer = null)
    {
        _answer = answer ?? (static _ => Ok);
        new Thread(AcceptAll) { IsBackground = true }.Start();
    }

    internal int Port => _server.Port;

    /// <summary>Heads with bodies, in the order in which they came.</summary>
    internal BlockingCollection<string> Requests { get; } = [];

    /// <summary>The next request that has come.</summary>
    internal string Take()
    {
        Assert.True(Requests.TryTake(out string? request, TestProxy.Patience), "no request has come");
        return request;
    }

    public void Dispose()
    {
        _isDone = true;
        _server.Dispose();
        foreach (Socket connection in _connections)
        {
            connection.Dispose();
        }
    }

    private void AcceptAll()
    {
        while (!_isDone)
        {
            try
            {
                Socket connection = _server.AcceptNow();
                _connections.Add(connection);
                new Thread(() => Serve(connection)) { IsBackground = true }.Start();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private void Serve(Socket connection)
    {
        try
        {
            StringBuilder text = new();
            byte[] some = new byte[65536];
            for (int count = connection.Receive(some); count > 0; count = connection.Receive(some))
            {
                _ = text.Append(Encoding.Latin1.GetString(some, 0, count));
                while (TakeRequest(text) is { } request)
                {
                    Requests.Add(request);
                    connection.SendText(_answer(request));
                }
            }
            connection.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return;
        }
    }

    private static string? TakeRequest(StringBuilder text)
    {
        string all = text.ToString();
        int end = all.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return null;
        }
        int length = end + 4;
        const string Name = "\r\ncontent-length: ";
        int at = all.IndexOf(Name, 0, end, StringComparison.Ordinal);
        if (at >= 0)
        {
            int begin = at + Name.Length;
            length += int.Parse(all[begin..all.IndexOf('\r', begin)], CultureInfo.InvariantCulture);
        }
        if (all.Length < length)
        {
            return null;
        }
        _ = text.Remove(0, length);
        return all[..length];
    }
}
