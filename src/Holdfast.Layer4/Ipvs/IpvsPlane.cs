using System.Collections.Immutable;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Planning;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;

namespace Holdfast.Layer4.Ipvs;

/// <summary>What became of one operation.</summary>
/// <param name="Operation">What was asked for.</param>
/// <param name="Result">What the kernel said.</param>
public readonly record struct Layer4Outcome(Layer4Operation Operation, NetlinkResult Result);

/// <summary>Carries out plans in IPVS, and remembers what is ours.</summary>
/// <remarks>One thread at a time. It owns its client.</remarks>
public sealed class IpvsPlane(IpvsClient client) : ILayer4Plane
{
    /// <inheritdoc/>
    public string Name => "ipvs";

    /// <inheritdoc/>
    public ImmutableArray<PoolSpec> Ours { get; private set; } = [];

    /// <summary>Reads the kernel's table.</summary>
    public NetlinkResult Observe(out ImmutableArray<PoolSpec> seen)
    {
        NetlinkResult result = client.Observe(out ImmutableArray<ObservedPool> pools);
        seen = [.. pools.Select(static p => new PoolSpec(p.Service.Spec, [.. p.Servers.Select(static s => s.Spec)]))];
        return result;
    }

    /// <summary>What would have to change; changes nothing.</summary>
    /// <returns>The operations; none, with the kernel's reason in <paramref name="result"/>, if it cannot be read.
    /// </returns>
    public ImmutableArray<Layer4Operation> Plan(IReadOnlyList<PoolSpec> wanted, out NetlinkResult result)
    {
        result = Observe(out ImmutableArray<PoolSpec> seen);
        return result.IsSuccess ? Layer4Planner.Plan(wanted, seen, Ours) : [];
    }

    /// <summary>Opens the kernel's IPVS; the kernel loads its module when it has one.</summary>
    /// <param name="plane">Null unless it worked.</param>
    /// <returns>ENOENT: the kernel has none; see <see cref="IpvsClient.MissingRemedy"/>.</returns>
    public static NetlinkResult TryOpen(out ILayer4Plane? plane)
    {
        NetlinkResult result = IpvsClient.TryOpen(out IpvsClient? client);
        plane = client is null ? null : new IpvsPlane(client);
        return result;
    }

    /// <inheritdoc/>
    public NetlinkResult Observe(out ImmutableArray<ObservedPool> pools) => client.Observe(out pools);

    /// <inheritdoc/>
    public NetlinkResult Advance(
        IReadOnlyList<PoolSpec> wanted,
        IReadOnlyCollection<VirtualServiceKey> gone,
        out ImmutableArray<Layer4Outcome> outcomes)
    {
        ImmutableArray<Layer4Operation> operations = Layer4Planner.PlanAdvance(wanted, gone, Ours);
        outcomes = [.. operations.Select(operation => new Layer4Outcome(operation, Apply(operation)))];
        NetlinkResult result = outcomes.FirstOrDefault(static o => !o.Result.IsSuccess).Result;
        if (result.IsSuccess)
        {
            Ours = Layer4Planner.Advanced(wanted, gone, Ours);
        }
        return result;
    }

    /// <inheritdoc/>
    public NetlinkResult Flush()
    {
        Ours = [];
        return client.Flush();
    }

    /// <inheritdoc/>
    public NetlinkResult SetTimeouts(ConnectionTimeouts timeouts) => client.SetTimeouts(timeouts);

    /// <summary>Closes the client; what is in the kernel stays.</summary>
    public void Dispose() => client.Dispose();

    /// <inheritdoc/>
    public NetlinkResult Reconcile(IReadOnlyList<PoolSpec> wanted, out ImmutableArray<Layer4Outcome> outcomes)
    {
        ImmutableArray<Layer4Operation> operations = Plan(wanted, out NetlinkResult result);
        if (!result.IsSuccess)
        {
            outcomes = [];
            return result;
        }
        outcomes = [.. operations.Select(operation => new Layer4Outcome(operation, Apply(operation)))];
        Ours = Layer4Planner.Remaining(wanted, Ours, outcomes);
        return outcomes.FirstOrDefault(static o => !o.Result.IsSuccess).Result;
    }

    /// <summary>Carries out one operation.</summary>
    /// <returns>What the kernel said; success when something that should go was gone already.</returns>
    public NetlinkResult Apply(Layer4Operation operation)
    {
        switch (operation.Verb)
        {
            case Layer4Verb.AddService:
                return client.AddService(operation.Service!);
            case Layer4Verb.SetService:
                return client.SetService(operation.Service!);
            case Layer4Verb.DeleteService:
                return Gone(client.DeleteService(operation.Key));
            case Layer4Verb.AddServer:
                return client.AddServer(operation.Key, operation.Server!);
            case Layer4Verb.SetServer:
                return client.SetServer(operation.Key, operation.Server!);
            default:
                return Gone(client.DeleteServer(operation.Key, operation.Server!.Key));
        }
    }

    private static NetlinkResult Gone(NetlinkResult result)
        => result.Errno is Errno.ESRCH or Errno.ENOENT ? default : result;
}
