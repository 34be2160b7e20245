using Holdfast.Primitives;
using Holdfast.Simulation;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Vrrp.Tests.Simulation;

/// <summary>One virtual router of a site, as all of its nodes configure it.</summary>
internal sealed record SiteRouter(
    string Name, byte Vrid, string Interface, int Version, int IntervalCentiseconds, int[] Addresses, string Group,
    byte[] Priorities, bool Preempt, int PreemptDelaySeconds, int Rounds);

/// <summary>A random configuration of a whole site, and random changes of it.</summary>
internal sealed class RandomSite(Random random, int nodes)
{
    private int _nextVrid = 1;
    private int _nextAddress = 1;

    internal List<SiteRouter> Routers { get; private set; } = [];

    internal static RandomSite Begin(Random random, int nodes)
    {
        var site = new RandomSite(random, nodes);
        for (int count = random.Next(1, 6); count > 0; count--)
        {
            site.Routers.Add(site.NewRouter());
        }
        return site;
    }

    /// <summary>The configuration of one node.</summary>
    internal NodePlan PlanOf(int node)
    {
        string[] groups = [.. Routers.Select(static r => r.Group).Where(static g => g.Length > 0).Distinct()];
        InstancePlan[] instances = [.. Routers.Select(r => new InstancePlan(
            new InstanceIdentity(r.Name, new Vrid(r.Vrid), IpFamily.V4, r.Version, r.Interface, false),
            new VrrpConfig
            {
                Version = r.Version,
                Priority = new Priority(r.Priorities[node]),
                AdvertInterval = TimeSpan.FromMilliseconds(10 * r.IntervalCentiseconds),
                Preempt = r.Preempt,
                PreemptDelay = TimeSpan.FromSeconds(r.PreemptDelaySeconds),
                InSyncGroup = r.Group.Length > 0,
                HasAddresses = r.Addresses.Length > 0,
                Announce = new AnnounceConfig { Rounds = r.Rounds },
            },
            r.Addresses))];
        return new NodePlan(instances, [.. groups.Select(g => (g, Members(g)))]);
    }

    /// <summary>Changes one to three things.</summary>
    internal void Change()
    {
        Routers = [.. Routers];
        for (int count = random.Next(1, 4); count > 0; count--)
        {
            ChangeOne();
        }
        foreach (string group in (string[])["G0", "G1"])
        {
            // Members of a group agree in who is best: otherwise the group is torn, reload or not.
            SiteRouter? first = Routers.FirstOrDefault(r => r.Group == group);
            Routers = first is null ? Routers : [.. Routers.Select(r => r.Group != group ? r : r with
            {
                Priorities = first.Priorities,
                Preempt = first.Preempt,
                PreemptDelaySeconds = first.PreemptDelaySeconds,
                Version = first.Version,
                IntervalCentiseconds = first.IntervalCentiseconds,
            })];
        }
    }

    private int[] Members(string group)
        => [.. Enumerable.Range(0, Routers.Count).Where(i => Routers[i].Group == group)];

    private void ChangeOne()
    {
        int at = random.Next(Math.Max(1, Routers.Count));
        SiteRouter? router = Routers.Count > 0 ? Routers[at] : null;
        switch (random.Next(14))
        {
            case 0 when Routers.Count < 8:
            case 1 when router is null:
                Routers.Insert(random.Next(Routers.Count + 1), NewRouter());
                break;
            case 1 when router is not null:
                Routers.RemoveAt(at);
                break;
            case 2 when router is not null:
                Routers[at] = router with { Priorities = Priorities() };
                break;
            case 3 when router is not null:
                Routers[at] = router with { IntervalCentiseconds = Interval(router.Version) };
                break;
            case 4 when router is not null:
                Routers[at] = router with { Addresses = [.. router.Addresses, _nextAddress++] };
                break;
            case 5 when router is { Addresses.Length: > 0 }:
                Routers[at] = router with { Addresses = router.Addresses[1..] };
                break;
            case 6 when router is { Addresses.Length: > 0 } && Routers.Count > 1:
                int to = (at + 1) % Routers.Count;
                Routers[to] = Routers[to] with { Addresses = [.. Routers[to].Addresses, router.Addresses[0]] };
                Routers[at] = router with { Addresses = router.Addresses[1..] };
                break;
            case 7 when router is not null:
                Routers[at] = router with { Vrid = NextVrid() };
                break;
            case 8 when router is not null:
                int version = 5 - router.Version;
                Routers[at] = router with { Version = version, IntervalCentiseconds = Interval(version) };
                break;
            case 9 when router is not null:
                Routers[at] = router with { Group = router.Group.Length > 0 ? "" : $"G{random.Next(2)}" };
                break;
            case 10 when router is not null:
                Routers[at] = router with { Preempt = !router.Preempt, PreemptDelaySeconds = random.Next(4) };
                break;
            case 11 when router is not null:
                Routers[at] = router with { Name = $"{router.Name}n" };
                break;
            case 12 when router is not null:
                Routers[at] = router with { Interface = router.Interface == "eth0" ? "eth1" : "eth0" };
                break;
            case 13 when router is not null:
                // Another order of the file is no change at all.
                Routers.RemoveAt(at);
                Routers.Add(router with { Rounds = random.Next(1, 6) });
                break;
            default:
                break;
        }
    }

    private SiteRouter NewRouter()
    {
        byte vrid = NextVrid();
        int version = random.Next(2) + 2;
        int[] addresses = [.. Enumerable.Range(0, random.Next(4)).Select(_ => _nextAddress++)];
        return new($"VI_{vrid}", vrid, random.Next(2) == 0 ? "eth0" : "eth1", version, Interval(version), addresses,
            "", Priorities(), random.Next(4) > 0, random.Next(4) == 0 ? 2 : 0, 5);
    }

    private byte NextVrid() => (byte)_nextVrid++;

    private int Interval(int version) => version == 2 ? 100 : 10 * random.Next(3, 11);

    private byte[] Priorities() => [.. Enumerable.Range(0, nodes).Select(_ => (byte)(random.Next(1, 26) * 10))];
}
