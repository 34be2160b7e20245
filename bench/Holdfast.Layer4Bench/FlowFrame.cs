using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Layer4Bench;

/// <summary>TCP segments of numbered clients to a virtual service, as frames of the least length.</summary>
internal static class FlowFrame
{
    internal const int Size = 64;
    internal const byte Syn = 2;
    internal const byte Ack = 16;

    private const int Ip = 14;
    private const int Tcp = Ip + 20;

    /// <summary>Address of the client of a flow: four flows are of the same.</summary>
    internal static uint ClientOf(int flow) => 0x0A800000 + (uint)(flow >> 2);

    internal static ushort PortOf(int flow) => (ushort)(20000 + ((flow & 3) * 7919) + (flow % 1009));

    internal static byte[] Make(int flow, uint address, ushort port, byte flags, byte ttl = 64)
    {
        byte[] frame = new byte[Size];
        frame[0] = 2;
        frame[6] = 2;
        frame[11] = 1;
        frame[12] = 8;
        Span<byte> ip = frame.AsSpan(Ip);
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], 40);
        ip[6] = 0x40; // do not fragment
        ip[8] = ttl;
        ip[9] = 6;
        BinaryPrimitives.WriteUInt32BigEndian(ip[12..], ClientOf(flow));
        BinaryPrimitives.WriteUInt32BigEndian(ip[16..], address);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], InternetChecksum.Finish(InternetChecksum.Add(ip[..20])));
        Span<byte> tcp = frame.AsSpan(Tcp);
        BinaryPrimitives.WriteUInt16BigEndian(tcp, PortOf(flow));
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], port);
        tcp[12] = 0x50;
        tcp[13] = flags;
        return frame;
    }
}
