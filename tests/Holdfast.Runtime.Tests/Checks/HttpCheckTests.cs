using Holdfast.Runtime.Checks;

namespace Holdfast.Runtime.Tests.Checks;

public sealed class HttpCheckTests
{
    private const string Ok = "HTTP/1.0 200 OK\r\n\r\nhello world";

    [Theory]
    [InlineData(Ok, "", ProbeOutcome.Success, 0)]
    [InlineData("HTTP/1.1 301 Moved\r\nContent-Length: 0\r\n\r\n", "", ProbeOutcome.Status, 301)]
    [InlineData("HTTP/1.1 301 Moved\r\nContent-Length: 0\r\n\r\n", "status_code 200 300-302", ProbeOutcome.Success, 0)]
    [InlineData(Ok, "digest 5eb63bbbe01eeed093cb22bb8f5acdc3", ProbeOutcome.Success, 0)]
    [InlineData(Ok, "digest 5eb63bbbe01eeed093cb22bb8f5acdc4", ProbeOutcome.Digest, 0)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello worldmore",
        "digest 5eb63bbbe01eeed093cb22bb8f5acdc3", ProbeOutcome.Success, 0)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhello", "", ProbeOutcome.Closed, 0)]
    [InlineData("HTTP/1.1 200 OK\r\n", "", ProbeOutcome.Closed, 0)]
    [InlineData("SSH-2.0-x\r\n", "", ProbeOutcome.Protocol, 0)]
    [InlineData(Ok, "regex \"^hello\"", ProbeOutcome.Success, 0)]
    [InlineData(Ok, "regex \"^HELLO w\"", ProbeOutcome.NoMatch, 0)]
    [InlineData(Ok, "regex \"^HELLO w\"\nregex_options caseless", ProbeOutcome.Success, 0)]
    [InlineData(Ok, "regex world\nregex_no_match", ProbeOutcome.ForbiddenMatch, 0)]
    [InlineData(Ok, "regex mars\nregex_no_match", ProbeOutcome.Success, 0)]
    [InlineData(Ok, "regex hello\nregex_min_offset 3", ProbeOutcome.NoMatch, 0)]
    [InlineData(Ok, "regex world\nregex_max_offset 3", ProbeOutcome.NoMatch, 0)]
    [InlineData(Ok, "regex world\nregex_max_offset 6\nregex_stack 1000 40000", ProbeOutcome.Success, 0)]
    [InlineData(Ok, "regex \"(\"", ProbeOutcome.Configuration, 0)]
    public void Http_Answer_IsJudged(string answer, string url, ProbeOutcome outcome, int detail) => CheckBed.Run(bed =>
    {
        using ScriptedServer server = ScriptedServer.Answering(answer);
        ServerReport report = bed.First(CheckBed.Model(server.Port,
            $"HTTP_GET {{\nretry 0\nconnect_timeout 3\nurl {{\npath /\n{url}\n}}\n}}"));
        Assert.Equal(new ProbeResult(outcome, detail), report.Result);
        Assert.Equal(outcome == ProbeOutcome.Configuration ? 1 : 0, bed.Engine.Problems.Count);
    });

    /// <summary>The bytes that keepalived 2.2.7 sends.</summary>
    [Theory]
    [InlineData("", "", "GET /a HTTP/1.0\r\nUser-Agent: KeepAliveClient\r\nHost: 127.0.0.1:PORT\r\n\r\n")]
    [InlineData("http_protocol 1.1", "",
        "GET /a HTTP/1.1\r\nUser-Agent: KeepAliveClient\r\nConnection: close\r\nHost: 127.0.0.1:PORT\r\n\r\n")]
    [InlineData("http_protocol 1.0C\nvirtualhost foo.bar", "",
        "GET /a HTTP/1.0\r\nUser-Agent: KeepAliveClient\r\nConnection: close\r\nHost: foo.bar\r\n\r\n")]
    [InlineData("virtualhost foo.bar", "virtualhost inner",
        "GET /a HTTP/1.0\r\nUser-Agent: KeepAliveClient\r\nHost: inner\r\n\r\n")]
    public void Http_Request_IsThatOfTheOriginal(string check, string url, string expected) => CheckBed.Run(bed =>
    {
        string request = "";
        using var server = new ScriptedServer(client =>
        {
            request = ScriptedServer.ReadHead(client);
            client.Send("HTTP/1.0 200 OK\r\n\r\n"u8);
        });
        bed.First(CheckBed.Model(server.Port, $"HTTP_GET {{\n{check}\nurl {{\npath /a\n{url}\n}}\n}}"));
        Assert.Equal(expected.Replace("PORT", server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            StringComparison.Ordinal), request);
    });

    [Fact]
    public void Http_SeveralUrls_AreAskedInTurnAndOneBadOneFails() => CheckBed.Run(bed =>
    {
        var asked = new List<string>();
        bool isBad = false;
        using var server = new ScriptedServer(client =>
        {
            string path = ScriptedServer.ReadHead(client).Split(' ')[1];
            lock (asked)
            {
                asked.Add(path);
            }
            client.Send(isBad && path == "/b" ? "HTTP/1.0 500 No\r\n\r\n"u8 : "HTTP/1.0 200 OK\r\n\r\n"u8);
        });
        bed.First(CheckBed.Model(server.Port,
            "HTTP_GET {\nretry 0\nfast_recovery\nurl {\npath /a\n}\nurl {\npath /b\n}\nurl {\npath /c\n}\n}"));
        Assert.Equal(["/a", "/b", "/c"], asked.Take(3));
        isBad = true;
        Assert.Equal("status code 500", bed.NextReport().Result.ToString());
    });

    [Fact]
    public void Http_ServerIsSilent_IsATimeout() => CheckBed.Run(bed =>
    {
        using var server = new ScriptedServer(static client =>
        {
            ScriptedServer.ReadHead(client);
            ScriptedServer.ReadHead(client); // until the check has gone
        });
        ServerReport report = bed.First(CheckBed.Model(server.Port,
            "HTTP_GET {\nretry 0\nconnect_timeout 0.1\nurl {\npath /\n}\n}"));
        Assert.Equal(ProbeOutcome.Timeout, report.Result.Outcome);
    });
}
