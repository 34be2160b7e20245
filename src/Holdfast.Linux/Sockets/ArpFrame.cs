using System.Buffers.Binary;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Sockets;

/// <summary>What one ARP message for IPv4 over Ethernet says.</summary>
/// <param name="Operation">1 request, 2 reply.</param>
/// <param name="SenderMac">Who speaks.</param>
/// <param name="SenderAddress">Whose address that is; 0.0.0.0 in a probe.</param>
/// <param name="TargetMac">Who is meant; of no meaning in a request.</param>
/// <param name="TargetAddress">Which address is meant.</param>
public readonly record struct ArpMessage(
    ushort Operation, MacAddress SenderMac, IpAddress SenderAddress, MacAddress TargetMac, IpAddress TargetAddress)
{
    /// <summary>Whether the sender announces its own address (gratuitous ARP, either form).</summary>
    public bool IsAnnouncement => SenderAddress == TargetAddress && !SenderAddress.IsUnspecified;
}

/// <summary>Writes and reads ARP frames (RFC 826, RFC 5227) over Ethernet.</summary>
/// <remarks>
/// <code>
/// 0 destination 6 | 6 source 6 | 12 type 0806 | 14 hardware 1 | 16 protocol 0800 | 18 lengths 6, 4 | 20 operation
/// 22 sender MAC 6 | 28 sender IP 4 | 32 target MAC 6 | 38 target IP 4 | 42
/// </code>
/// </remarks>
public static class ArpFrame
{
    /// <summary>Length of every frame that is written here; the driver pads it to Ethernet's minimum.</summary>
    public const int Size = 42;

    private const ulong EthernetIpv4 = 0x0001_0800_0604;

    /// <summary>Gratuitous ARP as a request: broadcast, sender and target address the same.</summary>
    /// <param name="frame">At least <see cref="Size"/> bytes.</param>
    /// <param name="mac">The interface's address, or the virtual router's.</param>
    /// <param name="address">The announced IPv4 address.</param>
    /// <returns>Bytes written.</returns>
    public static int WriteGratuitousRequest(Span<byte> frame, MacAddress mac, IpAddress address)
        => Write(frame, MacAddress.Broadcast, mac,
            new((ushort)ARPOP.ARPOP_REQUEST, mac, address, MacAddress.Broadcast, address));

    /// <summary>Gratuitous ARP as a reply: broadcast, the announced MAC also as target (RFC 5944 4.6).</summary>
    /// <inheritdoc cref="WriteGratuitousRequest"/>
    public static int WriteGratuitousReply(Span<byte> frame, MacAddress mac, IpAddress address)
        => Write(frame, MacAddress.Broadcast, mac, new((ushort)ARPOP.ARPOP_REPLY, mac, address, mac, address));

    /// <summary>An ordinary question: who has <paramref name="target"/>?</summary>
    /// <param name="frame">At least <see cref="Size"/> bytes.</param>
    /// <param name="mac">Who asks.</param>
    /// <param name="sender">The asker's address; 0.0.0.0 for a probe (RFC 5227 2.1.1).</param>
    /// <param name="target">The address that is asked for.</param>
    /// <returns>Bytes written.</returns>
    public static int WriteRequest(Span<byte> frame, MacAddress mac, IpAddress sender, IpAddress target)
        => Write(frame, MacAddress.Broadcast, mac, new((ushort)ARPOP.ARPOP_REQUEST, mac, sender, default, target));

    /// <summary>Any ARP message.</summary>
    /// <param name="frame">At least <see cref="Size"/> bytes.</param>
    /// <param name="destination">Ethernet destination.</param>
    /// <param name="source">Ethernet source.</param>
    /// <param name="message">The fields of the body.</param>
    /// <returns>Bytes written.</returns>
    public static int Write(Span<byte> frame, MacAddress destination, MacAddress source, in ArpMessage message)
    {
        frame = frame[..Size];
        destination.CopyTo(frame);
        source.CopyTo(frame[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], (ushort)ETH_P.ETH_P_ARP);
        BinaryPrimitives.WriteUInt64BigEndian(frame[14..], (EthernetIpv4 << 16) | message.Operation);
        message.SenderMac.CopyTo(frame[22..]);
        message.SenderAddress.CopyTo(frame[28..]);
        message.TargetMac.CopyTo(frame[32..]);
        message.TargetAddress.CopyTo(frame[38..]);
        return Size;
    }

    /// <summary>Reads a frame from its Ethernet header on.</summary>
    /// <returns>False when it is not ARP for IPv4 over Ethernet, or too short.</returns>
    public static bool TryParse(ReadOnlySpan<byte> frame, out ArpMessage message)
    {
        message = default;
        if (frame.Length < Size
            || BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) != (ushort)ETH_P.ETH_P_ARP
            || BinaryPrimitives.ReadUInt64BigEndian(frame[14..]) >> 16 != EthernetIpv4)
        {
            return false;
        }
        message = new(
            BinaryPrimitives.ReadUInt16BigEndian(frame[20..]),
            MacAddress.FromBytes(frame[22..28]), IpAddress.FromBytes(frame[28..32]),
            MacAddress.FromBytes(frame[32..38]), IpAddress.FromBytes(frame[38..42]));
        return true;
    }
}
