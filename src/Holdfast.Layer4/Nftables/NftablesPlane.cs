using System.Collections.Immutable;
using Holdfast.Layer4.Ipvs;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Planning;
using Holdfast.Linux;
using Holdfast.Linux.Netlink;

namespace Holdfast.Layer4.Nftables;

/// <summary>Carries out plans in nftables, keeps its tables as the network is, and remembers what is ours.</summary>
/// <remarks>One thread at a time; a thread of its own follows the network meanwhile.</remarks>
public sealed class NftablesPlane : ILayer4Plane
{
    private readonly NftablesClient _client;
    private readonly NftablesThread _thread;

    private NftablesPlane(NftablesClient client)
    {
        _client = client;
        _thread = new NftablesThread(client);
    }

    /// <inheritdoc/>
    public string Name => "nftables";

    /// <inheritdoc/>
    public string? Trouble => _thread.Problem is { } problem ? $"cannot follow the network: {problem}" : null;

    /// <inheritdoc/>
    public ImmutableArray<PoolSpec> Ours { get; private set; } = [];

    /// <summary>Its services, for what only it can tell.</summary>
    public NftablesClient Client => _client;

    /// <summary>Opens it. What a dead daemon has left forwards on, and is taken over.</summary>
    /// <param name="plane">Null unless it worked.</param>
    /// <returns>As <see cref="NftablesClient.TryOpen"/>; EOPNOTSUPP also when the kernel lacks a part of it.</returns>
    public static NetlinkResult TryOpen(out ILayer4Plane? plane)
    {
        plane = null;
        NetlinkResult result = NftablesClient.TryOpen(out NftablesClient? client);
        if (client is null)
        {
            return result;
        }
        try
        {
            client.LookAround();
            result = client.Probe();
            if (result.IsSuccess)
            {
                plane = new NftablesPlane(client);
                return result;
            }
        }
        catch (LinuxException exception)
        {
            result = new(exception.Errno, exception.Message);
        }
        client.Dispose();
        return result;
    }

    /// <inheritdoc/>
    public NetlinkResult Observe(out ImmutableArray<ObservedPool> pools) => _client.Observe(out pools);

    /// <inheritdoc/>
    public NetlinkResult Reconcile(IReadOnlyList<PoolSpec> wanted, out ImmutableArray<Layer4Outcome> outcomes)
    {
        NetlinkResult result = Carry(seen => Layer4Planner.Plan(wanted, seen, Ours), out outcomes);
        if (result.IsSuccess || !outcomes.IsEmpty)
        {
            Ours = Layer4Planner.Remaining(wanted, Ours, outcomes);
        }
        return result;
    }

    /// <inheritdoc/>
    public NetlinkResult Advance(
        IReadOnlyList<PoolSpec> wanted,
        IReadOnlyCollection<VirtualServiceKey> gone,
        out ImmutableArray<Layer4Outcome> outcomes)
    {
        NetlinkResult result = Carry(_ => Layer4Planner.PlanAdvance(wanted, gone, Ours), out outcomes);
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
        return _client.Flush();
    }

    /// <inheritdoc/>
    public NetlinkResult SetTimeouts(ConnectionTimeouts timeouts) => _client.SetTimeouts(timeouts);

    /// <summary>Ends the upkeep; what is in the kernel forwards on.</summary>
    public void Dispose()
    {
        _thread.Dispose();
        _client.Dispose();
    }

    private NetlinkResult Carry(
        Func<IReadOnlyList<PoolSpec>, IEnumerable<Layer4Operation>> plan, out ImmutableArray<Layer4Outcome> outcomes)
    {
        outcomes = [];
        try
        {
            // The network is looked at first, so that what is added works from its first moment.
            _client.LookAround();
            NetlinkResult result = _client.Carry(plan, out outcomes);
            return result.IsSuccess ? outcomes.FirstOrDefault(static o => !o.Result.IsSuccess).Result : result;
        }
        catch (LinuxException exception)
        {
            return new(exception.Errno, exception.Message);
        }
    }
}
