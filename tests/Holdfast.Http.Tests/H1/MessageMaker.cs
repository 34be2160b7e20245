using System.Text;

namespace Holdfast.Http.Tests.H1;

/// <summary>Makes messages at random: right ones, and such with something odd in them. The seed decides all.</summary>
internal sealed class MessageMaker(int seed)
{
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "OPTIONS", "DELETE", "BREW", "CONNECT"];
    private static readonly string[] Targets
        = ["/", "/a/b?c=d&e", "/?", "http://a/x", "http://a", "*", "a:80", "//x", "/" + new string('y', 300)];
    private static readonly string[] Names =
    [
        "Host", "host", "Content-Length", "Transfer-Encoding", "Connection", "Upgrade", "Expect", "TE", "Cookie",
        "X-Forwarded-For", "Accept", "User-Agent", "X-Anything", "Keep-Alive", "Trailer", "Sec-WebSocket-Key", "ETag",
    ];
    private static readonly string[] Values =
    [
        "a", "5", "0", "5, 5", "chunked", "gzip, chunked", "close", "keep-alive, x-anything", "upgrade", "websocket",
        "100-continue", "trailers", "a=b; c=d", "", "  padded\t ", "\"quo,ted\", b", "caf\u00e9",
        "dGhlIHNhbXBsZSBub25jZQ==",
    ];
    private static readonly string[] Oddities
        = ["\n", "\r", "\0", "\r\n", " ", "\t", ":", "\u0001", "\u00ff", "HTTP/1.1", ",", "#", "\r\n ", "%", "\""];

    private readonly Random _random = new(seed);

    public Random Random => _random;

    public string Request(bool right)
    {
        string method = right ? Pick(Methods.AsSpan(0, 7)) : Pick(Methods);
        string target = right ? Pick(Targets.AsSpan(0, 5)) : Pick(Targets);
        string version = right || _random.Next(4) > 0
            ? "HTTP/1.1" : Pick("HTTP/1.0", "HTTP/1.9", "HTTP/2.0", "http/1.1");
        var text = new StringBuilder($"{method} {target} {version}\r\n");
        if (right)
        {
            text.Append("Host: a\r\n");
        }
        AddFields(text, right);
        return right ? text.ToString() : Spoil(text.ToString());
    }

    public string Response(bool right)
    {
        string status = right
            ? Pick("200 OK", "404 Not Found", "204 No", "304 Not", "100 Go") : Pick("200", "101 S", "20 x");
        var text = new StringBuilder($"HTTP/1.{_random.Next(2)} {status}\r\n");
        AddFields(text, right);
        return right ? text.ToString() : Spoil(text.ToString());
    }

    /// <summary>A chunked body with its trailers, and payload and whether it was spoilt.</summary>
    public (string Body, string Payload) Chunks(bool right)
    {
        var body = new StringBuilder();
        var payload = new StringBuilder();
        for (int i = _random.Next(5); i > 0; i--)
        {
            string data = new((char)_random.Next('a', 'z'), _random.Next(1, 40));
            payload.Append(data);
            body.Append($"{new string('0', _random.Next(3))}{data.Length:x}");
            body.Append($"{Pick("", ";a=b", " ;q", ";\"x\"")}\r\n{data}\r\n");
        }
        body.Append(Pick("0\r\n", "000\r\n", "0;x\r\n"));
        body.Append(Pick("\r\n", "X-Sum: 1\r\n\r\n", "A: b\r\nContent-Length: 9\r\n\r\n"));
        string text = body.ToString();
        return (right ? text : Spoil(text), payload.ToString());
    }

    private void AddFields(StringBuilder text, bool right)
    {
        for (int i = _random.Next(12); i > 0; i--)
        {
            string name = right ? Pick("Cookie", "X-Anything", "accept", "Via", "x-other") : Pick(Names);
            text.Append($"{name}:{Pick(" ", "", "  ")}{Pick(Values)}{Pick("", "", " ")}\r\n");
        }
        if (right && _random.Next(2) == 0)
        {
            text.Append(Pick("Content-Length: 12\r\n", "Transfer-Encoding: chunked\r\n", "Content-Length: 3, 3\r\n"));
        }
        text.Append("\r\n");
    }

    private string Spoil(string text)
    {
        for (int i = _random.Next(3); i > 0; i--)
        {
            int at = _random.Next(text.Length);
            text = _random.Next(3) switch
            {
                0 => text.Remove(at, 1),
                1 => text.Insert(at, Pick(Oddities)),
                _ => text.Remove(at, 1).Insert(at, Pick(Oddities)),
            };
        }
        return text;
    }

    private string Pick(params ReadOnlySpan<string> choices) => choices[_random.Next(choices.Length)];
}
