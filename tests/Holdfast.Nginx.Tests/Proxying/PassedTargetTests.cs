namespace Holdfast.Nginx.Tests.Proxying;

/// <summary>What another server is asked for, beside the original.</summary>
public sealed class PassedTargetTests
{
    private const string Http = """
        server {
            listen unix:@S@/s;
            merge_slashes on;
            location / { proxy_pass http://unix:@S@/o; }
            location /slash/ { proxy_pass http://unix:@S@/o:/; }
            location /to/ { proxy_pass http://unix:@S@/o:/other; }
            location /args { proxy_pass http://unix:@S@/o:/x?y=1; }
            location = /exact { proxy_pass http://unix:@S@/o:/found; }
            location /re/ { rewrite ^/re/(.*)$ /new/$1; proxy_pass http://unix:@S@/o; }
            location /new/ { proxy_pass http://unix:@S@/o; }
            location /last/ { rewrite ^/last/(.*)$ /slash/$1?from=$1 last; }
            location /break/ { rewrite ^/break/(.*)$ /broken/$1 break; proxy_pass http://unix:@S@/o; }
            location /break2/ { rewrite ^/break2/(.*)$ /broken/$1 break; proxy_pass http://unix:@S@/o:/gone/; }
            location ~ ^/regex/ { proxy_pass http://unix:@S@/o; }
            location /nested/ {
                proxy_pass http://unix:@S@/o:/n/;
                location /nested/in/ { proxy_pass http://unix:@S@/o:/i; }
            }
            location /if/ { if ($arg_k) { set $x 1; } proxy_pass http://unix:@S@/o:/q/; }
        }
        server { listen unix:@S@/o; return 200 "$request_uri"; }
        """;

    private static readonly string[] s_starts =
    [
        "/", "/slash/", "/to/", "/args", "/exact", "/re/", "/new/", "/last/", "/break/", "/break2/", "/regex/",
        "/nested/", "/nested/in/", "/if/",
    ];

    private static readonly string[] s_pieces =
    [
        "a", "/", "%20", "%2F", "b.c", "//", "%C3%A9", "..", ".", "%25", "%3F", "+", "%22", "\"", "<", "[", "%5B", "~",
    ];

    [Fact]
    public void Put_RandomTargets_AsTheOriginal()
    {
        using var original = new NginxSite(Http);
        var ours = new MemorySite(Http);
        var random = new Random(20_261_129);
        for (int i = 0; i < 1500; i++)
        {
            string start = random.GetItems(s_starts, 1)[0];
            string target = start + (start == "/exact" ? "" : string.Concat(random.GetItems(s_pieces, random.Next(4))))
                + random.GetItems(["", "", "?", "?k=v", "?k=%20&x=\"", "?a?b"], 1)[0];
            (int status, string theirs) = original.Get(target);
            if (status != 200)
            {
                continue; // the path is none
            }
            string mine = ours.Passed($"GET {target} HTTP/1.0\r\nHost: a\r\n\r\n");

            Assert.True(theirs == mine, $"{target}: {theirs}, not {mine}");
        }
    }
}
