using System.Buffers.Binary;
using System.Collections.Immutable;
using Holdfast.Layer4.Model;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Nftables;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Nftables;

/// <summary>What is there, and what it has counted.</summary>
public sealed partial class NftablesClient
{
    private static readonly NetlinkResult s_noDaemon = new(Errno.EOPNOTSUPP,
        "the nftables plane has no synchronisation daemon; with scheduler mh or sh every director chooses the same");

    // With more servers that go, reading all counters is faster.
    private const int SingleReadsMax = 32;

    /// <summary>What <c>ipvsadm -L</c> says of the plane: version 1.2.1 of IPVS.</summary>
    public static IpvsInfo Info => new(0x010201, 262144);

    /// <inheritdoc/>
    public NetlinkResult GetService(VirtualServiceKey key, out ObservedService? service)
    {
        NetlinkResult result = Observe(out ImmutableArray<ObservedPool> pools);
        service = pools.FirstOrDefault(pool => pool.Service.Spec.Key == key)?.Service;
        return !result.IsSuccess ? result : service is null ? new(Errno.ESRCH) : default;
    }

    /// <inheritdoc/>
    public NetlinkResult GetServers(VirtualServiceKey service, out ImmutableArray<ObservedServer> servers)
    {
        NetlinkResult result = Observe(out ImmutableArray<ObservedPool> pools);
        servers = pools.FirstOrDefault(pool => pool.Service.Spec.Key == service)?.Servers ?? [];
        return result;
    }

    /// <inheritdoc/>
    public NetlinkResult Observe(out ImmutableArray<ObservedPool> pools)
    {
        using Lock.Scope gate = _gate.EnterScope();
        pools = [];
        NetlinkResult result = Load(out NftState? state, out _, out _);
        if (!result.IsSuccess)
        {
            return result;
        }
        Func<NftService, NftServer, NftTraffic> trafficOf = ReadCounters();
        Dictionary<(VirtualServiceKey, RealServerKey), (uint Active, uint Inactive)> counts = [];
        ReadConnections(state!, connection =>
        {
            var key = (VirtualServiceKey.At(connection.Protocol, connection.Address, connection.Port),
                connection.Server);
            (uint active, uint inactive) = counts.GetValueOrDefault(key);
            counts[key] = connection.IsActive ? (active + 1, inactive) : (active, inactive + 1);
        });
        pools =
        [
            .. state!.InOrder.Select(service => new ObservedPool(
                new(service.Spec, service.Servers
                    .Aggregate(service.Past, (sum, server) => sum.Plus(trafficOf(service, server))).ToCounters()),
                [.. service.Servers.Reverse().Select(server =>
                {
                    (uint active, uint inactive) = counts.GetValueOrDefault((service.Key, server.Spec.Key));
                    return new ObservedServer(
                        server.Spec, trafficOf(service, server).ToCounters(), active, inactive, 0);
                })])),
        ];
        return result;
    }

    /// <inheritdoc/>
    public NetlinkResult GetConnections(out ImmutableArray<ObservedConnection> connections)
    {
        using Lock.Scope gate = _gate.EnterScope();
        List<ObservedConnection> found = [];
        NetlinkResult result = Load(out NftState? state, out _, out _);
        if (result.IsSuccess)
        {
            ReadConnections(state!, found.Add);
        }
        connections = [.. found.Distinct()];
        return result;
    }

    /// <inheritdoc/>
    public NetlinkResult ZeroService(VirtualServiceKey key) => Change(state => Zero(state, key));

    /// <inheritdoc/>
    public NetlinkResult ZeroAll() => Change(state =>
    {
        foreach (VirtualServiceKey key in state.Services.Keys.ToArray())
        {
            NetlinkResult result = Zero(state, key);
            if (!result.IsSuccess)
            {
                return result;
            }
        }
        return default;
    });

    /// <inheritdoc/>
    public NetlinkResult StartDaemon(SyncDaemonSpec daemon) => s_noDaemon;

    /// <inheritdoc/>
    public NetlinkResult StopDaemon(SyncRole role) => s_noDaemon;

    /// <inheritdoc/>
    public NetlinkResult GetDaemons(out ImmutableArray<SyncDaemonSpec> daemons)
    {
        daemons = [];
        return default;
    }

    private NetlinkResult Zero(NftState state, VirtualServiceKey key)
    {
        if (!state.Services.TryGetValue(key, out NftService? service))
        {
            return new(Errno.ESRCH);
        }
        foreach (NftServer server in service.Servers)
        {
            foreach (string counter in CountersOf(service, server))
            {
                NetlinkResult result = _socket.ResetCounter(NftBase.FamilyOf(service), Table, counter);
                if (!result.IsSuccess)
                {
                    return result;
                }
            }
        }
        state.ForgetPast(key);
        return default;
    }

    private static string[] CountersOf(NftService service, NftServer server) => service.IsDirect
        ? [service.NewCounterOf(server), service.InCounterOf(server)]
        : [service.NewCounterOf(server), service.InCounterOf(server), service.OutCounterOf(server)];

    private void KeepCounts(NftState state)
    {
        (NftService Service, NftServer Server)[] gone = [.. state.Changed.Where(state.Before.ContainsKey)
            .Select(key => state.Before[key])
            .SelectMany(before => NftState.GoneServers(before, state.Services.GetValueOrDefault(before.Key))
                .Select(server => (before, server)))];
        if (gone.Length is 0 or > SingleReadsMax)
        {
            state.KeepCounts(gone.Length == 0 ? static (_, _) => default : ReadCounters());
            return;
        }
        Dictionary<string, NftCount> counts = new(StringComparer.Ordinal);
        foreach ((NftService service, NftServer server) in gone)
        {
            foreach (string counter in CountersOf(service, server))
            {
                _ = _socket.ReadCounter(NftBase.FamilyOf(service), Table, counter, counts);
            }
        }
        state.KeepCounts((service, server) => TrafficOf(counts, service, server));
    }

    private Func<NftService, NftServer, NftTraffic> ReadCounters()
    {
        Dictionary<string, NftCount> frames = new(StringComparer.Ordinal);
        Dictionary<string, NftCount> packets = new(StringComparer.Ordinal);
        // What cannot be read counts as nothing: it is no reason to refuse a change.
        _ = _socket.ReadCounters(NftFamily.Netdev, Table, frames);
        _ = _socket.ReadCounters(NftFamily.Inet, Table, packets);
        return (service, server) => TrafficOf(service.IsDirect ? frames : packets, service, server);
    }

    private static NftTraffic TrafficOf(Dictionary<string, NftCount> counts, NftService service, NftServer server)
    {
        NftCount seen = counts.GetValueOrDefault(service.InCounterOf(server));
        NftCount sent = counts.GetValueOrDefault(service.OutCounterOf(server));
        NftCount first = counts.GetValueOrDefault(service.NewCounterOf(server));
        // The first packet of a connection that is translated passes the other counters before it is.
        NftCount unseen = service.IsDirect ? default : first;
        return new(first.Packets, seen.Packets + unseen.Packets, seen.Bytes + unseen.Bytes, sent.Packets, sent.Bytes);
    }

    private void ReadConnections(NftState state, Action<ObservedConnection> visit)
    {
        foreach (NftService service in state.InOrder.Where(static s => s.IsDirect))
        {
            ReadRemembered(state, service, visit);
        }
        Dictionary<(VirtualServiceKey, RealServerKey), bool> translated = [];
        foreach (NftService service in state.Services.Values.Where(static s => !s.IsDirect))
        {
            foreach (NftServer server in service.Servers)
            {
                translated[(service.Key, server.Spec.Key)] = true;
            }
        }
        if (translated.Count > 0)
        {
            ReadTracked(connection =>
            {
                VirtualServiceKey key = KeyOf(connection);
                var server = new RealServerKey(connection.Reply.Source, connection.Reply.SourcePort);
                if (translated.ContainsKey((key, server)))
                {
                    visit(new(key.Protocol, connection.Original.Source, connection.Original.SourcePort, key.Address,
                        key.Port, server, connection.StateName, connection.Expires));
                }
            }, state.Services.Values);
        }
    }

    // A map tells how long a connection still stays, and nothing of its state: of one that was silent for long,
    // nobody can say whether it has ended.
    private void ReadRemembered(NftState state, NftService service, Action<ObservedConnection> visit)
    {
        _ = _socket.ReadElements(
            NftFamily.Netdev, Table, service.ConnectionsSet, out List<NftSeenElement> elements);
        Dictionary<uint, RealServerKey> servers = service.Servers.ToDictionary(s => s.Number, s => s.Spec.Key);
        int size = NftBase.Size(service.IsV6);
        uint ending = Math.Max(60, state.Settings.Timeouts.TcpFinSeconds);
        foreach (NftSeenElement element in elements)
        {
            if (element.Key.Length >= size + 2 && servers.TryGetValue(element.Number, out RealServerKey server))
            {
                string word = !service.IsTcp ? "UDP"
                    : element.Expires.TotalSeconds > ending || state.Settings.Timeouts.TcpSeconds <= ending
                    ? "ESTABLISHED" : "FIN_WAIT";
                visit(new(service.Key.Protocol, IpAddress.FromBytes(element.Key.AsSpan(0, size)),
                    BinaryPrimitives.ReadUInt16BigEndian(element.Key.AsSpan(size)), service.Key.Address,
                    service.Key.Port, server, word, element.Expires));
            }
        }
    }

    /// <summary>
    /// Has connection tracking forget connections to servers that are gone, and those that it knew before their service
    /// came: otherwise it would translate them for as long as they last.
    /// </summary>
    private static void ForgetConnections(NftState state)
    {
        Dictionary<VirtualServiceKey, HashSet<RealServerKey>> stale = [];
        foreach (VirtualServiceKey key in state.Changed)
        {
            HashSet<RealServerKey> before = TranslatedOf(state.Before.GetValueOrDefault(key));
            HashSet<RealServerKey> after = TranslatedOf(state.Services.GetValueOrDefault(key));
            if (!before.SetEquals(after))
            {
                stale[key] = after;
            }
        }
        if (stale.Count == 0)
        {
            return;
        }
        List<TrackedConnection> gone = [];
        ReadTracked(connection =>
        {
            if (!stale.TryGetValue(KeyOf(connection), out HashSet<RealServerKey>? servers))
            {
                return;
            }
            bool isOurs = servers.Contains(new(connection.Reply.Source, connection.Reply.SourcePort));
            bool isPlain = connection.Reply.Source == connection.Original.Destination;
            if (!isOurs && !(isPlain && servers.Count == 0))
            {
                gone.Add(connection);
            }
        }, stale.Keys.Select(static key => key.Family));
        try
        {
            using var conntrack = new Conntrack();
            gone.ForEach(connection => conntrack.Delete(connection));
        }
        catch (LinuxException)
        {
            // Without access to it they go on until they end by themselves.
        }

        static HashSet<RealServerKey> TranslatedOf(NftService? service) => service is null || service.IsDirect ? []
            : [.. service.Servers.Select(static s => s.Spec.Key)];
    }

    private static void ReadTracked(Action<TrackedConnection> visit, IEnumerable<NftService> services)
        => ReadTracked(visit, services.Select(static s => s.Key.Family));

    private static void ReadTracked(Action<TrackedConnection> visit, IEnumerable<IpFamily> families)
    {
        try
        {
            using var conntrack = new Conntrack();
            foreach (IpFamily family in families.Distinct().ToArray())
            {
                _ = conntrack.Read(family, visit);
            }
        }
        catch (LinuxException)
        {
            // A kernel that does not tell of its connections has none to show.
        }
    }

    private static VirtualServiceKey KeyOf(in TrackedConnection connection) => VirtualServiceKey.At(
        (ServiceProtocol)connection.Protocol, connection.Original.Destination, connection.Original.DestinationPort);
}
