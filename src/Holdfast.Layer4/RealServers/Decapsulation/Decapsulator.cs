using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Bpf;
using Holdfast.Primitives;

namespace Holdfast.Layer4.RealServers.Decapsulation;

/// <summary>The program on a real server that takes packets for virtual addresses out of tunnels.</summary>
/// <remarks>
/// Program, tables and attachments are pinned, so that they go on when this process ends. Belongs to the network
/// namespace of the thread. One thread at a time.
/// </remarks>
public sealed class Decapsulator : IDisposable
{
    private const string ProgramName = "decapsulator";
    private const string LinkPrefix = "link-";

    private readonly BpfObject _object;
    private readonly string? _directory;
    private readonly Dictionary<int, XdpLink> _links = [];

    private Decapsulator(BpfObject loaded, string? directory)
    {
        _object = loaded;
        _directory = directory;
    }

    /// <summary>The program, for test runs; belongs to this object.</summary>
    public FdHandle Program => _object.Program;

    /// <summary>Where what belongs to this network namespace is pinned, mounting the file system when asked to.
    /// </summary>
    /// <returns>Null: there is no BPF file system.</returns>
    public static string? FindPinDirectory(bool mayMount)
    {
        if (!BpfFileSystem.IsMounted(BpfFileSystem.DefaultPath)
            && (!mayMount || BpfFileSystem.TryMount() != Errno.Success))
        {
            return null;
        }
        string network = new FileInfo("/proc/thread-self/ns/net").LinkTarget ?? "net:[0]";
        return $"{BpfFileSystem.DefaultPath}/holdfast/decap1-{string.Concat(network.Where(char.IsAsciiDigit))}";
    }

    /// <summary>Loads the program, with the tables that are there already. Needs CAP_BPF and CAP_NET_ADMIN.</summary>
    /// <param name="directory">Where everything is pinned; made when it is missing. Null: nothing is.</param>
    /// <param name="decapsulator">Null unless it worked.</param>
    /// <param name="problem">What is wrong, for people; null when nothing is.</param>
    /// <returns>ENOSYS: libbpf is not installed. EPERM: no privilege. EINVAL: the kernel lacks something.</returns>
    public static Errno TryLoad(string? directory, out Decapsulator? decapsulator, out string? problem)
    {
        decapsulator = null;
        try
        {
            _ = directory is null ? null : Directory.CreateDirectory(directory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problem = exception.Message;
            return Errno.EPERM;
        }
        Errno errno = BpfObject.TryLoad(ReadObject(),
            new() { Program = ProgramName, PinDirectory = directory }, out BpfObject? loaded, out problem);
        decapsulator = loaded is null ? null : new(loaded, directory);
        return errno;
    }

    /// <summary>What is pinned, without loading anything.</summary>
    /// <returns>Null: nothing is.</returns>
    public static DecapsulationFacts? Read(string? directory)
    {
        if (directory is null || !Directory.Exists(directory))
        {
            return null;
        }
        Dictionary<string, BpfMap> maps = [];
        try
        {
            foreach (string name in (string[])["virtuals", "sources", "decapsulation", "fates"])
            {
                if (BpfMap.TryOpen($"{directory}/{name}", out BpfMap? map) != Errno.Success)
                {
                    return null;
                }
                maps.Add(name, map!);
            }
            return Read(name => maps[name]) with { Interfaces = [.. LinksIn(directory).Keys] };
        }
        finally
        {
            foreach (BpfMap map in maps.Values)
            {
                map.Dispose();
            }
        }
    }

    /// <summary>What the tables hold.</summary>
    public DecapsulationFacts Read() => Read(name => _object[name]) with { Interfaces = [.. _links.Keys] };

    /// <summary>Says what it takes, and from whom.</summary>
    /// <param name="guePort">UDP port of GUE; 0: none.</param>
    /// <param name="sources">From whom; empty: from everybody.</param>
    /// <returns>E2BIG: too many sources.</returns>
    public Errno Configure(ushort guePort, ImmutableArray<IpPrefix> sources)
    {
        Errno errno = Errno.Success;
        foreach (IpPrefix source in sources)
        {
            errno = First(errno, Set("sources", SourcePrefixRecord.From(source), 1u));
        }
        // The new ones are there before the rule holds, and the old ones go afterwards: no packet is lost between.
        errno = First(errno, Set("decapsulation", 0u, new DecapsulationRecord
        {
            GuePort = guePort,
            IsRestricted = sources.IsEmpty ? (ushort)0 : (ushort)1,
        }));
        foreach (IpPrefix old in Read().Sources.Except(sources))
        {
            errno = First(errno, Delete("sources", SourcePrefixRecord.From(old)));
        }
        return errno;
    }

    /// <summary>Takes packets for an address out of tunnels from now on.</summary>
    /// <returns>E2BIG: too many addresses.</returns>
    public Errno Accept(IpAddress address) => Set("virtuals", VirtualAddressRecord.From(address), 1u);

    /// <summary>Leaves them as they are.</summary>
    public Errno Refuse(IpAddress address)
    {
        Errno errno = Delete("virtuals", VirtualAddressRecord.From(address));
        return errno == Errno.ENOENT ? Errno.Success : errno;
    }

    /// <summary>Attaches it to an interface, or puts this program in the place of an earlier one of ours.</summary>
    /// <param name="interfaceIndex">The interface.</param>
    /// <param name="preferNative">Whether to try the driver first.</param>
    /// <returns>EBUSY: the interface has a program of somebody else.</returns>
    public Errno Attach(int interfaceIndex, bool preferNative)
    {
        string? path = _directory is null ? null : PathOf(_directory, interfaceIndex);
        if (path is not null && File.Exists(path))
        {
            if (XdpLink.TryOpen(path, out XdpLink? earlier) == Errno.Success)
            {
                if (earlier!.Replace(Program) == Errno.Success)
                {
                    _links[interfaceIndex] = earlier;
                    return Errno.Success;
                }
                earlier.Dispose();
            }
            File.Delete(path); // of an interface that is gone
        }
        XdpLink? link = null;
        Errno errno = preferNative
            ? XdpLink.TryAttach(interfaceIndex, Program, XdpMode.Native, out link) : Errno.EOPNOTSUPP;
        if (link is null && errno is not (Errno.EBUSY or Errno.ENODEV or Errno.EPERM))
        {
            errno = XdpLink.TryAttach(interfaceIndex, Program, XdpMode.Generic, out link);
        }
        if (link is null)
        {
            return errno;
        }
        _links[interfaceIndex] = link;
        return path is null ? Errno.Success : link.Pin(path);
    }

    /// <summary>Detaches from an interface what is pinned; with the last interface everything goes.</summary>
    public static void Detach(string directory, int interfaceIndex)
    {
        File.Delete(PathOf(directory, interfaceIndex));
        if (LinksIn(directory).Count > 0)
        {
            return;
        }
        // One by one: this file system has no trees to walk, and no times to read.
        foreach (string file in Directory.GetFiles(directory))
        {
            File.Delete(file);
        }
        Directory.Delete(directory);
    }

    /// <summary>Closes the descriptors. What is pinned goes on.</summary>
    public void Dispose()
    {
        foreach (XdpLink link in _links.Values)
        {
            link.Dispose();
        }
        _links.Clear();
        _object.Dispose();
    }

    private static byte[] ReadObject()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("decapsulator.bpf.o")
            ?? throw new InvalidOperationException("the BPF object is not embedded");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static DecapsulationFacts Read(Func<string, BpfMap> find)
    {
        var addresses = ImmutableArray.CreateBuilder<IpAddress>();
        var sources = ImmutableArray.CreateBuilder<IpPrefix>();
        DecapsulationRecord settings = default;
        FateCounter[] fates = new FateCounter[Enum.GetValues<TunnelFate>().Length];
        Check(find("virtuals").ReadAll(
            (key, _) => addresses.Add(MemoryMarshal.Read<VirtualAddressRecord>(key).ToAddress())));
        Check(find("sources").ReadAll(
            (key, _) => sources.Add(MemoryMarshal.Read<SourcePrefixRecord>(key).ToPrefix())));
        Check(find("decapsulation").ReadAll((_, value) => settings = MemoryMarshal.Read<DecapsulationRecord>(value)));
        Check(find("fates").ReadAll((key, value) =>
        {
            FateCounter sum = default;
            foreach (FateCounter part in MemoryMarshal.Cast<byte, FateCounter>(value))
            {
                sum = new(sum.Packets + part.Packets, sum.Bytes + part.Bytes);
            }
            fates[MemoryMarshal.Read<int>(key)] = sum;
        }));
        return new()
        {
            Addresses = [.. addresses.Order()],
            Sources = [.. sources.OrderBy(static s => s.Address).ThenBy(static s => s.Length)],
            GuePort = settings.GuePort,
            Counters = fates.Select(static (counter, fate) => KeyValuePair.Create((TunnelFate)fate, counter))
                .ToImmutableSortedDictionary(),
        };
    }

    private static Dictionary<int, string> LinksIn(string directory)
        => Directory.GetFiles(directory, LinkPrefix + "*").ToDictionary(
            static path => int.Parse(Path.GetFileName(path)[LinkPrefix.Length..], CultureInfo.InvariantCulture));

    private static string PathOf(string directory, int interfaceIndex)
        => string.Create(CultureInfo.InvariantCulture, $"{directory}/{LinkPrefix}{interfaceIndex}");

    private Errno Set<TKey, TValue>(string map, TKey key, TValue value)
        where TKey : unmanaged
        where TValue : unmanaged => _object[map].Set(Bytes(in key), Bytes(in value));

    private Errno Delete<TKey>(string map, TKey key)
        where TKey : unmanaged => _object[map].Delete(Bytes(in key));

    private static ReadOnlySpan<byte> Bytes<T>(ref readonly T value)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value));

    private static Errno First(Errno earlier, Errno now) => earlier == Errno.Success ? now : earlier;

    private static void Check(Errno errno) => LinuxException.ThrowIf(errno, "read the decapsulator's tables");
}
