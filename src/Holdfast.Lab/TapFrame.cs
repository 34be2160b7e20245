using System.Buffers.Binary;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Lab;

/// <summary>What a captured frame is.</summary>
public enum TapKind : byte
{
    /// <summary>A VRRP advertisement.</summary>
    Advert,

    /// <summary>A gratuitous ARP, request or reply.</summary>
    GratuitousArp,

    /// <summary>An IPv6 neighbour advertisement.</summary>
    NeighborAdvertisement,

    /// <summary>Any other ARP.</summary>
    Arp,
}

/// <summary>One frame that a node sent.</summary>
/// <param name="Time">When the kernel passed it through the segment.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Node">Who sent it, by the port that it came in by.</param>
/// <param name="SourceMac">Its Ethernet source.</param>
/// <param name="Source">IP source of an advert; sender address of ARP; source of a neighbour advertisement.</param>
/// <param name="Subject">The announced address; for an advert its first address.</param>
/// <param name="Version">2 or 3 for an advert, else 0.</param>
/// <param name="Vrid">Virtual router of an advert.</param>
/// <param name="Priority">Priority of an advert.</param>
/// <param name="Bytes">The whole frame.</param>
public readonly record struct TapFrame(MonotonicTime Time, TapKind Kind, LabNode Node, MacAddress SourceMac,
    IpAddress Source, IpAddress Subject, byte Version, byte Vrid, byte Priority, ReadOnlyMemory<byte> Bytes)
{
    private const int EthernetSize = 14;
    private const ushort Ipv4 = 0x0800;
    private const ushort Ipv6 = 0x86DD;
    private const ushort ArpProtocol = 0x0806;

    /// <summary>Whether it tells the neighbours where an address is now.</summary>
    public bool IsAnnouncement => Kind is TapKind.GratuitousArp or TapKind.NeighborAdvertisement;

    /// <summary>Reads a frame that has passed <see cref="Filter"/>.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> frame, MonotonicTime time, LabNode node, out TapFrame read)
    {
        read = new(time, TapKind.Advert, node, MacAddress.FromBytes(frame.Slice(6, 6)), default, default, 0, 0, 0,
            frame.ToArray());
        switch (BinaryPrimitives.ReadUInt16BigEndian(frame[12..]))
        {
            case ArpProtocol when ArpFrame.TryParse(frame, out ArpMessage arp):
                read = read with
                {
                    Kind = arp.IsAnnouncement ? TapKind.GratuitousArp : TapKind.Arp,
                    Source = arp.SenderAddress,
                    Subject = arp.TargetAddress,
                };
                return true;
            case Ipv6 when NeighborAdvertisementFrame.TryParse(frame, out NeighborAdvertisement advertisement):
                read = read with
                {
                    Kind = TapKind.NeighborAdvertisement,
                    Source = IpAddress.FromBytes(frame.Slice(22, 16)),
                    Subject = advertisement.Target,
                };
                return true;
            case Ipv4 when frame.Length >= EthernetSize + 28:
                int header = (frame[EthernetSize] & 15) * 4;
                return read.TryReadAdvert(frame[EthernetSize..], header, 12, 4, out read);
            case Ipv6:
                return read.TryReadAdvert(frame[EthernetSize..], 40, 8, 16, out read);
            default:
                return false;
        }
    }

    /// <summary>Passes adverts of both families, ARP and neighbour advertisements.</summary>
    /// <param name="only">The Ethernet source that they must have; null: any.</param>
    internal static FilterInstruction[] Filter(MacAddress? only = null) => only is { } mac
        ? [
            ClassicFilter.LoadWord(6), ClassicFilter.JumpIfEqual((uint)(mac.Value >> 16), 0, 2),
            ClassicFilter.LoadHalf(10), ClassicFilter.JumpIfEqual((ushort)mac.Value, 1, 0),
            ClassicFilter.Drop,
            .. FilterKinds(),
        ]
        : FilterKinds();

    private static FilterInstruction[] FilterKinds() =>
    [
        ClassicFilter.LoadHalf(12),
        ClassicFilter.JumpIfEqual(ArpProtocol, 9, 0),
        ClassicFilter.JumpIfEqual(Ipv4, 0, 2),
        ClassicFilter.LoadByte(23),
        ClassicFilter.JumpIfEqual(112, 6, 7),
        ClassicFilter.JumpIfEqual(Ipv6, 0, 6),
        ClassicFilter.LoadByte(20),
        ClassicFilter.JumpIfEqual(112, 3, 0),
        ClassicFilter.JumpIfEqual(58, 0, 3),
        ClassicFilter.LoadByte(54),
        ClassicFilter.JumpIfEqual(136, 0, 1),
        ClassicFilter.Accept,
        ClassicFilter.Drop,
    ];

    private bool TryReadAdvert(
        ReadOnlySpan<byte> packet, int header, int sourceOffset, int addressSize, out TapFrame read)
    {
        read = this;
        int protocol = addressSize == 4 ? packet[9] : packet[6];
        if (packet.Length < header + 8 || protocol != 112)
        {
            return false;
        }
        ReadOnlySpan<byte> advert = packet[header..];
        read = this with
        {
            Source = IpAddress.FromBytes(packet.Slice(sourceOffset, addressSize)),
            Subject = advert[3] > 0 && advert.Length >= 8 + addressSize
                ? IpAddress.FromBytes(advert.Slice(8, addressSize)) : default,
            Version = (byte)(advert[0] >> 4),
            Vrid = advert[1],
            Priority = advert[2],
        };
        return true;
    }
}
