using System.Buffers;
using System.Runtime.InteropServices;
using Holdfast.Layer4.Xdp.Layout;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Bpf;

namespace Holdfast.Layer4.Xdp;

/// <summary>Takes expired connections out of the director's tables, and keeps the loads of servers right.</summary>
/// <remarks>
/// The program counts what it begins and ends; what expires in silence is counted here, in the same memory. The program
/// takes nothing up that has expired, and removing an entry tells its last value, so each connection is counted off
/// once. As the tables are read anyway, the loads are compared with them: a difference that stays while nothing moves
/// is put right.
/// </remarks>
internal sealed class ConnectionSweep : IDisposable
{
    /// <summary>So much longer is an entry kept than it says, in nanoseconds: the program's clock is a coarse one.
    /// </summary>
    private const ulong Grace = 100_000_000;

    /// <summary>How long IPVS keeps a template whose time is over while a connection of its client lives.</summary>
    private const ulong TemplateExtension = 60_000_000_000;

    /// <summary>Templates that end before the next sweeps do get their extension now.</summary>
    private const ulong TemplateForesight = 5_000_000_000;

    private const int Active = 0;
    private const int Inactive = 1;

    private static readonly string[] s_tables = ["connections4", "connections6", "young4", "young6"];

    private readonly DirectorMaps _maps;
    private readonly BpfCounterArray _loads;
    private readonly (int Active, int Inactive)[] _differences;
    private readonly ArrayBufferWriter<byte> _expired = new();

    internal ConnectionSweep(DirectorMaps maps)
    {
        _maps = maps;
        LinuxException.ThrowIf(BpfCounterArray.TryMap(maps["loads"], out BpfCounterArray? loads),
            "xdp plane: map the loads");
        _loads = loads!;
        _differences = new (int, int)[maps["loads"].EntriesMax];
    }

    /// <summary>One sweep.</summary>
    /// <param name="state">Services and servers as they are.</param>
    /// <param name="now">CLOCK_MONOTONIC, in nanoseconds.</param>
    internal void Run(DirectorState state, ulong now)
    {
        (int Active, int Inactive)[] before = ReadLoads(state);
        var counted = new (int Active, int Inactive)[state.Servers.Length];
        HashSet<TemplateKeyRecord>? alive = HasPersistence(state) ? [] : null;
        foreach (string table in s_tables)
        {
            SweepTable(state, table, now, counted, alive);
        }
        foreach (string table in (ReadOnlySpan<string>)["templates", "young_templates"])
        {
            SweepTemplates(table, now, alive);
        }
        Repair(state, before, counted);
    }

    /// <summary>Counts a connection that user space has put in, or replaced.</summary>
    internal void Count(uint server, bool isActive, int change)
        => _loads.Add((int)server, isActive ? Active : Inactive, change);

    /// <summary>Takes the memory out of this process.</summary>
    public void Dispose() => _loads.Dispose();

    private void SweepTable(DirectorState state, string name, ulong now, (int Active, int Inactive)[] counted,
        HashSet<TemplateKeyRecord>? alive)
    {
        BpfMap table = _maps[name];
        bool isV6 = name[^1] == '6';
        _expired.ResetWrittenCount();
        Errno errno = table.ReadAll((raw, value) =>
        {
            ConnectionRecord connection = MemoryMarshal.Read<ConnectionRecord>(value);
            if (connection.Expires + Grace <= now)
            {
                _expired.Write(raw);
            }
            else if (connection.IsOf(state.Servers))
            {
                ConnectionKey6 key = isV6 ? MemoryMarshal.Read<ConnectionKey6>(raw)
                    : MemoryMarshal.Read<ConnectionKey4>(raw).Widen();
                bool isActive = connection.IsActive(key.Protocol);
                ref (int Active, int Inactive) count = ref counted[connection.Server];
                count = (count.Active + (isActive ? 1 : 0), count.Inactive + (isActive ? 0 : 1));
                alive?.Add(TemplateKeyRecord.Of(key, (int)state.Servers[connection.Server].Service, state.Services));
            }
        });
        LinuxException.ThrowIf(errno, "xdp plane: read the connections");
        for (int at = 0; at < _expired.WrittenCount; at += table.KeySize)
        {
            Remove(state, table, _expired.WrittenSpan.Slice(at, table.KeySize), now);
        }
    }

    private void Remove(DirectorState state, BpfMap table, ReadOnlySpan<byte> key, ulong now)
    {
        ConnectionRecord connection = default;
        Span<byte> value = MemoryMarshal.AsBytes(new Span<ConnectionRecord>(ref connection));
        if (table.TryTake(key, value) != Errno.Success)
        {
            return; // the program was first
        }
        if (connection.Expires + Grace > now && connection.State != ConnectionRecord.Gone)
        {
            _ = table.Add(key, value); // its client has begun again in this moment
            return;
        }
        if (connection.IsOf(state.Servers))
        {
            bool isActive = connection.IsActive(MemoryMarshal.Read<uint>(key[^sizeof(uint)..]));
            _loads.Add((int)connection.Server, isActive ? Active : Inactive, -1);
        }
    }

    private void SweepTemplates(string name, ulong now, HashSet<TemplateKeyRecord>? alive)
    {
        BpfMap table = _maps[name];
        List<(TemplateKeyRecord Key, TemplateRecord Template)> ending = [];
        Errno errno = table.ReadAll((raw, value) =>
        {
            TemplateRecord template = MemoryMarshal.Read<TemplateRecord>(value);
            if (template.Expires <= now + TemplateForesight)
            {
                ending.Add((MemoryMarshal.Read<TemplateKeyRecord>(raw), template));
            }
        });
        LinuxException.ThrowIf(errno, "xdp plane: read the templates");
        foreach ((TemplateKeyRecord key, TemplateRecord template) in ending)
        {
            if (alive?.Contains(key) == true)
            {
                _maps.Set(name, key, template with { Expires = now + TemplateExtension });
            }
            else if (template.Expires + Grace <= now)
            {
                _maps.Delete(name, key);
            }
        }
    }

    private void Repair(
        DirectorState state, (int Active, int Inactive)[] before, (int Active, int Inactive)[] counted)
    {
        foreach (int server in state.Keys.Values.SelectMany(state.Members))
        {
            (int Active, int Inactive) now = Load(server);
            (int Active, int Inactive) difference = now == before[server]
                ? (counted[server].Active - now.Active, counted[server].Inactive - now.Inactive) : default;
            if (difference != default && difference == _differences[server])
            {
                _loads.Add(server, Active, difference.Active);
                _loads.Add(server, Inactive, difference.Inactive);
                difference = default;
            }
            _differences[server] = difference;
        }
    }

    private (int Active, int Inactive)[] ReadLoads(DirectorState state)
    {
        var loads = new (int, int)[state.Servers.Length];
        foreach (int server in state.Keys.Values.SelectMany(state.Members))
        {
            loads[server] = Load(server);
        }
        return loads;
    }

    private (int Active, int Inactive) Load(int server) => (_loads.Read(server, Active), _loads.Read(server, Inactive));

    private static bool HasPersistence(DirectorState state)
        => state.Keys.Values.Any(slot => (state.Services[slot].Flags & DirectorServiceFlags.Persistent) != 0);
}
