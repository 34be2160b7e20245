using Holdfast.Linux.Nftables;
using Holdfast.Layer4.Model;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Nftables;

/// <summary>What is the same for all services: the two tables, where packets come in, and where they are counted.
/// </summary>
internal static class NftBase
{
    /// <summary>Name of both tables.</summary>
    internal const string Table = "holdfast";

    /// <summary>Chains that see the frames of an interface are called this and its index.</summary>
    internal const string EntrancePrefix = "in-";

    private const string Dispatch = "dispatch";
    private const int DestinationNat = -100;
    private const int AfterDestinationNat = -90;
    private const int SourceNat = 100;

    /// <summary>Where services are found by protocol, address and port.</summary>
    internal static NftSet ServicesSet(bool isV6)
        => new(isV6 ? "services6" : "services4", [NftType.Protocol, Address(isV6), NftType.Port], NftMapKind.Verdict);

    /// <summary>
    /// Where the counters of translated connections are found: by protocol, address and port that the client asked for,
    /// address and port of the server.
    /// </summary>
    internal static NftSet TrafficSet(bool isV6, bool isReply) => new(
        $"{(isReply ? "out" : "in")}{(isV6 ? '6' : '4')}",
        [NftType.Protocol, Address(isV6), NftType.Port, Address(isV6), NftType.Port], NftMapKind.Counter);

    internal static NftType Address(bool isV6) => isV6 ? NftType.V6Address : NftType.V4Address;

    internal static NftFamily FamilyOf(NftService service) => service.IsDirect ? NftFamily.Netdev : NftFamily.Inet;

    /// <summary>The key of a service in <see cref="ServicesSet"/>.</summary>
    internal static byte[] KeyOf(NftService service)
        => [(byte)service.Key.Protocol, 0, 0, 0, .. Bytes(service.Key.Address), .. Bytes(service.Key.Port)];

    /// <summary>The key of a server in <see cref="TrafficSet"/>.</summary>
    internal static byte[] KeyOf(NftService service, NftServer server)
        => [.. KeyOf(service), .. Bytes(server.Spec.Key.Address), .. Bytes(server.Spec.Key.Port)];

    internal static byte[] Bytes(IpAddress address)
    {
        byte[] bytes = new byte[address.Size];
        _ = address.CopyTo(bytes);
        return bytes;
    }

    /// <summary>A port as it stands in a register.</summary>
    internal static byte[] Bytes(ushort port) => [(byte)(port >> 8), (byte)(port & 0xFF), 0, 0];

    /// <summary>Makes the tables, or makes them right; services that are in them stay.</summary>
    internal static void Write(NftTransaction t, ConnectionTimeouts timeouts, bool masquerades)
    {
        t.AddTable(NftFamily.Netdev, Table);
        t.AddTable(NftFamily.Inet, Table);
        foreach (bool isV6 in (bool[])[false, true])
        {
            _ = t.AddSet(NftFamily.Netdev, Table, ServicesSet(isV6));
            _ = t.AddSet(NftFamily.Inet, Table, ServicesSet(isV6));
            _ = t.AddSet(NftFamily.Inet, Table, TrafficSet(isV6, isReply: false));
            _ = t.AddSet(NftFamily.Inet, Table, TrafficSet(isV6, isReply: true));
        }
        t.AddChain(NftFamily.Netdev, Table, Dispatch);
        WriteDispatch(t, timeouts);
        NftBaseChain[] chains =
        [
            new("prerouting", NftHook.Prerouting, DestinationNat, IsNat: true),
            new("output", NftHook.Output, DestinationNat, IsNat: true),
            new("traffic", NftHook.Prerouting, AfterDestinationNat),
            new("postrouting", NftHook.Postrouting, SourceNat, IsNat: true),
        ];
        foreach (NftBaseChain chain in chains)
        {
            t.AddChain(NftFamily.Inet, Table, chain);
            t.FlushChain(NftFamily.Inet, Table, chain.Name);
        }
        foreach (bool isV6 in (bool[])[false, true])
        {
            t.AddRule(NftFamily.Inet, Table, "prerouting", FindService(Family(isV6), isV6));
            t.AddRule(NftFamily.Inet, Table, "output", FindService(Family(isV6), isV6));
            t.AddRule(NftFamily.Inet, Table, "traffic", CountTraffic(isV6, isReply: false));
            t.AddRule(NftFamily.Inet, Table, "traffic", CountTraffic(isV6, isReply: true));
            if (masquerades)
            {
                t.AddRule(NftFamily.Inet, Table, "postrouting",
                    TrafficKey(new NftRule(), isV6, isReply: false).CountInEntry(TrafficSet(isV6, false).Name, 0)
                        .Masquerade());
            }
        }
    }

    /// <summary>Writes the timeouts, which stand at the first rule of the table for frames.</summary>
    internal static void WriteDispatch(NftTransaction t, ConnectionTimeouts timeouts)
    {
        t.FlushChain(NftFamily.Netdev, Table, Dispatch);
        foreach (bool isV6 in (bool[])[false, true])
        {
            // The type stands in the frame itself: one that a VLAN tag was taken from is none of ours.
            var rule = new NftRule { Comment = isV6 ? null : NftComments.Of(timeouts) };
            t.AddRule(NftFamily.Netdev, Table, Dispatch,
                FindService(rule.Payload(NftHeader.Link, 12, 2, 0).Equal(0, isV6 ? [0x86, 0xDD] : [0x08, 0x00]), isV6));
        }
    }

    /// <summary>Makes a chain that sees the frames of an interface.</summary>
    internal static void WriteEntrance(NftTransaction t, int index, string device)
    {
        string name = EntranceOf(index);
        t.AddChain(NftFamily.Netdev, Table, new NftBaseChain(name, NftHook.Ingress, 0, Device: device));
        t.FlushChain(NftFamily.Netdev, Table, name);
        t.AddRule(NftFamily.Netdev, Table, name, new NftRule().GoTo(Dispatch));
    }

    internal static string EntranceOf(int index)
        => EntrancePrefix + index.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Where the destination and source address stand in an IP header.</summary>
    internal static int Offset(bool isV6, bool isSource) => (isV6, isSource) switch
    {
        (true, true) => 8,
        (true, false) => 24,
        (false, true) => 12,
        _ => 16,
    };

    internal static int Size(bool isV6) => isV6 ? 16 : 4;

    private static NftRule Family(bool isV6) => new NftRule().OfFamily(isV6 ? IpFamily.V6 : IpFamily.V4);

    private static NftRule FindService(NftRule rule, bool isV6) => rule.Protocol(0)
        .Payload(NftHeader.Network, Offset(isV6, isSource: false), Size(isV6), 1)
        .Payload(NftHeader.Transport, 2, 2, isV6 ? 5 : 2)
        .GoToEntry(ServicesSet(isV6).Name, 0);

    private static NftRule CountTraffic(bool isV6, bool isReply)
        => TrafficKey(new NftRule(), isV6, isReply).CountInEntry(TrafficSet(isV6, isReply).Name, 0);

    private static NftRule TrafficKey(NftRule rule, bool isV6, bool isReply)
    {
        IpFamily family = isV6 ? IpFamily.V6 : IpFamily.V4;
        int step = isV6 ? 4 : 1;
        return rule.OfFamily(family).Translated(isReply).Protocol(0)
            .TrackedAddress(family, isDestination: true, isReply: false, 1)
            .TrackedPort(isDestination: true, isReply: false, 1 + step)
            .TrackedAddress(family, isDestination: false, isReply: true, 2 + step)
            .TrackedPort(isDestination: false, isReply: true, 2 + (2 * step));
    }
}
