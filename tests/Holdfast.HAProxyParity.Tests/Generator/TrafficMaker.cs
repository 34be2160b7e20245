using System.Globalization;
using System.Text;
using Holdfast.HAProxyParity.Tests.Scenarios;

namespace Holdfast.HAProxyParity.Tests.Generator;

/// <summary>Random scripts of clients and servers that end whatever becomes of the requests.</summary>
internal sealed class TrafficMaker(Dice dice)
{
    private const string Paths = """
        /
        /x
        /y
        /a
        /abc/def
        /a/b/c.png
        /img/x.png
        /deny
        /return
        /redirect
        /static/style.css
        /X
        /%41%20b
        /a//b/../c
        /long/path/with/many/parts/in/it
        http://www.a.example/abs
        """;

    private const string Queries = "\n\n?q=1\n?q=ab&r=2\n?r=x%20y\n?a=1&b=2&q=\n?";

    private const string Fields = """
        X-A: one
        X-A: two
        X-A: one, two
        x-a:  spaced  out\s
        X-A:
        X-N: 7
        X-N: 3
        X-Forwarded-For: 192.0.2.1
        Cookie: c=1
        Cookie: SRV=s1
        Cookie: SRV=s2; c=2
        Cookie: a=b; c=s1~9; SRV=nosuch
        Accept: text/html, */*
        User-Agent: test/1.0 (x; y)
        Connection: keep-alive
        Authorization: Basic YTpi
        """;

    private const string Statuses
        = "200 OK\n200 OK\n200 OK\n201 Created\n301 Moved\n403 Forbidden\n404 Not Found\n500 Oops\n503 Busy\n"
            + "204 No Content\n304 Not Modified";

    private const string ResponseFields = """
        Server: origin/1.0
        X-B: a
        X-B: a, b
        X-B:
        Set-Cookie: c=123; path=/
        Set-Cookie: SRV=own
        Set-Cookie: other=1; HttpOnly
        Cache-Control: no-cache
        Cache-Control: max-age=60
        Content-Type: text/html
        ETag: "abc"
        Date: Mon, 23 Nov 2026 00:00:00 GMT
        """;

    public List<Step> Client()
    {
        var steps = new List<Step>();
        int requests = 1 + dice.Below(3);
        for (int i = 0; i < requests; i++)
        {
            if (dice.OneIn(3))
            {
                steps.Add(new("connect", "", 0));
            }
            steps.Add(new("send", Request(), 0));
            steps.Add(new("response", "", 0));
        }
        if (dice.OneIn(8))
        {
            steps.Add(new("send", Request(), 0));
            steps.Add(new("shut", "", 0));
            steps.Add(new("response", "", 0));
        }
        return steps;
    }

    /// <summary>A head in which something is odd, and one behind it that closes.</summary>
    public List<Step> OddClient()
        => [new("send", Odd() + "GET /behind HTTP/1.1|Host: a|Connection: close||", 0), new("end", "", 0)];

    public Step Server()
    {
        var answer = new StringBuilder("HTTP/1.1 " + dice.Line(Statuses) + "|");
        for (int i = dice.Below(3); i > 0; i--)
        {
            answer.Append(dice.Line(ResponseFields)).Append('|');
        }
        if (answer.ToString() is var head && (head.Contains(" 204 ", StringComparison.Ordinal)
            || head.Contains(" 304 ", StringComparison.Ordinal)))
        {
            return new("always", answer.Append('|').ToString(), 0);
        }
        int size = dice.Pick<int>([0, 1, 5, 5, 40, 1000, 20_000]);
        return new("always", answer + (dice.OneIn(3) && size > 0
            ? string.Create(CultureInfo.InvariantCulture, $"Transfer-Encoding: chunked||{{chunks:2x{size}}}")
            : string.Create(CultureInfo.InvariantCulture, $"Content-Length: {size}||{{fill:{size}}}")), 0);
    }

    private string Request()
    {
        string method = dice.Pick(["GET", "GET", "GET", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PURGE"]);
        var text = new StringBuilder($"{method} {dice.Line(Paths)}{dice.Line(Queries)} HTTP/1.1|Host: ");
        bool absolute = text.ToString().Contains("http://", StringComparison.Ordinal);
        text.Append(absolute ? "www.a.example" : dice.Pick(["a", "www.a.example", "WWW.A.example", "x.b:8080"]))
            .Append('|');
        for (int i = dice.Below(4); i > 0; i--)
        {
            text.Append(dice.Line(Fields)).Append('|');
        }
        if (method is "POST" or "PUT")
        {
            int size = dice.Pick<int>([0, 3, 10, 3000]);
            return text + (dice.OneIn(3) && size > 0
                ? string.Create(CultureInfo.InvariantCulture, $"Transfer-Encoding: chunked||{{chunks:2x{size}}}")
                : string.Create(CultureInfo.InvariantCulture, $"Content-Length: {size}||{{fill:{size}}}"));
        }
        return text.Append('|').ToString();
    }

    private string Odd()
    {
        string version = dice.Pick(["1.1", "1.1", "1.1", "1.0", "1.9", "2.0", "0.9", "1", "x"]);
        string target = dice.Pick(["/", "*", "a", "", "//", "/ /", "/a\\x01", "/a\\x80", "/a#b", "http://", "http://b/",
            "a:80", "/?", "/%", "/%zz", "/\"<>"]);
        string method = dice.Pick(["GET", "GET", "GET", "get", "G@T", "OPTIONS", "HEAD", "", "LONGMETHOD"]);
        string space = dice.OneIn(8) ? dice.Pick(["  ", "\\t", ""]) : " ";
        string field = dice.Pick(["", "", "X-A: b|", "X A: b|", "X-A : b|", ": b|", "X-A|", " X-A: b|", "X-A: b| c|",
            "X-A: \\x00|", "X-A: \\x01|", "X-A: \\x80\\xff|", "X-A: b\\rc|", "X(A): b|", "X-A:\\t b \\t|", "Host: a|",
            "Host: b|", "Content-Length: 0|", "Content-Length: 0|Content-Length: 0|", "Content-Length: +0|",
            "Content-Length: 0, 0|", "Content-Length: |", "Content-Length: x|", "Content-Length: 00|",
            "Transfer-Encoding: identity|", "Transfer-Encoding: gzip|", "Transfer-Encoding: x|", "Expect: x|",
            "Connection: close|", "Connection: a, b|", "Upgrade: h2c|", "Connection: Upgrade|Upgrade: x|",
            "X-A: {fill:9000}|", "X: \\n|"]);
        string host = dice.OneIn(6) ? dice.Pick(["", "Host: |", "Host: a b|", "Host: a,b|", "Host: a:|"]) : "Host: a|";
        string end = dice.OneIn(8) ? "\\n" : "|";
        return $"{method}{space}{target}{space}HTTP/{version}{end}{host}{field}{end}";
    }
}
