using System.Text;
using Holdfast.Nginx.Listings;
using Holdfast.Nginx.Texts;

namespace Holdfast.Nginx.Tests.Listings;

/// <summary>Listings of directories, byte for byte beside the original.</summary>
public sealed class DirectoryListingTests
{
    private const string Http = """
        server {
            listen unix:@S@/s;
            autoindex on;
            location /html/ { alias @S@/d/; }
            location /rounded/ { alias @S@/d/; autoindex_exact_size off; autoindex_localtime on; }
            location /utf8/ { alias @S@/d/; charset utf-8; }
            location /json/ { alias @S@/d/; autoindex_format json; }
            location /jsonp/ { alias @S@/d/; autoindex_format jsonp; }
            location /xml/ { alias @S@/d/; autoindex_format xml; }
        }
        """;

    private static readonly string[] s_pieces =
        ["a", "Zz", "é", "ü", " ", "&", "<", ">", "\"", "'", "%", "\t", "\n", "\u0001", "\u007f", "\\", "+", "~", "€",
            "0123456789"];

    [Fact]
    public void Put_RandomNames_AsTheOriginal()
    {
        using var site = new NginxSite(Http);
        string directory = Directory.CreateDirectory(Path.Combine(site.Directory, "d")).FullName;
        var random = new Random(20_261_208);
        List<ListingEntry> entries = [];
        string[] names = [.. Enumerable.Range(0, 150)
            .Select(i => (i == 0 ? "" : "x") + string.Concat(random.GetItems(s_pieces, random.Next(1, 60))))
            .Concat(Enumerable.Range(45, 10).Select(static i => new string('n', i)))
            .Concat(Enumerable.Range(45, 10).Select(static i => new string('é', i)))
            .Where(static name => Encoding.UTF8.GetByteCount(name) < 250).Distinct()];
        foreach (string name in names)
        {
            entries.Add(Make(directory, name, random));
        }
        entries.Sort(ListingEntry.Compare);
        foreach (string place in new[] { "html", "rounded", "utf8", "json", "jsonp", "xml" })
        {
            Compare(site, place, "", entries);
        }
        Compare(site, "jsonp", "call.back_1", entries);
        entries.Clear();
        Directory.Delete(directory, recursive: true);
        Directory.CreateDirectory(directory);
        foreach (string place in new[] { "html", "json", "jsonp", "xml" })
        {
            Compare(site, place, "", entries);
        }
    }

    [Fact]
    public void IsCallback_EachName_AsTheOriginal()
    {
        using var site = new NginxSite(Http);
        Directory.CreateDirectory(Path.Combine(site.Directory, "d"));
        foreach (string name in new[] { "a", "a-b", "a.b", "_", "$", "%20x", "1[0]", "", "a?", new('a', 128), new('a',
            129) })
        {
            (int status, _) = site.Get($"/jsonp/?callback={name}");

            Assert.True(status == 200 == DirectoryListing.IsCallback(Encoding.ASCII.GetBytes(name)),
                $"{name}: {status}");
        }
    }

    private static ListingEntry Make(string directory, string name, Random random)
    {
        string path = Path.Combine(directory, name);
        bool isDirectory = random.Next(4) == 0;
        long size = isDirectory ? 0 : (long)Math.Pow(2, random.NextDouble() * 36);
        if (isDirectory)
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            using FileStream file = File.Create(path);
            file.SetLength(size);
        }
        long modified = random.Next();
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddSeconds(modified));
        return new(Encoding.UTF8.GetBytes(name), isDirectory ? ListingKind.Directory : ListingKind.File, modified,
            size);
    }

    private static void Compare(NginxSite site, string place, string callback, List<ListingEntry> entries)
    {
        Answer theirs = new(site.Exchange($"GET /{place}/?callback={callback} HTTP/1.0\r\nHost: a\r\n\r\n"));
        ListingFormat format = Enum.TryParse(place, ignoreCase: true, out ListingFormat named) ? named
            : ListingFormat.Html;
        var to = new TextBuilder();
        var mine = new DirectoryListing(format, to);
        byte[] function = Encoding.ASCII.GetBytes(callback);
        mine.Begin(Encoding.ASCII.GetBytes($"/{place}/"), function);
        int offset = (int)TimeZoneInfo.Local.BaseUtcOffset.TotalSeconds;
        var style = new PageStyle(place != "rounded", place == "rounded" ? offset : 0, place == "utf8");
        foreach (ListingEntry entry in entries)
        {
            mine.Put(entry, style);
        }
        mine.End();
        Assert.StartsWith(Encoding.ASCII.GetString(DirectoryListing.TypeOf(format, function.Length > 0)),
            theirs["Content-Type"], StringComparison.Ordinal);
        Assert.Equal(theirs.Body.Split('\n'), Encoding.Latin1.GetString(to.Text).Split('\n'));
    }
}
