using System.Text;
using Holdfast.Nginx.Conditions;
using Holdfast.Nginx.Texts;

namespace Holdfast.Nginx.Tests.Conditions;

/// <summary>Conditional requests of a file, beside the original.</summary>
public sealed class PreconditionTests
{
    private const long Modified = 784_111_777;

    private const string Http = """
        server {
            listen unix:@S@/s;
            root @S@;
            location /exact/ { alias @S@/; }
            location /before/ { alias @S@/; if_modified_since before; }
            location /off/ { alias @S@/; if_modified_since off; }
            location /untagged/ { alias @S@/; etag off; }
        }
        """;

    private static readonly string[] s_names =
        ["If-Modified-Since", "If-Unmodified-Since", "If-Match", "If-None-Match"];

    private static readonly string[] s_dates =
    [
        "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
        "Sun, 06 Nov 1994 08:49:36 GMT", "Sun, 06 Nov 1994 08:49:38 GMT", "Sun, 06 Nov 1994 08:49:37", "0",
        "x, 06 Nov 1994 08:49:37 y", "Sun,06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37GMT",
        "Sun Nov 06 08:49:37 1994", "Sun Nov 6 08:49:37 1994 ", "Sun Nov  6 08:49:37 1994 GMT",
        "Sun, 06 Nov 94 08:49:37",
        "06 Nov 1994 08:49:37 GMT", "Sun Nov  6 08:49:37 199", "Sunday, 06-Nov-1994 08:49:37 GMT",
    ];

    private static readonly string[] s_tags =
    [
        "\"2ebc98a1-5\"", "W/\"2ebc98a1-5\"", "\"other\"", "*", "\"a\", \"2ebc98a1-5\"", "\"2ebc98a1-5\" , \"a\"",
        "W/\"a\",W/\"2ebc98a1-5\"", "\"2ebc98a1-5\"x", "2ebc98a1-5", "* ", "\"*\"",
        "\"2ebc98a1-5\"\t,", ",\"2ebc98a1-5\"",
        "\"2ebc98a1-5\"x, \"2ebc98a1-5\"", "w/\"2ebc98a1-5\"", "",
    ];

    [Fact]
    public void Evaluate_RandomConditions_AsTheOriginal()
    {
        using var site = new NginxSite(Http);
        string file = Path.Combine(site.Directory, "f");
        File.WriteAllText(file, "12345");
        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch.AddSeconds(Modified));
        var random = new Random(20_261_201);
        HashSet<int> seen = [];
        for (int i = 0; i < 1500; i++)
        {
            string place = random.GetItems(["exact", "before", "off", "untagged"], 1)[0];
            var text = new StringBuilder($"GET /{place}/f HTTP/1.0\r\nHost: a\r\n");
            foreach (string name in s_names.Where(_ => random.Next(3) == 0))
            {
                string[] values = name.EndsWith("Since", StringComparison.Ordinal) ? s_dates : s_tags;
                string value = random.GetItems(values, 1)[0];
                text = text.Append(name).Append(": ").Append(value).Append("\r\n");
            }
            string request = text.Append("\r\n").ToString();
            int theirs = new Answer(site.Exchange(request)).Status;
            seen.Add(theirs);
            int mine = Status(request, place);

            Assert.True(theirs == mine, $"{theirs}, not {mine}: {request}");
        }
        Assert.Equal([200, 304, 412], seen.Order());
    }

    [Fact]
    public void Put_Tag_AsTheOriginal()
    {
        using var site = new NginxSite(Http);
        File.WriteAllText(Path.Combine(site.Directory, "f"), new string('x', 70_000));
        File.SetLastWriteTimeUtc(Path.Combine(site.Directory, "f"), DateTime.UnixEpoch.AddSeconds(Modified));
        var tag = new TextBuilder();
        EntityTags.Put(Modified, 70_000, tag);
        Answer answer = new(site.Exchange("HEAD /exact/f HTTP/1.0\r\n\r\n"));

        Assert.Equal(answer["ETag"], Encoding.ASCII.GetString(tag.Text));
    }

    [Theory]
    [InlineData("\"a\"", "W/\"a\"")]
    [InlineData("W/\"a\"", "W/\"a\"")]
    [InlineData("a", "")]
    public void TryWeaken_Tag_IsMarkedOnce(string tag, string expected)
    {
        var weak = new TextBuilder();
        bool isLeft = EntityTags.TryWeaken(Encoding.ASCII.GetBytes(tag), weak);

        Assert.Equal(expected, Encoding.ASCII.GetString(weak.Text));
        Assert.Equal(expected.Length > 0, isLeft);
    }

    private static int Status(string request, string place)
    {
        ReadOnlySpan<byte> tag = place == "untagged" ? default : "\"2ebc98a1-5\""u8;
        PreconditionOutcome outcome = Preconditions.Evaluate(
            new MemoryRequest(request).Head, new Entity(Modified, tag), Preconditions.ModeOf(place));
        return outcome switch
        {
            PreconditionOutcome.NotModified => 304,
            PreconditionOutcome.Failed => 412,
            _ => 200,
        };
    }
}
