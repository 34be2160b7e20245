using System.Text;
using Holdfast.Nginx.Types;

namespace Holdfast.Nginx.Tests.Types;

/// <summary><c>charset</c>, beside the original.</summary>
public sealed class CharsetTests
{
    private const string Http = """
        server {
            listen unix:@S@/s;
            location /plain/ { charset utf-8; proxy_pass http://unix:@S@/e; }
            location /over/ { charset koi8-r; override_charset on; proxy_pass http://unix:@S@/e; }
            location /types/ { charset $arg_c; charset_types text/css; proxy_pass http://unix:@S@/e; }
            location /all/ { charset x; charset_types *; proxy_pass http://unix:@S@/e; }
            location /off/ { charset off; proxy_pass http://unix:@S@/e; }
        }
        server { listen unix:@S@/e; default_type $http_t; types { } add_header Content-Type $http_t; return 204; }
        """;

    private static readonly string[] s_types =
        ["text/html", "text/css", "text/plain", "image/png", "TEXT/HTML", "application/javascript", "text/xml"];

    [Fact]
    public void TryFind_EachType_AsTheOriginal()
    {
        string http = Http.Replace("default_type $http_t; types { } ", "", StringComparison.Ordinal);
        using var site = new NginxSite(http);
        var block = new MemoryBlock(http);
        foreach (string place in new[] { "plain", "over", "types", "all", "off" })
        {
            CharsetRule? rule = CharsetRule.Compile(block[$"/{place}/"].Bodies, block.Texts);
            foreach (string type in s_types)
            {
                foreach (string charset in new[] { "", "koi8-u", "UTF-8" })
                {
                    string sent = charset.Length > 0 ? $"{type}; charset={charset}" : type;
                    string request = $"GET /{place}/?c=win HTTP/1.0\r\nHost: a\r\nT: {sent}\r\n\r\n";
                    string? theirs = new Answer(site.Exchange(request))["Content-Type"];
                    string mine = rule is not null && rule.TryFind(block.Begin(new MemoryRequest(request)),
                        Encoding.ASCII.GetBytes(type), Encoding.ASCII.GetBytes(charset), out ReadOnlySpan<byte> changed)
                        ? $"{type}; charset={Encoding.ASCII.GetString(changed)}" : sent;

                    Assert.True(theirs == mine, $"{place} {sent}: {theirs}, not {mine}");
                }
            }
        }
    }
}
