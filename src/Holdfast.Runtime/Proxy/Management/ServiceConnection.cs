using System.Globalization;
using System.Text;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Files;
using Holdfast.Management.Page;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Proxy.Management;

/// <summary>One request of a session to a service, and its answer in chunks; then the connection ends.</summary>
/// <remarks>
/// Requests have gone through the engine, which has parsed and written them anew: what stands here is read without
/// much ado, and without trust in its length.
/// </remarks>
internal sealed class ServiceConnection : IReadyHandler, IDisposable
{
    private const int RequestMax = 64 << 10;
    private const int PieceSize = 64 << 10;

    private readonly EpollLoop _loop;
    private readonly FdHandle _socket;
    private readonly Func<HttpQuestion, HttpAnswer> _answer;
    private readonly Action<ServiceConnection> _onClosed;
    private readonly List<byte> _input = [];
    private IEnumerator<string>? _body;
    private byte[] _output = [];
    private int _sent;
    private bool _isAnswering;
    private bool _isDone;

    internal ServiceConnection(EpollLoop loop, FdHandle socket, Func<HttpQuestion, HttpAnswer> answer,
        Action<ServiceConnection> onClosed)
    {
        _loop = loop;
        _socket = socket;
        _answer = answer;
        _onClosed = onClosed;
        IdleSince = MonotonicClock.Now;
        loop.Add(socket.Number, EpollEvents.EPOLLIN, this);
    }

    /// <summary>When something last came or went.</summary>
    internal MonotonicTime IdleSince { get; private set; }

    /// <inheritdoc/>
    public void OnReady(EpollEvents events)
    {
        IdleSince = MonotonicClock.Now;
        if (!_isAnswering && !Read())
        {
            Dispose();
            return;
        }
        if (_isAnswering && !Send())
        {
            Dispose();
            return;
        }
        _loop.Modify(_socket.Number, _isAnswering ? EpollEvents.EPOLLOUT : EpollEvents.EPOLLIN);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_socket.IsClosed)
        {
            _loop.Remove(_socket.Number);
            _socket.Dispose();
            _body?.Dispose();
            _onClosed(this);
        }
    }

    private bool Read()
    {
        Span<byte> buffer = stackalloc byte[4096];
        while (!_isAnswering)
        {
            Errno errno = DescriptorIo.Read(_socket.Number, buffer, out int count);
            if (errno == Errno.EAGAIN)
            {
                return true;
            }
            if (errno != Errno.Success || count == 0 || _input.Count + count > RequestMax)
            {
                return false;
            }
            _input.AddRange(buffer[..count]);
            if (Question() is { } question)
            {
                Begin(question.Method, _answer(question));
            }
        }
        return true;
    }

    /// <summary>The request, once it is whole; null: more is to come.</summary>
    private HttpQuestion? Question()
    {
        string text = Encoding.Latin1.GetString([.. _input]);
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return null;
        }
        string[] lines = text[..end].Split("\r\n");
        string[] words = lines[0].Split(' ');
        string authorization = "";
        int length = 0;
        foreach (string line in lines.Skip(1))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            string value = colon < 0 ? "" : line[(colon + 1)..].Trim();
            switch (colon < 0 ? "" : line[..colon].ToLowerInvariant())
            {
                case "authorization":
                    authorization = value;
                    break;
                case "content-length":
                    _ = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out length);
                    break;
                default:
                    break;
            }
        }
        string body = text[(end + 4)..];
        return body.Length < length ? null
            : new HttpQuestion(words[0], words.Length > 1 ? words[1] : "", authorization, body[..length]);
    }

    private void Begin(string method, HttpAnswer answer)
    {
        bool hasBody = answer.Body is not null && method != "HEAD";
        string framing = answer.Body is null ? "content-length: 0\r\n" : "transfer-encoding: chunked\r\n";
        _output = Encoding.UTF8.GetBytes(
            $"HTTP/1.1 {answer.Status}\r\n{answer.Fields}{framing}connection: close\r\n\r\n");
        _body = hasBody ? answer.Body!.GetEnumerator() : null;
        _isAnswering = true;
    }

    /// <summary>Sends what there is, and makes more.</summary>
    /// <returns>False: all is sent, or nobody takes it.</returns>
    private bool Send()
    {
        while (true)
        {
            if (_sent == _output.Length)
            {
                if (_isDone || _body is null)
                {
                    return false;
                }
                _output = NextChunk();
                _sent = 0;
            }
            Errno errno = UnixMessage.Send(_socket.Number, _output.AsSpan(_sent), out int sent);
            if (errno == Errno.EAGAIN)
            {
                return true;
            }
            if (errno != Errno.Success)
            {
                return false;
            }
            _sent += sent;
        }
    }

    private byte[] NextChunk()
    {
        var text = new StringBuilder();
        while (text.Length < PieceSize && _body!.MoveNext())
        {
            text.Append(_body.Current);
        }
        byte[] bytes = Encoding.UTF8.GetBytes(text.ToString());
        _isDone = bytes.Length == 0;
        return _isDone ? [.. "0\r\n\r\n"u8]
            : [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{bytes.Length:x}\r\n")),
                .. bytes, .. "\r\n"u8];
    }
}
