using System.Net.Sockets;
using System.Text.RegularExpressions;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Tests.Beside;

/// <summary>HTTP sessions beside the real HAProxy: what servers and clients get, and the line in the log.</summary>
public sealed partial class HttpTests
{
    private const string Sections = """
        defaults
          mode http
          log global
          option httplog
          timeout connect 300ms
          timeout client 20s
          timeout server 400ms
          timeout tarpit 50ms
          timeout http-request 300ms
          retries 1
          http-error status 403 content-type text/plain string "forbidden"
          http-error status 408 content-type text/plain string "late"
          http-error status 429 content-type text/plain string "slowly"
          http-error status 500 content-type text/plain string "broken"
          http-error status 502 content-type text/plain string "bad gateway"
          http-error status 503 content-type text/plain string "nobody"
          http-error status 504 content-type text/plain string "silent"
        frontend f
          bind @ADDR@:1
          capture request header Host len 10
          capture request header User-Agent len 20
          capture response header Server len 5
          capture cookie AB len 10
          monitor-uri /alive
          http-request deny if { path /deny }
          http-request deny deny_status 429 if { path /many }
          http-request return status 200 content-type text/plain string hello hdr X-A b%[path] if { path /return }
          http-request return status 204 if { path /empty }
          http-request redirect location /new code 301 if { path /old }
          http-request redirect scheme https if { path_beg /secure }
          http-request redirect prefix /p drop-query append-slash set-cookie A=1 if { path_beg /prefix }
          http-request reject if { path /reject }
          http-request tarpit if { path /tar }
          http-request set-path /changed if { path /path }
          http-request set-query a=%[query,upper] if { path /query }
          http-request set-method PUT if { path /method }
          http-request set-uri /uri?x=%[src] if { path /uri }
          http-request replace-path (.*)o(.*) \1O\2 if { path_beg /foo }
          http-request set-header X-Src %[src] if { path_beg /edit }
          http-request add-header X-Two 2 if { path_beg /edit }
          http-request del-header X-Gone if { path_beg /edit }
          http-request replace-header X-Old (.*)a(.*) \2b\1 if { path_beg /edit }
          http-request replace-value X-List a. z if { path_beg /edit }
          http-request set-var(txn.kept) path if { path /var }
          http-request set-log-level silent if { path /silent }
          http-request capture req.hdr(x-cap) len 8 if { path /cap }
          http-request wait-for-body time 5s if { path /body }
          http-request deny if { path /body } { req.body -m sub evil }
          http-request allow if { path /allow }
          http-request set-header X-Late 1 if { path_beg /allow /late }
          http-after-response set-header X-After 1
          http-response set-header X-Kept %[var(txn.kept)] if { var(txn.kept) -m found }
          redirect prefix /elsewhere if { path_beg /move }
          use_backend %[path,field(3,/)] if { path_beg /to/ }
          use_backend nobody if { path /nobody }
          use_backend closed if { path /closed }
          default_backend b
        backend b
          option forwardfor except 10.0.0.0/8
          server s 127.0.0.1:@S1@
        backend other
          option forwardfor header X-Client
          option originalto
          option httpclose
          http-request set-header X-To other
          http-response set-header X-Backend %[be_name]
          http-response set-status 299 reason "fine" if { status 202 }
          http-response del-header Server
          http-response deny if { res.hdr(x-secret) -m found }
          server s 127.0.0.1:@S1@
        backend serverclose
          option http-server-close
          server s 127.0.0.1:@S1@
        backend nobody
        backend closed
          server s 127.0.0.1:@CLOSED@
        """;

    private const string Ok
        = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nServer: Apache\r\nSet-Cookie: ABC=1; path=/\r\n\r\nok";

    public static TheoryData<string, string?> Exchanges => new()
    {
        { "GET /deny", null },
        { "HEAD /deny", null },
        { "GET /many", null },
        { "GET /return", null },
        { "HEAD /return", null },
        { "GET /empty", null },
        { "GET /old", null },
        { "GET /secure?a=b", null },
        { "GET /prefix/x?a=b", null },
        { "GET /move?a=b", null },
        { "GET /tar", null },
        { "GET /nobody", null },
        { "GET /closed", null },
        { "GET /plain", Ok },
        { "GET /path?q=1", Ok },
        { "GET /query?b", Ok },
        { "GET /method", Ok },
        { "GET /uri", Ok },
        { "GET /foo/bar", Ok },
        { "GET /edit HTTP/1.1\r\nX-Gone: 1\r\nX-Old: 1a2\r\nX-List: a1, b, a2", Ok },
        { "GET /var", Ok },
        { "GET /allow", Ok },
        { "GET /late", Ok },
        { "GET /cap HTTP/1.1\r\nX-Cap: 0123456789\r\nUser-Agent: some \"agent\" {1}", Ok },
        { "GET /cookie HTTP/1.1\r\nCookie: x=1; ABCD=0123456789; y=2", Ok },
        { "GET /to/other/x", Ok },
        { "GET /to/other/x", "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n" },
        { "GET /to/other/x", "HTTP/1.1 200 OK\r\nX-Secret: 1\r\nContent-Length: 2\r\n\r\nok" },
        { "GET /to/none/x", Ok },
        { "GET /to/serverclose/x", Ok },
        { "GET /chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n" },
        { "HEAD /head", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n" },
        { "GET /nothing", "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n" },
        { "POST /body HTTP/1.1\r\nContent-Length: 4\r\n\r\ngood", Ok },
        { "POST /body HTTP/1.1\r\nContent-Length: 4\r\n\r\nevil", null },
    };

    [Fact]
    public void Exchanges_AreTheOriginals() => OnEach(static pair =>
    {
        foreach ((string request, string? response) in Exchanges.Select(static row => row.Data))
        {
            pair.AssertSame(side => Exchange(side, request, response));
        }
    });

    [Fact]
    public void ServerWithoutAnswer_IsTheOriginals() => OnEach(static pair =>
    {
        foreach (string answer in (string[])["", "junk\r\n\r\n", "HTTP/1.1 200 OK\r\nConte"])
        {
            pair.AssertSame(side =>
            {
                Socket client = side.Connect(1);
                client.SendText("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
                Socket server = side.Accept(1);
                _ = server.ReceiveHead();
                server.SendText(answer);
                server.Shutdown(SocketShutdown.Send);
                return client.ReceiveMessage() + Line(side);
            });
        }
        pair.AssertSame(static side =>
        {
            Socket client = side.Connect(1);
            client.SendText("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
            _ = side.Accept(1).ReceiveHead();
            return client.ReceiveMessage() + Line(side);
        });
    });

    [Fact]
    public void ClientsThatGo_AreLoggedAsTheOriginals() => OnEach(static pair =>
    {
        foreach (string text in (string[])["", "GET /half", "GET / HTTP/1.1\r\nHost: h\r\n"])
        {
            pair.AssertSame(side =>
            {
                Socket client = side.Connect(1);
                client.SendText(text);
                client.Close();
                return Line(side);
            });
        }
        pair.AssertSame(static side =>
        {
            Socket client = side.Connect(1);
            client.SendText("GET /slo");
            return client.ReceiveAll()[..15] + Line(side);
        });
        pair.AssertSame(static side =>
        {
            Socket client = side.Connect(1);
            client.SendText("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
            return client.ReceiveAll()[..15] + Line(side);
        });
        pair.AssertSame(static side =>
        {
            Socket client = side.Connect(1);
            client.SendText("GET /reject HTTP/1.1\r\nHost: a\r\n\r\n");
            return client.ReceiveAll() + Line(side);
        });
    });

    /// <summary>One exchange on a connection of its own: what the server got, what the client got, the line.</summary>
    private static string Exchange(Side side, string request, string? response)
    {
        string body = "";
        if (request.IndexOf("\r\n\r\n", StringComparison.Ordinal) is > 0 and int end)
        {
            (request, body) = (request[..end], request[(end + 4)..]);
        }
        string line = request.Contains("HTTP/1.1", StringComparison.Ordinal) ? request : request + " HTTP/1.1";
        Socket client = side.Connect(1);
        client.SendText($"{line}\r\nHost: www.example.org\r\n\r\n{body}");
        string seen = "";
        if (response is not null)
        {
            Socket server = side.Accept(1);
            seen = server.ReceiveHead() + server.ReceiveText(body.Length);
            server.SendText(response);
        }
        string answer = request.StartsWith("HEAD", StringComparison.Ordinal) ? client.ReceiveHead()
            : response?.Contains("chunked", StringComparison.Ordinal) == true ? client.ReceiveUntil("0\r\n\r\n")
            : client.ReceiveMessage();
        return side.Normal($"{request}\n{seen}\n{answer}\n{Line(side)}");
    }

    /// <summary>The line, without how many clients there are: one that ends may still be counted.</summary>
    private static string Line(Side side) => Clients().Replace(side.LogLine(), " N/N/");

    [GeneratedRegex(@" \d+/\d+/(?=\d+/\d+/\+?\d+ )")]
    private static partial Regex Clients();

    private static void OnEach(Action<Pair> test)
    {
        foreach (object? row in new Transports().Select(static row => (object?)row.Data))
        {
            using var pair = Pair.Start(Sections, (TransportChoice)row!);
            test(pair);
        }
    }
}
