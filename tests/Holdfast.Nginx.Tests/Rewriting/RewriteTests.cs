using System.Text;

namespace Holdfast.Nginx.Tests.Rewriting;

/// <summary>The rewrite module, beside the original.</summary>
public sealed class RewriteTests
{
    private static readonly string[] s_steps =
    [
        "rewrite ^/a/(.*)$ /b/$1;", "rewrite ^/a/(.*)$ /b/$1 last;", "rewrite ^/b/(.*)$ /c/$1?x=1 break;",
        "rewrite ^/b(/.*)?$ /c$1?x=$1&y=2;", "rewrite ^/c/(.*)$ /d/$1?;", "rewrite ^(/d.*)$ /e$1?q=$1? last;",
        "rewrite ^/e/(.*)$ /a/$1?$args&z=$2;", "rewrite ^/r/(.*)$ /to/$1 redirect;",
        "rewrite ^/r2/(.*)$ /to/$1?k=$1 permanent;", "rewrite ^/r3/(.*)$ http://other.example/$1?;",
        "rewrite ^/r4 $scheme://$host$request_uri? redirect;", "rewrite ^/loop(.*)$ /loop$1x last;",
        "set $x \"$uri:$arg_k\";", "set $y $1;", "set $x \"$x+\";", "set $args \"k=new\";", "break;",
        "if ($x) { set $y \"if-x\"; }", "if ($arg_k = v) { set $x two; rewrite ^ /if?p; }",
        "if ($uri ~ ^/(?<first>[^/]+)) { set $y \"$first\"; }",
        "if ($http_x_y ~* ABC) { return 403 \"no $http_x_y\"; }",
        "if ($request_method != GET) { return 405; }", "if ($args ~ \"k=(.)\") { set $x $1; break; }",
        "return 302 /else$is_args$args;", "return 204;", "return 404 \"$uri|$args|$x|$y|$1\";", "return http://h/$uri;",
        "if ($cookie_c) { set $x $cookie_c; }", "if ($arg_k !~ v) { set $y none; }", "return 307 \"$scheme://x$uri\";",
    ];

    private static readonly string[] s_targets =
    [
        "/a/1", "/a/b/c?k=v", "/b", "/b/%20x?k=2", "/c/%C3%A9?", "/d/x?a=1&k=v", "/e/y", "/r/a%2Fb%20c?k=v",
        "/r2/%25%3F+", "/r3/z%2Bw", "/r4/q?x", "/loop", "/", "/if", "/a/%41", "/r/%3Cx%3E%22", "/r2/a%26b?k",
    ];

    [Fact]
    public void Enter_RandomPrograms_AsTheOriginal()
    {
        var random = new Random(20_261_125);
        for (int round = 0; round < 60; round++)
        {
            string http = Make(random);
            using var original = new NginxSite(http);
            var ours = new MemorySite(http);
            foreach (string target in random.GetItems(s_targets, 25))
            {
                string method = random.Next(8) == 0 ? "DELETE" : "GET";
                string request = $"{method} {target} HTTP/1.1\r\nHost: a.Example:80\r\nConnection: close\r\n"
                    + random.GetItems(["", "Cookie: b=1; c=two\r\n", "X-Y: xabcx\r\n", "X-Y: 1\r\n"], 1)[0]
                    + "\r\n";
                string theirs = Read(original.Exchange(request));
                string mine = ours.Ask(request);
                // There are no files.
                mine = mine == "content" ? method == "GET" ? "404" : "405" : mine;

                Assert.True(theirs == mine, $"{request}theirs {theirs}\nours   {mine}\nby\n{http}");
            }
        }
    }

    /// <summary>Status, and address or body; pages of the original's own are no body.</summary>
    private static string Read(string answer)
    {
        string status = answer.Substring(9, 3);
        int end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        string? address = answer[..end].Split("\r\n")
            .FirstOrDefault(static line => line.StartsWith("Location: ", StringComparison.Ordinal))?[10..];
        string body = answer[(end + 4)..];
        return address is not null ? $"{status} {address}"
            : body.Length == 0 || body.StartsWith("<html>", StringComparison.Ordinal) ? status : $"{status} {body}";
    }

    private static string Make(Random random)
    {
        var text = new StringBuilder("""
            server {
                listen unix:@S@/s;
                server_name n.example;
                absolute_redirect off;
                set $x "";
                set $y "";

            """);
        Steps(text, random, random.Next(3));
        foreach (string location in (string[])["/", "/a/", "= /if", "/b", "~ ^/c", "^~ /d/", "/e"])
        {
            _ = text.AppendLine($"location {location} {{");
            Steps(text, random, random.Next(5));
            _ = text.AppendLine(
                $"return 200 \"{location}|$uri|$args|$x|$y|$1|$document_uri|$is_args|$request_uri\";\n}}");
        }
        return text.AppendLine("}").ToString();
    }

    private static void Steps(StringBuilder text, Random random, int count)
    {
        foreach (string step in random.GetItems(s_steps, count))
        {
            _ = text.AppendLine(step);
        }
    }
}
