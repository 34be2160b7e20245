namespace Holdfast.Nginx.Tests.Maps;

/// <summary>Variables of map, geo and split_clients, beside the original.</summary>
public sealed class MapTests
{
    private const string Http = """
        map $arg_k $plain { default other; a first; "b c" second; B third; "" empty; ~^x(.)y$ "re-$1"; ~*^UP up;
            ~^(?<part>q.*)$ "named-$part"; \~t tilde; 5 $arg_other; }
        map $arg_k $host_of { hostnames; default none; example.com exact; *.example.com below; .example.net both;
            www.example.* tail; ~^w re; }
        map "$arg_k|$arg_other" $two { "a|b" hit; default "$uri-$plain"; }
        map $arg_k $void { a 1; }
        geo $arg_k $net { default out; 10.0.0.0/8 ten; 10.1.0.0/16 ten-one; 10.1.2.3 host; 2001:db8::/32 six;
            192.168.0.0/16 "private net"; }
        geo $arg_k $range { ranges; default out; 10.0.0.0-10.0.0.255 a; 10.0.0.100-10.0.0.150 b; 10.0.1.0-10.0.1.0 c; }
        split_clients "$arg_k" $split { 10% a; 33.33% b; 0.5% c; * d; }
        split_clients "$arg_k$arg_other" $half { 50% a; }
        server {
            listen unix:@S@/s;
            location / { return 200 "$plain|$host_of|$two|$void|$net|$range|$split|$half|$part"; }
        }
        """;

    private static readonly string[] s_keys =
    [
        "", "a", "A", "b", "B", "xay", "upper", "UPPER", "quick", "~t", "5", "example.com", "EXAMPLE.com",
        "a.example.com", "a.b.example.com", "example.net", "x.example.net", "www.example.org", "www.example.co.uk",
        "www.other", "w", "example.com.", "10.1.2.3", "10.1.2.4", "10.2.0.0", "192.168.7.7", "2001:db8::1",
        "2001:db9::1", "10.0.0.99", "10.0.0.100", "10.0.0.150", "10.0.0.151", "10.0.1.0", "10.0.1.1", "11.0.0.0",
        "::ffff:10.1.2.3", "no.address", "255.255.255.255", "0.0.0.0",
    ];

    [Fact]
    public void Maps_RandomKeys_AsTheOriginal()
    {
        using var original = new NginxSite(Http);
        var ours = new MemorySite(Http);
        var random = new Random(20_261_126);
        for (int i = 0; i < 700; i++)
        {
            string key = i < s_keys.Length ? s_keys[i] : i % 3 == 0 ? random.GetItems(s_keys, 1)[0]
                : new string(random.GetItems("abcdefghxyzq0123456789.".ToCharArray(), random.Next(1, 12)));
            string target = $"/p?k={key}&other={random.Next(4)}";
            string theirs = original.Get(target).Body;
            string mine = ours.Ask($"GET {target} HTTP/1.0\r\nHost: a\r\n\r\n");

            Assert.True("200 " + theirs == mine, $"{target}: {theirs}, not {mine}");
        }
    }

    [Fact]
    public void Map_NamesOneBelow_IsReadForEachRequest()
    {
        var ours = new MemorySite("""
            map $second $first { default "1-$second"; }
            map $uri $second { default "2-$uri"; }
            server { listen unix:@S@/s; return 200 "$first"; }
            """);

        Assert.Equal("200 1-2-/a", ours.Ask("GET /a HTTP/1.0\r\n\r\n"));
        Assert.Equal("200 1-2-/b", ours.Ask("GET /b HTTP/1.0\r\n\r\n"));
    }
}
