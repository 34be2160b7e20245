using System.Net.Sockets;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Tests.Http;

/// <summary>Rules of a haproxy.cfg on requests and responses.</summary>
public sealed class RulesTests
{
    private const string Frontend = """
        frontend f
         bind 127.0.0.1:80
         monitor-uri /alive
         monitor fail if { nbsrv(none) lt 1 } { env(NEVER) -m found }
         http-request deny if { path /deny }
         http-request deny deny_status 429 if { path /many }
         http-request return status 200 content-type text/plain string hello hdr X-A b%[path] if { path /return }
         http-request return status 204 if { path /empty }
         http-request auth realm home if { path /auth }
         http-request redirect location /new code 301 if { path /old }
         http-request redirect location /kept keep-query set-cookie-fmt A=%[path] if { path /keep }
         http-request pause 20ms if { path /pause }
         http-request return status 200 content-type text/plain string paused if { path /pause }
         http-request reject if { path /reject }
         http-request set-path /changed if { path /path }
         http-request set-header X-Src %[src] if { path /edit }
         http-request add-header X-Two 2 if { path /edit }
         http-request del-header X-Gone if { path /edit }
         http-request replace-header X-Old (.*)a(.*) \2b\1 if { path /edit }
         http-request set-var(txn.kept) path if { path /var }
         http-request tarpit if { path /tar }
         http-request wait-for-body time 20s if { path /body }
         http-request deny if { path /body } { req.body -m sub evil }
         http-after-response set-header X-After 1
         http-response set-header X-Kept %[var(txn.kept)] if { var(txn.kept) -m found }
         redirect prefix /elsewhere if { path_beg /move }
         timeout tarpit 50ms
         use_backend %[path,field(2,/)] if { path_beg /to- }
         use_backend none if { path /none }
         default_backend b

        """;

    [Theory]
    [InlineData("GET /deny", "HTTP/1.1 403 Forbidden\r\n")]
    [InlineData("GET /many", "HTTP/1.1 429 Too Many Requests\r\n")]
    [InlineData("GET /return", "HTTP/1.1 200 OK\r\nx-a: b/return\r\ncontent-length: 5\r\n"
        + "content-type: text/plain\r\nx-after: 1\r\n\r\nhello")]
    [InlineData("HEAD /return", "HTTP/1.1 200 OK\r\nx-a: b/return\r\ncontent-length: 5\r\n"
        + "content-type: text/plain\r\nx-after: 1\r\n\r\n")]
    [InlineData("GET /empty", "HTTP/1.1 204 No Content\r\nx-after: 1\r\n\r\n")]
    [InlineData("GET /auth", "HTTP/1.1 401 Unauthorized\r\n")]
    [InlineData("GET /old", "HTTP/1.1 301 Moved Permanently\r\ncontent-length: 0\r\nlocation: /new\r\nx-after: 1\r\n")]
    [InlineData("GET /keep?a=b", "HTTP/1.1 302 Found\r\ncontent-length: 0\r\nlocation: /kept?a=b\r\n"
        + "cache-control: no-cache\r\nset-cookie: A=/keep; path=/;\r\n")]
    [InlineData("GET /pause", "HTTP/1.1 200 OK\r\ncontent-length: 6\r\ncontent-type: text/plain\r\n")]
    [InlineData("GET /moved", "HTTP/1.1 302 Found\r\ncontent-length: 0\r\nlocation: /elsewhere/moved\r\n")]
    [InlineData("GET /none", "HTTP/1.1 503 Service Unavailable\r\n")]
    [InlineData("GET /tar", "HTTP/1.1 500 Internal Server Error\r\n")]
    [InlineData("GET /alive", "HTTP/1.1 200 OK\r\n")]
    public void Request_ThatIsNotPassedOn_IsAnsweredAndTheConnectionGoesOn(string request, string answer)
    {
        using Origin origin = new();
        using TestProxy proxy = Load(origin, TransportChoice.Epoll);
        using Socket client = proxy.Connect();
        for (int i = 0; i < 3; i++)
        {
            client.SendText($"{request} HTTP/1.1\r\nHost: h\r\n\r\n");
            string message = request.StartsWith("HEAD", StringComparison.Ordinal)
                ? client.ReceiveHead() : client.ReceiveMessage();
            Assert.StartsWith(answer, message, StringComparison.Ordinal);
            Assert.Contains("x-after: 1\r\n", message, StringComparison.Ordinal);
            Assert.DoesNotContain("connection:", message, StringComparison.Ordinal);
        }

        Assert.Empty(origin.Requests);
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Edits_OfRequests_ReachTheServer(TransportChoice transport)
    {
        using Origin origin = new();
        using TestProxy proxy = Load(origin, transport);
        using Socket client = proxy.Connect();
        client.SendText("GET /path?q HTTP/1.1\r\nHost: h\r\n\r\n"
            + "GET /edit HTTP/1.1\r\nHost: h\r\nX-Gone: 1\r\nX-Old: 1a2\r\n\r\n");

        Assert.Equal("GET /changed?q HTTP/1.1\r\nhost: h\r\n\r\n", origin.Take());
        Assert.Equal("GET /edit HTTP/1.1\r\nhost: h\r\nx-old: 2b1\r\nx-src: 127.0.0.1\r\nx-two: 2\r\n\r\n",
            origin.Take());
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Variables_OfARequest_ReachItsResponseAndNoOther(TransportChoice transport)
    {
        using Origin origin = new();
        using TestProxy proxy = Load(origin, transport);
        using Socket client = proxy.Connect();
        client.SendText("GET /var HTTP/1.1\r\nHost: h\r\n\r\n");
        Assert.Contains("x-kept: /var\r\n", client.ReceiveMessage(), StringComparison.Ordinal);

        client.SendText("GET / HTTP/1.1\r\nHost: h\r\n\r\n");

        Assert.DoesNotContain("x-kept", client.ReceiveMessage(), StringComparison.Ordinal);
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void UseBackend_ByExpression_GoesThereOrToTheDefault(TransportChoice transport)
    {
        using Origin origin = new();
        using TestProxy proxy = Load(origin, transport);
        using Socket client = proxy.Connect();
        client.SendText("GET /to-other/x HTTP/1.1\r\nHost: h\r\n\r\n");
        Assert.Contains("x-backend: to-other\r\n", client.ReceiveMessage(), StringComparison.Ordinal);

        client.SendText("GET /to-nobody/x HTTP/1.1\r\nHost: h\r\n\r\n");

        Assert.DoesNotContain("x-backend", client.ReceiveMessage(), StringComparison.Ordinal);
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Body_WaitedFor_IsSeenByRulesAndPassedOnWhole(TransportChoice transport)
    {
        using Origin origin = new();
        using TestProxy proxy = Load(origin, transport);
        using Socket client = proxy.Connect();
        client.SendText("POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 8\r\n\r\ngo");
        client.SendText("od");
        client.SendText("!!!!");
        Assert.Equal("POST /body HTTP/1.1\r\nhost: h\r\ncontent-length: 8\r\n\r\ngood!!!!", origin.Take());
        _ = client.ReceiveMessage();

        client.SendText("POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 8\r\n\r\nevil");
        client.SendText("1234");

        Assert.StartsWith("HTTP/1.1 403 ", client.ReceiveMessage(), StringComparison.Ordinal);
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Answer_WhileTheBodyIsToCome_Closes(TransportChoice transport)
    {
        using Origin origin = new();
        using TestProxy proxy = Load(origin, transport);
        using Socket client = proxy.Connect();
        client.SendText("POST /return HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n");

        string answer = client.ReceiveAll();

        Assert.Contains("connection: close\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("hello", answer, StringComparison.Ordinal);
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Reject_ClosesWithoutAWord(TransportChoice transport)
    {
        using Origin origin = new();
        using TestProxy proxy = Load(origin, transport);
        using Socket client = proxy.Connect();
        client.SendText("GET /reject HTTP/1.1\r\nHost: h\r\n\r\n");

        client.AssertEnded();
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Response_Denied_Is502(TransportChoice transport)
    {
        using Origin origin = new();
        using TestProxy proxy = Load(origin, transport);
        using Socket client = proxy.Connect();
        client.SendText("GET /to-deny/x HTTP/1.1\r\nHost: h\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 502 ", client.ReceiveMessage(), StringComparison.Ordinal);
    }

    [Fact]
    public void Monitor_TooFewServers_FailsFromTheFirstRequestOn()
    {
        using Origin origin = new();
        using TestProxy proxy = TestProxy.Load(TransportChoice.Epoll, $"""
            frontend f
             bind 127.0.0.1:80
             monitor-uri /alive
             monitor fail if {"{"} nbsrv(b) lt 2 {"}"}
             default_backend b
            backend b
             server s 127.0.0.1:{origin.Port}

            """);
        using Socket client = proxy.Connect();
        client.SendText("GET /alive HTTP/1.1\r\nHost: h\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 503 ", client.ReceiveMessage(), StringComparison.Ordinal);
    }

    private static TestProxy Load(Origin origin, TransportChoice transport) => TestProxy.Load(transport, Frontend + $"""
        backend b
         server s 127.0.0.1:{origin.Port}
        backend to-other
         http-request set-header X-To other
         http-response set-header X-Backend %[be_name]
         server s 127.0.0.1:{origin.Port}
        backend to-deny
         http-response deny
         server s 127.0.0.1:{origin.Port}
        backend none

        """);
}
