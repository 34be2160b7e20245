using System.Net.Sockets;
using System.Text.RegularExpressions;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Tests.Beside;

/// <summary>Formats of log lines beside the real HAProxy, with what stands before the text.</summary>
public sealed partial class LogTests
{
    private const string Sections = """
        global
          log-send-hostname some-host
        defaults
          mode http
          timeout connect 300ms
          timeout client 20s
          timeout server 20s
          option httplog
          http-error status 403 content-type text/plain string "no"
        frontend old
          bind @ADDR@:1
          log @DIR@/log format rfc3164 local1
          default_backend b
        frontend new
          bind @ADDR@:2
          log @DIR@/log format rfc5424 local2 info
          log-format-sd [ex@1\ client="%ci"]
          default_backend b
        frontend timed
          bind @ADDR@:3
          log @DIR@/log format timed local0
          option httplog clf
          default_backend b
        frontend iso
          bind @ADDR@:4
          log @DIR@/log format iso local0
          log-format "%ci %f %b %s %ST %B %U %hr %hs %HM %HU %HP %HQ %HV %r %tsc %ts %rc %sq %bq %lc"
          error-log-format "failed %ST %tsc %[fc_err] %{+X}ci"
          capture request header Host len 5
          capture response header Server len 5
          http-request deny if { path /deny }
          default_backend b
        frontend sampled
          bind @ADDR@:5
          log @DIR@/log format raw sample 2:3 local0
          log-format "%HP"
          default_backend b
        frontend quiet
          bind @ADDR@:6
          log @DIR@/log format short local0
          option dontlog-normal
          option log-separate-errors
          option logasap
          http-request set-log-level warning if { path /loud }
          http-request deny if { path /deny } or { path /loud }
          default_backend b
        frontend asap
          bind @ADDR@:7
          log @DIR@/log format short local0
          log-tag own-tag
          option logasap
          default_backend b
        frontend null
          bind @ADDR@:8
          log @DIR@/log format priority local0
          option dontlognull
          unique-id-format %{+X}o%ci-%fp-%rt
          log-format "%ID %[unique-id]"
          unique-id-header X-Id
          default_backend b
        backend b
          server s 127.0.0.1:@S1@
        """;

    [Theory]
    [InlineData(1, "/a")]
    [InlineData(2, "/a?b=\"c\"")]
    [InlineData(4, "/a/b?c=d")]
    [InlineData(6, "/a", "/deny", "/loud")]
    [InlineData(7, "/a")]
    [InlineData(8, "", "/a")]
    public void Lines_AreTheOriginals(int port, params string[] paths)
    {
        foreach (TheoryDataRow<TransportChoice> transport in new Transports())
        {
            using Pair pair = Pair.StartWhole(Sections, transport.Data);
            pair.AssertSame(side =>
            {
                string[] seen = [.. paths.Select(path => Exchange(side, port, path))];
                return string.Join('\n', seen) + AllLines(side, paths.Length);
            });
        }
    }

    private static string Exchange(Side side, int port, string path)
    {
        Socket client = side.Connect(port);
        if (path.Length == 0)
        {
            client.Close();
            return "";
        }
        client.SendText($"GET {path} HTTP/1.1\r\nHost: www.example.org\r\n\r\n");
        string seen = "";
        if (path is not ("/deny" or "/loud"))
        {
            Socket server = side.Accept(1);
            seen = server.ReceiveHead();
            server.SendText("HTTP/1.1 200 OK\r\nServer: Apache\r\nContent-Length: 2\r\n\r\nok");
        }
        seen += client.ReceiveMessage()[..15];
        client.Close();
        return Ids().Replace(seen, "id");
    }

    /// <summary>Lines that have come a moment after the last exchange, without what differs each time.</summary>
    private static string AllLines(Side side, int count)
    {
        _ = SpinWait.SpinUntil(() => side.HasLogLine, TestProxy.Patience);
        string all = "";
        for (int i = 0; i < count && (side.HasLogLine || SpinWait.SpinUntil(() => side.HasLogLine, 300)); i++)
        {
            string line = side.Normal(side.WholeLogLine());
            line = Stamps().Replace(line, "DATE");
            line = Processes().Replace(line, "PID");
            all += Clients().Replace(Ids().Replace(Numbers().Replace(line, " 1:P "), "id"), " N/N/") + "\n";
        }
        return all;
    }

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT[\d:.+]+|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d"
        + @"|\d\d/[A-Z][a-z]{2}/\d{4}:[\d:]+ [+-]\d+")]
    private static partial Regex Stamps();

    [GeneratedRegex(@"(?<=haproxy |haproxy\[|own-tag\[)\d+")]
    private static partial Regex Processes();

    [GeneratedRegex(@" \d+/\d+/(?=\d+/\d+/\+?\d+ )")]
    private static partial Regex Clients();

    [GeneratedRegex(@"[0-9A-F]{8}-[0-9A-F]+-[0-9A-F]+")]
    private static partial Regex Ids();

    [GeneratedRegex(@"(?<=""-"" ""-"" |"""" """" )\d+ \d{3} ")]
    private static partial Regex Numbers();
}
