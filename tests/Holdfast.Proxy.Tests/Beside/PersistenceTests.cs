using System.Net.Sockets;
using System.Text.RegularExpressions;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Tests.Beside;

/// <summary>Which server gets a request, beside the real HAProxy: balancing, cookies, stick tables, counters.</summary>
public sealed partial class PersistenceTests
{
    private const string Sections = """
        defaults
          mode http
          log global
          option httplog
          timeout connect 300ms
          timeout client 20s
          timeout server 20s
          timeout queue 200ms
          retries 1
        frontend f
          bind @ADDR@:1
          http-request track-sc0 src table counts if { path_beg /counted }
          http-request sc-inc-gpc0(0) if { path /counted/inc }
          acl many sc_http_req_cnt(0) gt 3
          acl plain path /counted
          http-request return status 429 content-type text/plain lf-string "%[sc_http_req_cnt(0)]" if plain many
          http-request set-header X-Seen %[sc_http_req_cnt(0)]-%[sc_get_gpc0(0)] if { path_beg /counted/ }
          http-request set-header X-In %[src,table_conn_cnt(counts)]-%[src,in_table(counts)] if { path_beg /counted/ }
          use_backend %[path,field(2,/)]
        backend counts
          stick-table type ip size 100 expire 1h store http_req_cnt,http_err_cnt,gpc0,conn_cnt,conn_cur,bytes_out_cnt
          server s1 127.0.0.1:@S1@
        backend counted
          server s1 127.0.0.1:@S1@
        backend insert
          cookie SRV insert indirect nocache httponly secure domain .example.org attr "SameSite=Lax"
          server a 127.0.0.1:@S1@ cookie one
          server b 127.0.0.1:@S2@ cookie two
          server off 127.0.0.1:@S3@ cookie three disabled
        backend idle
          cookie SRV insert maxidle 100s maxlife 1h postonly
          server a 127.0.0.1:@S1@ cookie one
          server b 127.0.0.1:@S2@ cookie two
        backend preserve
          cookie SRV insert preserve indirect
          server a 127.0.0.1:@S1@ cookie one
          server b 127.0.0.1:@S2@ cookie two
        backend rewrite
          cookie SRV rewrite
          server a 127.0.0.1:@S1@ cookie one
          server b 127.0.0.1:@S2@ cookie two
        backend prefix
          cookie SRV prefix
          server a 127.0.0.1:@S1@ cookie one
          server b 127.0.0.1:@S2@ cookie two
        backend passive
          cookie SRV
          server a 127.0.0.1:@S1@ cookie one
          server b 127.0.0.1:@S2@ cookie two
        backend use
          use-server b if { hdr(x-use) b }
          use-server %[hdr(x-use)] if { hdr(x-use) -m found }
          ignore-persist if { hdr(x-ignore) -m found }
          cookie SRV insert
          server a 127.0.0.1:@S1@ cookie one
          server b 127.0.0.1:@S2@ cookie two
        backend stick
          stick-table type string len 20 size 100 expire 1h
          stick on hdr(x-key)
          server a 127.0.0.1:@S1@
          server b 127.0.0.1:@S2@
        backend learn
          stick-table type string len 20 size 100 expire 1h
          stick match hdr(x-key)
          stick store-response res.hdr(server)
          server a 127.0.0.1:@S1@
          server b 127.0.0.1:@S2@
        backend uri
          balance uri
          server a 127.0.0.1:@S1@
          server b 127.0.0.1:@S2@
          server c 127.0.0.1:@S3@ weight 3
        backend ring
          balance hdr(x-key)
          hash-type consistent
          server a 127.0.0.1:@S1@
          server b 127.0.0.1:@S2@
          server c 127.0.0.1:@S3@ weight 3
        backend param
          balance url_param id check_post
          server a 127.0.0.1:@S1@
          server b 127.0.0.1:@S2@
        backend turns
          balance roundrobin
          server a 127.0.0.1:@S1@ weight 2
          server b 127.0.0.1:@S2@ weight 3
          server c 127.0.0.1:@S3@ backup
        backend still
          balance static-rr
          server a 127.0.0.1:@S1@ weight 2
          server b 127.0.0.1:@S2@ weight 3
        backend backups
          option allbackups
          server c 127.0.0.1:@S3@ disabled
          server a 127.0.0.1:@S1@ backup
          server b 127.0.0.1:@S2@ backup
        backend again
          option redispatch
          server x 127.0.0.1:@CLOSED@
          server a 127.0.0.1:@S1@
        backend retry
          retry-on all-retryable-errors
          option redispatch
          server a 127.0.0.1:@S1@
          server b 127.0.0.1:@S2@
        """;

    [Theory]
    [InlineData("/insert", "", "Cookie: SRV=two", "Cookie: x=1; SRV=one; y=2", "Cookie: SRV=no", "Cookie: SRV=three",
        "Cookie: SRV=two", "ETag: 1")]
    [InlineData("/idle", "", "Cookie: SRV=two", "Cookie: SRV=two|AAAAA|AAAAA", "Cookie: SRV=one|//////")]
    [InlineData("/preserve", "", "Cookie: SRV=two", "Set: SRV=app", "Cookie: SRV=two\r\nSet: SRV=app")]
    [InlineData("/rewrite", "", "Set: SRV=app; path=/", "Cookie: SRV=two\r\nSet: SRV=app")]
    [InlineData("/prefix", "", "Set: SRV=app; path=/", "Cookie: SRV=two~app; x=1", "Cookie: SRV=app")]
    [InlineData("/passive", "Cookie: SRV=two", "Set: SRV=two")]
    [InlineData("/use", "X-Use: b", "X-Use: a\r\nCookie: SRV=two", "X-Use: none", "X-Ignore: 1\r\nCookie: SRV=two")]
    [InlineData("/stick", "X-Key: 1", "X-Key: 2", "X-Key: 1", "X-Key: 2", "", "X-Key: 1")]
    [InlineData("/learn", "X-Key: 1", "X-Server: k1", "X-Server: k2", "X-Key: k1", "X-Key: k2", "X-Key: k1")]
    [InlineData("/uri", "P: /a", "P: /b", "P: /c", "P: /d?x", "P: /e/f/g", "P: /hhhhhhhhhhhhhhhhhhhhhhhh")]
    [InlineData("/ring", "X-Key: a", "X-Key: b", "X-Key: c", "X-Key: d", "X-Key: e", "X-Key: f", "")]
    [InlineData("/param", "P: ?id=1", "P: ?id=2", "P: ?a=b&id=3", "P: ?id=", "P: ?x")]
    [InlineData("/turns", "", "", "", "", "", "", "", "")]
    [InlineData("/still", "", "", "", "", "", "", "", "")]
    [InlineData("/backups", "", "", "")]
    [InlineData("/again", "", "")]
    [InlineData("/counted", "P: /a", "P: /inc", "P: /b", "P:", "P:")]
    public void Requests_GoWhereTheOriginalSendsThem(string path, params string[] requests) => OnEach(pair =>
        pair.AssertSame(side =>
        {
            var all = new System.Text.StringBuilder();
            foreach (string request in requests)
            {
                all.AppendLine(Exchange(side, path, request));
            }
            return all.ToString();
        }));

    [Theory]
    [InlineData("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("")]
    [InlineData("junk\r\n\r\n")]
    public void RetriesOfAnswers_AreTheOriginals(string first) => OnEach(pair => pair.AssertSame(side =>
    {
        Socket client = side.Connect(1);
        client.SendText("GET /retry HTTP/1.1\r\nHost: h\r\n\r\n");
        Socket server = AcceptAny(side, out _);
        _ = server.ReceiveHead();
        server.SendText(first);
        server.Shutdown(SocketShutdown.Both);
        server = AcceptAny(side, out _);
        string head = server.ReceiveHead();
        server.SendText("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        return head + client.ReceiveMessage() + side.LogLine();
    }));

    private static string Exchange(Side side, string path, string request)
    {
        Match more = Suffix().Match(request);
        string extra = more.Success ? "" : request.Length > 0 ? request + "\r\n" : "";
        string answer = "";
        Match set = SetCookie().Match(extra);
        if (set.Success)
        {
            answer = $"Set-Cookie: {set.Groups[1].Value}\r\n";
            extra = extra.Replace(set.Value, "", StringComparison.Ordinal);
        }
        answer += extra.StartsWith("ETag", StringComparison.Ordinal) ? extra : "";
        Match name = ServerName().Match(extra);
        answer += name.Success ? $"Server: {name.Groups[1].Value}\r\n" : "";
        Socket client = side.Connect(1);
        client.SendText($"GET {path}{more.Groups[1].Value} HTTP/1.1\r\nHost: h\r\n{extra}\r\n");
        string seen = "";
        if (path != "/counted" || more.Groups[1].Length > 0)
        {
            Socket server = AcceptAny(side, out int number);
            seen = $"server {number}: {server.ReceiveHead()}";
            server.SendText($"HTTP/1.1 200 OK\r\n{answer}Content-Length: 2\r\n\r\nok");
        }
        else if (!side.Server(1).HasPending && client.Poll(TimeSpan.FromSeconds(5), SelectMode.SelectRead))
        {
            seen = "answered";
        }
        string got = client.ReceiveMessage();
        // The proxy has closed, too: the next one's line does not count this connection any more.
        client.Shutdown(SocketShutdown.Send);
        _ = client.ReceiveAll();
        client.Close();
        return side.Normal(Stamps().Replace($"{seen}{got}{side.LogLine()}", "|D"));
    }

    private static Socket AcceptAny(Side side, out int number)
    {
        int found = 0;
        Assert.True(SpinWait.SpinUntil(() =>
        {
            found = Enumerable.Range(1, 3).FirstOrDefault(one => side.Server(one).HasPending);
            return found > 0;
        }, TestProxy.Patience), "no server is asked");
        number = found;
        return side.Accept(found);
    }

    [GeneratedRegex("^P: ?(.*)$")]
    private static partial Regex Suffix();

    [GeneratedRegex(@"Set: (.*)\r\n")]
    private static partial Regex SetCookie();

    [GeneratedRegex(@"X-Server: (.*)\r\n")]
    private static partial Regex ServerName();

    [GeneratedRegex(@"\|[A-Za-z0-9+/]{5}")]
    private static partial Regex Stamps();

    private static void OnEach(Action<Pair> test)
    {
        foreach (TheoryDataRow<TransportChoice> transport in new Transports())
        {
            using Pair pair = Pair.Start(Sections, transport.Data);
            test(pair);
        }
    }
}
