using System.Net.Sockets;
using System.Text;
using Holdfast.Proxy.Options;

namespace Holdfast.Web.Tests.Streams;

/// <summary>Sessions over TCP beside the real nginx: bytes, access logs, error logs.</summary>
public sealed class SessionTests
{
    private const string Format = "log_format l '$remote_addr|$protocol|$status|$bytes_sent|$bytes_received|"
        + "$upstream_addr|$upstream_bytes_sent|$upstream_bytes_received|$upstream_connect_time|"
        + "$upstream_first_byte_time|$upstream_session_time|$ssl_preread_protocol|$ssl_preread_server_name|"
        + "$ssl_preread_alpn_protocols|$proxy_protocol_addr|$limit_conn_status|$server_port';\n"
        + "access_log @S@/access.log l;\n";

    [Theory]
    [ClassData(typeof(Transports))]
    public void Proxy_BothWays_AsTheOriginal(TransportChoice transport)
    {
        using StreamPair pair = new(transport, Format + """
            upstream two { server unix:@O@/a; server unix:@O@/b; }
            server { listen unix:@S@/s; proxy_pass unix:@O@/a; }
            server { listen unix:@S@/two; proxy_pass two; }
            """, "a", "b");
        Assert.Equal("a:quit", pair.Same("s", "quit"));
        pair.SameLog("access.log", 1);
        Assert.Equal("a:hello", pair.Same("s", static client =>
        {
            client.Send("hello"u8);
            return StreamPair.Read(client, 7);
        }));
        pair.SameLog("access.log", 2);
        pair.SameErrors(6);
        Assert.Equal(["a:quit", "b:quit", "a:quit"],
            Enumerable.Range(0, 3).Select(_ => pair.Same("two", "quit")));
        pair.SameLog("access.log", 5);
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public async Task ManyBytes_BothWays_AllArrive(TransportChoice transport)
    {
        using StreamPair pair = new(transport, "server { listen unix:@S@/s; proxy_pass unix:@O@/plain; }", "plain");
        using Socket client = pair.Ours.Connect("s");
        byte[] sent = new byte[5 << 20];
        new Random(1).NextBytes(sent);
        var sending = Task.Run(() => client.Send(sent), TestContext.Current.CancellationToken);
        byte[] received = new byte[sent.Length];
        for (int have = 0; have < sent.Length;)
        {
            int count = client.Receive(received, have, received.Length - have, SocketFlags.None);
            Assert.NotEqual(0, count);
            have += count;
        }
        Assert.Equal(sent.Length, await sending);
        Assert.True(sent.AsSpan().SequenceEqual(received));
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Servers_ThatAreNotThere_AreLogged(TransportChoice transport)
    {
        using StreamPair pair = new(transport, Format + """
            upstream none { server unix:@S@/no1; server unix:@S@/no2; }
            upstream one { server unix:@S@/no1; server unix:@O@/a; }
            upstream back { server unix:@S@/no1; server unix:@O@/a backup; }
            server { listen unix:@S@/none; proxy_pass none; }
            server { listen unix:@S@/one; proxy_pass one; }
            server { listen unix:@S@/back; proxy_pass back; }
            server { listen unix:@S@/stay; proxy_pass one; proxy_next_upstream off; }
            server { listen unix:@S@/tries; proxy_pass none; proxy_next_upstream_tries 1; }
            """, "a");
        Assert.Equal("", pair.Same("none", "", ends: false));
        pair.SameLog("access.log", 1);
        Assert.Equal("", pair.Same("none", ""));
        pair.SameLog("access.log", 2);
        pair.SameErrors(7);
        Assert.Equal("a:quit", pair.Same("one", "quit"));
        Assert.Equal("a:quit", pair.Same("one", "quit"));
        Assert.Equal("a:quit", pair.Same("back", "quit"));
        pair.SameLog("access.log", 5);
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Return_WithMapsAndSet_AsTheOriginal(TransportChoice transport)
    {
        using StreamPair pair = new(transport, Format + """
            map $protocol $p { TCP yes; default no; }
            map $x $y { ~^(?<n>[a-z]+)-(.*)$ "$n/$2"; }
            split_clients "$protocol" $half { 50% a; * b; }
            geo $where { default nowhere; 127.0.0.0/8 here; }
            server { listen unix:@S@/s; set $x ab-cd; return "$remote_addr $p $y $half $where $nginx_version[0]\n"; }
            server { listen unix:@S@/empty; return ""; }
            """.Replace("$nginx_version[0]", "$server_port", StringComparison.Ordinal));
        _ = pair.Same("s", "");
        Assert.Equal("", pair.Same("empty", ""));
        pair.SameLog("access.log", 2);
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Access_AndLimits_AsTheOriginal(TransportChoice transport)
    {
        using StreamPair pair = new(transport, Format + """
            limit_conn_zone $protocol zone=z:32k;
            server { listen unix:@S@/deny; deny unix:; return no; }
            server { listen unix:@S@/allow; allow unix:; deny all; return yes; }
            server { listen unix:@S@/net; deny 10.0.0.0/8; return yes; }
            server { listen unix:@S@/limit; limit_conn z 1; proxy_pass unix:@O@/a; }
            server { listen unix:@S@/dry; limit_conn z 1; limit_conn_dry_run on; return "$limit_conn_status"; }
            """, "a");
        Assert.Equal("", pair.Same("deny", ""));
        Assert.Equal("yes", pair.Same("allow", ""));
        Assert.Equal("yes", pair.Same("net", ""));
        pair.SameLog("access.log", 3);
        pair.SameErrors(4);
        using Socket theirs = pair.Theirs.Connect("limit"), ours = pair.Ours.Connect("limit");
        foreach (Socket first in new[] { theirs, ours })
        {
            first.Send("hello"u8);
            Assert.Equal("a:hello", StreamPair.Read(first, 7));
        }
        Assert.Equal("", pair.Same("limit", ""));
        Assert.Equal("REJECTED_DRY_RUN", pair.Same("dry", ""));
        theirs.Dispose();
        ours.Dispose();
        pair.SameLog("access.log", 6);
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void ProxyHeader_In_IsReadAsByTheOriginal(TransportChoice transport)
    {
        using StreamPair pair = new(transport, Format + """
            server {
                listen unix:@S@/s proxy_protocol; set_real_ip_from unix:; proxy_protocol_timeout 200ms;
                return "$remote_addr $remote_port $proxy_protocol_addr $proxy_protocol_port $realip_remote_addr\n";
            }
            server { listen unix:@S@/p proxy_protocol; proxy_pass unix:@O@/a; proxy_protocol on; }
            server { listen unix:@S@/t; return "$proxy_protocol_addr"; }
            """, "a");
        Assert.Equal("192.0.2.1 11 192.0.2.1 11 unix:\n", pair.Same("s", "PROXY TCP4 192.0.2.1 5.6.7.8 11 22\r\n"));
        _ = pair.Same("s", "PROXY UNKNOWN\r\n");
        _ = pair.Same("s", "PROXY TCP6 2001:db8::1 2001:db8::2 11 22\r\n");
        _ = pair.Same("s", "GET / HTTP/1.0\r\n\r\n");
        _ = pair.Same("s", "");
        pair.SameLog("access.log", 5);
        _ = pair.Same("p", static client =>
        {
            client.Send("PROXY UNKNOWN\r\nrest"u8);
            return StreamPair.Read(client, 21);
        });
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Timeouts_AndHalfClose_AsTheOriginal(TransportChoice transport)
    {
        using StreamPair pair = new(transport, Format + """
            server { listen unix:@S@/idle; proxy_pass unix:@O@/a; proxy_timeout 300ms; }
            server { listen unix:@S@/half; proxy_pass unix:@O@/a; proxy_half_close on; }
            """, "a");
        Assert.Equal("a:hello", pair.Same("idle", "hello"));
        pair.SameLog("access.log", 1);
        pair.SameErrors(3);
        Assert.Equal("a:hello", pair.Same("half", "hello", ends: true));
        pair.SameLog("access.log", 2);
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Targets_OfVariables_AsTheOriginal(TransportChoice transport)
    {
        using StreamPair pair = new(transport, Format + """
            upstream U { server unix:@O@/a; }
            map $protocol $up { default u; }
            map $protocol $path { default "unix:@O@/a"; }
            server { listen unix:@S@/u; proxy_pass $up; }
            server { listen unix:@S@/path; proxy_pass $path; }
            server { listen unix:@S@/port; proxy_pass $protocol; }
            server { listen unix:@S@/name; proxy_pass $protocol.example:80; }
            server { listen unix:@S@/bad; proxy_pass 127.0.0.1:x$protocol; }
            map $protocol $fast { default 9007199254740991; }
            map $protocol $long { default unix:/@@; }
            server { listen unix:@S@/fast; proxy_download_rate $fast; proxy_upload_rate $fast; proxy_pass $path; }
            server { listen unix:@S@/long; access_log off; error_log /dev/null; proxy_pass $long; }
            """.Replace("@@", new string('x', 120), StringComparison.Ordinal), "a");
        Assert.Equal("", pair.Same("long", ""));
        Assert.Equal("a:quit", pair.Same("fast", "quit"));
        Assert.Equal("a:quit", pair.Same("u", "quit"));
        Assert.Equal("a:quit", pair.Same("path", "quit"));
        Assert.Equal("", pair.Same("port", ""));
        Assert.Equal("", pair.Same("name", ""));
        Assert.Equal("", pair.Same("bad", ""));
        pair.SameLog("access.log", 6);
        Assert.Equal(Strip(pair.Theirs.Errors(9)), Strip(pair.Ours.Errors(9)));
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Rates_OfDownloads_TakeTheirTime(TransportChoice transport)
    {
        using StreamPair pair = new(transport,
            "server { listen unix:@S@/s; proxy_pass unix:@O@/a; proxy_download_rate 1000; }", "a");
        using Socket client = pair.Ours.Connect("s");
        long start = TimeProvider.System.GetTimestamp();
        client.Send(Encoding.Latin1.GetBytes(new string('x', 2500)));
        Assert.Equal("a:" + new string('x', 2500), StreamPair.Read(client, 2502));
        TimeSpan taken = TimeProvider.System.GetElapsedTime(start);
        Assert.InRange(taken.TotalSeconds, 1, 10);
    }

    /// <summary>Who is tried is told by us where the original tells it, but for what has no address.</summary>
    private static string[] Strip(string[] lines) => [.. lines.Where(static line => !line.Contains("connected to",
        StringComparison.Ordinal))];
}
