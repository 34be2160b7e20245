using System.Runtime.InteropServices;
using System.Text;
using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Bpf;

/// <summary>A compiled object with its maps and programs, loaded into the kernel (libbpf).</summary>
/// <remarks>What is loaded goes with this process unless it is pinned or attached.</remarks>
public sealed unsafe class BpfObject : IDisposable
{
    private const int LogSize = 1 << 20;

    private readonly Dictionary<string, BpfMap> _maps;
    private void* _object;

    private BpfObject(void* loaded, FdHandle program, Dictionary<string, BpfMap> maps)
    {
        _object = loaded;
        Program = program;
        _maps = maps;
    }

    /// <summary>Whether libbpf is on this machine.</summary>
    public static bool IsAvailable => LibBpf.IsAvailable;

    /// <summary>What to do when it is not.</summary>
    public static string MissingRemedy => $"install {LibBpf.Library} (Debian: libbpf1)";

    /// <summary>The program that was asked for; belongs to this object.</summary>
    public FdHandle Program { get; }

    /// <summary>A map of the object; belongs to this object.</summary>
    /// <exception cref="KeyNotFoundException">It has none of that name.</exception>
    public BpfMap this[string map] => _maps[map];

    /// <summary>Loads an object. Needs CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN.</summary>
    /// <param name="bytes">The object file.</param>
    /// <param name="options">Which program, how large the maps are, and where they are pinned.</param>
    /// <param name="loaded">Null unless it worked.</param>
    /// <param name="problem">What is wrong in words, with the last words of the kernel's verifier; null when nothing
    /// is.</param>
    /// <returns>ENOSYS: no libbpf. EPERM: no privilege. EINVAL: the kernel lacks something, or a pinned map is of
    /// another shape.</returns>
    public static Errno TryLoad(
        ReadOnlySpan<byte> bytes, BpfLoadOptions options, out BpfObject? loaded, out string? problem)
    {
        loaded = null;
        if (!LibBpf.IsAvailable)
        {
            problem = MissingRemedy;
            return Errno.ENOSYS;
        }
        _ = LibBpf.libbpf_set_print(null); // it would write to standard error
        Errno errno = TryLoadOnce(bytes, options, withFragments: true, out loaded, out problem);
        // Kernels before 5.18 know no frames of several pages, nor the flag for programs that do.
        return errno == Errno.EINVAL
            ? TryLoadOnce(bytes, options, withFragments: false, out loaded, out problem) : errno;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_object is not null)
        {
            foreach (BpfMap map in _maps.Values)
            {
                map.Dispose();
            }
            Program.Dispose();
            LibBpf.bpf_object__close(_object);
            _object = null;
        }
    }

    private static Errno TryLoadOnce(ReadOnlySpan<byte> bytes, BpfLoadOptions options, bool withFragments,
        out BpfObject? loaded, out string? problem)
    {
        loaded = null;
        void* file;
        fixed (byte* raw = bytes)
        {
            file = LibBpf.bpf_object__open_mem(raw, (nuint)bytes.Length, null);
        }
        if (file is null)
        {
            problem = "the object file is not understood";
            return (Errno)Marshal.GetLastPInvokeError();
        }
        byte* log = (byte*)NativeMemory.AllocZeroed(LogSize);
        try
        {
            void* program = Prepare(file, options, withFragments);
            _ = LibBpf.bpf_program__set_log_buf(program, log, LogSize);
            int result = LibBpf.bpf_object__load(file);
            problem = result < 0 ? LastLines(log) : null;
            if (result >= 0)
            {
                loaded = Adopt(file, program);
                file = null;
            }
            return result < 0 ? (Errno)(-result) : Errno.Success;
        }
        finally
        {
            NativeMemory.Free(log);
            if (file is not null)
            {
                LibBpf.bpf_object__close(file);
            }
        }
    }

    private static void* Prepare(void* file, BpfLoadOptions options, bool withFragments)
    {
        for (void* map = null; (map = LibBpf.bpf_object__next_map(file, map)) is not null;)
        {
            string name = NameOf(map);
            if (options.EntriesMax.TryGetValue(name, out int entries))
            {
                _ = LibBpf.bpf_map__set_max_entries(map, (uint)entries);
            }
            if (options.PinDirectory is { } directory)
            {
                fixed (byte* path = Utf8Strings.Terminated($"{directory}/{name}"))
                {
                    _ = LibBpf.bpf_map__set_pin_path(map, path);
                }
            }
        }
        fixed (byte* name = Utf8Strings.Terminated(options.Program))
        {
            void* program = LibBpf.bpf_object__find_program_by_name(file, name);
            if (program is null)
            {
                throw new ArgumentException($"the object has no program {options.Program}", nameof(options));
            }
            if (!withFragments)
            {
                uint flags = LibBpf.bpf_program__flags(program) & ~(uint)EBPF.BPF_F_XDP_HAS_FRAGS;
                _ = LibBpf.bpf_program__set_flags(program, flags);
            }
            return program;
        }
    }

    // The library closes its descriptors with the object; ours are copies.
    private static BpfObject Adopt(void* file, void* program)
    {
        Dictionary<string, BpfMap> maps = [];
        for (void* map = null; (map = LibBpf.bpf_object__next_map(file, map)) is not null;)
        {
            Errno errno = BpfMap.TryAdopt(Copy(LibBpf.bpf_map__fd(map)), out BpfMap? found);
            LinuxException.ThrowIf(errno, $"look at the BPF map {NameOf(map)}");
            maps.Add(NameOf(map), found!);
        }
        return new(file, Copy(LibBpf.bpf_program__fd(program)), maps);
    }

    private static FdHandle Copy(int descriptor)
    {
        var copy = new FdHandle(LibC.fcntl(descriptor, Fcntl.F_DUPFD_CLOEXEC, 0));
        return copy.IsInvalid ? throw new LinuxException("copy a BPF descriptor", LibC.LastError) : copy;
    }

    private static string NameOf(void* map)
        => Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(LibBpf.bpf_map__name(map)));

    private static string LastLines(byte* log)
    {
        string text = Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(log)).TrimEnd();
        string[] lines = text.Split('\n');
        return text.Length == 0 ? "the kernel gave no reason" : string.Join("; ", lines.TakeLast(4));
    }
}

/// <summary>How an object is loaded.</summary>
public sealed record BpfLoadOptions
{
    /// <summary>Name of the program.</summary>
    public required string Program { get; init; }

    /// <summary>
    /// Directory of a mounted BPF file system: maps that are pinned there are used again, new ones are pinned there.
    /// Null: nothing is pinned.
    /// </summary>
    public string? PinDirectory { get; init; }

    /// <summary>Sizes of maps by name, where they differ from the object's.</summary>
    public IReadOnlyDictionary<string, int> EntriesMax { get; init; } = new Dictionary<string, int>();
}
