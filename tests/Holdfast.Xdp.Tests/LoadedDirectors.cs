using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Holdfast.Layer4.Xdp;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Bpf;

namespace Holdfast.Xdp.Tests;

/// <summary>
/// Programs that have passed the kernel's verifier, which takes nearly a second: a test takes one whose maps are empty,
/// and gives it back. They end with the process.
/// </summary>
internal static class LoadedDirectors
{
    /// <summary>Larger than what tests establish, smaller than the default, which would cost memory.</summary>
    internal static readonly XdpOptions Usual = new() { ConnectionsMax = 32768, ConnectionsV6Max = 4096 };

    private static readonly ConcurrentBag<XdpDirector> s_idle = [];

    // Keys in the order of their arrival: as many are written as the tickets say, 0 and 1 of those that have come, 2
    // and 3 of those that were young no more.
    private static readonly string[] s_rings = ["arrivals4", "arrivals6", "grown4", "grown6"];

    // Inner tables of services that are gone; adding a service puts another one in its place.
    private const string Tables = "tables";

    /// <summary>A director without any state.</summary>
    internal static XdpDirector Take() => s_idle.TryTake(out XdpDirector? idle) ? idle : Load(Usual);

    /// <summary>Loads one of other sizes, for one test.</summary>
    internal static XdpDirector Load(XdpOptions options)
    {
        Errno errno = XdpDirector.TryLoad(options, out XdpDirector? director, out string? problem);
        Assert.True(errno == Errno.Success, $"{errno}: {problem}");
        return director!;
    }

    /// <summary>Empties a director for the next test.</summary>
    internal static void Return(XdpDirector director)
    {
        Assert.Empty(director.Attached); // attachments end with the director, and this one goes on
        DirectorMaps maps = director.Maps;
        for (int ring = 0; ring < s_rings.Length; ring++)
        {
            BpfMap keys = maps[s_rings[ring]];
            byte[] nothing = new byte[keys.ValueSize];
            uint written = Math.Min(maps.Get<uint>("tickets", ring), (uint)keys.EntriesMax);
            for (uint slot = 0; slot < written; slot++)
            {
                Check(keys.Set(MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in slot)), nothing));
            }
        }
        foreach (string name in DirectorMaps.Names.Except(s_rings).Where(static name => name != Tables))
        {
            Empty(maps[name]);
        }
        s_idle.Add(director);
    }

    private static void Empty(BpfMap map)
    {
        List<byte[]> keys = [];
        Check(map.ReadAll((key, value) =>
        {
            // Entries of an array are always there.
            if (map.KeySize != sizeof(uint) || value.ContainsAnyExcept((byte)0))
            {
                keys.Add(key.ToArray());
            }
        }));
        byte[] nothing = new byte[map.ValueSize];
        foreach (byte[] key in keys)
        {
            Errno errno = map.Delete(key);
            Check(errno == Errno.EINVAL ? map.Set(key, nothing) : errno);
        }
    }

    private static void Check(Errno errno) => Assert.Equal(Errno.Success, errno);
}
