using System.Text;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Substitution;
using Holdfast.Nginx.Texts;

namespace Holdfast.Nginx.Tests.Substitution;

/// <summary><c>sub_filter</c>, beside the original.</summary>
public sealed class SubstituterTests
{
    private const string Http = """
        server {
            listen unix:@S@/s;
            sub_filter_types *;
            location /once/ { alias @S@/; sub_filter abc [1]; sub_filter AB [2]; sub_filter aaa "";
                sub_filter b $arg_v; }
            location /many/ { alias @S@/; sub_filter_once off; sub_filter ab [1]; sub_filter aBc [2];
                sub_filter cca [3]; }
            location /long/ { alias @S@/; sub_filter_once off; sub_filter aabb [1]; sub_filter b "abc"; }
            location /empty/ { alias @S@/; sub_filter_once off; sub_filter $arg_none [1]; sub_filter $arg_v [2]; }
            location /single/ { alias @S@/; sub_filter_once off; sub_filter a aa; }
            location /html/ { alias @S@/; sub_filter_types text/css; sub_filter a x; }
        }
        """;

    [Fact]
    public void Put_RandomBodiesInParts_AsTheOriginal()
    {
        using var site = new NginxSite(Http);
        var block = new MemoryBlock(Http);
        var random = new Random(20_261_210);
        var substituter = new Substituter();
        var to = new TextBuilder();
        for (int i = 0; i < 800; i++)
        {
            string place = random.GetItems(["once", "many", "long", "empty", "single"], 1)[0];
            string body = string.Concat(random.GetItems(["a", "b", "c", "A", "B", "x"], random.Next(1, 60)));
            File.WriteAllText(Path.Combine(site.Directory, "f"), body);
            string request = $"GET /{place}/f?v=Ca HTTP/1.0\r\nHost: a\r\n\r\n";
            string theirs = new Answer(site.Exchange(request)).Body;
            SubstitutionRules rules = SubstitutionRules.Compile(block[$"/{place}/"].Bodies, block.Texts)!;
            Request begun = block.Begin(new MemoryRequest(request));
            substituter.Begin(rules, begun);
            to.Clear();
            byte[] bytes = Encoding.ASCII.GetBytes(body);
            for (int at = 0; at < bytes.Length;)
            {
                int count = Math.Min(random.Next(8), bytes.Length - at);
                substituter.Put(bytes.AsSpan(at, count), isLast: false, to);
                at += count;
            }
            substituter.Put([], isLast: true, to);
            string mine = Encoding.ASCII.GetString(to.Text);

            Assert.True(theirs == mine, $"{place} {body}: {theirs}, not {mine}");
        }
    }

    [Fact]
    public void Types_OfTheContent_AsTheOriginal()
    {
        var block = new MemoryBlock(Http);
        SubstitutionRules rules = SubstitutionRules.Compile(block["/html/"].Bodies, block.Texts)!;

        Assert.True(rules.Types.Has("text/html"u8));
        Assert.True(rules.Types.Has("Text/CSS; charset=utf-8"u8));
        Assert.False(rules.Types.Has("text/plain"u8));
        Assert.False(rules.Types.Has([]));
    }

    [Fact]
    public void Put_PartAfterPart_AllocatesNothing()
    {
        var block = new MemoryBlock(Http);
        SubstitutionRules rules = SubstitutionRules.Compile(block["/many/"].Bodies, block.Texts)!;
        var facts = new MemoryRequest("GET /many/f HTTP/1.0\r\n\r\n");
        var substituter = new Substituter();
        var to = new TextBuilder();
        var request = new Request();
        byte[] part = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("xxabccax", 500)) + "a");
        long least = long.MaxValue;
        for (int round = 0; round < 8; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            block.Begin(request, facts);
            substituter.Begin(rules, request);
            for (int i = 0; i < 10; i++)
            {
                to.Clear();
                substituter.Put(part, isLast: i == 9, to);
            }
            request.Clear();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }
}
