using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Holdfast.Proxy.Tests.Checks.Original;

/// <summary>Takes log lines over UDP.</summary>
internal sealed partial class LogSink : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly List<string> _lines = [];
    private readonly Thread _reading;

    internal LogSink()
    {
        _socket.ReceiveBufferSize = 4 << 20;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        // A thread of its own: datagrams that nobody takes are lost.
        _reading = new Thread(Read) { IsBackground = true };
        _reading.Start();
    }

    internal int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <summary>
    /// Lines with one of some texts in them, each as its level and what stands behind the tag; durations are taken out.
    /// </summary>
    internal string[] With(params string[] texts)
    {
        lock (_lines)
        {
            return [.. _lines.Where(line => texts.Any(text => line.Contains(text, StringComparison.Ordinal)))];
        }
    }

    public void Dispose()
    {
        // A datagram wakes the reader, which closing alone may not.
        using Socket waker = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        waker.SendTo("end"u8, _socket.LocalEndPoint!);
        Assert.True(_reading.Join(TestProxy.Patience), "the log is not closed");
        _socket.Dispose();
    }

    private void Read()
    {
        byte[] buffer = new byte[65536];
        while (true)
        {
            string line = Encoding.Latin1.GetString(buffer, 0, _socket.Receive(buffer)).TrimEnd();
            if (line == "end")
            {
                return;
            }
            lock (_lines)
            {
                _lines.Add(Duration().Replace(Prefix().Replace(line, "<$1> "), "check duration: Nms"));
            }
        }
    }

    [GeneratedRegex(@"^<(\d+)>.*?\]: ")]
    private static partial Regex Prefix();

    [GeneratedRegex(@"check duration: \d+ms")]
    private static partial Regex Duration();
}
