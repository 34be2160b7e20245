using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp.Layout;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;

namespace Holdfast.Layer4.Xdp;

/// <summary>The director's services and servers in memory, with the operations on them. Pure: writes no map.</summary>
/// <remarks>
/// Services and servers live in slots, whose numbers the program uses. A slot is used again as late as possible and
/// with a new generation, so that connections of the old owner are not taken for the new one's.
/// </remarks>
internal sealed class DirectorState(int serviceSlots, int serverSlots)
{
    private readonly Dictionary<VirtualServiceKey, int> _byKey = [];
    private readonly Dictionary<int, List<int>> _members = [];
    private int _nextService;
    private int _nextServer;
    private uint _nextOrder = 1;

    /// <summary>All service slots.</summary>
    internal ServiceRecord[] Services { get; } = new ServiceRecord[serviceSlots];

    /// <summary>All server slots.</summary>
    internal ServerRecord[] Servers { get; } = new ServerRecord[serverSlots];

    /// <summary>Slots of services whose settings changed.</summary>
    internal HashSet<int> ChangedServices { get; } = [];

    /// <summary>Slots of services whose table must be made anew.</summary>
    internal HashSet<int> ChangedTables { get; } = [];

    /// <summary>Slots of servers that changed.</summary>
    internal HashSet<int> ChangedServers { get; } = [];

    /// <summary>Keys that came, with their slots.</summary>
    internal Dictionary<VirtualServiceKey, int> AddedKeys { get; } = [];

    /// <summary>Keys that went.</summary>
    internal HashSet<VirtualServiceKey> RemovedKeys { get; } = [];

    /// <summary>Slots of servers that went, with the slot of their service.</summary>
    internal List<(int Server, int Service)> RemovedServers { get; } = [];

    /// <summary>Slots of servers that came: their counters begin at 0.</summary>
    internal HashSet<int> AddedServers { get; } = [];

    /// <summary>Keys of all services, with their slots.</summary>
    internal IReadOnlyDictionary<VirtualServiceKey, int> Keys => _byKey;

    /// <summary>Takes what the maps hold, after the records were filled in.</summary>
    internal void Adopt(IEnumerable<KeyValuePair<VirtualServiceKey, int>> keys)
    {
        foreach ((VirtualServiceKey key, int slot) in keys)
        {
            _byKey[key] = slot;
            _members[slot] = [];
            _nextService = Math.Max(_nextService, slot + 1);
        }
        for (int i = 0; i < Servers.Length; i++)
        {
            if (Servers[i].IsUsed && _members.TryGetValue((int)Servers[i].Service, out List<int>? members))
            {
                members.Add(i);
                _nextServer = i + 1;
                _nextOrder = Math.Max(_nextOrder, Servers[i].Order + 1);
            }
        }
        foreach (List<int> members in _members.Values)
        {
            members.Sort((a, b) => Servers[a].Order.CompareTo(Servers[b].Order));
        }
    }

    /// <summary>Slots of a service's servers, in the order in which they were added.</summary>
    internal IReadOnlyList<int> Members(int service) => _members[service];

    internal NetlinkResult AddService(VirtualServiceSpec spec, ServiceGate gate)
    {
        if (_byKey.ContainsKey(spec.Key))
        {
            return new(Errno.EEXIST);
        }
        NetlinkResult verdict = DirectorLimits.Check(spec);
        if (!verdict.IsSuccess)
        {
            return verdict;
        }
        int slot = Find(Services.Length, ref _nextService, i => !_members.ContainsKey(i));
        if (slot < 0)
        {
            return new(Errno.ENOSPC, $"the director holds {Services.Length} services");
        }
        ref ServiceRecord service = ref Services[slot];
        service = new() { Generation = service.Generation + 1, LastResort = ServiceRecord.NoServer };
        service.Take(spec, ServiceRecord.FlagsOf(gate));
        _byKey[spec.Key] = slot;
        _members[slot] = [];
        AddedKeys[spec.Key] = slot;
        RemovedKeys.Remove(spec.Key);
        ChangedServices.Add(slot);
        ChangedTables.Add(slot);
        return default;
    }

    internal NetlinkResult SetService(VirtualServiceSpec spec)
    {
        if (!_byKey.TryGetValue(spec.Key, out int slot))
        {
            return new(Errno.ESRCH);
        }
        NetlinkResult verdict = DirectorLimits.Check(spec);
        if (verdict.IsSuccess)
        {
            Services[slot].Take(spec, Services[slot].Flags & ServiceRecord.Gates);
            ChangedServices.Add(slot);
            ChangedTables.Add(slot);
        }
        return verdict;
    }

    internal NetlinkResult DeleteService(VirtualServiceKey key)
    {
        if (!_byKey.Remove(key, out int slot))
        {
            return new(Errno.ESRCH);
        }
        foreach (int server in _members[slot])
        {
            Free(server, slot);
        }
        _members.Remove(slot);
        ref ServiceRecord service = ref Services[slot];
        service = new() { Generation = service.Generation + 1, LastResort = ServiceRecord.NoServer };
        if (!AddedKeys.Remove(key))
        {
            RemovedKeys.Add(key);
        }
        ChangedTables.Remove(slot);
        ChangedServices.Add(slot);
        return default;
    }

    internal NetlinkResult AddServer(VirtualServiceKey key, RealServerSpec spec, in ServerPath path)
    {
        if (!_byKey.TryGetValue(key, out int slot))
        {
            return new(Errno.ESRCH);
        }
        if (MemberOf(slot, spec.Key) >= 0)
        {
            return new(Errno.EEXIST);
        }
        NetlinkResult verdict = DirectorLimits.Check(key, spec);
        verdict = verdict.IsSuccess && path.IsLocal ? DirectorLimits.CheckLocal(key, spec) : verdict;
        if (!verdict.IsSuccess)
        {
            return verdict;
        }
        int index = Find(Servers.Length, ref _nextServer, i => !Servers[i].IsUsed && !IsLeaving(i));
        if (index < 0)
        {
            return new(Errno.ENOSPC, $"the director holds {Servers.Length} real servers");
        }
        ref ServerRecord server = ref Servers[index];
        server = new()
        {
            Generation = server.Generation + 1,
            Service = (uint)slot,
            Order = _nextOrder++,
            Number = (uint)index,
        };
        server.Take(spec);
        _ = server.Take(path);
        _members[slot].Add(index);
        AddedServers.Add(index);
        Touch(index, slot);
        return default;
    }

    internal NetlinkResult SetServer(VirtualServiceKey key, RealServerSpec spec)
    {
        if (!_byKey.TryGetValue(key, out int slot))
        {
            return new(Errno.ESRCH);
        }
        int index = MemberOf(slot, spec.Key);
        if (index < 0)
        {
            return new(Errno.ENOENT);
        }
        NetlinkResult verdict = DirectorLimits.Check(key, spec);
        bool isLocal = (Servers[index].Flags & DirectorServerFlags.Local) != 0;
        verdict = verdict.IsSuccess && isLocal ? DirectorLimits.CheckLocal(key, spec) : verdict;
        if (verdict.IsSuccess)
        {
            Servers[index].Take(spec);
            Touch(index, slot);
        }
        return verdict;
    }

    internal NetlinkResult DeleteServer(VirtualServiceKey key, RealServerKey server)
    {
        if (!_byKey.TryGetValue(key, out int slot))
        {
            return new(Errno.ESRCH);
        }
        int index = MemberOf(slot, server);
        if (index < 0)
        {
            return new(Errno.ENOENT);
        }
        _members[slot].Remove(index);
        Free(index, slot);
        ChangedTables.Add(slot);
        ChangedServices.Add(slot);
        return default;
    }

    /// <summary>Says how frames get to a server.</summary>
    internal void SetPath(int server, in ServerPath path)
    {
        ref ServerRecord record = ref Servers[server];
        VirtualServiceKey service = Services[(int)record.Service].Key.ToKey();
        // One whose address has come to this host only now is as little possible as one that was refused.
        bool isPossible = !path.IsLocal || DirectorLimits.CheckLocal(service, record.ToSpec()).IsSuccess;
        if (record.Take(isPossible ? path : default))
        {
            ChangedServers.Add(server);
        }
    }

    private int MemberOf(int service, RealServerKey key)
    {
        int place = _members[service].FindIndex(i => Servers[i].Key == key);
        return place < 0 ? -1 : _members[service][place];
    }

    private bool IsLeaving(int server) => RemovedServers.Exists(removed => removed.Server == server);

    private void Touch(int server, int service)
    {
        ChangedServers.Add(server);
        ChangedTables.Add(service);
        ChangedServices.Add(service);
    }

    private void Free(int server, int service)
    {
        ref ServerRecord record = ref Servers[server];
        record = new() { Generation = record.Generation + 1, Service = ServerRecord.NoService };
        if (!AddedServers.Remove(server))
        {
            RemovedServers.Add((server, service));
        }
        ChangedServers.Add(server);
    }

    private static int Find(int count, ref int next, Predicate<int> isFree)
    {
        for (int i = 0; i < count; i++)
        {
            int slot = (next + i) % count;
            if (isFree(slot))
            {
                next = slot + 1;
                return slot;
            }
        }
        return -1;
    }
}
