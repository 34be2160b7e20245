using System.Text;
using Holdfast.Nginx.Texts;

namespace Holdfast.Nginx.Tests.Logs;

/// <summary>Lines of access logs, beside the original.</summary>
public sealed class LogFormatTests
{
    private const string Values = "$remote_addr - $remote_user \"$request\" $status $body_bytes_sent \"$http_referer\""
        + " \"$http_user_agent\" $uri|$args|$arg_k|$http_x|$cookie_c|$host|$server_name|$request_length|$bytes_sent"
        + "|$scheme|$server_protocol|$request_method|$request_uri|$is_args|$https|$connection_requests|$pipe"
        + "|$request_completion|$content_type|$content_length|$http_none|$document_uri|$query_string|$server_port";

    [Fact]
    public void Put_RandomRequests_AsTheOriginal()
    {
        const string Http = $$"""
            log_format plain '{{Values}}';
            log_format json escape=json '{{Values}}';
            log_format none escape=none '{{Values}}';
            server {
                listen unix:@S@/s;
                server_name n.example;
                access_log @S@/plain.log plain;
                access_log @S@/json.log json;
                access_log @S@/none.log none;
                location / { return 200 "0123456789"; }
            }
            """;
        using var original = new NginxSite(Http);
        var ours = new MemorySite(Http);
        var random = new Random(20_261_128);
        for (int i = 1; i <= 200; i++)
        {
            string odd = new([.. Enumerable.Range(0, random.Next(12)).Select(_ => (char)Byte(random))]);
            string request = $"GET /a%{random.Next(0x21, 0x100):X2}b?k={random.Next(9)}\\\" HTTP/1.0\r\nHost: A.b\r\n"
                + $"X: .{odd}.\r\n" // ours takes tabs at the ends for white space, as RFC 9110 does
                + (random.Next(2) == 0 ? $"Referer: http://r/\"{i}\\\r\nUser-Agent: u{odd}z\r\n" : "")
                + (random.Next(2) == 0 ? "Cookie: b=1; c=t\"wo\r\nContent-Type: text/x\r\n" : "") + "\r\n";
            string answer = original.Exchange(request);
            int body = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
            foreach (string name in (string[])["plain", "json", "none"])
            {
                string theirs = original.LineOf(name + ".log", i);
                string mine = ours.Log(name, request, sent: answer.Length, bodySent: answer.Length - body);

                Assert.True(theirs == mine, $"{request}theirs {theirs}\nours   {mine}");
            }
        }
    }

    [Fact]
    public void Builder_Clear_IsEmptyAgain()
    {
        var line = new TextBuilder();
        line.Put("abc"u8);
        line.Clear();

        Assert.Equal(0, line.Length);
        Assert.Equal("", Encoding.Latin1.GetString(line.Text));
    }

    /// <summary>What may stand in a field: anything but line ends and zero.</summary>
    private static int Byte(Random random)
    {
        int value = random.Next(3) == 0 ? random.Next(0x80, 0x100) : random.Next(0x20, 0x7F);
        return random.Next(20) == 0 ? '\t' : value;
    }
}
