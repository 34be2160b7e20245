using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Xdp.Tests;

/// <summary>TCP flags.</summary>
[Flags]
public enum Tcp : byte
{
    None = 0,
    Fin = 1,
    Syn = 2,
    Rst = 4,
    Ack = 16,
}

/// <summary>A frame to be made: what a client sends to a virtual address.</summary>
public sealed record Frame
{
    public static readonly MacAddress ClientMac = MacAddress.FromBytes([2, 0, 0, 0, 0, 1]);
    public static readonly MacAddress OurMac = MacAddress.FromBytes([2, 0, 0, 0, 0, 2]);

    public IpAddress Client { get; init; } = IpAddress.Parse("198.51.100.7");

    public IpAddress Address { get; init; } = IpAddress.Parse("192.0.2.1");

    public ushort ClientPort { get; init; } = 40000;

    public ushort Port { get; init; } = 80;

    public bool IsUdp { get; init; }

    public Tcp Flags { get; init; } = Tcp.Syn;

    public byte Ttl { get; init; } = 64;

    public int Payload { get; init; } = 11;

    /// <summary>IPv4: options, a multiple of four bytes. IPv6: whole extension headers, the first of type 0.</summary>
    public byte[] Options { get; init; } = [];

    /// <summary>IPv4: the word with flags and offset. IPv6 has its fragment header in the options.</summary>
    public ushort Fragment { get; init; }

    public ushort Identification { get; init; } = 0x1234;

    /// <summary>Type of the first extension header of IPv6.</summary>
    public byte FirstExtension { get; init; }

    /// <summary>The bytes, with checksums that are right.</summary>
    public byte[] ToBytes()
    {
        byte[] segment = Segment();
        byte[] packet = Address.IsV6 ? PacketV6(segment) : PacketV4(segment);
        byte[] frame = new byte[14 + packet.Length];
        OurMac.CopyTo(frame);
        ClientMac.CopyTo(frame.AsSpan(6));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), Address.IsV6 ? (ushort)0x86DD : (ushort)0x0800);
        packet.CopyTo(frame, 14);
        return frame;
    }

    /// <summary>The sum of RFC 1071, by its first definition: not how the program computes it.</summary>
    public static ushort Checksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            sum += (uint)(i % 2 == 0 ? bytes[i] << 8 : bytes[i]);
        }
        while (sum > 0xFFFF)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }
        return (ushort)~sum;
    }

    private byte[] PacketV4(byte[] segment)
    {
        byte[] packet = new byte[20 + Options.Length + segment.Length];
        packet[0] = (byte)(0x45 + (Options.Length / 4));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), Identification);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(6), Fragment);
        packet[8] = Ttl;
        packet[9] = IsUdp ? (byte)17 : (byte)6;
        Client.CopyTo(packet.AsSpan(12));
        Address.CopyTo(packet.AsSpan(16));
        Options.CopyTo(packet, 20);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), Checksum(packet.AsSpan(0, 20 + Options.Length)));
        segment.CopyTo(packet, 20 + Options.Length);
        return packet;
    }

    private byte[] PacketV6(byte[] segment)
    {
        byte[] packet = new byte[40 + Options.Length + segment.Length];
        packet[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)(packet.Length - 40));
        packet[6] = Options.Length > 0 ? FirstExtension : IsUdp ? (byte)17 : (byte)6;
        packet[7] = Ttl;
        Client.CopyTo(packet.AsSpan(8));
        Address.CopyTo(packet.AsSpan(24));
        Options.CopyTo(packet, 40);
        segment.CopyTo(packet, 40 + Options.Length);
        return packet;
    }

    private byte[] Segment()
    {
        bool isContinuation = (Fragment & 0x1FFF) != 0;
        int header = isContinuation ? 0 : IsUdp ? 8 : 20;
        byte[] segment = new byte[header + Payload];
        for (int i = 0; i < Payload; i++)
        {
            segment[header + i] = (byte)(i * 7);
        }
        if (!isContinuation)
        {
            BinaryPrimitives.WriteUInt16BigEndian(segment, ClientPort);
            BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), Port);
            if (IsUdp)
            {
                BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(4), (ushort)segment.Length);
            }
            else
            {
                segment[12] = 0x50;
                segment[13] = (byte)Flags;
            }
        }
        return segment;
    }
}
