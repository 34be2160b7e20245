using System.Text;
using Holdfast.Linux.Pcre;
using Holdfast.Nginx.Conditions;
using Holdfast.Nginx.Gzip;

namespace Holdfast.Nginx.Tests.Gzip;

/// <summary>Which answers are compressed, beside the original.</summary>
public sealed class GzipTests
{
    private const string Http = """
        gzip on; gzip_vary on; gzip_min_length 10;
        server {
            listen unix:@S@/s;
            location /plain/ { proxy_pass http://unix:@S@/e; }
            location /any/ { gzip_proxied any; gzip_types *; gzip_http_version 1.0; proxy_pass http://unix:@S@/e; }
            location /some/ { gzip_proxied expired no-cache no_etag auth; gzip_types text/css text/plain;
                gzip_disable msie6 "bad.?browser"; gzip_http_version 1.0; proxy_pass http://unix:@S@/e; }
            location /rest/ { gzip_proxied no-store private no_last_modified; gzip_http_version 1.0;
                proxy_pass http://unix:@S@/e; }
            location /off/ { gzip off; proxy_pass http://unix:@S@/e; }
        }
        server {
            listen unix:@S@/e;
            gzip off;
            types { }
            default_type $http_t;
            add_header Expires $http_e always; add_header Cache-Control $http_c always;
            add_header Last-Modified $http_l always; add_header ETag $http_g always;
            add_header Content-Encoding $http_k always;
            location / { return 200 $http_b; }
            if ($http_s = 403) { return 403 $http_b; }
            if ($http_s = 404) { return 404 $http_b; }
            if ($http_s = 500) { return 500 $http_b; }
        }
        """;

    private static readonly string[] s_accepts =
    [
        "gzip", "gzip, deflate", "deflate, gzip", "deflate,gzip;q=0.5", "gzip;q=0", "gzip;q=0.0", "gzip;q=0.001",
        "GZIP",
        "x-gzip", "x-gzip, gzip", "gzip ; q=1", "gzip;q=1.001", "gzip;q=2", "*", "identity", "gzip;q=", "gzip;x=1",
        "gzip;q=0.1234", "gzip;q=1.000", "gzipped", "gzip gzip", "gzip;", "gzip; q=0,gzip", "gzip;q=1x", "gzip;q=0.",
        "gz",
    ];

    [Fact]
    public void Decide_RandomRequests_AsTheOriginal()
    {
        using var site = new NginxSite(Http.Replace("default_type $http_t;", "", StringComparison.Ordinal)
            .Replace("listen unix:@S@/e;", "listen unix:@S@/e; default_type text/html;", StringComparison.Ordinal));
        var block = new MemoryBlock(Http.Replace("default_type $http_t;", "", StringComparison.Ordinal));
        var random = new Random(20_261_209);
        HashSet<GzipDecision> seen = [];
        for (int i = 0; i < 2500; i++)
        {
            string place = random.GetItems(["plain", "any", "some", "rest", "off"], 1)[0];
            var text = new StringBuilder(random.Next(20) == 0 ? "HEAD" : "GET")
                .Append(" /").Append(place).Append("/ HTTP/1.").Append(random.Next(2)).Append("\r\nHost: a\r\n")
                .Append("Connection: close\r\n");
            Add(text, random, 10, "Accept-Encoding", s_accepts);
            Add(text, random, 4, "Via", ["x"]);
            Add(text, random, 3, "Authorization", ["x"]);
            Add(text, random, 3, "User-Agent", ["curl", "Mozilla/4.0 (compatible; MSIE 6.0; x)", "BadBrowser",
                "Mozilla/4.0 (compatible; MSIE 6.0; x SV1)", "Mozilla/4.0 (compatible; MSIE 5.5)", "MSIE 7.0 x",
                "MSIE 4"]);
            Add(text, random, 4, "E", ["Thu, 01 Jan 1970 00:00:01 GMT", "Thu, 01 Jan 2037 00:00:01 GMT", "0"]);
            Add(text, random, 5, "C", ["no-cache", "max-age=1, no-store", "private", "max-age=5", "NO-CACHE"]);
            Add(text, random, 4, "L", ["Thu, 01 Jan 1970 00:00:01 GMT"]);
            Add(text, random, 4, "G", ["\"a\""]);
            Add(text, random, 1, "K", ["br"]);
            Add(text, random, 2, "S", ["403", "404", "500"]);
            string body = random.Next(4) == 0 ? "123456789" : "a body that is long enough";
            string request = text.Append("B: ").Append(body).Append("\r\n\r\n").ToString();
            Answer theirs = new(site.Exchange(request));
            GzipDecision mine = Decide(block, place, request, theirs, body.Length);
            seen.Add(mine);

            string said = $"{theirs["Content-Encoding"]} {theirs["Vary"]}";
            Assert.True((theirs["Content-Encoding"] == "gzip") == (mine == GzipDecision.Compress),
                $"{mine}, not {said}: {request}");
            Assert.True((theirs["Vary"] is not null) == (mine != GzipDecision.None), $"{mine}, not {said}: {request}");
        }
        Assert.Equal(3, seen.Count);
    }

    private static void Add(StringBuilder text, Random random, int tenths, string name, string[] values)
    {
        if (random.Next(10) < tenths)
        {
            _ = text.Append(name).Append(": ").Append(random.GetItems(values, 1)[0]).Append("\r\n");
        }
    }

    private static GzipDecision Decide(MemoryBlock block, string place, string request, Answer theirs, int length)
    {
        var facts = new MemoryRequest(request);
        string? Sent(string name) => facts.Head.Find(Encoding.ASCII.GetBytes(name)) is var at && at >= 0
            ? Encoding.ASCII.GetString(facts.Head.ValueAt(at)) : null;
        GzipRule? rule = GzipRule.Compile(block[$"/{place}/"].Gzip, new PcreFactory());
        Assert.True(HttpDate.TryParse(Encoding.ASCII.GetBytes(theirs["Date"]!), out long now));
        return rule is null ? GzipDecision.None : rule.Decide(facts.Head, new GzipAnswer
        {
            Status = theirs.Status,
            Length = length,
            Type = "text/html"u8,
            IsEncoded = Sent("K") is not null,
            Expires = Encoding.ASCII.GetBytes(Sent("E") ?? ""),
            CacheControl = Encoding.ASCII.GetBytes(Sent("C") ?? ""),
            HasLastModified = Sent("L") is not null,
            HasTag = Sent("G") is not null,
        }, now);
    }
}
