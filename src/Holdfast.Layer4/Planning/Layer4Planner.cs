using System.Collections.Immutable;
using Holdfast.Layer4.Ipvs;
using Holdfast.Layer4.Model;

namespace Holdfast.Layer4.Planning;

/// <summary>What has to change so that the kernel's table becomes what is wanted.</summary>
/// <remarks>
/// <para>
/// IPVS cannot mark an entry as somebody's, so the caller keeps what it has put in (<c>ours</c>) and gives it back
/// here. What is seen, not wanted and not ours belongs to someone else and stays, unless it is one of
/// <see cref="PoolSpec.Absent"/>. What is wanted and seen is taken
/// over: its settings become the wanted ones, its counters and connections stay.
/// </para>
/// <para>
/// Order: all that adds or changes comes before all that removes, so that no service is without a server in between
/// because of us. Services and servers keep the order in which they are wanted.
/// </para>
/// Pure: the same arguments always give the same operations.
/// </remarks>
public static class Layer4Planner
{
    /// <summary>Compares what is wanted with what is seen.</summary>
    /// <param name="wanted">What should be there; no two services with the same key.</param>
    /// <param name="seen">What is there.</param>
    /// <param name="ours">What was put in by the caller; empty at its first start.</param>
    public static ImmutableArray<Layer4Operation> Plan(
        IReadOnlyList<PoolSpec> wanted, IReadOnlyList<PoolSpec> seen, IReadOnlyList<PoolSpec> ours)
    {
        Dictionary<VirtualServiceKey, PoolSpec> seenByKey = ByKey(seen);
        Dictionary<VirtualServiceKey, PoolSpec> oursByKey = ByKey(ours);
        Dictionary<VirtualServiceKey, PoolSpec> wantedByKey = ByKey(wanted);
        List<Layer4Operation> changes = [];
        List<Layer4Operation> removals = [];
        foreach (PoolSpec pool in wanted)
        {
            VirtualServiceKey key = pool.Service.Key;
            ImmutableArray<RealServerSpec> there = [];
            if (!seenByKey.TryGetValue(key, out PoolSpec? found))
            {
                changes.Add(new(Layer4Verb.AddService, key, pool.Service));
            }
            else
            {
                there = found.Servers;
                if (found.Service != pool.Service)
                {
                    changes.Add(new(Layer4Verb.SetService, key, pool.Service));
                }
            }
            PlanServers(pool, there, oursByKey.GetValueOrDefault(key), changes, removals);
        }
        foreach (PoolSpec pool in ours)
        {
            VirtualServiceKey key = pool.Service.Key;
            if (!wantedByKey.ContainsKey(key) && seenByKey.ContainsKey(key))
            {
                removals.Add(new(Layer4Verb.DeleteService, key));
            }
        }
        return [.. changes, .. removals];
    }

    /// <summary>What is ours when a plan has been carried out.</summary>
    /// <remarks>What could not be removed stays ours, so that the next plan tries again.</remarks>
    /// <param name="wanted">What the plan was made for.</param>
    /// <param name="ours">What was ours before.</param>
    /// <param name="outcomes">What became of its operations.</param>
    public static ImmutableArray<PoolSpec> Remaining(
        IReadOnlyList<PoolSpec> wanted, IReadOnlyList<PoolSpec> ours, IReadOnlyList<Layer4Outcome> outcomes)
    {
        ILookup<VirtualServiceKey, Layer4Operation> failed = outcomes.Where(static o => !o.Result.IsSuccess)
            .Select(static o => o.Operation)
            .Where(static o => o.Verb is Layer4Verb.DeleteService or Layer4Verb.DeleteServer)
            .ToLookup(static o => o.Key);
        HashSet<VirtualServiceKey> keys = [.. wanted.Select(static p => p.Service.Key)];
        return
        [
            .. wanted.Select(p => !failed.Contains(p.Service.Key) ? p
                : p with { Servers = [.. p.Servers, .. failed[p.Service.Key].Select(static o => o.Server!)] }),
            .. ours.Where(p => !keys.Contains(p.Service.Key) && failed.Contains(p.Service.Key)),
        ];
    }

    /// <summary>Plans a change of some services by what is known of them alone: nothing is read.</summary>
    /// <param name="wanted">How they should be.</param>
    /// <param name="gone">Which of them should not be.</param>
    /// <param name="ours">What is ours, of all services.</param>
    public static ImmutableArray<Layer4Operation> PlanAdvance(
        IReadOnlyList<PoolSpec> wanted, IReadOnlyCollection<VirtualServiceKey> gone, IReadOnlyList<PoolSpec> ours)
    {
        HashSet<VirtualServiceKey> scope = ScopeOf(wanted, gone);
        PoolSpec[] known = [.. ours.Where(p => scope.Contains(p.Service.Key))];
        return Plan(wanted, known, known);
    }

    /// <summary>What is ours when all of <see cref="PlanAdvance"/> has been carried out.</summary>
    /// <inheritdoc cref="PlanAdvance"/>
    public static ImmutableArray<PoolSpec> Advanced(
        IReadOnlyList<PoolSpec> wanted, IReadOnlyCollection<VirtualServiceKey> gone, IReadOnlyList<PoolSpec> ours)
    {
        HashSet<VirtualServiceKey> scope = ScopeOf(wanted, gone);
        return [.. ours.Where(p => !scope.Contains(p.Service.Key)), .. wanted];
    }

    private static HashSet<VirtualServiceKey> ScopeOf(
        IReadOnlyList<PoolSpec> wanted, IReadOnlyCollection<VirtualServiceKey> gone)
        => [.. wanted.Select(static p => p.Service.Key), .. gone];

    private static void PlanServers(
        PoolSpec pool,
        ImmutableArray<RealServerSpec> there,
        PoolSpec? ours,
        List<Layer4Operation> changes,
        List<Layer4Operation> removals)
    {
        VirtualServiceKey key = pool.Service.Key;
        Dictionary<RealServerKey, RealServerSpec> seen = there.ToDictionary(static s => s.Key);
        HashSet<RealServerKey> wanted = [.. pool.Servers.Select(static s => s.Key)];
        foreach (RealServerSpec server in pool.Servers)
        {
            if (!seen.TryGetValue(server.Key, out RealServerSpec? found))
            {
                changes.Add(new(Layer4Verb.AddServer, key, Server: server));
            }
            else if (found != server)
            {
                changes.Add(new(Layer4Verb.SetServer, key, Server: server));
            }
        }
        IEnumerable<RealServerKey> unwanted = [.. ours?.Servers.Select(static s => s.Key) ?? [], .. pool.Absent];
        removals.AddRange(unwanted.Distinct().Where(k => !wanted.Contains(k) && seen.ContainsKey(k))
            .Select(k => new Layer4Operation(Layer4Verb.DeleteServer, key, Server: seen[k])));
    }

    private static Dictionary<VirtualServiceKey, PoolSpec> ByKey(IReadOnlyList<PoolSpec> pools)
        => pools.ToDictionary(static p => p.Service.Key);
}
