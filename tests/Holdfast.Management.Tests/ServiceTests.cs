using System.Net.Sockets;
using System.Text;
using Holdfast.Management.Metrics;
using Holdfast.Management.Page;
using Holdfast.Tests.Repository;

namespace Holdfast.Management.Tests;

/// <summary>The statistics page and metrics beside the original's, on the same file.</summary>
public sealed class ServiceTests
{
    private const string Proxies = """
        global
          nbthread 1
          maxconn 1000
        defaults
          mode http
          timeout connect 1s
          timeout client 10s
          timeout server 10s
        listen page
          bind @FE
          stats enable
          stats uri /
          stats admin if TRUE
          stats show-legends
          http-request use-service prometheus-exporter if { path /metrics }
        frontend tcpfe
          mode tcp
          bind @TCP
          default_backend tcpbe
        backend be
          balance roundrobin
          cookie SRV insert indirect nocache
          server s1 127.0.0.1:9 weight 10 maxconn 50 cookie c1
          server s3 127.0.0.1:9 disabled
          server s4 127.0.0.1:9
        backend tcpbe
          mode tcp
          server t1 127.0.0.1:9 backup
        backend empty

        """;

    [Fact]
    public void Metrics_SameFile_SameNamesTypesLabelsAndValues() => Beside((judge, ours, directory) =>
    {
        foreach (string query in (string[])["?scope=frontend&scope=backend&scope=server", "?scope=server&no-maint",
            "?scope=global", "?scope="])
        {
            string wanted = Body(Ask(directory, $"GET /metrics{query} HTTP/1.0\r\n\r\n"));
            string given = Text(MetricService.Answer(ours.Process, new("GET", "/metrics" + query, "", "")));

            Assert.Equal(Comparable(wanted), Comparable(given));
        }
    });

    [Theory]
    [InlineData("s=s1&action=drain&b=be")]
    [InlineData("s=s1&action=ready&b=%233")]
    [InlineData("s=s1&action=foo&b=be")]
    [InlineData("s=xx&action=ready&b=be")]
    [InlineData("s=s1&s=xx&action=ready&b=be")]
    [InlineData("s=s1&b=be")]
    [InlineData("s=s1&action=ready")]
    [InlineData("garbage")]
    [InlineData("s=s1&action=stop&b=be")]
    [InlineData("s=s1&action=start&b=be")]
    [InlineData("s=s1&action=shutdown&b=be")]
    [InlineData("s=s1&action=dagent&b=be")]
    [InlineData("s=s1&action=maint&b=nobe")]
    [InlineData("s=s1&s=s4&action=maint&b=be")]
    [InlineData("s=s1&action=&b=be")]
    public void Form_SameFile_SameCodeAndSameStates(string form) => Beside((judge, ours, directory) =>
    {
        string wanted = Ask(directory, $"POST / HTTP/1.0\r\nContent-Length: {form.Length}\r\n\r\n{form}");
        var service = new StatisticsService(ours.Process, ours.Process.Model.FindBackend("page")!, mayChange: true);
        HttpAnswer given = service.Answer(new("POST", "/", "", form));

        string location = wanted.Split("\r\n").Single(static line
            => line.StartsWith("location:", StringComparison.OrdinalIgnoreCase));
        Assert.Contains(location + "\r\n", given.Fields, StringComparison.Ordinal);
        Assert.Equal("303 See Other", given.Status);
        const string States = "show servers state be\n";
        Assert.Equal(StatesOf(judge.Ask(States)), StatesOf(ours.Ask(States)));
    });

    [Fact]
    public void Page_Html_HasEveryServerAndNoOpenTag() => Beside((_, ours, _) =>
    {
        var service = new StatisticsService(ours.Process, ours.Process.Model.FindBackend("page")!, mayChange: true);
        string html = Text(service.Answer(new("GET", "/", "", "")));

        foreach (string name in (string[])["s1", "s3", "s4", "t1"])
        {
            Assert.Contains($"value=\"{name}\"", html, StringComparison.Ordinal);
        }
        foreach (string tag in (string[])["table", "tr", "td", "th", "form", "section", "span", "a", "select", "small"])
        {
            Assert.Equal(Count(html, $"<{tag}>") + Count(html, $"<{tag} "), Count(html, $"</{tag}>"));
        }
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
    });

    [Fact]
    public void Page_WhoMayNotChange_GetsNoFormAndIsDenied() => Beside((_, ours, _) =>
    {
        var service = new StatisticsService(ours.Process, ours.Process.Model.FindBackend("page")!, mayChange: false);

        Assert.DoesNotContain("<form", Text(service.Answer(new("GET", "/", "", ""))), StringComparison.Ordinal);
        Assert.Contains("st=DENY", service.Answer(new("POST", "/", "", "s=s1&action=maint&b=be")).Fields,
            StringComparison.Ordinal);
        Assert.Contains(" s1 127.0.0.1 2 0 10 10 ", ours.Ask("show servers state be\n"), StringComparison.Ordinal);
    });

    [Fact]
    public void Page_WithUsers_AsksForOneOfThem() => Beside((_, ours, _) =>
    {
        var proxy = ours.Process.Model.FindBackend("page")!;
        proxy = proxy with { Stats = proxy.Stats! with { Users = [("admin", "secret")], Realm = "R" } };
        var service = new StatisticsService(ours.Process, proxy, mayChange: false);
        string right = "Basic " + Convert.ToBase64String("admin:secret"u8);
        string wrong = "Basic " + Convert.ToBase64String("admin:secreT"u8);

        HttpAnswer refused = service.Answer(new("GET", "/", wrong, ""));
        Assert.Equal("401 Unauthorized", refused.Status);
        Assert.Contains("www-authenticate: Basic realm=\"R\"\r\n", refused.Fields, StringComparison.Ordinal);
        Assert.Equal("401 Unauthorized", service.Answer(new("GET", "/", "", "")).Status);
        Assert.Equal("200 OK", service.Answer(new("GET", "/", right, "")).Status);
    });

    private static void Beside(Action<Judge, Ours, string> test)
    {
        string directory = Directory.CreateTempSubdirectory("hfm-").FullName;
        try
        {
            using var judge = new Judge(directory, Proxies
                .Replace("@FE", $"unix@{directory}/fe", StringComparison.Ordinal)
                .Replace("@TCP", $"unix@{directory}/tcp", StringComparison.Ordinal));
            using var ours = new Ours(directory, Proxies.Replace("@FE", "127.0.0.1:1", StringComparison.Ordinal)
                .Replace("@TCP", "127.0.0.1:2", StringComparison.Ordinal), tables: []);
            test(judge, ours, directory);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static string Ask(string directory, string request)
    {
        using Socket socket = OriginalHaproxy.Connect(Path.Combine(directory, "fe"));
        socket.Send(Encoding.Latin1.GetBytes(request));
        return OriginalHaproxy.ReadAll(socket);
    }

    /// <summary>The body, put together of its chunks: the original sends them to HTTP/1.0, too.</summary>
    private static string Body(string message)
    {
        string rest = message[(message.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        if (!message.Contains("transfer-encoding: chunked", StringComparison.OrdinalIgnoreCase))
        {
            return rest;
        }
        var body = new StringBuilder();
        while (true)
        {
            int end = rest.IndexOf("\r\n", StringComparison.Ordinal);
            int length = Convert.ToInt32(rest[..end], 16);
            if (length == 0)
            {
                return body.ToString();
            }
            body.Append(rest, end + 2, length);
            rest = rest[(end + 4 + length)..];
        }
    }

    private static string Text(HttpAnswer answer) => string.Concat(answer.Body ?? []);

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private static string StatesOf(string answer) => Masks.Apply(answer);

    /// <summary>
    /// What is compared: names, types, labels and values; not help texts, which are ours, the values of the process
    /// itself and of the page's own proxy, which has been asked, and seconds since a change.
    /// </summary>
    private static string Comparable(string metrics) => string.Join('\n', metrics.Split('\n')
        .Where(static line => !line.StartsWith("# HELP", StringComparison.Ordinal)
            && !line.Contains("{proxy=\"page\"", StringComparison.Ordinal))
        .Select(static line => line.StartsWith("haproxy_process_", StringComparison.Ordinal)
            || line.Contains("last_change_seconds{", StringComparison.Ordinal)
            ? line.Split(' ', '{')[0] : line));
}
