using System.Collections.Immutable;
using Holdfast.Layer4.Ipvs;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Planning;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;

namespace Holdfast.Layer4.Xdp;

/// <summary>Carries out plans in the director, keeps it, and remembers what is ours.</summary>
/// <remarks>One thread at a time; a thread of its own keeps the director meanwhile.</remarks>
public sealed class XdpPlane : ILayer4Plane
{
    private readonly XdpDirector _director;
    private readonly DirectorThread _thread;

    private XdpPlane(XdpDirector director)
    {
        _director = director;
        _thread = new DirectorThread(director);
    }

    /// <inheritdoc/>
    public string Name => "xdp";

    /// <inheritdoc/>
    public string? Trouble => _thread.Problem
        ?? (_thread.Failures is { Length: > 0 } failures ? $"cannot be attached to every interface: {failures}" : null);

    /// <inheritdoc/>
    public PlaneWait WaitsFor(bool forConnections) => _thread.WaitsFor(forConnections);

    /// <inheritdoc/>
    public ImmutableArray<PoolSpec> Ours { get; private set; } = [];

    /// <summary>The director, for what only it can tell.</summary>
    public XdpDirector Director => _director;

    /// <summary>Loads the director, with its state pinned where that is possible.</summary>
    /// <param name="plane">Null unless it worked.</param>
    /// <returns>ENOSYS: libbpf is not installed. EPERM: no privilege. EINVAL: the kernel lacks something.</returns>
    public static NetlinkResult TryOpen(out ILayer4Plane? plane)
        => TryOpen(new XdpOptions { PinDirectory = PinDirectories.Find() }, out plane);

    /// <summary>Loads the director.</summary>
    /// <param name="options">How.</param>
    /// <param name="plane">Null unless it worked.</param>
    /// <returns>As above.</returns>
    public static NetlinkResult TryOpen(XdpOptions options, out ILayer4Plane? plane)
    {
        Errno errno = XdpDirector.TryLoad(options, out XdpDirector? director, out string? problem);
        plane = director is null ? null : new XdpPlane(director);
        return new(errno, problem);
    }

    /// <inheritdoc/>
    public NetlinkResult Observe(out ImmutableArray<ObservedPool> pools)
    {
        ImmutableArray<ObservedPool> found = [];
        NetlinkResult result = Try(() => _director.Client.Observe(out found));
        pools = found;
        return result;
    }

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
        NetlinkResult result = Try(_director.Client.Flush);
        _thread.Wake();
        return result;
    }

    /// <inheritdoc/>
    public NetlinkResult SetTimeouts(ConnectionTimeouts timeouts) => Try(() => _director.Client.SetTimeouts(timeouts));

    /// <summary>Ends the upkeep. What is pinned goes on forwarding; a director without a service is removed.</summary>
    public void Dispose()
    {
        _thread.Dispose();
        _ = _director.RemoveIfUnused();
        _director.Dispose();
    }

    // The network is looked at first, so that what is added works from its first moment. The program is attached after
    // the services are there: with half of them it would leave connections of the others to the stack.
    private NetlinkResult Carry(
        Func<IReadOnlyList<PoolSpec>, IEnumerable<Layer4Operation>> plan, out ImmutableArray<Layer4Outcome> outcomes)
    {
        ImmutableArray<Layer4Outcome> done = [];
        NetlinkResult result = Try(() =>
        {
            _director.Client.LookAround();
            done = _director.Client.Carry(plan);
            return done.FirstOrDefault(static o => !o.Result.IsSuccess).Result;
        });
        _thread.Wake();
        outcomes = done;
        return result;
    }

    // A map that cannot be read or written is a refusal like IPVS's, and no reason for the process to end.
    private static NetlinkResult Try(Func<NetlinkResult> work)
    {
        try
        {
            return work();
        }
        catch (LinuxException exception)
        {
            return new(exception.Errno, exception.Message);
        }
    }
}
