using System.Runtime.InteropServices;
using Holdfast.Layer4.Xdp.Layout;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Bpf;

namespace Holdfast.Layer4.Xdp;

/// <summary>The maps of bpf/director.h by name, with values of their types.</summary>
internal sealed class DirectorMaps : IDisposable
{
    private static readonly string[] s_names =
    [
        "service_ids", "addresses", "interfaces", "services", "tables", "cursors", "servers", "server_counters",
        "server_rates", "causes", "settings", "connections4", "connections6", "young4", "young6",
        "arrivals4", "arrivals6", "grown4", "grown6", "tickets", "loads", "templates", "young_templates", "fragments",
        "replies", "translations", "masquerades", "last_hops", "own_addresses",
        "tagged_interfaces", "sync_daemons",
    ];

    private readonly Func<string, BpfMap> _find;
    private readonly Action _dispose;

    private DirectorMaps(Func<string, BpfMap> find, Action dispose)
    {
        _find = find;
        _dispose = dispose;
        ProcessorCount = BpfMap.ProcessorCount;
    }

    /// <summary>Names of all maps that user space knows.</summary>
    internal static IReadOnlyList<string> Names => s_names;

    internal int ProcessorCount { get; }

    internal BpfMap this[string name] => _find(name);

    /// <summary>The maps of an object that this process has loaded; they go with it.</summary>
    internal static DirectorMaps Of(BpfObject loaded) => new(name => loaded[name], static () => { });

    /// <summary>The maps that are pinned in a directory.</summary>
    /// <returns>ENOENT: nothing is pinned there.</returns>
    internal static Errno TryOpen(string directory, out DirectorMaps? maps)
    {
        Dictionary<string, BpfMap> found = [];
        foreach (string name in s_names)
        {
            Errno errno = BpfMap.TryOpen($"{directory}/{name}", out BpfMap? map);
            if (errno != Errno.Success)
            {
                Close();
                maps = null;
                return errno;
            }
            found.Add(name, map!);
        }
        maps = new(name => found[name], Close);
        return Errno.Success;

        void Close()
        {
            foreach (BpfMap map in found.Values)
            {
                map.Dispose();
            }
        }
    }

    /// <summary>Reads element by element what an array holds.</summary>
    internal void ReadArray<T>(string name, Span<T> into)
        where T : unmanaged
    {
        T[] values = new T[into.Length];
        Check(this[name].ReadAll((key, value) => values[MemoryMarshal.Read<int>(key)] = MemoryMarshal.Read<T>(value)),
            $"read the map {name}");
        values.CopyTo(into);
    }

    internal T Get<T>(string name, int index)
        where T : unmanaged
    {
        T value = default;
        Check(this[name].TryGet(Bytes(in index), MemoryMarshal.AsBytes(new Span<T>(ref value))),
            $"read the map {name}");
        return value;
    }

    internal void Set<TKey, TValue>(string name, TKey key, TValue value)
        where TKey : unmanaged
        where TValue : unmanaged
        => Check(this[name].Set(Bytes(in key), Bytes(in value)), $"write the map {name}");

    internal void Delete<TKey>(string name, TKey key)
        where TKey : unmanaged
    {
        Errno errno = this[name].Delete(Bytes(in key));
        Check(errno == Errno.ENOENT ? Errno.Success : errno, $"remove from the map {name}");
    }

    /// <summary>Counters of one server, summed over the processors.</summary>
    internal CountersRecord CountersOf(int server)
    {
        byte[] parts = new byte[this["server_counters"].ValueSize];
        Check(this["server_counters"].TryGet(Bytes(in server), parts), "read the counters");
        return Sum(parts);
    }

    /// <summary>Counters of all servers, summed over the processors.</summary>
    internal CountersRecord[] AllCounters()
    {
        var all = new CountersRecord[this["server_counters"].EntriesMax];
        Check(this["server_counters"].ReadAll((key, value) => all[MemoryMarshal.Read<int>(key)] = Sum(value)),
            "read the counters");
        return all;
    }

    internal void ClearCounters(int server)
    {
        Check(this["server_counters"].Set(Bytes(in server), new byte[this["server_counters"].ValueSize]),
            "clear the counters");
        Set("loads", server, default(LoadRecord));
    }

    /// <summary>One of the counters of what became of packets.</summary>
    internal ulong CauseOf(int cause)
    {
        byte[] parts = new byte[this["causes"].ValueSize];
        Check(this["causes"].TryGet(Bytes(in cause), parts), "read the counters");
        ulong sum = 0;
        foreach (ulong part in MemoryMarshal.Cast<byte, ulong>(parts))
        {
            sum += part;
        }
        return sum;
    }

    public void Dispose() => _dispose();

    private static CountersRecord Sum(ReadOnlySpan<byte> parts)
    {
        CountersRecord sum = default;
        foreach (CountersRecord part in MemoryMarshal.Cast<byte, CountersRecord>(parts))
        {
            sum = sum.Plus(part);
        }
        return sum;
    }

    private static ReadOnlySpan<byte> Bytes<T>(ref readonly T value)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value));

    private static void Check(Errno errno, string operation)
        => LinuxException.ThrowIf(errno, $"xdp plane: {operation}");
}
