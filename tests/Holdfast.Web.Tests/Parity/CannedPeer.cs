using System.Net.Sockets;
using System.Text;

namespace Holdfast.Web.Tests.Parity;

/// <summary>A server on a Unix socket that answers its connections with written texts, and notes what they were sent.
/// </summary>
internal sealed class CannedPeer : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly IReadOnlyList<string> _answers;
    private readonly List<StringBuilder> _heard = [];
    private readonly List<Socket> _open = [];
    private bool _isOver;

    internal CannedPeer(string path, IReadOnlyList<string> answers)
    {
        _answers = answers;
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen(64);
        new Thread(Accept) { IsBackground = true }.Start();
    }

    /// <summary>What each connection has sent, in order.</summary>
    internal string Heard
    {
        get
        {
            lock (_heard)
            {
                return string.Join("", _heard.Select((one, i) => $"[{i}] {one}\n"));
            }
        }
    }

    public void Dispose()
    {
        _isOver = true;
        _listener.Dispose();
        lock (_heard)
        {
            _open.ForEach(static one => one.Dispose());
        }
    }

    private void Accept()
    {
        while (!_isOver)
        {
            try
            {
                Socket socket = _listener.Accept();
                new Thread(() => Serve(socket)) { IsBackground = true }.Start();
            }
            catch (SocketException)
            {
                return;
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    private void Serve(Socket socket)
    {
        var heard = new StringBuilder();
        int number;
        lock (_heard)
        {
            number = _heard.Count;
            _heard.Add(heard);
            _open.Add(socket);
        }
        // "@keep" on a line of its own: further requests of the connection are answered by what follows it.
        string[] answers = _answers[Math.Min(number, _answers.Count - 1)].Split("@keep\r\n");
        try
        {
            for (int i = 0; i < answers.Length; i++)
            {
                if (!HearRequest(socket, heard))
                {
                    break;
                }
                socket.Send(Encoding.Latin1.GetBytes(answers[i]));
            }
        }
        catch (SocketException)
        {
            // who asked has gone
        }
        socket.Dispose();
    }

    /// <summary>Hears a head, and a body of the length that it names or in chunks.</summary>
    private bool HearRequest(Socket socket, StringBuilder heard)
    {
        byte[] buffer = new byte[65_536];
        var text = new StringBuilder();
        while (!IsWhole(text.ToString()))
        {
            int count = socket.Receive(buffer);
            if (count == 0)
            {
                return false;
            }
            string more = Encoding.Latin1.GetString(buffer, 0, count);
            text.Append(more);
            lock (_heard)
            {
                heard.Append(more);
            }
        }
        return true;
    }

    private static bool IsWhole(string text)
    {
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return false;
        }
        string head = text[..end].ToLowerInvariant();
        int at = head.IndexOf("\r\ncontent-length: ", StringComparison.Ordinal);
        if (at >= 0)
        {
            string rest = head[(at + 18)..];
            int stop = rest.IndexOf('\r', StringComparison.Ordinal);
            return text.Length >= end + 4 + int.Parse(stop < 0 ? rest : rest[..stop], null);
        }
        return !head.Contains("\r\ntransfer-encoding: chunked", StringComparison.Ordinal)
            || text.EndsWith("0\r\n\r\n", StringComparison.Ordinal);
    }
}
