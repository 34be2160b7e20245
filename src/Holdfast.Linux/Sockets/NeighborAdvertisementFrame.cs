using System.Buffers.Binary;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Sockets;

/// <summary>What one neighbour advertisement says.</summary>
/// <param name="Source">IPv6 source address.</param>
/// <param name="Target">The announced address.</param>
/// <param name="Mac">Its link-layer address: the option, or the frame's source without one.</param>
/// <param name="IsRouter">R flag.</param>
/// <param name="IsSolicited">S flag.</param>
/// <param name="IsOverride">O flag.</param>
public readonly record struct NeighborAdvertisement(
    IpAddress Source, IpAddress Target, MacAddress Mac, bool IsRouter, bool IsSolicited, bool IsOverride);

/// <summary>Writes and reads neighbour advertisements (RFC 4861 4.4) as Ethernet frames.</summary>
/// <remarks>
/// <code>
/// 0 Ethernet 14 | 14 IPv6 40 (payload length at 18, next header 20, hop limit 21, source 22, destination 38)
/// 54 type 136, code 0, checksum | 58 flags R S O | 62 target 16 | 78 option 2, length 1, MAC 6 | 86
/// </code>
/// </remarks>
public static class NeighborAdvertisementFrame
{
    /// <summary>Length of every frame that is written here.</summary>
    public const int Size = 86;

    private const int Message = 54;
    private const byte RouterFlag = 0x80;
    private const byte SolicitedFlag = 0x40;
    private const byte OverrideFlag = 0x20;

    private static readonly IpAddress AllNodes = new(IpFamily.V6, 0xFF02_0000_0000_0000, 1);

    /// <summary>An unsolicited advertisement to all nodes, with Override set and the target's link-layer address.
    /// </summary>
    /// <param name="frame">At least <see cref="Size"/> bytes.</param>
    /// <param name="mac">The interface's address, or the virtual router's.</param>
    /// <param name="address">The announced IPv6 address, which is also the source.</param>
    /// <param name="isRouter">R flag: whether this interface forwards.</param>
    /// <returns>Bytes written.</returns>
    public static int WriteUnsolicited(Span<byte> frame, MacAddress mac, IpAddress address, bool isRouter)
    {
        frame = frame[..Size];
        frame.Clear();
        MacAddress.ForMulticast(AllNodes).CopyTo(frame);
        mac.CopyTo(frame[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], (ushort)ETH_P.ETH_P_IPV6);

        frame[14] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(frame[18..], Size - Message);
        frame[20] = (byte)IPPROTO.IPPROTO_ICMPV6;
        frame[21] = 255;
        address.CopyTo(frame[22..]);
        AllNodes.CopyTo(frame[38..]);

        frame[Message] = (byte)ICMP6.ND_NEIGHBOR_ADVERT;
        frame[58] = (byte)(OverrideFlag | (isRouter ? RouterFlag : 0));
        address.CopyTo(frame[62..]);
        frame[78] = (byte)ND_OPT.ND_OPT_TARGET_LINKADDR;
        frame[79] = 1;
        mac.CopyTo(frame[80..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[56..], Checksum(frame[Message..], address, AllNodes));
        return Size;
    }

    /// <summary>Reads a frame from its Ethernet header on, and checks what RFC 4861 7.1.2 asks for.</summary>
    /// <returns>False when it is not a valid advertisement.</returns>
    public static bool TryParse(ReadOnlySpan<byte> frame, out NeighborAdvertisement advertisement)
    {
        advertisement = default;
        if (frame.Length < 78
            || BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) != (ushort)ETH_P.ETH_P_IPV6
            || frame[20] != (byte)IPPROTO.IPPROTO_ICMPV6 || frame[21] != 255
            || frame[Message] != (byte)ICMP6.ND_NEIGHBOR_ADVERT || frame[Message + 1] != 0)
        {
            return false;
        }
        int length = BinaryPrimitives.ReadUInt16BigEndian(frame[18..]);
        if (length < 24 || Message + length > frame.Length)
        {
            return false;
        }
        ReadOnlySpan<byte> message = frame.Slice(Message, length);
        IpAddress source = IpAddress.FromBytes(frame[22..38]);
        if (Checksum(message, source, IpAddress.FromBytes(frame[38..54])) != 0)
        {
            return false;
        }
        MacAddress mac = MacAddress.FromBytes(frame[6..12]);
        if (!TryReadOptions(message[24..], ref mac))
        {
            return false;
        }
        byte flags = message[4];
        advertisement = new(source, IpAddress.FromBytes(message[8..24]), mac,
            (flags & RouterFlag) != 0, (flags & SolicitedFlag) != 0, (flags & OverrideFlag) != 0);
        return true;
    }

    private static bool TryReadOptions(ReadOnlySpan<byte> options, ref MacAddress mac)
    {
        while (options.Length >= 8)
        {
            int size = options[1] * 8;
            if (size == 0 || size > options.Length)
            {
                return false;
            }
            if (options[0] == (byte)ND_OPT.ND_OPT_TARGET_LINKADDR && size == 8)
            {
                mac = MacAddress.FromBytes(options[2..8]);
            }
            options = options[size..];
        }
        return options.IsEmpty;
    }

    private static ushort Checksum(ReadOnlySpan<byte> message, IpAddress source, IpAddress destination)
        => InternetChecksum.Finish(InternetChecksum.Add(message, InternetChecksum.AddPseudoHeader(
            source, destination, (byte)IPPROTO.IPPROTO_ICMPV6, message.Length)));
}
