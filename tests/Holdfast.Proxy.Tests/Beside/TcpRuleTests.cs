using System.Net.Sockets;
using System.Text;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Tests.Beside;

/// <summary>tcp-request and tcp-response rules, choices and persistence in TCP mode, beside the real HAProxy.</summary>
public sealed class TcpRuleTests
{
    private const string Sections = """
        frontend connection
          bind @ADDR@:1
          tcp-request connection reject if { dst_port 1 }
          default_backend servers
        frontend session
          bind @ADDR@:2 accept-proxy
          log-format "%ci %b/%s %ts %B %[var(sess.who)] %[src] %[dst_port]"
          tcp-request connection set-var(sess.who) src
          tcp-request session reject if { src 192.0.2.66 }
          default_backend servers
        frontend content
          bind @ADDR@:3
          log-format "%ci %b/%s %ts %B %[var(sess.word)] %hr"
          tcp-request inspect-delay 500ms
          tcp-request content set-var(sess.word) req.payload(0,3) if { req.len ge 3 }
          tcp-request content capture req.payload(0,4) len 4
          tcp-request content reject if { req.payload(0,3) -m bin 626164 }
          tcp-request content accept if { req.len ge 4 }
          use_backend second if { req.payload(0,3) -m bin 746f62 }
          default_backend servers
        frontend delay
          bind @ADDR@:4
          log-format "%ts %b/%s"
          tcp-request inspect-delay 300ms
          tcp-request content reject if WAIT_END
          default_backend servers
        frontend sni
          bind @ADDR@:5
          log-format "%ts %b/%s"
          tcp-request inspect-delay 5s
          tcp-request content accept if { req_ssl_hello_type 1 }
          use_backend %[req_ssl_sni,lower,map_str(@DIR@/names.map,servers)]
        listen backendrules
          bind @ADDR@:6
          log-format "%ts %b/%s"
          default_backend checked
        backend checked
          tcp-request inspect-delay 5s
          tcp-request content reject if { req.payload(0,1) -m bin 78 }
          tcp-request content accept if { req.len ge 1 }
          server a 127.0.0.1:@S1@
        listen response
          bind @ADDR@:7
          log-format "%ts %b/%s %B"
          tcp-response inspect-delay 5s
          tcp-response content reject if { res.payload(0,3) -m bin 626164 }
          tcp-response content accept if { res.len ge 3 }
          server a 127.0.0.1:@S1@
        listen useserver
          bind @ADDR@:8 accept-proxy
          log-format "%ts %b/%s"
          use-server b if { src 192.0.2.2 }
          use-server c if { src 192.0.2.3 }
          server a 127.0.0.1:@S1@ weight 0
          server b 127.0.0.1:@S2@ weight 0
          server c 127.0.0.1:@S3@
        listen source
          bind @ADDR@:9 accept-proxy
          log-format "%s"
          balance source
          hash-type consistent
          server a 127.0.0.1:@S1@
          server b 127.0.0.1:@S1@
          server c 127.0.0.1:@S1@
        listen expression
          bind @ADDR@:10 accept-proxy
          log-format "%s"
          balance hash src,ipmask(16)
          server a 127.0.0.1:@S1@
          server b 127.0.0.1:@S1@
          server c 127.0.0.1:@S1@
        listen rdp
          bind @ADDR@:11
          log-format "%s"
          tcp-request inspect-delay 5s
          tcp-request content accept if RDP_COOKIE
          balance rdp-cookie
          server a 127.0.0.1:@S1@
          server b 127.0.0.1:@S1@
          server c 127.0.0.1:@S1@
        listen turns
          bind @ADDR@:12
          log-format "%s"
          server a 127.0.0.1:@S1@ weight 1
          server b 127.0.0.1:@S1@ weight 2
          server c 127.0.0.1:@S1@ weight 3
        listen leastconn
          bind @ADDR@:13
          log-format "%s"
          balance leastconn
          server a 127.0.0.1:@S1@ weight 1
          server b 127.0.0.1:@S1@ weight 2
        listen ends
          bind @ADDR@:14
          log-format "%ts %fi:%fp %si:%sp %ci"
          tcp-request connection set-src ipv4(10.1.2.3)
          tcp-request content set-dst ipv4(10.3.2.1)
          tcp-request content set-dst-port int(99)
          server a 127.0.0.1:@S1@ send-proxy
        listen expects
          bind @ADDR@:15
          log-format "%ts %ci"
          tcp-request connection expect-proxy layer4 if { src 127.0.0.1 }
          server a 127.0.0.1:@S1@
        listen silent
          bind @ADDR@:16
          tcp-request content silent-drop
          server a 127.0.0.1:@S1@
        listen level
          bind @ADDR@:17
          log-format "%ts"
          tcp-request content set-log-level silent if { src 127.0.0.1 }
          server a 127.0.0.1:@S1@
        frontend pieces
          bind @ADDR@:18
          log-format "%ts %b/%s"
          tcp-request inspect-delay 5s
          tcp-request content accept if { req.len ge 5 }
          use_backend second if { req.payload(0,5) -m bin 746f627921 }
          default_backend servers
        listen stick
          bind @ADDR@:19 accept-proxy
          log-format "%s"
          stick-table type ip size 100
          stick on src
          server a 127.0.0.1:@S1@
          server b 127.0.0.1:@S1@
          server c 127.0.0.1:@S1@
        listen payload
          bind @ADDR@:20
          log-format "%s"
          tcp-request inspect-delay 5s
          tcp-request content accept if { req.len ge 1 }
          stick-table type string len 4 size 100
          stick on req.payload(0,1)
          server a 127.0.0.1:@S1@
          server b 127.0.0.1:@S1@
          server c 127.0.0.1:@S1@
        listen rate
          bind @ADDR@:21 accept-proxy
          log-format "%ts %[sc0_conn_cnt] %[src_conn_cnt]"
          stick-table type ip size 100 store conn_cnt,conn_cur,bytes_in_cnt
          tcp-request connection track-sc0 src if { src 10.0.0.0/8 }
          tcp-request session track-sc0 src
          tcp-request content reject if { sc0_conn_cnt gt 2 }
          server a 127.0.0.1:@S1@
        frontend http
          bind @ADDR@:22 accept-proxy
          mode http
          log-format "%ST %ts %[var(sess.who)] %[sc0_conn_cnt]"
          tcp-request session set-var(sess.who) src
          tcp-request session track-sc0 src table rate
          tcp-request session reject if { src 192.0.2.66 }
          tcp-request content reject if { path_beg /bad }
          http-request return status 200 if { var(sess.who) -m found }
        backend servers
          server a 127.0.0.1:@S1@
        backend second
          server b 127.0.0.1:@S1@
        """;

    private static readonly Dictionary<string, Func<Side, string>> s_scripts = new(StringComparer.Ordinal)
    {
        ["connection reject"] = static side => Outcome(side.Connect(1)),
        ["session accept"] = static side => Talk(side, 2, "PROXY TCP4 192.0.2.7 198.51.100.9 4321 443\r\nhello"),
        ["session reject"] = static side =>
        {
            Socket client = side.Connect(2);
            client.SendText("PROXY TCP4 192.0.2.66 198.51.100.9 4321 443\r\n");
            return Outcome(client);
        },
        ["content accept"] = static side => Talk(side, 3, "hello"),
        ["content in pieces"] = static side =>
        {
            Socket client = side.Connect(18);
            client.SendText("to");
            client.SendText("b");
            return Talk(side, client, "y!");
        },
        ["content reject"] = static side => Rejected(side, 3, "bad!"),
        ["content too short"] = static side => Talk(side, 3, "ab"),
        ["use_backend"] = static side => Talk(side, 3, "toby"),
        ["inspect-delay over"] = static side => Rejected(side, 4, "x"),
        ["sni one"] = static side => Talk(side, 5, Hello("one.example")),
        ["sni two"] = static side => Talk(side, 5, Hello("TWO.example")),
        ["sni unknown"] = static side => Talk(side, 5, Hello("three.example")),
        ["no tls"] = static side => Rejected(side, 5, "GET / HTTP/1.0\r\n\r\n"),
        ["backend accept"] = static side => Talk(side, 6, "y"),
        ["backend reject"] = static side => Rejected(side, 6, "x"),
        ["response accept"] = static side => Talk(side, 7, "q"),
        ["response reject"] = static side =>
        {
            Socket client = side.Connect(7);
            client.SendText("q");
            Socket server = side.Accept(1);
            _ = server.ReceiveText(1);
            server.SendText("bad answer");
            return Outcome(client) + side.LogLine();
        },
        ["use-server 1"] = static side => Via(side, 8, 1, 3),
        ["use-server 2"] = static side => Via(side, 8, 2, 2),
        ["use-server 3"] = static side => Via(side, 8, 3, 3),
        ["balance source"] = static side => Many(side, 9, Proxied),
        ["balance hash"] = static side => Many(side, 10, Proxied),
        ["balance rdp-cookie"] = static side => Many(side, 11, static i =>
            $"\x03\0\0\x2F\x2A\xE0\0\0\0\0\0Cookie: mstshash=user{i}\r\n\x01\0\x08\0\x03\0\0\0"),
        ["roundrobin"] = static side => Many(side, 12, static _ => "x"),
        ["leastconn"] = static side => Many(side, 13, static _ => "x"),
        ["set-src and set-dst"] = static side => Ports(Talk(side, 14, "hello")),
        ["expect-proxy"] = static side => Talk(side, 15, "PROXY TCP4 192.0.2.7 198.51.100.9 4321 443\r\nhello"),
        ["stick on src"] = static side => Many(side, 19, static i => Proxied(i % 4)),
        ["stick on payload"] = static side => Many(side, 20, static i => $"{i % 4}x"),
        ["tracked"] = static side =>
        {
            string all = "";
            for (int i = 1; i <= 4; i++)
            {
                Socket client = side.Connect(21);
                client.SendText("PROXY TCP4 192.0.2.7 198.51.100.9 4321 443\r\nx");
                client.Shutdown(SocketShutdown.Send);
                all += i > 2 ? Outcome(client) : Relay(side, client, "", 1, isOpen: false);
                all += side.LogLine() + " | ";
            }
            return all;
        },
        ["http accept"] = static side => Http(side, "192.0.2.7", "/"),
        ["http content reject"] = static side => Http(side, "192.0.2.7", "/bad"),
        ["http session reject"] = static side =>
        {
            Socket client = side.Connect(22);
            client.SendText("PROXY TCP4 192.0.2.66 198.51.100.9 4321 443\r\n");
            return Outcome(client);
        },
        ["silent log level"] = static side =>
        {
            Relay(side, side.Connect(17), "x");
            return Talk(side, 6, "y"); // whose line is the first one
        },
    };

    public static TheoryData<string> Names => [.. s_scripts.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Rules_DecideTheSame(string name)
    {
        foreach (TheoryDataRow<TransportChoice> transport in new Transports())
        {
            using Pair pair = Pair.Start(Sections, transport.Data,
                ("names.map", "one.example second\ntwo.example checked\n"));
            pair.AssertSame(s_scripts[name]);
        }
    }

    private static string Proxied(int i) => $"PROXY TCP4 192.{i}.2.{i * 7} 198.51.100.9 4321 443\r\nx";

    private static string Via(Side side, int port, int client, int server)
    {
        Socket socket = side.Connect(port);
        socket.SendText($"PROXY TCP4 192.0.2.{client} 198.51.100.9 4321 443\r\nx");
        return Relay(side, socket, "y", server) + side.LogLine();
    }

    /// <summary>The same session for several clients, one after the other.</summary>
    private static string Many(Side side, int port, Func<int, string> first)
    {
        var all = new StringBuilder();
        for (int i = 1; i <= 12; i++)
        {
            Socket client = side.Connect(port);
            Relay(side, client, first(i));
            all.Append(side.LogLine()).Append(' ');
        }
        return all.ToString();
    }

    private static string Talk(Side side, int port, string text) => Talk(side, side.Connect(port), text);

    private static string Talk(Side side, Socket client, string text)
        => $"{Relay(side, client, text)} | {side.LogLine()}";

    private static string Http(Side side, string from, string path)
    {
        Socket client = side.Connect(22);
        client.SendText($"PROXY TCP4 {from} 198.51.100.9 4321 443\r\nGET {path} HTTP/1.1\r\nHost: h\r\n"
            + "Connection: close\r\n\r\n");
        string answer = client.ReceiveAll();
        return $"{answer.Split('\r')[0]} | {side.LogLine()}";
    }

    private static string Relay(Side side, Socket client, string text, int at = 1, bool isOpen = true)
    {
        if (isOpen)
        {
            client.SendText(text);
            client.Shutdown(SocketShutdown.Send);
        }
        Socket server = side.Accept(at);
        string got = server.ReceiveAll();
        server.SendText("answer");
        server.Close();
        return $"{got} -> {client.ReceiveAll()}";
    }

    private static string Rejected(Side side, int port, string text)
    {
        Socket client = side.Connect(port);
        client.SendText(text);
        return $"{Outcome(client)} | {side.LogLine()}";
    }

    private static string Outcome(Socket client)
    {
        int count = client.Receive(new byte[100], 0, 100, SocketFlags.None, out SocketError error);
        return $"{count} {error} ";
    }

    private static string Ports(string text)
        => System.Text.RegularExpressions.Regex.Replace(text, @"10\.3\.2\.1 \d+|127\.0\.0\.1:\d+", "PLACE");

    private static string Hello(string name)
    {
        byte[] host = Encoding.ASCII.GetBytes(name);
        int list = host.Length + 3;
        string extension = $"\0\0{Two(list + 2)}{Two(list)}\0{Two(host.Length)}{name}";
        string body = $"\x03\x03{new string('r', 32)}\0\0\x02\x13\x01\x01\0{Two(extension.Length)}{extension}";
        string hello = $"\x01\0{Two(body.Length)}{body}";
        return $"\x16\x03\x01{Two(hello.Length)}{hello}";
    }

    private static string Two(int number) => $"{(char)(number >> 8)}{(char)(number & 255)}";
}
