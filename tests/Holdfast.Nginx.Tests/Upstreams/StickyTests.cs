using System.Text;
using Holdfast.Config.Nginx.Model;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;
using Holdfast.Nginx.Upstreams;

namespace Holdfast.Nginx.Tests.Upstreams;

/// <summary>random, least_time and sticky.</summary>
public sealed class StickyTests
{
    [Fact]
    public void Random_ManyRequests_SpreadsByWeight()
    {
        var upstream = new Upstream(UpstreamMethod.Random, [new("a", 3), new("b"), new("c", IsDown: true)], [], 7);

        int ofA = Enumerable.Range(0, 4000).Count(_ => Visit(upstream) == "a");

        Assert.InRange(ofA, 2700, 3300); // of places with the weight of what is down, some lead to another one
        Assert.DoesNotContain("c", Enumerable.Range(0, 100).Select(_ => Visit(upstream)));
    }

    [Fact]
    public void RandomTwo_OneIsBusy_TakesTheOtherOfTwo()
    {
        var upstream = new Upstream(UpstreamMethod.RandomTwo, [new("a"), new("b")], [], 7);
        List<Peer> busy = [];
        for (int i = 0; i < 20; i++)
        {
            busy.Add(Enter(upstream)!);
        }
        Assert.Equal(10, busy.Count(static peer => peer.Settings.Name == "a"));
        foreach (Peer peer in busy.Where(static peer => peer.Settings.Name == "b"))
        {
            _ = upstream.Leave(peer, PeerOutcome.Answered, 1);
        }
        Assert.Equal(["b"], Enumerable.Range(0, 20).Select(_ => Visit(upstream)).Distinct());
    }

    [Fact]
    public void Random_AllTried_EndsWithNone()
    {
        var upstream = new Upstream(UpstreamMethod.RandomTwo, [new("a"), new("b"), new("c")], [new("d")]);
        var visit = new PeerVisit();
        visit.Begin([]);
        string[] tried = [.. Enumerable.Range(0, 5).Select(_ => upstream.Choose(visit, 1)?.Settings.Name ?? "-")];

        Assert.Equal(["a", "b", "c"], tried[..3].Order());
        Assert.Equal(["d", "-"], tried[3..]);
    }

    [Fact]
    public void LeastTime_SlowAndFast_TakesTheFastOneUntilItIsBusy()
    {
        var upstream = new Upstream(UpstreamMethod.LeastTime, [new("slow"), new("fast"), new("new")], []);
        upstream.NoteTime(upstream.Primary.Peers[0], 100);
        upstream.NoteTime(upstream.Primary.Peers[1], 40);
        Assert.Equal("new", Visit(upstream));
        upstream.NoteTime(upstream.Primary.Peers[2], 500);

        string[] chosen = [.. Enumerable.Range(0, 4).Select(_ => Enter(upstream)!.Settings.Name)];

        // 40, 80, then 120 against 100, then 120 against 200.
        Assert.Equal(["fast", "fast", "slow", "fast"], chosen);
    }

    [Fact]
    public void ChooseByRoute_KnownPeer_IsTakenWhileItMayBe()
    {
        var upstream = new Upstream(UpstreamMethod.RoundRobin,
            [new("10.0.0.1:80"), new("b") { Route = "r2" }, new("c") { IsDraining = true, Route = "r3" }], []);
        string md5 = Encoding.ASCII.GetString(upstream.Primary.Peers[0].Route);

        Assert.Equal("1484b8b3753313249a03bcfd7b96938d", md5);
        Assert.Equal("10.0.0.1:80", ByRoute(upstream, md5));
        Assert.Equal("b", ByRoute(upstream, "r2"));
        Assert.Equal("c", ByRoute(upstream, "r3"));
        Assert.Equal("-", ByRoute(upstream, "r4"));
        Assert.Equal("-", ByRoute(upstream, ""));
        Assert.DoesNotContain("c", Enumerable.Range(0, 10).Select(_ => Visit(upstream)));

        var visit = new PeerVisit();
        visit.Begin([]);
        Peer failed = upstream.ChooseByRoute(visit, "r2"u8, 1)!;
        _ = upstream.Leave(failed, PeerOutcome.Failed, 1);
        Assert.Equal("-", ByRoute(upstream, "r2")); // max_fails is reached
        Assert.Equal("10.0.0.1:80", upstream.Choose(visit, 1)!.Settings.Name);
    }

    [Fact]
    public void Compile_Words_ReadAndWriteTheRoute()
    {
        var block = new MemoryBlock("server { location / { return 200 $cookie_sid$arg_r; } }");
        StickyRule cookie = StickyRule.Compile(
            ["cookie", "sid", "expires=1h", "domain=.x", "httponly", "path=/"], block.Texts)!;
        StickyRule route = StickyRule.Compile(["route", "$cookie_route", "$arg_r"], block.Texts)!;
        Request request = block.Begin(new MemoryRequest("GET /?r=two HTTP/1.0\r\nCookie: sid=one\r\n\r\n"));
        var upstream = new Upstream(UpstreamMethod.RoundRobin, [new("a") { Route = "r" }], []);
        var to = new TextBuilder();
        cookie.PutCookie(upstream.Primary.Peers[0], 784_108_177, to);

        Assert.Equal("one", Encoding.ASCII.GetString(cookie.RouteOf(request)));
        Assert.Equal("two", Encoding.ASCII.GetString(route.RouteOf(request)));
        Assert.Equal("sid=r; expires=Sun, 06 Nov 1994 08:49:37 GMT; max-age=3600; domain=.x; httponly; path=/",
            Encoding.ASCII.GetString(to.Text));
        Assert.True(cookie.SetsCookie);
        Assert.False(route.SetsCookie);
        Assert.Null(StickyRule.Compile([], block.Texts));
    }

    private static Peer? Enter(Upstream upstream)
    {
        var visit = new PeerVisit();
        visit.Begin([]);
        return upstream.Choose(visit, 1);
    }

    private static string Visit(Upstream upstream)
    {
        Peer? peer = Enter(upstream);
        if (peer is not null)
        {
            _ = upstream.Leave(peer, PeerOutcome.Answered, 1);
        }
        return peer?.Settings.Name ?? "-";
    }

    private static string ByRoute(Upstream upstream, string route)
    {
        var visit = new PeerVisit();
        visit.Begin([]);
        Peer? peer = upstream.ChooseByRoute(visit, Encoding.ASCII.GetBytes(route), 1);
        if (peer is not null)
        {
            _ = upstream.Leave(peer, PeerOutcome.Answered, 1);
        }
        return peer?.Settings.Name ?? "-";
    }
}
