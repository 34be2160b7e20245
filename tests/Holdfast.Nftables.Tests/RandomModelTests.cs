using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Holdfast.Lab;
using Holdfast.Layer4.Ipvs;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Nftables;
using Holdfast.Layer4.Planning;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Nftables.Tests;

/// <summary>Random services, changed at random: what the real nft lists is what is wanted, and nothing else.</summary>
public sealed class RandomModelTests
{
    private static readonly string[] s_schedulers = ["rr", "wrr", "sh", "mh", "fo"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Ruleset_AfterRandomChanges_IsWhatIsWanted(int seed)
    {
        using var lab = Lab.Lab.Create();
        LabNode node = lab.AddNode("director");
        _ = lab.AddSegment().Attach(node, "10.0.0.2/24", "fd00::2/64");
        using NftablesClient client = node.Run(static () =>
        {
            NftablesClient.TryOpen(out NftablesClient? opened).ThrowIfFailed("open");
            opened!.LookAround();
            return opened;
        });
        var random = new Random(seed);
        PoolSpec[] pools = [];
        for (int step = 0; step < 12; step++)
        {
            pools = step == 11 ? [] : Next(random, pools);
            PoolSpec[] ours = pools;
            NetlinkResult result = client.Carry(
                seen => Layer4Planner.Plan(ours, seen, seen), out ImmutableArray<Layer4Outcome> outcomes);

            result.ThrowIfFailed("carry out");
            Assert.All(outcomes, static o => Assert.True(o.Result.IsSuccess, $"{o.Operation}: {o.Result}"));
            client.Observe(out ImmutableArray<ObservedPool> observed).ThrowIfFailed("observe");
            Assert.Equal(ours.Select(Text).Order(), observed.Select(static p => Text(
                new PoolSpec(p.Service.Spec, [.. p.Servers.Select(static s => s.Spec)]))).Order());
            using ListedRuleset listed = ListedRuleset.Of(node);
            Judge(listed, ours);
        }
    }

    // Everything that has a slash in its name is of a server or a service.
    private static void Judge(ListedRuleset listed, PoolSpec[] pools)
    {
        Assert.Equal(pools.Select(static p => $"{Family(p)} {Name(p)}")
            .Concat(pools.SelectMany(static p => p.Servers.SelectMany(s => IsDirect(p)
                ? (string[])[$"netdev {Chain(p, s)}", $"netdev {Chain(p, s)}/new"] : [$"inet {Chain(p, s)}"]))).Order(),
            listed.Names("chain").Where(static c => c.Contains('-', StringComparison.Ordinal)
                && !c.StartsWith("netdev in-", StringComparison.Ordinal)).Order());
        Assert.Equal(pools.SelectMany(static p => p.Servers.SelectMany(s => (IsDirect(p) ? ["new", "in"]
                : (string[])["new", "in", "out"]).Select(c => $"{Family(p)} {Chain(p, s)}/{c}"))).Order(),
            listed.Names("counter").Order());
        Assert.Equal(pools.Where(static p => p.Service.IsPersistent)
                .SelectMany(static p => p.Servers.Select(s => $"{Family(p)} {Chain(p, s)}/clients")).Order(),
            listed.Names("set").Where(static s => s.Contains('/', StringComparison.Ordinal)).Order());
        foreach (string family in (string[])["inet", "netdev"])
        {
            Assert.Equal(pools.Where(p => Family(p) == family).Select(static p =>
                    $"{p.Service.Key.Protocol.ToString().ToLowerInvariant()} {p.Service.Key.Address} "
                    + $"{p.Service.Key.Port} > {Name(p)}").Order(),
                listed.Targets(family, "services4").Concat(listed.Targets(family, "services6")).Order());
        }
        Assert.Equal(pools.Any(IsDirect), listed.Names("chain").Any(
            static c => c.StartsWith("netdev in-", StringComparison.Ordinal)));
        Assert.All(pools, pool => JudgeServers(listed, pool));
    }

    private static void JudgeServers(ListedRuleset listed, PoolSpec pool)
    {
        Dictionary<string, int> slots = listed.Slots(Family(pool), Name(pool));
        RealServerSpec[] working = [.. pool.Servers.Where(static s => s.Weight > 0)];
        uint best = working.Length == 0 ? 0 : working.Max(static s => s.Weight);
        double sum = working.Sum(s => Share(s));
        int total = slots.Values.Sum();
        foreach (RealServerSpec server in pool.Servers)
        {
            int count = slots.GetValueOrDefault(Chain(pool, server) + (IsDirect(pool) ? "/new" : ""));
            double wanted = sum == 0 ? 0 : Share(server) / sum;
            if (pool.Service.Scheduler == "fo")
            {
                Assert.True(count == 0 || server.Weight == best, $"{pool.Service.Key}: not the best");
            }
            else
            {
                // Whole turns are exact; 256 slots of sh, and the chance in those of mh, are not.
                double tolerance = pool.Service.Scheduler switch { "sh" => 0.02, "mh" => 0.03, _ => 1e-9 };
                Assert.True(total == 0 ? wanted == 0 : Math.Abs(((double)count / total) - wanted) <= tolerance,
                    $"{pool.Service.Key} {pool.Service.Scheduler}: {server.Key} has {count} of {total}, not {wanted}");
            }
            JsonElement[] expressions = [.. listed.Expressions(Family(pool), Chain(pool, server))];
            string address = server.Key.Address.ToString();
            Assert.Contains(expressions, e => IsDirect(pool)
                ? e.TryGetProperty("fwd", out JsonElement to) && to.GetProperty("addr").GetString() == address
                : e.TryGetProperty("dnat", out JsonElement dnat) && dnat.GetProperty("addr").GetString() == address
                    && dnat.GetProperty("port").GetInt32() == server.Key.Port);
        }

        double Share(RealServerSpec server)
            => pool.Service.Scheduler == "rr" ? Math.Min(1, server.Weight) : server.Weight;
    }

    // Some services go, some change, some come.
    private static PoolSpec[] Next(Random random, PoolSpec[] pools)
    {
        List<PoolSpec> next = [];
        foreach (PoolSpec pool in pools)
        {
            switch (random.Next(4))
            {
                case 0:
                    break;
                case 1:
                    next.Add(Make(random, pool.Service.Key));
                    break;
                default:
                    next.Add(pool);
                    break;
            }
        }
        for (int i = random.Next(4); i > 0; i--)
        {
            var address = IpAddress.Parse(random.Next(3) == 0 ? $"fd00::{random.Next(100, 104)}"
                : $"10.0.0.{random.Next(100, 104)}");
            var key = VirtualServiceKey.At(random.Next(4) == 0 ? ServiceProtocol.Udp : ServiceProtocol.Tcp, address,
                (ushort)random.Next(79, 82));
            if (!next.Exists(pool => pool.Service.Key == key))
            {
                next.Add(Make(random, key));
            }
        }
        return [.. next];
    }

    private static PoolSpec Make(Random random, VirtualServiceKey key)
    {
        bool isDirect = random.Next(2) == 0;
        bool isPersistent = random.Next(4) == 0;
        var service = new VirtualServiceSpec
        {
            Key = key,
            Scheduler = s_schedulers[random.Next(s_schedulers.Length)],
            Flags = (isPersistent ? ServiceFlags.Persistent : 0) | (random.Next(3) == 0 ? ServiceFlags.Scheduler2 : 0),
            PersistenceSeconds = isPersistent ? (uint)random.Next(1, 1000) : 0,
            Netmask = !isPersistent || random.Next(2) == 0 ? null : key.Family == IpFamily.V6 ? 64u : 0xFFFF0000,
        };
        int[] numbers = [.. Enumerable.Range(10, 6).Where(_ => random.Next(2) == 0)];
        return new(service,
        [
            .. numbers.Select(number => new RealServerSpec
            {
                Key = new(IpAddress.Parse(key.Family == IpFamily.V6 ? $"fd00::{number}" : $"10.0.0.{number}"),
                    isDirect ? key.Port : (ushort)random.Next(8000, 8003)),
                Forwarding = isDirect ? ForwardingMethod.DirectRouting : ForwardingMethod.Nat,
                Weight = (uint)random.Next(0, 6),
            }),
        ]);
    }

    private static bool IsDirect(PoolSpec pool)
        => pool.Servers is [{ Forwarding: ForwardingMethod.DirectRouting }, ..];

    private static string Family(PoolSpec pool) => IsDirect(pool) ? "netdev" : "inet";

    private static string Name(PoolSpec pool) => string.Create(CultureInfo.InvariantCulture,
        $"{pool.Service.Key.Protocol}-{Name(pool.Service.Key.Address)}-{pool.Service.Key.Port}").ToLowerInvariant();

    private static string Chain(PoolSpec pool, RealServerSpec server)
        => string.Create(CultureInfo.InvariantCulture, $"{Name(pool)}/{Name(server.Key.Address)}-{server.Key.Port}");

    private static string Name(IpAddress address) => address.ToString().Replace(':', '_');

    private static string Text(PoolSpec pool)
        => $"{pool.Service} {string.Join(' ', pool.Servers.Select(static s => s.ToString()).Order())}";
}
