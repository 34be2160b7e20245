using Holdfast.Primitives;
using Holdfast.Simulation;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Vrrp.Tests.Simulation;

/// <summary>Thousands of pairs of configurations, reloaded by the code of the product while all runs on.</summary>
public sealed class ReloadSimulationTests
{
    private const int Rounds = 10;
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(16);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 200)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Site_RandomReloads_KeepsItsInvariants(int seed)
    {
        var site = new SimulatedSite(seed);
        int count = site.Random.Next(1, 4);
        RandomSite random = RandomSite.Begin(site.Random, count);
        for (int node = 0; node < count; node++)
        {
            site.AddNode(random.PlanOf(node));
        }
        site.RunFor(s_settle);
        AssertOneActiveEach(site, $"seed {seed}, start");
        for (int round = 0; round < Rounds; round++)
        {
            string where = $"seed {seed}, round {round}";
            random.Change();
            NodePlan[] plans = [.. Enumerable.Range(0, count).Select(random.PlanOf)];
            Unchanged[] unchanged = [.. UnchangedRouters(site, plans)];
            MonotonicTime begin = site.Now;
            foreach (SimulatedNode node in site.Nodes.OrderBy(_ => site.Random.Next()).ToArray())
            {
                node.Reload(plans[node.Number]);
                Check(site, unchanged, where);
                site.RunFor(TimeSpan.FromMilliseconds(site.Random.Next(2000)), () => Check(site, unchanged, where));
            }
            site.RunFor(s_settle, () => Check(site, unchanged, where));
            foreach (SimulatedNode node in site.Nodes)
            {
                Assert.Empty(node.Changes.Where(c => c.At >= begin && unchanged.Any(u => u.Who == c.Who))
                    .Select(c => $"{where}, node {node.Number}: {c.Who.Name} {c.Change.From} to {c.Change.To}"));
                Assert.Empty(node.Resignations.Where(r => r.At >= begin && unchanged.Any(u => u.Who == r.Who))
                    .Select(r => $"{where}, node {node.Number}: {r.Who.Name} resigned"));
                Assert.Empty(node.Interrupted.Select(a => $"{where}, node {node.Number}: address {a} was away"));
            }
            AssertOneActiveEach(site, where);
        }
    }

    /// <summary>What holds at every instant.</summary>
    private static void Check(SimulatedSite site, Unchanged[] unchanged, string where)
    {
        foreach (SimulatedNode node in site.Nodes)
        {
            if (!node.Wanted().SetEquals(node.Kernel))
            {
                Assert.Fail($"{where}, {site.Now}, node {node.Number}: the kernel has "
                    + $"{string.Join(' ', node.Kernel)}, wanted are {string.Join(' ', node.Wanted())}");
            }
        }
        foreach (Unchanged router in unchanged)
        {
            foreach (int address in router.Addresses)
            {
                if (!site.Nodes.Any(n => n.Kernel.Contains(address)))
                {
                    Assert.Fail($"{where}, {site.Now}: nobody has address {address} of {router.Who.Name}");
                }
            }
        }
    }

    private static void AssertOneActiveEach(SimulatedSite site, string where)
    {
        var routers = site.Nodes.SelectMany(static node => node.Plan.Instances.Select(static (plan, index)
            => (plan.Identity, Index: index)).Select(i => (i.Identity, node.Router.State(i.Index).Role, node)));
        foreach (var router in routers.GroupBy(static r => r.Identity))
        {
            if (router.Count(static r => r.Role == Role.Active) != 1)
            {
                Assert.Fail($"{where}: {router.Key.Name} is "
                    + string.Join(", ", router.Select(static r => $"{r.Role} on node {r.node.Number}")));
            }
        }
    }

    /// <summary>The routers that no node's reload changes, and whose groups no reload changes.</summary>
    private static IEnumerable<Unchanged> UnchangedRouters(SimulatedSite site, NodePlan[] plans)
    {
        foreach (InstancePlan instance in site.Nodes[0].Plan.Instances)
        {
            bool same = site.Nodes.All(node => IsSame(node.Plan, plans[node.Number], instance.Identity));
            if (same)
            {
                yield return new(instance.Identity, instance.Addresses);
            }
        }
    }

    private static bool IsSame(NodePlan before, NodePlan now, InstanceIdentity who)
    {
        int from = Array.FindIndex(before.Instances, i => i.Identity == who);
        int to = Array.FindIndex(now.Instances, i => i.Identity == who);
        if (from < 0 || to < 0 || before.GroupOf(from) != now.GroupOf(to)
            || !before.Instances[from].IsSame(now.Instances[to]))
        {
            return false;
        }
        // All members of a group move together, so that a change of one is a change of all.
        return before.Groups.All(g => !g.Members.Contains(from) || g.Members.All(m => Array.Exists(
            now.Instances, i => i.IsSame(before.Instances[m]))));
    }

    private sealed record Unchanged(InstanceIdentity Who, int[] Addresses);
}
