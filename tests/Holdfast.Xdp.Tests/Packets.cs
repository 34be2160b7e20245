using System.Buffers.Binary;
using Holdfast.Layer4.Model;
using Holdfast.Primitives;

namespace Holdfast.Xdp.Tests;

/// <summary>What packets in tunnels and answers to them must look like, from the RFCs; all sums are made over all
/// bytes, which the programs avoid.</summary>
internal static class Packets
{
    private const int EthernetSize = 14;

    /// <summary>Fills in the checksum of TCP or UDP.</summary>
    internal static byte[] WithChecksum(byte[] frame)
    {
        byte[] result = [.. frame];
        bool isV6 = frame[12] == 0x86;
        int header = isV6 ? 40 : (frame[14] & 15) * 4;
        byte protocol = frame[EthernetSize + (isV6 ? 6 : 9)];
        Span<byte> segment = result.AsSpan(EthernetSize + header);
        Span<byte> field = segment.Slice(protocol == 17 ? 6 : 16, 2);
        field.Clear();
        ReadOnlySpan<byte> addresses = isV6 ? frame.AsSpan(22, 32) : frame.AsSpan(26, 8);
        ushort sum = PseudoChecksum(addresses, protocol, segment);
        BinaryPrimitives.WriteUInt16BigEndian(field, sum == 0 && protocol == 17 ? (ushort)0xFFFF : sum);
        return result;
    }

    /// <summary>A frame with the checksum of its transport, which extension headers of IPv6 do not change.</summary>
    internal static byte[] Whole(Frame frame)
    {
        if (frame.Options.Length == 0 || !frame.Address.IsV6)
        {
            return WithChecksum(frame.ToBytes());
        }
        byte[] plain = WithChecksum((frame with { Options = [] }).ToBytes());
        byte[] result = frame.ToBytes();
        plain.AsSpan(EthernetSize + 40).CopyTo(result.AsSpan(EthernetSize + 40 + frame.Options.Length));
        return result;
    }

    /// <summary>A frame between other stations.</summary>
    internal static byte[] Between(byte[] frame, MacAddress from, MacAddress to)
    {
        byte[] result = [.. frame];
        to.CopyTo(result);
        from.CopyTo(result.AsSpan(6));
        return result;
    }

    /// <summary>A frame whose checksum has only the pseudo header in it, as a sender leaves it to its interface.
    /// </summary>
    internal static byte[] Partial(byte[] frame)
    {
        byte[] result = [.. frame];
        bool isV6 = frame[12] == 0x86;
        int header = EthernetSize + (isV6 ? 40 : (frame[14] & 15) * 4);
        byte protocol = frame[EthernetSize + (isV6 ? 6 : 9)];
        int length = frame.Length - header;
        byte[] pseudo = [.. isV6 ? frame.AsSpan(22, 32) : frame.AsSpan(26, 8), 0, protocol, (byte)(length >> 8),
            (byte)length];
        BinaryPrimitives.WriteUInt16BigEndian(
            result.AsSpan(header + (protocol == 17 ? 6 : 16)), (ushort)~Frame.Checksum(pseudo));
        return result;
    }

    /// <summary>The IP packet of a frame as the director leaves it: its TTL is one less.</summary>
    internal static byte[] Inner(byte[] frame)
        => DirectorFixture.Forwarded(frame, Frame.OurMac, Frame.OurMac)[EthernetSize..];

    /// <summary>The frame that carries an IP packet to a server.</summary>
    internal static byte[] Outer(byte[] inner, RealServerSpec server, IpAddress source, MacAddress to,
        ushort identification, ushort sourcePort)
    {
        bool isInnerV6 = inner[0] >> 4 == 6;
        byte type = isInnerV6 ? (byte)41 : (byte)4;
        byte[] content = server.TunnelKind switch
        {
            TunnelKind.Gue => Gue(inner, server, source, type, sourcePort),
            TunnelKind.Gre => Gre(inner, server, isInnerV6),
            _ => inner,
        };
        byte next = server.TunnelKind switch { TunnelKind.Gue => 17, TunnelKind.Gre => 47, _ => type };
        byte service = isInnerV6 ? (byte)((inner[0] << 4) | (inner[1] >> 4)) : inner[1];
        byte ttl = isInnerV6 ? inner[7] : inner[8];
        bool mayCut = isInnerV6 || (inner[6] & 0x40) == 0;
        IpAddress destination = server.Key.Address;
        byte[] header = destination.IsV6 ? HeaderV6(content.Length, service, next, ttl, source, destination)
            : HeaderV4(content.Length, service, mayCut ? (ushort)0 : (ushort)0x4000,
                mayCut ? identification : (ushort)0, next, ttl, source, destination);
        return [.. Ethernet(to, Frame.OurMac, destination.IsV6), .. header, .. content];
    }

    /// <summary>The answer to a packet that is too big, the frame with its TTL lowered as it is quoted.</summary>
    internal static byte[] TooBig(byte[] frame, uint mtu)
    {
        byte[] inner = Inner(frame);
        bool isV6 = inner[0] >> 4 == 6;
        byte[] quote = inner[..Math.Min(inner.Length, isV6 ? 1232 : 548)];
        byte[] icmp = [isV6 ? (byte)2 : (byte)3, isV6 ? (byte)0 : (byte)4, 0, 0, 0, 0, 0, 0, .. quote];
        BinaryPrimitives.WriteUInt32BigEndian(icmp.AsSpan(4), mtu);
        IpAddress client = IpAddress.FromBytes(isV6 ? inner[8..24] : inner[12..16]);
        IpAddress address = IpAddress.FromBytes(isV6 ? inner[24..40] : inner[16..20]);
        byte[] addresses = [.. Bytes(address), .. Bytes(client)];
        BinaryPrimitives.WriteUInt16BigEndian(icmp.AsSpan(2),
            isV6 ? PseudoChecksum(addresses, 58, icmp) : Frame.Checksum(icmp));
        byte[] header = isV6 ? HeaderV6(icmp.Length, 0, 58, 64, address, client)
            : HeaderV4(icmp.Length, 0xC0, 0x4000, 0, 1, 64, address, client);
        return [.. Ethernet(Frame.ClientMac, Frame.OurMac, isV6), .. header, .. icmp];
    }

    /// <summary>An ICMP error of a router, as it reaches us.</summary>
    internal static byte[] Icmp(byte type, uint rest, IpAddress from, IpAddress to, byte[] quote)
    {
        byte[] icmp = [type, 0, 0, 0, 0, 0, 0, 0, .. quote];
        BinaryPrimitives.WriteUInt32BigEndian(icmp.AsSpan(4), rest);
        BinaryPrimitives.WriteUInt16BigEndian(icmp.AsSpan(2), from.IsV6
            ? PseudoChecksum([.. Bytes(from), .. Bytes(to)], 58, icmp) : Frame.Checksum(icmp));
        byte[] header = from.IsV6 ? HeaderV6(icmp.Length, 0, 58, 61, from, to)
            : HeaderV4(icmp.Length, 0xC0, 0, 77, 1, 61, from, to);
        return [.. Ethernet(Frame.OurMac, Frame.ClientMac, from.IsV6), .. header, .. icmp];
    }

    internal static byte[] HeaderV4(int payload, byte service, ushort fragment, ushort identification, byte next,
        byte ttl, IpAddress source, IpAddress destination)
    {
        byte[] header = [0x45, service, 0, 0, 0, 0, 0, 0, ttl, next, 0, 0, .. Bytes(source), .. Bytes(destination)];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)(20 + payload));
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), identification);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(6), fragment);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(10), Frame.Checksum(header));
        return header;
    }

    internal static byte[] HeaderV6(
        int payload, byte service, byte next, byte hops, IpAddress source, IpAddress destination)
        => [(byte)(0x60 | (service >> 4)), (byte)(service << 4), 0, 0, (byte)(payload >> 8), (byte)payload, next, hops,
            .. Bytes(source), .. Bytes(destination)];

    internal static byte[] Ethernet(MacAddress to, MacAddress from, bool isV6)
    {
        byte[] header = new byte[EthernetSize];
        to.CopyTo(header);
        from.CopyTo(header.AsSpan(6));
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(12), isV6 ? (ushort)0x86DD : (ushort)0x0800);
        return header;
    }

    internal static byte[] Bytes(IpAddress address)
    {
        byte[] bytes = new byte[address.IsV6 ? 16 : 4];
        _ = address.CopyTo(bytes);
        return bytes;
    }

    private static byte[] Gue(byte[] inner, RealServerSpec server, IpAddress source, byte type, ushort sourcePort)
    {
        byte[] datagram = [0, 0, 0, 0, 0, 0, 0, 0, 0, type, 0, 0, .. inner];
        BinaryPrimitives.WriteUInt16BigEndian(datagram, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), server.TunnelPort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(4), (ushort)datagram.Length);
        if (server.TunnelChecksum == TunnelChecksum.Full)
        {
            ushort sum = PseudoChecksum([.. Bytes(source), .. Bytes(server.Key.Address)], 17, datagram);
            BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(6), sum == 0 ? (ushort)0xFFFF : sum);
        }
        return datagram;
    }

    private static byte[] Gre(byte[] inner, RealServerSpec server, bool isInnerV6)
    {
        byte[] type = isInnerV6 ? [0x86, 0xDD] : [8, 0];
        if (server.TunnelChecksum == TunnelChecksum.None)
        {
            return [0, 0, .. type, .. inner];
        }
        byte[] packet = [0x80, 0, .. type, 0, 0, 0, 0, .. inner];
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), Frame.Checksum(packet));
        return packet;
    }

    private static ushort PseudoChecksum(ReadOnlySpan<byte> addresses, byte protocol, ReadOnlySpan<byte> segment)
        => Frame.Checksum([.. addresses, 0, protocol, (byte)(segment.Length >> 8), (byte)segment.Length, .. segment]);
}
