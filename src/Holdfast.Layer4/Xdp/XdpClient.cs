using System.Collections.Immutable;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Planning;
using Holdfast.Layer4.Xdp.Layout;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Xdp;

/// <summary>The director's virtual services: what IPVS's interface offers, done in the director's maps.</summary>
/// <remarks>
/// All state is in the maps, so several processes may have a client each; a lock on the directory of the pinned maps
/// makes their changes one after the other. Everything of one change becomes visible in an order that leaves each
/// service usable. Several threads may use one client.
/// </remarks>
public sealed partial class XdpClient : ILayer4Client, IConnectionTable
{
    private static readonly NetlinkResult s_removed
        = new(Errno.ESTALE, "the director was removed a moment ago; try again");

    private readonly DirectorMaps _maps;
    private readonly DirectorStore _store;
    private readonly string? _directory;
    private readonly bool _ownsMaps;
    private readonly Lock _gate = new();
    private readonly Lock _sweepGate = new();
    private LocalNetwork? _network;
    private ConnectionSweep? _sweep;

    internal XdpClient(DirectorMaps maps, string? directory, int maglevSize, bool ownsMaps)
    {
        _maps = maps;
        _store = new(maps, maglevSize);
        _directory = directory;
        _ownsMaps = ownsMaps;
        if (maps.Get<SettingsRecord>("settings", 0).Udp == 0)
        {
            maps.Set("settings", 0, ConnectionTimeoutTable.Defaults);
        }
    }

    /// <summary>
    /// Looks at the interfaces, addresses and neighbours of this host, so that what is added from now on works from its
    /// first moment. Without, services that are added schedule at once, and servers wait for <see cref="SetPaths"/>.
    /// </summary>
    /// <exception cref="Linux.LinuxException">The kernel refused.</exception>
    public void LookAround()
    {
        using RouteNetlink route = RouteNetlink.Open();
        _network = LocalNetwork.Read(route);
    }

    /// <summary>Whether there is no service.</summary>
    public bool IsEmpty => Load().Keys.Count == 0;

    /// <summary>The same, for who holds the lock on the directory.</summary>
    internal bool IsEmptyWhileLocked => _store.Load().Keys.Count == 0;

    /// <summary>Opens the director whose state is pinned, without loading anything.</summary>
    /// <param name="options">Where.</param>
    /// <param name="client">Null unless it worked.</param>
    /// <returns>ENOENT: nothing is pinned there. ENOSYS: libbpf is not installed.</returns>
    public static Errno TryOpen(XdpOptions options, out XdpClient? client)
    {
        client = null;
        if (options.PinDirectory is not { } directory)
        {
            return Errno.ENOENT;
        }
        Errno errno = DirectorMaps.TryOpen(directory, out DirectorMaps? maps);
        client = maps is null ? null : new(maps, directory, options.MaglevSize, ownsMaps: true);
        return errno;
    }

    /// <inheritdoc/>
    public NetlinkResult AddService(VirtualServiceSpec service)
        => Change(state => state.AddService(service, GateOf(service.Key)));

    /// <inheritdoc/>
    public NetlinkResult SetService(VirtualServiceSpec service) => Change(state => state.SetService(service));

    /// <inheritdoc/>
    public NetlinkResult DeleteService(VirtualServiceKey key) => Change(state => state.DeleteService(key));

    /// <inheritdoc/>
    public NetlinkResult AddServer(VirtualServiceKey service, RealServerSpec server)
        => Change(state => state.AddServer(service, server, PathTo(server)));

    /// <inheritdoc/>
    public NetlinkResult SetServer(VirtualServiceKey service, RealServerSpec server)
        => Change(state => state.SetServer(service, server));

    /// <inheritdoc/>
    public NetlinkResult DeleteServer(VirtualServiceKey service, RealServerKey server)
        => Change(state => state.DeleteServer(service, server));

    /// <inheritdoc/>
    public NetlinkResult Flush() => Change(static state =>
    {
        foreach (VirtualServiceKey key in state.Keys.Keys.ToArray())
        {
            _ = state.DeleteService(key);
        }
        return default;
    });

    /// <inheritdoc/>
    public NetlinkResult ZeroService(VirtualServiceKey key) => Change(state =>
    {
        if (!state.Keys.TryGetValue(key, out int slot))
        {
            return new(Errno.ESRCH);
        }
        Zero(state, slot, _maps.AllCounters());
        return default;
    });

    /// <inheritdoc/>
    public NetlinkResult ZeroAll() => Change(state =>
    {
        CountersRecord[] counters = _maps.AllCounters();
        foreach (int slot in state.Keys.Values)
        {
            Zero(state, slot, counters);
        }
        return default;
    });

    /// <summary>Carries out operations as one change: no table in between is ever seen.</summary>
    /// <param name="plan">Gets what is there, and says what to do.</param>
    /// <returns>What became of each.</returns>
    public ImmutableArray<Ipvs.Layer4Outcome> Carry(Func<IReadOnlyList<PoolSpec>, IEnumerable<Layer4Operation>> plan)
    {
        List<Ipvs.Layer4Outcome> outcomes = [];
        _ = Change(state =>
        {
            foreach (Layer4Operation operation in plan(SpecsOf(state)))
            {
                outcomes.Add(new(operation, Apply(state, operation)));
            }
            return default;
        });
        return [.. outcomes];
    }

    /// <summary>Sets the gates of services.</summary>
    /// <param name="gateOf">By virtual address.</param>
    public void SetGates(Func<IpAddress, ServiceGate> gateOf) => Change(state =>
    {
        foreach ((VirtualServiceKey key, int slot) in state.Keys)
        {
            DirectorServiceFlags flags = (state.Services[slot].Flags & ~ServiceRecord.Gates)
                | ServiceRecord.FlagsOf(gateOf(key.Address));
            if (state.Services[slot].Flags != flags)
            {
                state.Services[slot].Flags = flags;
                state.ChangedServices.Add(slot);
            }
        }
        return default;
    });

    /// <summary>Says which Ethernet address an interface has, and how large a packet it can receive.</summary>
    /// <param name="index">The interface.</param>
    /// <param name="mac">Its address.</param>
    /// <param name="mtu">Bytes; a larger packet was put together by the kernel. 0: it may receive any.</param>
    public void SetInterface(int index, MacAddress mac, uint mtu = 0)
    {
        ulong value = mtu <= ushort.MaxValue ? (ulong)mtu << 48 : 0;
        mac.CopyTo(System.Runtime.InteropServices.MemoryMarshal.AsBytes(new Span<ulong>(ref value)));
        _maps.Set("interfaces", index, value);
    }

    /// <summary>Says how frames get to the servers.</summary>
    /// <param name="pathOf">By address of the server; null when there is no way.</param>
    public void SetPaths(Func<IpAddress, ServerPath?> pathOf) => Change(state =>
    {
        foreach (int index in state.Keys.Values.SelectMany(state.Members))
        {
            state.SetPath(index, pathOf(state.Servers[index].IpAddress) ?? default);
        }
        return default;
    });

    /// <summary>Closes the descriptors; what is pinned stays.</summary>
    public void Dispose()
    {
        using (_sweepGate.EnterScope())
        {
            _sweep?.Dispose();
            _sweep = null;
        }
        if (_ownsMaps)
        {
            _maps.Dispose();
        }
    }

    internal NetlinkResult Change(Func<DirectorState, NetlinkResult> change)
    {
        using Lock.Scope gate = _gate.EnterScope();
        if (IsRemoved)
        {
            return s_removed;
        }
        using DirectoryLock? held = _directory is null ? null : DirectoryLock.Acquire(_directory);
        if (IsRemoved)
        {
            return s_removed; // while we waited
        }
        DirectorState state = _store.Load();
        NetlinkResult result = change(state);
        _store.Save(state);
        return result;
    }

    internal DirectorState Load()
    {
        using Lock.Scope gate = _gate.EnterScope();
        using DirectoryLock? held = _directory is null ? null : DirectoryLock.Acquire(_directory);
        return _store.Load();
    }

    private bool IsRemoved => _directory is not null && !File.Exists($"{_directory}/services");

    private ServiceGate GateOf(in VirtualServiceKey key) => _network?.GateOf(key.Address) ?? ServiceGate.Open;

    private ServerPath PathTo(RealServerSpec server) => _network?.PathTo(server.Key.Address) ?? default;

    private NetlinkResult Apply(DirectorState state, Layer4Operation operation) => operation.Verb switch
    {
        Layer4Verb.AddService => state.AddService(operation.Service!, GateOf(operation.Key)),
        Layer4Verb.SetService => state.SetService(operation.Service!),
        Layer4Verb.DeleteService => Gone(state.DeleteService(operation.Key)),
        Layer4Verb.AddServer => state.AddServer(operation.Key, operation.Server!, PathTo(operation.Server!)),
        Layer4Verb.SetServer => state.SetServer(operation.Key, operation.Server!),
        _ => Gone(state.DeleteServer(operation.Key, operation.Server!.Key)),
    };

    private static NetlinkResult Gone(NetlinkResult result)
        => result.Errno is Errno.ESRCH or Errno.ENOENT ? default : result;

    private static ImmutableArray<PoolSpec> SpecsOf(DirectorState state)
        => [.. state.Keys.Values.Select(slot => new PoolSpec(
            state.Services[slot].ToSpec(), [.. state.Members(slot).Select(i => state.Servers[i].ToSpec())]))];

    private static void Zero(DirectorState state, int slot, CountersRecord[] counters)
    {
        CountersRecord sum = state.Services[slot].Past;
        foreach (int server in state.Members(slot))
        {
            state.Servers[server].Zero = counters[server];
            state.ChangedServers.Add(server);
            sum = sum.Plus(counters[server]);
        }
        state.Services[slot].Zero = sum;
        state.ChangedServices.Add(slot);
    }
}
