using System.Globalization;
using System.Text;
using Holdfast.Config.Nginx.Model;
using Holdfast.Linux.Pcre;
using Holdfast.Nginx.Locations;
using Holdfast.Nginx.Texts;
using Holdfast.Nginx.Uris;

namespace Holdfast.Nginx.Tests.Locations;

/// <summary>Which location a path gets.</summary>
public sealed class LocationTreeTests
{
    private static readonly PcreFactory s_regexes = new();

    [Theory]
    [InlineData("/", "A")]
    [InlineData("/index.html", "B")]
    [InlineData("/documents/document.html", "C")]
    [InlineData("/images/1.gif", "D")]
    [InlineData("/documents/1.jpg", "E")]
    [InlineData("/other", "B")]
    public void Find_ExampleOfTheManual_AsItSays(string path, string location)
    {
        LocationTree<string> tree = new(
        [
            Spec(LocationKind.Exact, "/", "A"), Spec(LocationKind.Prefix, "/", "B"),
            Spec(LocationKind.Prefix, "/documents/", "C"), Spec(LocationKind.PrefixNoRegex, "/images/", "D"),
            Spec(LocationKind.Regex, @"\.(gif|jpg|jpeg)$", "E"),
        ]);

        Assert.Equal(location, tree.Find(Encoding.Latin1.GetBytes(path), new Captures()).Location);
    }

    [Fact]
    public void Find_RandomLocations_AsTheOriginal()
    {
        var random = new Random(20_261_124);
        for (int round = 0; round < 12; round++)
        {
            int number = 0;
            LocationSpec<string>[] locations = Make(random, "", depth: 0, ref number);
            var text = new StringBuilder(
                "server { listen unix:@S@/s; absolute_redirect off; error_page 404 = @none;\n");
            Write(text, locations);
            using var site = new NginxSite(text + "location @none { return 200 none; } }");
            LocationTree<string> tree = new(locations);
            for (int i = 0; i < 150; i++)
            {
                string path = "/" + string.Join('/', random.GetItems(["a", "ab", "b", "c.x", ""], random.Next(1, 5)));
                string theirs = site.Get(path) is (301, _) ? "redirect" : site.Get(path).Body;
                byte[] normal = new byte[path.Length];
                int length = UriNormalizer.Normalize(Encoding.Latin1.GetBytes(path), true, normal).Length;
                LocationMatch<string> match = tree.Find(normal.AsSpan(0, length), new Captures());
                string ours = match.IsRedirect ? "redirect" : match.Location ?? "none";

                Assert.True(theirs == ours, $"{path}: {theirs}, not {ours}, by\n{text}");
            }
        }
    }

    [Fact]
    public void Find_ManyTimes_AllocatesNothing()
    {
        LocationTree<string> tree = new(
        [
            Spec(LocationKind.Prefix, "/", "1"), Spec(LocationKind.Prefix, "/api/", "2"),
            Spec(LocationKind.Regex, @"\.php$", "3"),
        ]);
        var captures = new Captures();
        _ = tree.Find("/api/x.php"u8, captures);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            _ = tree.Find("/api/x.php"u8, captures);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static LocationSpec<string> Spec(LocationKind kind, string path, string location) => new()
    {
        Kind = kind, Path = Encoding.Latin1.GetBytes(path), Location = location,
        Regex = kind == LocationKind.Regex ? s_regexes.Compile(path, ignoreCase: false) : null,
    };

    private static LocationSpec<string>[] Make(Random random, string? within, int depth, ref int number)
    {
        Dictionary<string, LocationSpec<string>> made = [];
        for (int i = random.Next(1, 7 - (depth * 2)); i > 0; i--)
        {
            // Within an expression there are expressions only: nothing else begins as it does.
            LocationKind kind = within is null ? LocationKind.Regex : (LocationKind)random.Next(4);
            bool isRegex = kind == LocationKind.Regex;
            string path = isRegex ? random.GetItems(["a$", "^/a", "b", @"\.x$", "/ab/"], 1)[0]
                : within + string.Concat(random.GetItems(["/a", "/ab", "/", "b", "/b/", "/c.x"], random.Next(1, 3)));
            path = isRegex || path[0] == '/' ? path : "/" + path;
            path = path.Replace("//", "/", StringComparison.Ordinal);
            if (!isRegex && !path.StartsWith(within!, StringComparison.Ordinal))
            {
                continue;
            }
            string key = kind switch { LocationKind.Exact => "=", LocationKind.Regex => "~", _ => "" } + path;
            bool redirects = !isRegex && path.EndsWith('/') && random.Next(3) == 0;
            number++;
            string name = number.ToString(CultureInfo.InvariantCulture);
            LocationSpec<string>[] nested = depth < 2 && kind != LocationKind.Exact && random.Next(3) == 0
                ? Make(random, isRegex ? null : path, depth + 1, ref number) : [];
            _ = made.TryAdd(key, new LocationSpec<string>
            {
                Kind = kind, Path = Encoding.Latin1.GetBytes(path), Location = name, RedirectsToSlash = redirects,
                Regex = isRegex ? s_regexes.Compile(path, ignoreCase: false) : null, Nested = nested,
            });
        }
        return [.. made.Values];
    }

    private static void Write(StringBuilder text, IEnumerable<LocationSpec<string>> locations)
    {
        foreach (LocationSpec<string> one in locations)
        {
            string modifier = one.Kind switch
            {
                LocationKind.Exact => "= ", LocationKind.Regex => "~ ", LocationKind.PrefixNoRegex => "^~ ", _ => "",
            };
            // What passes requests on redirects; what rewrites answers first, so nobody is ever asked.
            string pass = one.RedirectsToSlash ? "proxy_pass http://127.0.0.1:9; " : "";
            _ = text.AppendLine(
                $"location {modifier}{Encoding.Latin1.GetString(one.Path)} {{ {pass}return 200 {one.Location};");
            Write(text, one.Nested);
            _ = text.AppendLine("}");
        }
    }
}
