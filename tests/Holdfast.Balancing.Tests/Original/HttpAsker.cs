using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Holdfast.Balancing.Tests.Original;

/// <summary>A request to the original.</summary>
internal sealed record Ask(string Target)
{
    internal string Method { get; init; } = "GET";

    /// <summary>Header lines, without line ends.</summary>
    internal string[] Headers { get; init; } = [];

    internal string? Body { get; init; }

    /// <summary>What the target's authority says, where it has one: HAProxy refuses a Host that differs.</summary>
    internal string Host => Target.Split("://") is [_, var rest] && !Target.StartsWith('/') ? rest.Split('/')[0] : "h";
}

/// <summary>A client connection that stays open: each request is answered with the name of the chosen server.</summary>
internal sealed class HttpAsker(Haproxy haproxy, string listener = "front") : IDisposable
{
    private const int Batch = 40;
    private readonly Socket _socket = haproxy.Connect(listener);
    private readonly byte[] _buffer = new byte[65536];
    private string _head = "";
    private int _start;
    private int _end;

    /// <summary>The servers that were chosen, or the status where there was none.</summary>
    internal List<string> Ask(string backend, IReadOnlyList<Ask> requests)
    {
        var answers = new List<string>(requests.Count);
        foreach (Ask[] batch in requests.Chunk(Batch))
        {
            var text = new StringBuilder();
            foreach (Ask request in batch)
            {
                Write(text, backend, request);
            }
            byte[] bytes = Encoding.Latin1.GetBytes(text.ToString());
            for (int sent = 0; sent < bytes.Length;)
            {
                sent += _socket.Send(bytes.AsSpan(sent));
            }
            answers.AddRange(batch.Select(_ => ReadAnswer()));
        }
        return answers;
    }

    internal string Ask(string backend) => Ask(backend, [new Ask("/")])[0];

    public void Dispose() => _socket.Dispose();

    internal static void Write(StringBuilder text, string backend, Ask request)
    {
        text.Append(CultureInfo.InvariantCulture,
            $"{request.Method} {request.Target} HTTP/1.1\r\nHost: {request.Host}\r\nx-be: {backend}\r\n");
        foreach (string header in request.Headers)
        {
            text.Append(header).Append("\r\n");
        }
        if (request.Body is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"Content-Length: {request.Body.Length}\r\n");
        }
        text.Append("\r\n").Append(request.Body);
    }

    /// <summary>One request; the head of the answer, and its body.</summary>
    internal (string Head, string Body) Exchange(string backend, Ask request)
    {
        string body = Ask(backend, [request])[0];
        return (_head, body);
    }

    private string ReadAnswer()
    {
        string head = _head = ReadHead();
        string status = head.Split(' ')[1];
        int length = int.Parse(
            head.ToLowerInvariant().Split("content-length: ")[1].Split('\r')[0], CultureInfo.InvariantCulture);
        while (_end - _start < length)
        {
            Fill();
        }
        string body = Encoding.Latin1.GetString(_buffer, _start, length);
        _start += length;
        return status == "200" ? body : status;
    }

    private string ReadHead()
    {
        while (true)
        {
            int end = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                string head = Encoding.Latin1.GetString(_buffer, _start, end + 2);
                _start += end + 4;
                return head;
            }
            Fill();
        }
    }

    private void Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        int count = _socket.Receive(_buffer.AsSpan(_end));
        Assert.True(count > 0, "HAProxy has closed the connection");
        _end += count;
    }
}
