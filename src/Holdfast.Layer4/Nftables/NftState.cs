using System.Collections.Immutable;
using Holdfast.Layer4.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Nftables;

/// <summary>The services in memory, with the operations on them. Pure: changes nothing in the kernel.</summary>
internal sealed class NftState
{
    private readonly Dictionary<VirtualServiceKey, NftService> _services = [];

    private NftState(IReadOnlyDictionary<VirtualServiceKey, NftService> before, NftSettings? settings)
    {
        Before = before;
        _services = new(before);
        HasTables = settings is not null;
        Settings = settings ?? NftSettings.Default;
    }

    /// <summary>What the kernel has.</summary>
    internal IReadOnlyDictionary<VirtualServiceKey, NftService> Before { get; }

    /// <summary>What it should have.</summary>
    internal IReadOnlyDictionary<VirtualServiceKey, NftService> Services => _services;

    /// <summary>Whether the kernel has our tables.</summary>
    internal bool HasTables { get; }

    /// <summary>What holds for all services.</summary>
    internal NftSettings Settings { get; private set; }

    /// <summary>Whether they have changed.</summary>
    internal bool HasNewSettings { get; private set; }

    /// <summary>Keys of services that differ from what the kernel has, with those that are gone.</summary>
    internal IEnumerable<VirtualServiceKey> Changed => Before.Keys.Union(_services.Keys)
        .Where(key => !ReferenceEquals(Before.GetValueOrDefault(key), _services.GetValueOrDefault(key))
            || (HasNewSettings && _services[key].IsDirect));

    /// <summary>Services in their order.</summary>
    internal IEnumerable<NftService> InOrder => _services.Values.OrderBy(static s => s.Order);

    /// <summary>What the comments of the two tables say.</summary>
    internal static NftState Of(IEnumerable<(string Chain, string Comment)> comments)
    {
        Dictionary<string, NftService> byName = new(StringComparer.Ordinal);
        List<(string Chain, NftServer Server)> servers = [];
        NftSettings? settings = null;
        foreach ((string chain, string comment) in comments)
        {
            settings ??= NftComments.ReadSettings(comment);
            if (NftComments.ReadService(comment) is { } service)
            {
                byName[chain] = service;
            }
            else if (NftComments.ReadServer(comment) is { } server)
            {
                servers.Add((chain[..Math.Max(0, chain.IndexOf('/', StringComparison.Ordinal))], server));
            }
        }
        ILookup<string, NftServer> members = servers.ToLookup(static s => s.Chain, static s => s.Server);
        var state = new NftState(byName.ToDictionary(static p => p.Value.Key,
            p => p.Value with { Servers = [.. members[p.Key].OrderBy(static s => s.Order)] }), settings);
        // Somebody has emptied a table: what is left of the services is wanted, and everything is made anew.
        return state.HasTables ? state : Anew(state);
    }

    /// <summary>The kernel has got what a state wanted.</summary>
    internal static NftState After(NftState done) => new(done._services, done.Settings);

    /// <summary>Nothing, which is to become what another state should be.</summary>
    internal static NftState Anew(NftState wanted)
    {
        var state = new NftState(new Dictionary<VirtualServiceKey, NftService>(), null) { Settings = wanted.Settings };
        foreach ((VirtualServiceKey key, NftService service) in wanted._services)
        {
            state._services[key] = service;
        }
        return state;
    }

    internal NetlinkResult AddService(VirtualServiceSpec spec, bool isClosed)
    {
        if (_services.ContainsKey(spec.Key))
        {
            return new(Errno.EEXIST);
        }
        NetlinkResult verdict = NftablesLimits.Check(spec);
        if (verdict.IsSuccess)
        {
            uint order = _services.Count == 0 ? 1 : _services.Values.Max(static s => s.Order) + 1;
            _services[spec.Key] = new(spec, order, isClosed, default, []);
        }
        return verdict;
    }

    internal NetlinkResult SetService(VirtualServiceSpec spec)
    {
        if (!_services.TryGetValue(spec.Key, out NftService? service))
        {
            return new(Errno.ESRCH);
        }
        NetlinkResult verdict = NftablesLimits.Check(spec);
        if (verdict.IsSuccess && service.Spec != spec)
        {
            _services[spec.Key] = service with { Spec = spec };
        }
        return verdict;
    }

    internal NetlinkResult DeleteService(VirtualServiceKey key)
        => _services.Remove(key) ? default : new(Errno.ESRCH);

    internal NetlinkResult AddServer(VirtualServiceKey key, RealServerSpec spec, NftPath path)
    {
        if (!_services.TryGetValue(key, out NftService? service))
        {
            return new(Errno.ESRCH);
        }
        if (service.Servers.Any(s => s.Spec.Key == spec.Key))
        {
            return new(Errno.EEXIST);
        }
        NetlinkResult verdict = NftablesLimits.Check(key, spec);
        if (!verdict.IsSuccess)
        {
            return verdict;
        }
        if (service.Servers.Length >= NftablesLimits.ServersMax)
        {
            return new(Errno.ENOSPC, $"a service holds {NftablesLimits.ServersMax} real servers");
        }
        uint order = service.Servers.IsEmpty ? 1 : service.Servers.Max(static s => s.Order) + 1;
        _services[key] = service with
        {
            Servers = service.Servers.Add(new(spec, NumberOf(spec.Key, service.Servers), order, path)),
        };
        return default;
    }

    internal NetlinkResult SetServer(VirtualServiceKey key, RealServerSpec spec, NftPath path)
    {
        if (!_services.TryGetValue(key, out NftService? service))
        {
            return new(Errno.ESRCH);
        }
        NftServer? found = service.Servers.FirstOrDefault(s => s.Spec.Key == spec.Key);
        if (found is null)
        {
            return new(Errno.ENOENT);
        }
        NetlinkResult verdict = NftablesLimits.Check(key, spec);
        if (verdict.IsSuccess && found.Spec != spec)
        {
            Replace(service, found, found with { Spec = spec, Path = path });
        }
        return verdict;
    }

    internal NetlinkResult DeleteServer(VirtualServiceKey key, RealServerKey server)
    {
        if (!_services.TryGetValue(key, out NftService? service))
        {
            return new(Errno.ESRCH);
        }
        NftServer? found = service.Servers.FirstOrDefault(s => s.Spec.Key == server);
        if (found is null)
        {
            return new(Errno.ENOENT);
        }
        _services[key] = service with { Servers = service.Servers.Remove(found) };
        return default;
    }

    internal void Set(NftSettings settings)
    {
        HasNewSettings |= settings != Settings;
        Settings = settings;
    }

    /// <summary>Sets the gates of services, and the paths to servers.</summary>
    internal void SetNetwork(Func<IpAddress, bool> isClosed, Func<IpAddress, NftPath> pathTo)
    {
        foreach (NftService service in _services.Values.ToArray())
        {
            bool closed = isClosed(service.Key.Address);
            if (service.IsClosed != closed)
            {
                _services[service.Key] = service with { IsClosed = closed };
            }
            foreach (NftServer server in service.Servers)
            {
                NftPath path = pathTo(server.Spec.Key.Address);
                if (server.Path != path)
                {
                    Replace(_services[service.Key], server, server with { Path = path });
                }
            }
        }
    }

    /// <summary>Adds what counters of the kernel say to the past of services, where their servers go.</summary>
    internal void KeepCounts(Func<NftService, NftServer, NftTraffic> trafficOf)
    {
        foreach (NftService before in Before.Values)
        {
            if (!_services.TryGetValue(before.Key, out NftService? after))
            {
                continue;
            }
            foreach (NftServer server in GoneServers(before, after))
            {
                after = after with { Past = after.Past.Plus(trafficOf(before, server)) };
            }
            _services[before.Key] = ReferenceEquals(after, _services[before.Key]) ? _services[before.Key] : after;
        }
    }

    /// <summary>Forgets what servers that are gone have counted.</summary>
    internal void ForgetPast(VirtualServiceKey key)
    {
        if (_services[key].Past != default)
        {
            _services[key] = _services[key] with { Past = default };
        }
    }

    /// <summary>
    /// Takes servers back whose method is not that of the others: those win that were not touched, otherwise the first.
    /// </summary>
    /// <returns>What was taken back.</returns>
    internal HashSet<(VirtualServiceKey Service, RealServerKey Server)> TakeBackMixed()
    {
        HashSet<(VirtualServiceKey, RealServerKey)> refused = [];
        foreach (NftService service in _services.Values.ToArray())
        {
            if (service.Servers.Select(static s => s.Spec.Forwarding).Distinct().Count() < 2)
            {
                continue;
            }
            ImmutableArray<NftServer> old = Before.GetValueOrDefault(service.Key)?.Servers ?? [];
            NftServer leader = service.Servers.FirstOrDefault(s => old.Any(o => o.Spec == s.Spec))
                ?? service.Servers[0];
            foreach (NftServer server in service.Servers.Where(s => s.Spec.Forwarding != leader.Spec.Forwarding))
            {
                NftService current = _services[service.Key];
                NftServer? previous = old.FirstOrDefault(o => o.Spec.Key == server.Spec.Key);
                bool returns = previous is not null && previous.Spec.Forwarding == leader.Spec.Forwarding;
                _services[service.Key] = current with
                {
                    Servers = returns ? current.Servers.Replace(server, previous!) : current.Servers.Remove(server),
                };
                _ = refused.Add((service.Key, server.Spec.Key));
            }
        }
        return refused;
    }

    /// <summary>Servers whose chains and counters do not outlive a change.</summary>
    internal static IEnumerable<NftServer> GoneServers(NftService before, NftService? after)
        => after is null || before.IsDirect != after.IsDirect ? before.Servers
            : before.Servers.Where(s => !after.Servers.Any(a => a.Spec.Key == s.Spec.Key));

    private void Replace(NftService service, NftServer old, NftServer changed)
        => _services[service.Key] = service with { Servers = service.Servers.Replace(old, changed) };

    // By its address, so that a server that comes back gets the connections that are remembered of it, and hardly any
    // other does.
    private static uint NumberOf(RealServerKey key, ImmutableArray<NftServer> taken)
    {
        const uint Prime = 16777619;
        uint hash = 2166136261;
        Span<byte> bytes = stackalloc byte[18];
        int length = key.Address.CopyTo(bytes);
        bytes[length++] = (byte)(key.Port >> 8);
        bytes[length++] = (byte)(key.Port & 0xFF);
        foreach (byte value in bytes[..length])
        {
            hash = unchecked((hash ^ value) * Prime);
        }
        hash = Math.Max(1, hash);
        while (taken.Any(s => s.Number == hash))
        {
            hash = hash == uint.MaxValue ? 1 : hash + 1;
        }
        return hash;
    }
}
