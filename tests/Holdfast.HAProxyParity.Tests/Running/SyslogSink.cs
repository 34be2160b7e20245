using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Holdfast.HAProxyParity.Tests.Running;

/// <summary>Takes the log lines of a proxy, by the tag that each scenario's proxies have.</summary>
internal sealed partial class SyslogSink : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private int _marks;

    public SyslogSink()
    {
        _socket.ReceiveBufferSize = 4 << 20;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _ = ReceiveAsync();
    }

    public IPEndPoint Endpoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Waits until everything that was sent before has been taken.</summary>
    public void Settle()
    {
        int before = Volatile.Read(ref _marks);
        using var sender = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        sender.SendTo("mark"u8, Endpoint);
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _marks) > before, TimeSpan.FromSeconds(20)));
    }

    /// <summary>Lines of a scenario so far: priority and message.</summary>
    public IReadOnlyList<string> Lines(string tag)
    {
        lock (_gate)
        {
            return [.. _lines.Select(line => Own(line, tag)).OfType<string>()];
        }
    }

    public void Dispose() => _socket.Dispose();

    private static string? Own(string line, string tag)
    {
        Match match = Head().Match(line);
        if (match.Success)
        {
            return match.Groups["tag"].Value == tag
                ? string.Create(CultureInfo.InvariantCulture, $"<{match.Groups["priority"]}> {match.Groups["text"]}")
                : null;
        }
        // Another format than the usual one: the tag stands somewhere as a word.
        return Regex.IsMatch(line, $@"\b{tag}\b") ? line : null;
    }

    private async Task ReceiveAsync()
    {
        byte[] buffer = new byte[65536];
        try
        {
            while (true)
            {
                int count = await _socket.ReceiveAsync(buffer);
                string line = Encoding.Latin1.GetString(buffer, 0, count).TrimEnd('\n', '\0');
                if (line == "mark")
                {
                    Interlocked.Increment(ref _marks);
                    continue;
                }
                lock (_gate)
                {
                    _lines.Add(line);
                }
            }
        }
        catch (SocketException)
        {
            // Disposed of.
        }
        catch (ObjectDisposedException)
        {
            // Likewise.
        }
    }

    [GeneratedRegex(
        @"^<(?<priority>\d+)>\w{3} [ \d]\d \d\d:\d\d:\d\d (?<tag>[^\s\[:]+)(\[\d+\])?: (?<text>.*)$",
        RegexOptions.Singleline)]
    private static partial Regex Head();
}
