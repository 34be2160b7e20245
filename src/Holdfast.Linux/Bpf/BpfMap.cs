using System.Runtime.InteropServices;
using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Bpf;

/// <summary>A table that BPF programs and this process see. Needs CAP_BPF, or root.</summary>
/// <remarks>Keys and values are bytes; their lengths are checked, for the kernel reads and writes as many as it has.
/// </remarks>
public sealed unsafe class BpfMap : IDisposable
{
    private const int InfoSize = 24;

    private readonly FdHandle _handle;

    private BpfMap(FdHandle handle, uint type, int keySize, int valueSize, int entriesMax, uint flags)
    {
        Definition = $"type {type} key {keySize} value {valueSize} entries {entriesMax} flags {flags}";
        _handle = handle;
        KeySize = keySize;
        EntriesMax = entriesMax;
        bool isPerCpu = (EBPF)type is EBPF.BPF_MAP_TYPE_PERCPU_ARRAY or EBPF.BPF_MAP_TYPE_PERCPU_HASH
            or EBPF.BPF_MAP_TYPE_LRU_PERCPU_HASH;
        // The kernel rounds each processor's part up to 8 bytes.
        ValueSize = isPerCpu ? (valueSize + 7) / 8 * 8 * ProcessorCount : valueSize;
    }

    /// <summary>How many processors this kernel may have; the parts of a value of a per-CPU map.</summary>
    public static int ProcessorCount { get; } = LibBpf.IsAvailable ? Math.Max(1, LibBpf.libbpf_num_possible_cpus()) : 1;

    /// <summary>The descriptor.</summary>
    public int Descriptor => _handle.Number;

    /// <summary>Bytes of a key.</summary>
    public int KeySize { get; }

    /// <summary>Bytes of a value; of a per-CPU map, of the parts of all processors together.</summary>
    public int ValueSize { get; }

    /// <summary>Kind, sizes and flags, as the kernel numbers them: who has a pinned map of another definition cannot
    /// use it.</summary>
    public string Definition { get; }

    /// <summary>How many entries it holds at most.</summary>
    public int EntriesMax { get; }

    /// <summary>Opens a map that is pinned.</summary>
    /// <param name="path">Below a mounted BPF file system.</param>
    /// <param name="map">Null unless it worked.</param>
    /// <returns>ENOENT: there is none. ENOSYS: libbpf is not installed.</returns>
    public static Errno TryOpen(string path, out BpfMap? map)
    {
        map = null;
        if (!LibBpf.IsAvailable)
        {
            return Errno.ENOSYS;
        }
        int descriptor;
        fixed (byte* raw = Utf8Strings.Terminated(path))
        {
            descriptor = LibBpf.bpf_obj_get(raw);
        }
        return descriptor < 0 ? (Errno)(-descriptor) : TryAdopt(new FdHandle(descriptor), out map);
    }

    /// <summary>Makes an array for an array of maps, whose elements may differ in length.</summary>
    /// <param name="name">For people; at most 15 characters.</param>
    /// <param name="valueSize">Bytes of an element.</param>
    /// <param name="count">How many elements.</param>
    /// <param name="map">Null unless it worked.</param>
    /// <returns>EINVAL: the kernel is older than 5.10.</returns>
    public static Errno TryCreateInnerArray(string name, int valueSize, int count, out BpfMap? map)
    {
        var options = new bpf_map_create_opts
        {
            sz = (nuint)sizeof(bpf_map_create_opts),
            map_flags = (uint)EBPF.BPF_F_INNER_MAP,
        };
        fixed (byte* raw = Utf8Strings.Terminated(name))
        {
            int descriptor = LibBpf.bpf_map_create(
                (int)EBPF.BPF_MAP_TYPE_ARRAY, raw, sizeof(uint), (uint)valueSize, (uint)count, &options);
            map = descriptor < 0 ? null
                : new(new FdHandle(descriptor), (uint)EBPF.BPF_MAP_TYPE_ARRAY, sizeof(uint), valueSize, count,
                    options.map_flags);
            return descriptor < 0 ? (Errno)(-descriptor) : Errno.Success;
        }
    }

    /// <summary>Reads a value.</summary>
    /// <returns>ENOENT: there is no such key.</returns>
    public Errno TryGet(ReadOnlySpan<byte> key, Span<byte> value)
    {
        Check(key, value);
        fixed (byte* k = key)
        fixed (byte* v = value)
        {
            return Result(LibBpf.bpf_map_lookup_elem(Descriptor, k, v));
        }
    }

    /// <summary>Writes a value, whether there is one or not.</summary>
    /// <returns>E2BIG: the table is full, or the index is past the end.</returns>
    public Errno Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Check(key, value);
        fixed (byte* k = key)
        fixed (byte* v = value)
        {
            return Result(LibBpf.bpf_map_update_elem(Descriptor, k, v, (ulong)EBPF.BPF_ANY));
        }
    }

    /// <summary>Puts a map into an array of maps: programs see the new one from their next lookup on.</summary>
    public Errno SetInner(uint index, BpfMap inner)
    {
        int descriptor = inner.Descriptor;
        return Set(MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in index)),
            MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in descriptor)));
    }

    /// <summary>Removes an entry.</summary>
    /// <returns>ENOENT: there is no such key. EINVAL: arrays always have all of theirs.</returns>
    public Errno Delete(ReadOnlySpan<byte> key)
    {
        Check(key, []);
        fixed (byte* k = key)
        {
            return Result(LibBpf.bpf_map_delete_elem(Descriptor, k));
        }
    }

    /// <summary>Removes an entry, and says what its value was at that moment.</summary>
    /// <returns>ENOENT: there is no such key. EINVAL: not a hash table, or the kernel is older than 5.14.</returns>
    public Errno TryTake(ReadOnlySpan<byte> key, Span<byte> value)
    {
        Check(key, value);
        fixed (byte* k = key)
        fixed (byte* v = value)
        {
            return Result(LibBpf.bpf_map_lookup_and_delete_elem(Descriptor, k, v));
        }
    }

    /// <summary>Writes a value where there is none.</summary>
    /// <returns>EEXIST: there is one. E2BIG: the table is full.</returns>
    public Errno Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Check(key, value);
        fixed (byte* k = key)
        fixed (byte* v = value)
        {
            return Result(LibBpf.bpf_map_update_elem(Descriptor, k, v, (ulong)EBPF.BPF_NOEXIST));
        }
    }

    /// <summary>Writes elements 0 to N−1 of an array in one system call.</summary>
    /// <param name="values">As many values as the array has.</param>
    public Errno SetAll(ReadOnlySpan<byte> values)
    {
        if (KeySize != sizeof(uint) || values.Length != ValueSize * EntriesMax)
        {
            throw new ArgumentException($"{values.Length} bytes are not {EntriesMax} times {ValueSize}");
        }
        uint[] keys = new uint[EntriesMax];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = (uint)i;
        }
        uint count = (uint)EntriesMax;
        fixed (uint* k = keys)
        fixed (byte* v = values)
        {
            return Result(LibBpf.bpf_map_update_batch(Descriptor, k, v, &count, null));
        }
    }

    /// <summary>Reads all entries. What changes meanwhile may be missed; no entry comes twice.</summary>
    /// <param name="visit">Gets key and value; they are valid during the call only.</param>
    /// <returns>The first failure, or success.</returns>
    public Errno ReadAll(BpfEntryVisitor visit)
    {
        const int Batch = 4096;
        int size = Math.Clamp(EntriesMax, 1, Batch);
        byte[] keys = new byte[size * KeySize];
        byte[] values = new byte[size * ValueSize];
        // The cursor is the kernel's: a number of a bucket, or a key.
        byte[] cursor = new byte[Math.Max(KeySize, sizeof(ulong))];
        bool isFirst = true;
        fixed (byte* k = keys)
        fixed (byte* v = values)
        fixed (byte* position = cursor)
        {
            while (true)
            {
                uint count = (uint)size;
                Errno errno = Result(LibBpf.bpf_map_lookup_batch(
                    Descriptor, isFirst ? null : position, position, k, v, &count, null));
                isFirst = false;
                if (errno is not (Errno.Success or Errno.ENOENT))
                {
                    return errno;
                }
                for (int i = 0; i < count; i++)
                {
                    visit(keys.AsSpan(i * KeySize, KeySize), values.AsSpan(i * ValueSize, ValueSize));
                }
                if (errno == Errno.ENOENT)
                {
                    return Errno.Success;
                }
            }
        }
    }

    /// <summary>Closes the descriptor; the map stays while a program, a pin or another map holds it.</summary>
    public void Dispose() => _handle.Dispose();

    internal static Errno TryAdopt(FdHandle handle, out BpfMap? map)
    {
        uint* info = stackalloc uint[InfoSize / sizeof(uint)]; // type, id, key, value, entries, flags
        uint size = InfoSize;
        int result = LibBpf.bpf_obj_get_info_by_fd(handle.Number, info, &size);
        if (result < 0)
        {
            handle.Dispose();
            map = null;
            return (Errno)(-result);
        }
        map = new(handle, info[0], (int)info[2], (int)info[3], (int)info[4], info[5]);
        return Errno.Success;
    }

    private static Errno Result(int result) => result < 0 ? (Errno)(-result) : Errno.Success;

    private void Check(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.Length != KeySize || (value.Length != ValueSize && !value.IsEmpty))
        {
            throw new ArgumentException(
                $"a key of {key.Length} and a value of {value.Length} bytes, not {KeySize} and {ValueSize}");
        }
    }
}

/// <summary>Takes one entry of a map.</summary>
/// <param name="key">Its key; valid during the call only.</param>
/// <param name="value">Its value; valid during the call only.</param>
public delegate void BpfEntryVisitor(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);
