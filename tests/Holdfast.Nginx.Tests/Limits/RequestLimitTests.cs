using System.Diagnostics;
using System.Globalization;
using System.Text;
using Holdfast.Nginx.Limits;
using Holdfast.Nginx.Requests;

namespace Holdfast.Nginx.Tests.Limits;

/// <summary><c>limit_req</c>, beside the original.</summary>
public sealed class RequestLimitTests
{
    private const string Http = """
        limit_req_zone $arg_a zone=a:32k rate=1r/m;
        limit_req_zone $arg_b zone=bb:64k rate=3r/m;
        limit_req_zone $arg_c zone=c:32k rate=2r/m;
        server {
            listen unix:@S@/s;
            limit_req_status 429;
            location @s { return 200 "$limit_req_status"; }
            location /a { limit_req zone=a burst=2 nodelay; try_files /x @s; }
            location /b { limit_req zone=bb; limit_req zone=a burst=1 delay=1; limit_req_dry_run on; try_files /x @s; }
            location /c { limit_req zone=c burst=5 delay=2; limit_req_dry_run on; try_files /x @s; }
            location /d {
                limit_req zone=c burst=3; limit_req zone=bb burst=3 delay=1; limit_req zone=a burst=4;
                limit_req_dry_run on; try_files /x @s;
            }
        }
        """;

    [Fact]
    public void Ask_RandomKeys_AsTheOriginal()
    {
        using var site = new NginxSite(Http);
        var block = new MemoryBlock(Http);
        Dictionary<string, RequestLimits> limits = Compile(block);
        var random = new Random(20_261_203);
        var clock = Stopwatch.StartNew();
        HashSet<string> seen = [];
        for (int i = 0; i < 1500; i++)
        {
            string place = random.GetItems(["a", "b", "c", "d"], 1)[0];
            string target = $"/{place}?" + string.Join('&', "abc".Select(name => $"{name}={KeyOf(random)}"));
            (int status, string body) = site.Get(target);
            string theirs = status == 429 ? "REJECTED" : body;
            string mine = Ask(block, limits[place], target, clock.ElapsedMilliseconds);
            seen.Add(mine);

            Assert.True(theirs == mine, $"request {i}, {target}: {theirs}, not {mine}");
        }
        Assert.Equal(["", "DELAYED_DRY_RUN", "PASSED", "REJECTED", "REJECTED_DRY_RUN"],
            seen.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(100)]
    [InlineData(1000)]
    public void Ask_MoreKeysThanFit_ForgetsAsTheOriginal(int length)
    {
        using var site = new NginxSite(Http);
        var block = new MemoryBlock(Http);
        Dictionary<string, RequestLimits> limits = Compile(block);
        var random = new Random(20_261_204);
        int keys = 8 * 4096 / (80 + length);
        HashSet<string> seen = [];
        for (int i = 0; i < 3 * keys; i++)
        {
            string number = random.Next(keys).ToString(CultureInfo.InvariantCulture).PadLeft(length, 'k');
            string target = $"/a?a={number}";
            (int status, _) = site.Get(target);
            string theirs = status == 429 ? "REJECTED" : "PASSED";
            string mine = Ask(block, limits["a"], target, 1);
            seen.Add(mine);

            Assert.True(theirs == mine, $"request {i}, {target}: {theirs}, not {mine}");
        }
        Assert.Equal(0, site.Said("could not allocate"));
        Assert.Equal(2, seen.Count);
    }

    [Fact]
    public void Ask_AboveTheRate_WaitsAsLongAsItTakes()
    {
        var block = new MemoryBlock("""
            limit_req_zone $arg_a zone=a:32k rate=10r/s;
            server { location /a { limit_req zone=a burst=3 delay=1; } }
            """);
        RequestLimits limits = Compile(block)["a"];
        string[] answers = [.. Enumerable.Range(0, 6).Select(i => Full(block, limits, i))];

        // The first is free, one more does not wait, two wait for their turn, the next is too much.
        Assert.Equal(["Passed 0", "Passed 0", "Delayed 98", "Delayed 197", "Rejected 0", "Rejected 0"], answers);
        Assert.Equal("Delayed 196", Full(block, limits, 104));
        Assert.Equal("Passed 0", Full(block, limits, 10_000));
    }

    [Fact]
    public void Ask_KnownKeys_AllocatesNothing()
    {
        var block = new MemoryBlock(Http);
        RequestLimits limits = Compile(block)["d"];
        MemoryRequest[] facts = [.. Enumerable.Range(0, 300).Select(i
            => new MemoryRequest($"GET /d?a={i}&b={i % 7}&c={i % 3} HTTP/1.0\r\n\r\n"))];
        var request = new Request();
        long least = long.MaxValue;
        for (int round = 0; round < 10; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            foreach (MemoryRequest one in facts)
            {
                block.Begin(request, one);
                _ = limits.Ask(request, round);
                request.Clear();
            }
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    private static string KeyOf(Random random)
        => random.Next(8) == 0 ? "" : random.Next(40).ToString(CultureInfo.InvariantCulture);

    private static string Full(MemoryBlock block, RequestLimits limits, long now)
    {
        RequestLimitResult result = limits.Ask(block.Begin(new MemoryRequest("GET /a?a=1 HTTP/1.0\r\n\r\n")), now);
        return $"{result.Status} {result.DelayMilliseconds}";
    }

    private static string Ask(MemoryBlock block, RequestLimits limits, string target, long now)
    {
        Request request = block.Begin(new MemoryRequest($"GET {target} HTTP/1.0\r\nHost: a\r\n\r\n"));
        return Encoding.ASCII.GetString(LimitStatuses.TextOf(limits.Ask(request, now).Status));
    }

    private static Dictionary<string, RequestLimits> Compile(MemoryBlock block)
    {
        var compiler = new LimitCompiler(block.Texts);
        compiler.Define(block.Model);
        return block.Model.Servers[0].Locations
            .Where(static one => !one.Settings.Limits.Requests.IsEmpty)
            .ToDictionary(static one => one.Text[1..], one => compiler.Requests(one.Settings.Limits)!);
    }
}
