using System.Collections.Immutable;
using Holdfast.Layer4.Ipvs;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Planning;
using Holdfast.Layer4.Xdp;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Nftables;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Nftables;

/// <summary>Virtual services in nftables: what IPVS's interface offers, done in two tables of ours.</summary>
/// <remarks>
/// All state is in the kernel: settings stand in comments of the rules. Each change reads them, and is refused by the
/// kernel when somebody has changed nftables meanwhile; then it begins anew. So several processes may have a client
/// each. Several threads may use one client.
/// </remarks>
public sealed partial class NftablesClient : ILayer4Client, IConnectionTable
{
    private const int AttemptsMax = 64;
    private const int TransactionSize = 512 * 1024;
    private const string Table = NftBase.Table;

    private readonly NftSocket _socket;
    private readonly Lock _gate = new();
    private NftSettings _settings = NftSettings.Default;
    private LocalNetwork? _network;
    private (uint Generation, NftState State, List<string> Chains)? _cache;

    private NftablesClient(NftSocket socket) => _socket = socket;

    /// <summary>Opens the kernel's nftables.</summary>
    /// <param name="client">Null unless it worked.</param>
    /// <returns>EOPNOTSUPP or EPROTONOSUPPORT: the kernel has no nftables. EPERM: no privilege.</returns>
    public static NetlinkResult TryOpen(out NftablesClient? client)
    {
        NetlinkResult result = NftSocket.TryOpen(out NftSocket? socket);
        client = socket is null ? null : new(socket);
        return result;
    }

    /// <summary>Tries whether the kernel's nftables has every part that is needed; leaves nothing behind.</summary>
    /// <returns>EOPNOTSUPP: one is missing; the text says which.</returns>
    public NetlinkResult Probe()
    {
        using Lock.Scope gate = _gate.EnterScope();
        return NftProbe.Run(_socket);
    }

    /// <summary>Whether the tables are there: of a daemon that lives, or of one that has died.</summary>
    public bool HasTables => Load(out NftState? state, out _, out _).IsSuccess && state!.HasTables;

    /// <summary>Looks at the interfaces and addresses of this host, which decide where frames come in, and on which way
    /// they go to a server.</summary>
    /// <exception cref="Linux.LinuxException">The kernel refused.</exception>
    public void LookAround()
    {
        using RouteNetlink route = RouteNetlink.Open();
        _network = LocalNetwork.Read(route);
    }

    /// <inheritdoc/>
    public NetlinkResult AddService(VirtualServiceSpec service)
        => Change(state => state.AddService(service, IsClosed(service.Key.Address)));

    /// <inheritdoc/>
    public NetlinkResult SetService(VirtualServiceSpec service) => Change(state => state.SetService(service));

    /// <inheritdoc/>
    public NetlinkResult DeleteService(VirtualServiceKey key) => Change(state => state.DeleteService(key));

    /// <inheritdoc/>
    public NetlinkResult AddServer(VirtualServiceKey service, RealServerSpec server)
        => Change(state => state.AddServer(service, server, PathTo(server.Key.Address)));

    /// <inheritdoc/>
    public NetlinkResult SetServer(VirtualServiceKey service, RealServerSpec server)
        => Change(state => state.SetServer(service, server, PathTo(server.Key.Address)));

    /// <inheritdoc/>
    public NetlinkResult DeleteServer(VirtualServiceKey service, RealServerKey server)
        => Change(state => state.DeleteServer(service, server));

    /// <inheritdoc/>
    public NetlinkResult Flush() => Change(static state =>
    {
        foreach (VirtualServiceKey key in state.Services.Keys.ToArray())
        {
            _ = state.DeleteService(key);
        }
        return default;
    });

    /// <inheritdoc/>
    public NetlinkResult SetTimeouts(ConnectionTimeouts timeouts)
    {
        const uint SecondsMax = 31_535_999;
        if (timeouts.TcpSeconds > SecondsMax || timeouts.TcpFinSeconds > SecondsMax || timeouts.UdpSeconds > SecondsMax)
        {
            return new(Errno.EINVAL);
        }
        return Change(state =>
        {
            ConnectionTimeouts old = state.Settings.Timeouts;
            state.Set(_settings = state.Settings with
            {
                Timeouts = new(
                    timeouts.TcpSeconds == 0 ? old.TcpSeconds : timeouts.TcpSeconds,
                    timeouts.TcpFinSeconds == 0 ? old.TcpFinSeconds : timeouts.TcpFinSeconds,
                    timeouts.UdpSeconds == 0 ? old.UdpSeconds : timeouts.UdpSeconds),
            });
            return default;
        });
    }

    /// <inheritdoc/>
    public NetlinkResult GetTimeouts(out ConnectionTimeouts timeouts)
    {
        NetlinkResult result = Load(out NftState? state, out _, out _);
        timeouts = (state is { HasTables: true } ? state.Settings : _settings).Timeouts;
        return result;
    }

    /// <summary>Carries out operations as one change.</summary>
    /// <param name="plan">Gets what is there, and says what to do. May be called again.</param>
    /// <param name="outcomes">What became of each.</param>
    /// <returns>Why nothing was done; success even when an operation was refused.</returns>
    public NetlinkResult Carry(
        Func<IReadOnlyList<PoolSpec>, IEnumerable<Layer4Operation>> plan, out ImmutableArray<Layer4Outcome> outcomes)
    {
        List<Layer4Outcome> done = [];
        NetlinkResult result = Change(state =>
        {
            done.Clear();
            foreach (Layer4Operation operation in plan([.. state.InOrder.Select(ToPool)]))
            {
                done.Add(new(operation, Apply(state, operation)));
            }
            HashSet<(VirtualServiceKey, RealServerKey)> mixed = state.TakeBackMixed();
            for (int i = 0; i < done.Count; i++)
            {
                Layer4Operation operation = done[i].Operation;
                if (operation.Server is { } server && mixed.Contains((operation.Key, server.Key)))
                {
                    done[i] = new(operation, NftablesLimits.MixedMethods);
                }
            }
            return default;
        });
        outcomes = result.IsSuccess ? [.. done] : [.. done.Select(o => o with { Result = result })];
        return result;
    }

    /// <summary>Compares everything with the network as it is, and changes what differs.</summary>
    /// <returns>Success, or what the kernel says.</returns>
    /// <exception cref="Linux.LinuxException">The network cannot be read.</exception>
    public NetlinkResult Refresh()
    {
        LookAround();
        return Change(state =>
        {
            state.SetNetwork(IsClosed, PathTo);
            return default;
        });
    }

    /// <summary>Closes the socket; what is in the kernel stays, and forwards.</summary>
    public void Dispose() => _socket.Dispose();

    private NetlinkResult Change(Func<NftState, NetlinkResult> change)
    {
        using Lock.Scope gate = _gate.EnterScope();
        NetlinkResult failure = default;
        for (int attempt = 0; attempt < AttemptsMax; attempt++)
        {
            NetlinkResult result = Load(out NftState? state, out uint generation, out List<string> chains);
            if (!result.IsSuccess)
            {
                failure = result;
                // Somebody else writes all the time, and no reading was of one state.
                if (result.Errno == Errno.EINTR)
                {
                    continue;
                }
                return result;
            }
            NetlinkResult verdict = change(state!);
            if (state!.TakeBackMixed().Count > 0)
            {
                verdict = NftablesLimits.MixedMethods;
            }
            KeepCounts(state);
            _cache = null;
            failure = Write(state, chains, generation);
            if (failure.IsSuccess)
            {
                ForgetConnections(state);
                return verdict;
            }
            if (failure.Errno is not (Errno.ERESTART or Errno.EINTR))
            {
                // An interface may have gone meanwhile, or somebody has taken parts of our tables away.
                if (attempt > 0)
                {
                    failure = Write(NftState.Anew(state), [], null);
                    if (failure.IsSuccess || attempt > 2)
                    {
                        return failure.IsSuccess ? verdict : failure;
                    }
                }
                if (_network is not null)
                {
                    LookAround();
                }
            }
        }
        return failure;
    }

    private NetlinkResult Load(out NftState? state, out uint generation, out List<string> chains)
    {
        using Lock.Scope gate = _gate.EnterScope();
        state = null;
        chains = [];
        NetlinkResult result = _socket.ReadGeneration(out generation);
        if (result.IsSuccess && _cache is { } cache && cache.Generation == generation)
        {
            state = NftState.After(cache.State);
            chains = cache.Chains;
            return result;
        }
        List<(string, string)> frames = [];
        List<(string, string)> packets = [];
        result = result.IsSuccess ? _socket.ReadComments(NftFamily.Netdev, Table, out frames) : result;
        result = result.IsSuccess ? _socket.ReadComments(NftFamily.Inet, Table, out packets) : result;
        result = result.IsSuccess ? _socket.ReadChains(NftFamily.Netdev, Table, out chains) : result;
        if (result.IsSuccess)
        {
            state = NftState.Of([.. frames, .. packets]);
            if (!state.HasTables)
            {
                state.Set(_settings);
            }
        }
        return result;
    }

    private NetlinkResult Write(NftState state, List<string> chains, uint? generation)
    {
        bool isEmpty = state.Services.Count == 0;
        NftTransaction t = _socket.Begin(generation);
        if (generation is null || isEmpty == state.HasTables)
        {
            // Made and deleted: so the deletion cannot fail, whatever is there.
            chains = [];
            foreach (NftFamily family in (NftFamily[])[NftFamily.Netdev, NftFamily.Inet])
            {
                t.AddTable(family, Table);
                t.DeleteTable(family, Table);
            }
        }
        if (isEmpty)
        {
            return _socket.Commit(t);
        }
        if (!state.HasTables)
        {
            NftBase.Write(t, state.Settings);
        }
        else if (state.HasNewSettings)
        {
            NftBase.WriteRules(t, state.Settings);
        }
        NftSources.Write(t, state);
        bool hasNewEntrances = WriteEntrances(t, state, chains);
        bool isWhole = true;
        foreach (VirtualServiceKey key in state.Changed.ToArray())
        {
            if (t.Length > TransactionSize)
            {
                NetlinkResult part = _socket.Commit(t);
                if (!part.IsSuccess)
                {
                    return part;
                }
                t = _socket.Begin();
                isWhole = false;
            }
            WriteService(t, state, key);
        }
        NetlinkResult result = _socket.Commit(t);
        if (result.IsSuccess && isWhole && !hasNewEntrances && generation is { } before)
        {
            // Nobody can have come between the number that was read and ours, or the kernel would have refused.
            _cache = (t.IsEmpty ? before : unchecked(before + 1), state, chains);
        }
        return result;
    }

    private static void WriteService(NftTransaction t, NftState state, VirtualServiceKey key)
    {
        var writer = new NftServiceWriter(t, state.Settings.Timeouts);
        NftService? before = state.Before.GetValueOrDefault(key);
        NftService? after = state.Services.GetValueOrDefault(key);
        if (before is not null && before.IsDirect != after?.IsDirect)
        {
            writer.Remove(before);
            before = null;
        }
        if (after is not null)
        {
            writer.Write(after, before);
        }
    }

    // Frames are looked at only where a service needs it.
    private bool WriteEntrances(NftTransaction t, NftState state, List<string> chains)
    {
        if (_network is null)
        {
            return false;
        }
        int length = t.Length;
        LinkInfo[] wanted = state.Services.Values.Any(static s => s.IsDirect) ? [.. _network.Entrances()] : [];
        foreach (string chain in chains.Where(
            static c => c.StartsWith(NftBase.EntrancePrefix, StringComparison.Ordinal)))
        {
            if (!wanted.Any(link => NftBase.EntranceOf(link.Index) == chain))
            {
                t.FlushChain(NftFamily.Netdev, Table, chain);
                t.DeleteChain(NftFamily.Netdev, Table, chain);
            }
        }
        foreach (LinkInfo link in wanted.Where(link => !chains.Contains(NftBase.EntranceOf(link.Index))))
        {
            NftBase.WriteEntrance(t, link.Index, link.Name);
        }
        return t.Length != length;
    }

    private NetlinkResult Apply(NftState state, Layer4Operation operation) => operation.Verb switch
    {
        Layer4Verb.AddService => state.AddService(operation.Service!, IsClosed(operation.Key.Address)),
        Layer4Verb.SetService => state.SetService(operation.Service!),
        Layer4Verb.DeleteService => Gone(state.DeleteService(operation.Key)),
        Layer4Verb.AddServer =>
            state.AddServer(operation.Key, operation.Server!, PathTo(operation.Server!.Key.Address)),
        Layer4Verb.SetServer =>
            state.SetServer(operation.Key, operation.Server!, PathTo(operation.Server!.Key.Address)),
        _ => Gone(state.DeleteServer(operation.Key, operation.Server!.Key)),
    };

    private bool IsClosed(IpAddress address) => _network?.GateOf(address) == ServiceGate.Closed;

    private NftPath PathTo(IpAddress server)
        => _network?.PathTo(server) is { } path ? new(path.InterfaceIndex, path.IsLocal) : default;

    private static PoolSpec ToPool(NftService service)
        => new(service.Spec, [.. service.Servers.Select(static s => s.Spec)]);

    private static NetlinkResult Gone(NetlinkResult result)
        => result.Errno is Errno.ESRCH or Errno.ENOENT ? default : result;
}
