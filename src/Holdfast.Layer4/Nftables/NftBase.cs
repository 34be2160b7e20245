using Holdfast.Linux.Nftables;
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

    /// <summary>The chain in which sources are translated.</summary>
    internal const string SourcesChain = "postrouting";

    private const string Dispatch = "dispatch";
    private const int DestinationNat = -100;
    private const int BeforeDestinationNat = -110;
    private const int SourceNat = 100;
    private const int AfterSourceNat = 110;

    /// <summary>Where services are found by protocol, address and port.</summary>
    internal static NftSet ServicesSet(bool isV6)
        => new(isV6 ? "services6" : "services4", [NftType.Protocol, Address(isV6), NftType.Port], NftMapKind.Verdict);

    /// <summary>
    /// Where the counters of translated connections are found: by protocol, address and port that the client asked for,
    /// and address of the server. Its port is missing, because the nft program of Debian 12 fails at rules that have
    /// the port of a tracked connection in a key.
    /// </summary>
    internal static NftSet TrafficSet(bool isV6, bool isReply) => new(
        $"{(isReply ? "out" : "in")}{(isV6 ? '6' : '4')}",
        [NftType.Protocol, Address(isV6), NftType.Port, Address(isV6)], NftMapKind.Counter);

    internal static NftType Address(bool isV6) => isV6 ? NftType.V6Address : NftType.V4Address;

    internal static NftFamily FamilyOf(NftService service) => service.IsDirect ? NftFamily.Netdev : NftFamily.Inet;

    /// <summary>The key of a service in <see cref="ServicesSet"/>.</summary>
    internal static byte[] KeyOf(NftService service)
        => [(byte)service.Key.Protocol, 0, 0, 0, .. Bytes(service.Key.Address), .. Bytes(service.Key.Port)];

    /// <summary>The key of a server in <see cref="TrafficSet"/>.</summary>
    internal static byte[] TrafficKeyOf(NftService service, NftServer server)
        => [.. KeyOf(service), .. Bytes(server.Spec.Key.Address)];

    internal static byte[] Bytes(IpAddress address)
    {
        byte[] bytes = new byte[address.Size];
        _ = address.CopyTo(bytes);
        return bytes;
    }

    /// <summary>A port as it stands in a register.</summary>
    internal static byte[] Bytes(ushort port) => [(byte)(port >> 8), (byte)(port & 0xFF), 0, 0];

    /// <summary>Makes the tables, or makes them right; services that are in them stay.</summary>
    internal static void Write(NftTransaction t, NftSettings settings)
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
        NftBaseChain[] chains =
        [
            new("prerouting", NftHook.Prerouting, DestinationNat, IsNat: true),
            new("output", NftHook.Output, DestinationNat, IsNat: true),
            new(SourcesChain, NftHook.Postrouting, SourceNat, IsNat: true),
            new("requests", NftHook.Prerouting, BeforeDestinationNat),
            new("answers", NftHook.Postrouting, AfterSourceNat),
        ];
        foreach (NftBaseChain chain in chains)
        {
            t.AddChain(NftFamily.Inet, Table, chain);
        }
        WriteRules(t, settings);
    }

    /// <summary>Writes the rules of the chains that <see cref="Write"/> has made. The settings stand at the first rule
    /// of the table for frames.</summary>
    internal static void WriteRules(NftTransaction t, NftSettings settings)
    {
        t.FlushChain(NftFamily.Netdev, Table, Dispatch);
        foreach (string chain in (string[])["prerouting", "output", "requests", "answers"])
        {
            t.FlushChain(NftFamily.Inet, Table, chain);
        }
        foreach (bool isV6 in (bool[])[false, true])
        {
            var rule = new NftRule { Comment = isV6 ? null : NftComments.Of(settings) };
            t.AddRule(NftFamily.Netdev, Table, Dispatch,
                FindService(rule.EtherType(0).Equal(0, EtherType(isV6)), isV6));
            t.AddRule(NftFamily.Inet, Table, "prerouting", FindService(OfFamily(isV6), isV6));
            t.AddRule(NftFamily.Inet, Table, "output", FindService(OfFamily(isV6), isV6));
            t.AddRule(NftFamily.Inet, Table, "requests", CountTraffic(isV6, isReply: false));
            t.AddRule(NftFamily.Inet, Table, "answers", CountTraffic(isV6, isReply: true));
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

    internal static byte[] EtherType(bool isV6) => isV6 ? [0x86, 0xDD] : [0x08, 0x00];

    internal static IpFamily Family(bool isV6) => isV6 ? IpFamily.V6 : IpFamily.V4;

    internal static NftRule OfFamily(bool isV6) => new NftRule().OfFamily(Family(isV6));

    private static NftRule FindService(NftRule rule, bool isV6) => rule.Protocol(0)
        .Payload(NftHeader.Network, Offset(isV6, isSource: false), Size(isV6), 1)
        .Payload(NftHeader.Transport, 2, 2, isV6 ? 5 : 2)
        .GoToEntry(ServicesSet(isV6).Name, 0);

    // Both see the packets as the client does: before the request is translated, and after the answer was.
    private static NftRule CountTraffic(bool isV6, bool isReply)
    {
        int step = isV6 ? 4 : 1;
        return OfFamily(isV6).Translated(isReply).Protocol(0)
            .Payload(NftHeader.Network, Offset(isV6, isSource: isReply), Size(isV6), 1)
            .Payload(NftHeader.Transport, isReply ? 0 : 2, 2, 1 + step)
            .TrackedAddress(Family(isV6), isDestination: false, isReply: true, 2 + step)
            .CountInEntry(TrafficSet(isV6, isReply).Name, 0);
    }
}
