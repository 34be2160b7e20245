using System.Globalization;
using System.Text;
using Holdfast.Config.Nginx.Model;
using Holdfast.Nginx.Upstreams;
using Holdfast.Primitives;

namespace Holdfast.Nginx.Tests.Upstreams;

/// <summary>Which peer gets which request, beside the original.</summary>
public sealed class UpstreamTests
{
    private const int Requests = 150;

    [Theory]
    [InlineData(UpstreamMethod.RoundRobin, "")]
    [InlineData(UpstreamMethod.LeastConnections, "least_conn;")]
    [InlineData(UpstreamMethod.IpHash, "ip_hash;")]
    [InlineData(UpstreamMethod.Hash, "hash $arg_k;")]
    [InlineData(UpstreamMethod.ConsistentHash, "hash $arg_k consistent;")]
    public void Choose_RandomPeers_AsTheOriginal(UpstreamMethod method, string line)
    {
        var random = new Random(20_261_127);
        for (int round = 0; round < 8; round++)
        {
            (string Line, PeerSettings Peer, bool IsBackup, bool IsDead)[] servers =
                [.. Enumerable.Range(0, random.Next(1, 7)).Select(i => Make(random, i, method))];
            if (servers.All(static one => one.IsBackup || one.Peer.IsDown))
            {
                continue; // refused by the original, or nothing to be seen
            }
            var text = new StringBuilder($"upstream u {{ {line}\n");
            text = text.AppendJoin('\n', servers.Select(static one => one.Line)).AppendLine("}");
            text = text.AppendLine("set_real_ip_from unix:; real_ip_header X-Real-IP;");
            text = text.AppendLine("server { listen unix:@S@/s; location / { proxy_pass http://u;"
                + " add_header X-Tried $upstream_addr always; } }");
            foreach ((string _, PeerSettings peer, bool _, bool isDead) in servers.Where(static one => !one.IsDead))
            {
                _ = isDead;
                text = text.AppendLine($"server {{ listen {peer.Name}; return 200 ok; }}");
            }
            using var site = new NginxSite(text.ToString());
            Upstream ours = new(method, [.. Named(servers, site, isBackup: false)], [.. Named(servers, site, true)]);
            HashSet<string> dead = [.. servers.Where(static one => one.IsDead)
                .Select(one => one.Peer.Name.Replace("@S@", site.Directory, StringComparison.Ordinal))];
            for (int i = 0; i < Requests; i++)
            {
                string key = random.Next(60).ToString(CultureInfo.InvariantCulture);
                string address = random.Next(4) > 0 ? $"10.{random.Next(9)}.{random.Next(9)}.{key}"
                    : $"2001:db8::{key}";
                string answer = site.Exchange(
                    $"GET /?k={key} HTTP/1.0\r\nHost: a\r\nX-Real-IP: {address}\r\n\r\n");
                string theirs = answer.Split("\r\n")
                    .First(static one => one.StartsWith("X-Tried: ", StringComparison.Ordinal))[9..];
                string mine = Visit(ours, method, key, address, dead);

                Assert.True(theirs == mine, $"request {i}, {key} {address}: {theirs}\nnot {mine}\nby\n{text}");
            }
        }
    }

    [Fact]
    public void Choose_SmoothRoundRobin_SpreadsTheHeavyOne()
    {
        Upstream upstream = new(UpstreamMethod.RoundRobin, [new("a", 5), new("b"), new("c")], []);

        string turns = string.Concat(Enumerable.Range(0, 7).Select(_ => Visit(upstream)));

        Assert.Equal("aabacaa", turns);
    }

    [Fact]
    public void Leave_FailedPeer_GetsOneRequestAfterItsTime()
    {
        Upstream upstream = new(UpstreamMethod.RoundRobin, [new("a"), new("b", FailTimeout: 10)], []);
        var visit = new PeerVisit();
        visit.Begin([]);
        Peer a = upstream.Choose(visit, 100)!;
        Peer b = upstream.Choose(visit, 100)!;
        Assert.True(upstream.Leave(b, PeerOutcome.Failed, 100));
        Assert.False(upstream.Leave(a, PeerOutcome.Answered, 100));

        Assert.Equal("aaaa", string.Concat(Enumerable.Range(0, 4).Select(_ => Visit(upstream, 110))));
        Assert.Equal("b", Seen(upstream, 111, "b"));
        Assert.Equal("aa", string.Concat(Enumerable.Range(0, 2).Select(_ => Visit(upstream, 111))));
    }

    private static string Seen(Upstream upstream, long now, string name)
    {
        // It is asked, and keeps the request: nobody knows yet whether it is well again.
        var visit = new PeerVisit();
        visit.Begin([]);
        Peer peer = upstream.Choose(visit, now)!;
        for (int i = 0; i < 4 && peer.Settings.Name != name; i++)
        {
            _ = upstream.Leave(peer, PeerOutcome.Answered, now);
            visit.Begin([]);
            peer = upstream.Choose(visit, now)!;
        }
        return peer.Settings.Name;
    }

    private static string Visit(Upstream upstream, long now = 1)
    {
        var visit = new PeerVisit();
        visit.Begin([]);
        Peer? peer = upstream.Choose(visit, now);
        if (peer is not null)
        {
            _ = upstream.Leave(peer, PeerOutcome.Answered, now);
        }
        return peer?.Settings.Name ?? "-";
    }

    /// <summary>All that a request tries, as $upstream_addr says it.</summary>
    private static string Visit(
        Upstream upstream, UpstreamMethod method, string key, string address, HashSet<string> dead)
    {
        Span<byte> bytes = stackalloc byte[16];
        int length = IpAddress.Parse(address).CopyTo(bytes);
        var visit = new PeerVisit();
        visit.Begin(method == UpstreamMethod.IpHash ? bytes[..(length == 4 ? 3 : 16)] : Encoding.ASCII.GetBytes(key));
        List<string> tried = [];
        for (int tries = upstream.Count; tries > 0; tries--)
        {
            if (upstream.Choose(visit, 1) is not { } peer)
            {
                tried.Add("u");
                break;
            }
            tried.Add(peer.Settings.Name);
            bool isDead = dead.Contains(peer.Settings.Name);
            _ = upstream.Leave(peer, isDead ? PeerOutcome.Failed : PeerOutcome.Answered, 1);
            if (!isDead)
            {
                break;
            }
        }
        return string.Join(", ", tried);
    }

    private static (string Line, PeerSettings Peer, bool IsBackup, bool IsDead) Make(
        Random random, int number, UpstreamMethod method)
    {
        bool isBackup = number > 0 && random.Next(5) == 0
            && method is UpstreamMethod.RoundRobin or UpstreamMethod.LeastConnections;
        PeerSettings peer = new($"unix:@S@/p{number}", random.Next(1, 5), random.Next(3), 3600, 0, random.Next(8) == 0);
        string line = string.Create(CultureInfo.InvariantCulture,
            $"server {peer.Name} weight={peer.Weight} max_fails={peer.FailuresMax} fail_timeout=1h")
            + (peer.IsDown ? " down" : "") + (isBackup ? " backup" : "") + ";";
        return (line, peer, isBackup, number > 0 && random.Next(4) == 0);
    }

    private static IEnumerable<PeerSettings> Named(
        (string Line, PeerSettings Peer, bool IsBackup, bool IsDead)[] servers, NginxSite site, bool isBackup)
        => servers.Where(one => one.IsBackup == isBackup).Select(one => one.Peer with
        {
            Name = one.Peer.Name.Replace("@S@", site.Directory, StringComparison.Ordinal),
        });
}
