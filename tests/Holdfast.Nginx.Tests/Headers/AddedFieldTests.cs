using System.Text;
using Holdfast.Config.Nginx.Model;
using Holdfast.Nginx.Conditions;
using Holdfast.Nginx.Headers;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;

namespace Holdfast.Nginx.Tests.Headers;

/// <summary><c>expires</c> and <c>add_header</c>, beside the original.</summary>
public sealed class AddedFieldTests
{
    private static readonly string[] s_words =
    [
        "30", "1h", "-1", "+1d12h", "epoch", "max", "off", "0", "@6h", "@23h59m", "@0", "1M2w3d4h5m6s", "modified 1h",
        "modified 100y", "modified -1d", "modified +20000d", "modified 0", "-0", "1y", "24855d",
    ];

    [Fact]
    public void TryFind_EachForm_AsTheOriginal()
    {
        string http = "server { listen unix:@S@/s; root @S@;\n"
            + string.Concat(s_words.Select(static (word, i)
                => $"location /{i} {{ expires {word}; try_files /f =404; }}\n"))
            + "location /v { expires $arg_v; try_files /f =404; }\n"
            + "location /m { expires modified $arg_v; try_files /f =404; } }";
        using var site = new NginxSite(http);
        string file = Path.Combine(site.Directory, "f");
        File.WriteAllText(file, "ok");
        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch.AddSeconds(784_111_777));
        var block = new MemoryBlock(http);
        for (int i = 0; i < s_words.Length; i++)
        {
            Compare(site, block, $"/{i}", "");
        }
        foreach (string word in new[] { "", "30", "1h30m", "epoch", "max", "off", "x", "-5", "@1h", "@25h", "1m1h",
            "2147483647",
            "1s5", "5s5s", "1ms", "+", "9999999999", "1d1", "y", "m5" })
        {
            Compare(site, block, "/v", "?v=" + word);
            Compare(site, block, "/m", "?v=" + word);
        }
    }

    [Fact]
    public void TryRead_EachStatus_AsTheOriginal()
    {
        const string Http = """
            server {
                listen unix:@S@/s;
                add_header A "$arg_v"; add_header B "b$arg_v" always; add_header Cache-Control x;
                    add_header Cache-Control y;
                add_header C "$arg_v" always;
                location / { return 200; }
                location /s/ { rewrite ^/s/201 /201 break; }
                location /200 { return 200; } location /201 { return 201; } location /204 { return 204; }
                location /301 { return 301 /; } location /302 { return 302 /; } location /303 { return 303 /; }
                location /307 { return 307 /; } location /308 { return 308 /; } location /400 { return 400; }
                location /404 { return 404; } location /500 { return 500; } location /503 { return 503; }
                location /202 { return 202; } location /203 { return 203; } location /205 { return 205; }
            }
            """;
        using var site = new NginxSite(Http);
        var block = new MemoryBlock(Http);
        AddedFields fields = AddedFields.Compile(block.Model.Servers[0].Settings.Headers, block.Texts)!;
        foreach (int status in new[] { 200, 201, 202, 203, 204, 205, 301, 302, 303, 307, 308, 400, 404, 500, 503 })
        {
            foreach (string value in new[] { "", "1" })
            {
                string text = $"GET /{status}?v={value} HTTP/1.0\r\nHost: a\r\n\r\n";
                Answer theirs = new(site.Exchange(text));
                Assert.Equal(status, theirs.Status);
                Request request = block.Begin(new MemoryRequest(text));
                foreach (IGrouping<string, AddedField> name in fields.Headers
                    .GroupBy(static one => Encoding.ASCII.GetString(one.Name.Span)))
                {
                    List<string> mine = [];
                    foreach (AddedField field in name)
                    {
                        if (AddedFields.TryRead(field, request, status, out ReadOnlySpan<byte> sent))
                        {
                            mine.Add(Encoding.ASCII.GetString(sent));
                        }
                    }
                    Assert.Equal(theirs.All(name.Key), mine);
                }
            }
        }
    }

    private static void Compare(NginxSite site, MemoryBlock block, string location, string query)
    {
        string text = $"GET {location}{query} HTTP/1.0\r\nHost: a\r\n\r\n";
        Answer theirs = new(site.Exchange(text));
        HttpSettings settings = block[location];
        Assert.True(HttpDate.TryParse(Encoding.ASCII.GetBytes(theirs["Date"]!), out long now));
        var control = new TextBuilder();
        string? expires = null;
        if (AddedFields.Compile(settings.Headers, block.Texts)!.Expires is { } rule
            && rule.TryFind(block.Begin(new MemoryRequest(text)), now, 0, 784_111_777, out Expiry expiry))
        {
            Span<byte> date = stackalloc byte[HttpDate.Length];
            HttpDate.Write(expiry.Expires, date);
            expires = Encoding.ASCII.GetString(date);
            ExpiryRule.PutCacheControl(expiry, control);
        }
        Assert.True(theirs["Expires"] == expires, $"{location}{query}: {theirs["Expires"]}, not {expires}");
        Assert.Equal(theirs["Cache-Control"] ?? "", Encoding.ASCII.GetString(control.Text));
    }
}
