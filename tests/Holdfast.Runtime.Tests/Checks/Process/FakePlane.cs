using System.Collections.Immutable;
using Holdfast.Layer4;
using Holdfast.Layer4.Ipvs;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Planning;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;

namespace Holdfast.Runtime.Tests.Checks.Process;

/// <summary>A plane in memory, which outlives the processes that use it, as the kernel's does.</summary>
internal sealed class FakePlane
{
    private readonly Lock _gate = new();
    private readonly Dictionary<VirtualServiceKey, (VirtualServiceSpec Spec, List<RealServerSpec> Servers)> _pools = [];
    private readonly List<string> _operations = [];
    private bool _isMissing;

    /// <summary>A scheduler that it does not have.</summary>
    internal string Unknown { get; set; } = "";

    /// <summary>Says of an operation whether it is refused; called before it, on the thread of the process.</summary>
    internal Func<string, bool> Refuses { get; set; } = static _ => false;

    /// <summary>What it waits for; read on the thread of the process.</summary>
    internal volatile PlaneWait Wait;

    /// <summary>Whether it was asked for connections of other directors.</summary>
    internal volatile bool IsAskedForConnections;

    /// <summary>How often the whole table was read.</summary>
    internal int Reads { get; private set; }

    /// <summary>A service that the next reading misses, as a listing in parts can.</summary>
    internal VirtualServiceKey? Hidden { get; set; }

    /// <summary>What was set last.</summary>
    internal ConnectionTimeouts Timeouts { get; private set; }

    /// <summary>All operations so far, in words.</summary>
    internal ImmutableArray<string> Operations
    {
        get
        {
            lock (_gate)
            {
                return [.. _operations];
            }
        }
    }

    internal bool IsMissing
    {
        set
        {
            lock (_gate)
            {
                _isMissing = value;
            }
        }
    }

    /// <summary>One line for each service and server: "TCP 10.9.9.9:80: 127.0.0.1:81=1".</summary>
    internal string Text
    {
        get
        {
            lock (_gate)
            {
                return string.Join("; ", _pools.Values.Select(static p => $"{p.Spec.Key}:"
                    + string.Concat(p.Servers.Select(static s => $" {s.Key}={s.Weight}"))));
            }
        }
    }

    /// <summary>Puts something in that is not ours.</summary>
    internal void Add(VirtualServiceSpec service, params RealServerSpec[] servers)
    {
        lock (_gate)
        {
            _pools[service.Key] = (service, [.. servers]);
        }
    }

    /// <summary>Takes something out behind the back of who put it in.</summary>
    internal void Remove(VirtualServiceKey key)
    {
        lock (_gate)
        {
            _pools.Remove(key);
        }
    }

    internal NetlinkResult TryOpen(out ILayer4Plane? plane)
    {
        lock (_gate)
        {
            plane = _isMissing ? null : new Session(this);
            return _isMissing ? new NetlinkResult(Errno.ENOENT) : default;
        }
    }

    private NetlinkResult Apply(Layer4Operation operation)
    {
        lock (_gate)
        {
            _operations.Add(operation.ToString());
            if (Refuses(operation.ToString()))
            {
                return new NetlinkResult(Errno.EBUSY);
            }
            bool isThere = _pools.TryGetValue(operation.Key, out var pool);
            switch (operation.Verb)
            {
                case Layer4Verb.AddService or Layer4Verb.SetService when operation.Service!.Scheduler == Unknown:
                    return new NetlinkResult(Errno.ENOENT);
                case Layer4Verb.AddService when isThere:
                    return new NetlinkResult(Errno.EEXIST);
                case Layer4Verb.AddService:
                    _pools[operation.Key] = (operation.Service!, []);
                    return default;
                case var _ when !isThere:
                    return new NetlinkResult(Errno.ESRCH);
                case Layer4Verb.SetService:
                    _pools[operation.Key] = (operation.Service!, pool.Servers);
                    return default;
                case Layer4Verb.DeleteService:
                    _pools.Remove(operation.Key);
                    return default;
                default:
                    return ApplyToServer(pool.Servers, operation);
            }
        }
    }

    private static NetlinkResult ApplyToServer(List<RealServerSpec> servers, Layer4Operation operation)
    {
        RealServerSpec server = operation.Server!;
        int index = servers.FindIndex(s => s.Key == server.Key);
        switch (operation.Verb)
        {
            case Layer4Verb.AddServer when index >= 0:
                return new NetlinkResult(Errno.EEXIST);
            case Layer4Verb.AddServer:
                servers.Add(server);
                return default;
            case var _ when index < 0:
                return new NetlinkResult(Errno.ENOENT);
            case Layer4Verb.SetServer:
                servers[index] = server;
                return default;
            default:
                servers.RemoveAt(index);
                return default;
        }
    }

    private ImmutableArray<PoolSpec> Seen()
    {
        lock (_gate)
        {
            Reads++;
            VirtualServiceKey? hidden = Hidden;
            Hidden = null;
            return [.. _pools.Values.Where(p => p.Spec.Key != hidden)
                .Select(static p => new PoolSpec(p.Spec, [.. p.Servers]))];
        }
    }

    private sealed class Session(FakePlane plane) : ILayer4Plane
    {
        public string Name => "fake";

        public ImmutableArray<PoolSpec> Ours { get; private set; } = [];

        public NetlinkResult Observe(out ImmutableArray<ObservedPool> pools)
        {
            pools = [.. plane.Seen().Select(static p => new ObservedPool(new(p.Service, default),
                [.. p.Servers.Select(static s => new ObservedServer(s, default, 0, 0, 0))]))];
            return default;
        }

        public NetlinkResult Reconcile(
            IReadOnlyList<PoolSpec> wanted, out ImmutableArray<Layer4Outcome> outcomes)
        {
            NetlinkResult result = Do(Layer4Planner.Plan(wanted, plane.Seen(), Ours), out outcomes);
            Ours = Layer4Planner.Remaining(wanted, Ours, outcomes);
            return result;
        }

        public NetlinkResult Advance(
            IReadOnlyList<PoolSpec> wanted,
            IReadOnlyCollection<VirtualServiceKey> gone,
            out ImmutableArray<Layer4Outcome> outcomes)
        {
            NetlinkResult result = Do(Layer4Planner.PlanAdvance(wanted, gone, Ours), out outcomes);
            Ours = result.IsSuccess ? Layer4Planner.Advanced(wanted, gone, Ours) : Ours;
            return result;
        }

        public NetlinkResult Flush()
        {
            foreach (PoolSpec pool in plane.Seen())
            {
                plane.Remove(pool.Service.Key);
            }
            return default;
        }

        public PlaneWait WaitsFor(bool forConnections)
        {
            plane.IsAskedForConnections = forConnections;
            return plane.Wait;
        }

        public NetlinkResult SetTimeouts(ConnectionTimeouts timeouts)
        {
            plane.Timeouts = timeouts;
            return default;
        }

        public void Dispose()
        {
            // What is in it stays.
        }

        private NetlinkResult Do(
            ImmutableArray<Layer4Operation> operations, out ImmutableArray<Layer4Outcome> outcomes)
        {
            outcomes = [.. operations.Select(o => new Layer4Outcome(o, plane.Apply(o)))];
            return outcomes.FirstOrDefault(static o => !o.Result.IsSuccess).Result;
        }
    }
}
