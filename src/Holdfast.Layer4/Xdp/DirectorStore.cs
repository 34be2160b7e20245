using System.Runtime.InteropServices;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp.Layout;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Bpf;

namespace Holdfast.Layer4.Xdp;

/// <summary>Between the director's maps and its state in memory.</summary>
internal sealed class DirectorStore(DirectorMaps maps, int maglevSize)
{
    private const int SlotsInWord = 4;

    /// <summary>Reads everything.</summary>
    internal DirectorState Load()
    {
        var state = new DirectorState(maps["services"].EntriesMax, maps["servers"].EntriesMax);
        maps.ReadArray<ServiceRecord>("services", state.Services);
        maps.ReadArray<ServerRecord>("servers", state.Servers);
        List<KeyValuePair<VirtualServiceKey, int>> keys = [];
        Errno errno = maps["service_ids"].ReadAll((key, value) => keys.Add(new(
            MemoryMarshal.Read<ServiceKeyRecord>(key).ToKey(), MemoryMarshal.Read<int>(value))));
        LinuxException.ThrowIf(errno, "xdp plane: read the services");
        state.Adopt(keys);
        return state;
    }

    /// <summary>Writes what changed, in an order that leaves every service usable at every moment.</summary>
    /// <remarks>
    /// Servers come first, because tables name them; then tables, each in one step; then services; then new keys, which
    /// make them visible. What goes, goes the other way round.
    /// </remarks>
    internal void Save(DirectorState state)
    {
        foreach ((int server, int service) in state.RemovedServers)
        {
            Retire(state, server, service);
        }
        foreach (int server in state.AddedServers)
        {
            maps.ClearCounters(server);
        }
        bool repliesMayDiffer = state.ChangedServers.Count > 0;
        Dictionary<VirtualServiceKey, int> replies = repliesMayDiffer ? ReplyTable.Make(state) : [];
        HashSet<int> leaving = [.. state.RemovedServers.Select(static removed => removed.Server)];
        foreach (int server in state.ChangedServers.Where(server => !leaving.Contains(server)))
        {
            maps.Set("servers", server, state.Servers[server]);
        }
        foreach (int service in state.ChangedTables)
        {
            SetTable(state, service);
        }
        foreach (int service in state.ChangedServices)
        {
            maps.Set("services", service, state.Services[service]);
        }
        foreach (VirtualServiceKey key in state.RemovedKeys)
        {
            maps.Delete("service_ids", ServiceKeyRecord.From(key));
            if (!state.Keys.Keys.Any(other => other.Address == key.Address))
            {
                maps.Delete("addresses", AddressKeyRecord.From(key.Address));
            }
        }
        foreach ((VirtualServiceKey key, int slot) in state.AddedKeys)
        {
            maps.Set("addresses", AddressKeyRecord.From(key.Address), 1u);
            maps.Set("service_ids", ServiceKeyRecord.From(key), slot);
        }
        if (repliesMayDiffer)
        {
            SetReplies(replies);
        }
        foreach (int server in leaving)
        {
            maps.Set("servers", server, state.Servers[server]);
        }
    }

    private void SetReplies(Dictionary<VirtualServiceKey, int> wanted)
    {
        Dictionary<VirtualServiceKey, int> seen = [];
        Errno errno = maps["replies"].ReadAll(
            (key, value) => seen[MemoryMarshal.Read<ServiceKeyRecord>(key).ToKey()] = MemoryMarshal.Read<int>(value));
        LinuxException.ThrowIf(errno, "xdp plane: read the map replies");
        foreach ((VirtualServiceKey key, int server) in wanted)
        {
            if (!seen.TryGetValue(key, out int known) || known != server)
            {
                maps.Set("replies", ServiceKeyRecord.From(key), server);
            }
        }
        foreach (VirtualServiceKey key in seen.Keys.Where(key => !wanted.ContainsKey(key)))
        {
            maps.Delete("replies", ServiceKeyRecord.From(key));
        }
    }

    // What a server has counted stays with its service.
    private void Retire(DirectorState state, int server, int service)
    {
        ref ServiceRecord record = ref state.Services[service];
        if (state.Keys.Values.Contains(service))
        {
            record.Past = record.Past.Plus(maps.CountersOf(server));
            state.ChangedServices.Add(service);
        }
    }

    private void SetTable(DirectorState state, int service)
    {
        ref ServiceRecord record = ref state.Services[service];
        // The last address first: a list in ascending order, added one by one, gives the table that IPVS makes of it.
        int[] members = [.. state.Members(service)];
        Array.Sort(members, (a, b) => Compare(state.Servers[b], state.Servers[a]));
        var servers = new ServerRecord[members.Length];
        record.LastResort = ServiceRecord.NoServer;
        for (int i = 0; i < members.Length; i++)
        {
            servers[i] = state.Servers[members[i]];
            bool takes = (servers[i].Flags & DirectorServerFlags.TakesNew) != 0;
            record.LastResort = takes ? (uint)members[i] : record.LastResort;
        }
        record.TableSize = record.TableSize == 0 ? (uint)maglevSize : record.TableSize;
        state.ChangedServices.Add(service);
        Publish(service, SchedulerTables.Build(record.Scheduler.ToString(), (int)record.TableSize, servers), members);
    }

    private void Publish(int service, ushort[] slots, int[] members)
    {
        int words = (slots.Length + SlotsInWord - 1) / SlotsInWord;
        ulong[] table = new ulong[words + 1];
        table[0] = (ulong)slots.Length;
        for (int slot = 0; slot < words * SlotsInWord; slot++)
        {
            ushort place = slot < slots.Length ? slots[slot] : MaglevTable.NoServer;
            ulong server = place == MaglevTable.NoServer ? MaglevTable.NoServer : (ulong)members[place];
            table[1 + (slot / SlotsInWord)] |= server << (16 * (slot % SlotsInWord));
        }
        Errno errno = BpfMap.TryCreateInnerArray("table", sizeof(ulong), table.Length, out BpfMap? inner);
        LinuxException.ThrowIf(errno, "xdp plane: make a table");
        using (inner!)
        {
            errno = inner!.SetAll(MemoryMarshal.AsBytes(table.AsSpan()));
            errno = errno == Errno.Success ? maps["tables"].SetInner((uint)service, inner) : errno;
            LinuxException.ThrowIf(errno, "xdp plane: set a table");
        }
    }

    private static int Compare(in ServerRecord a, in ServerRecord b)
    {
        int byAddress = a.IpAddress.CompareTo(b.IpAddress);
        return byAddress != 0 ? byAddress : a.Port.CompareTo(b.Port);
    }
}
