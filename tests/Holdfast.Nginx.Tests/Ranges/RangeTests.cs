using System.Globalization;
using System.Text;
using Holdfast.Nginx.Conditions;
using Holdfast.Nginx.Ranges;
using Holdfast.Nginx.Texts;

namespace Holdfast.Nginx.Tests.Ranges;

/// <summary>Requests for ranges of a file, beside the original.</summary>
public sealed class RangeTests
{
    private const long Modified = 784_111_777;
    private const string Content = "0123456789abcdefghijklmnopqrstuvwxyz";
    private const string Tag = "\"2ebc98a1-24\"";

    private const string Http = """
        server {
            listen unix:@S@/s;
            root @S@;
            types { text/html html; }
            default_type text/x-none;
            location /many/ { alias @S@/; }
            location /two/ { alias @S@/; max_ranges 2; }
            location /none/ { alias @S@/; max_ranges 0; }
            location /utf/ { alias @S@/; charset utf-8; charset_types *; }
            location /untyped/ { alias @S@/; default_type ""; }
        }
        """;

    private static readonly string[] s_values =
    [
        "0-0", "-1", "0-", "35-35", "36-", "36-40", "5-2", "-0", "-36", "-37", "-100", "1-3", "10-12", "0-35", "0-34",
        " 1 - 3 ", "1 -", "- 3", "a", "", "1-b", "--1", "1", "1-3 x", "99999999999999999999-", "0-99999999999999999999",
        "9223372036854775807-", "0-9223372036854775807", "9223372036854775806-9223372036854775807", "\t1-2", "+1-2",
    ];

    private static readonly string[] s_ifRange =
    [
        Tag, "W/" + Tag, "\"x\"", "Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:38 GMT", "x", "\"",
        "Sunday, 06-Nov-94 08:49:37 GMT", "*",
    ];

    [Fact]
    public void Decide_RandomRanges_AsTheOriginal()
    {
        using var site = new NginxSite(Http);
        string file = Path.Combine(site.Directory, "f");
        File.WriteAllText(file, Content);
        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch.AddSeconds(Modified));
        var random = new Random(20_261_202);
        HashSet<int> seen = [];
        for (int i = 0; i < 2500; i++)
        {
            string place = random.GetItems(["many", "two", "none", "utf", "untyped"], 1)[0];
            string unit = random.Next(12) == 0
                ? random.GetItems(["byte=", "Bytes=", "bytes =", "bytes"], 1)[0] : "bytes=";
            string value = unit + string.Join(',', random.GetItems(s_values, random.Next(1, 5)));
            string ifRange = random.Next(4) == 0 ? $"If-Range: {random.GetItems(s_ifRange, 1)[0]}\r\n" : "";
            string request = $"GET /{place}/f HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                + $"Range: {value}\r\n{ifRange}\r\n";
            Answer theirs = new(site.Exchange(request));
            seen.Add(theirs.Status);

            Compare(theirs, request, place);
        }
        Assert.Equal([200, 206, 416], seen.Order());
    }

    [Fact]
    public void Parse_EmptyContent_AsTheOriginal()
    {
        using var site = new NginxSite(Http);
        File.WriteAllText(Path.Combine(site.Directory, "f"), "");
        foreach (string value in s_values)
        {
            string request = $"GET /many/f HTTP/1.0\r\nHost: a\r\nRange: bytes={value}\r\n\r\n";
            int theirs = new Answer(site.Exchange(request)).Status;
            var ranges = new RangeList();
            byte[] bytes = Encoding.ASCII.GetBytes("bytes=" + value.TrimEnd());
            int mine = StatusOf(RangeParser.Parse(bytes, 0, null, ranges));

            Assert.True(theirs == mine, $"{theirs}, not {mine}: {value}");
        }
    }

    private static void Compare(Answer theirs, string request, string place)
    {
        var ranges = new RangeList();
        RangeOutcome outcome = RangeDecision.Decide(new MemoryRequest(request).Head,
            new Entity(Modified, Encoding.ASCII.GetBytes(Tag)), Content.Length,
            place switch { "two" => 2, "none" => 0, _ => null }, ranges);
        Assert.True(theirs.Status == StatusOf(outcome), $"{theirs.Status}, not {outcome}: {request}");
        var text = new TextBuilder();
        if (outcome == RangeOutcome.Unsatisfiable)
        {
            RangeTexts.PutUnsatisfied(Content.Length, text);
        }
        else if (outcome == RangeOutcome.Partial && ranges.Count == 1)
        {
            RangeTexts.PutContentRange(ranges[0], Content.Length, text);
            Assert.Equal(Content[(int)ranges[0].Start..(int)ranges[0].End], theirs.Body);
        }
        else if (outcome == RangeOutcome.Partial)
        {
            CompareParts(theirs, ranges, place);
        }
        else
        {
            Assert.Equal(Content, theirs.Body);
        }
        Assert.Equal(theirs["Content-Range"] ?? "", Encoding.ASCII.GetString(text.Text));
    }

    private static void CompareParts(Answer theirs, RangeList ranges, string place)
    {
        string type = theirs["Content-Type"]!;
        ulong boundary = ulong.Parse(type.AsSpan(type.IndexOf('=', StringComparison.Ordinal) + 1), null);
        byte[] part = Encoding.ASCII.GetBytes(place switch
        {
            "utf" => "text/x-none; charset=utf-8",
            "untyped" => "",
            _ => "text/x-none",
        });
        var text = new TextBuilder();
        long length = RangeTexts.LengthOf(ranges, part, Content.Length, text);
        for (int i = 0; i < ranges.Count; i++)
        {
            RangeTexts.PutPartHead(boundary, part, ranges[i], Content.Length, text);
            text.Put(Encoding.ASCII.GetBytes(Content[(int)ranges[i].Start..(int)ranges[i].End]));
        }
        RangeTexts.PutEnd(boundary, text);
        Assert.Equal(theirs.Body, Encoding.ASCII.GetString(text.Text));
        Assert.Equal(theirs["Content-Length"], length.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(length, text.Length);
        text.Clear();
        RangeTexts.PutMultipartType(boundary, text);
        Assert.Equal(type, Encoding.ASCII.GetString(text.Text));
    }

    private static int StatusOf(RangeOutcome outcome) => outcome switch
    {
        RangeOutcome.Partial => 206,
        RangeOutcome.Unsatisfiable => 416,
        _ => 200,
    };
}
