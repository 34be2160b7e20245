using System.Buffers.Binary;
using Holdfast.Layer4.Model;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Xdp.Sync;

/// <summary>Messages of the connection synchronisation as bytes: docs/xdp-sync.md. Pure; no input throws.</summary>
internal static class SyncMessage
{
    internal const int HeaderSize = 24;
    internal const int RecordSizeMax = FixedSize + (4 * 16) + HopSize;

    private const uint Magic = 0x48465359; // HFSY
    private const byte Version = 2; // 1 knew of no hops
    private const int FixedSize = 16;
    private const byte StatesMax = 10;
    private const byte ClientV6 = 1;
    private const byte ServerV6 = 2;
    private const byte Template = 4;
    private const byte WithHop = 8;
    private const byte HopTagged = 16;
    private const int HopSize = 8;
    private const byte Whole = 1;

    internal static void WriteHeader(in SyncHeader header, Span<byte> into)
    {
        BinaryPrimitives.WriteUInt32BigEndian(into, Magic);
        into[4] = Version;
        into[5] = (byte)header.Kind;
        into[6] = header.SyncId;
        into[7] = header.IsWhole ? Whole : (byte)0;
        BinaryPrimitives.WriteUInt64BigEndian(into[8..], header.Sender);
        BinaryPrimitives.WriteUInt32BigEndian(into[16..], header.Sequence);
        BinaryPrimitives.WriteUInt16BigEndian(into[20..], header.Count);
        BinaryPrimitives.WriteUInt16BigEndian(into[22..], header.Request);
    }

    internal static bool TryReadHeader(ReadOnlySpan<byte> message, out SyncHeader header)
    {
        header = default;
        if (message.Length < HeaderSize || BinaryPrimitives.ReadUInt32BigEndian(message) != Magic
            || message[4] != Version)
        {
            return false;
        }
        header = new((SyncKind)message[5], message[6], BinaryPrimitives.ReadUInt16BigEndian(message[20..]),
            BinaryPrimitives.ReadUInt64BigEndian(message[8..]), BinaryPrimitives.ReadUInt32BigEndian(message[16..]),
            BinaryPrimitives.ReadUInt16BigEndian(message[22..]), (message[7] & Whole) != 0);
        return header.Kind is SyncKind.Connections or SyncKind.Request;
    }

    /// <summary>Writes a record.</summary>
    /// <param name="record">The connection.</param>
    /// <param name="into">At least <see cref="RecordSizeMax"/> bytes.</param>
    /// <returns>Its length.</returns>
    internal static int WriteRecord(in SyncRecord record, Span<byte> into)
    {
        into[0] = (byte)((record.Client.IsV6 ? ClientV6 : 0) | (record.Server.Address.IsV6 ? ServerV6 : 0)
            | (record.IsTemplate ? Template : 0) | (record.Hop is null ? 0 : WithHop)
            | (record.Hop?.Tag is null ? 0 : HopTagged));
        into[1] = (byte)record.Protocol;
        into[2] = record.State;
        into[3] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(into[4..], record.ClientPort);
        BinaryPrimitives.WriteUInt16BigEndian(into[6..], record.Port);
        BinaryPrimitives.WriteUInt16BigEndian(into[8..], record.Server.Port);
        BinaryPrimitives.WriteUInt16BigEndian(into[10..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(into[12..], record.RemainingMilliseconds);
        int length = FixedSize;
        length += record.Client.CopyTo(into[length..]);
        length += record.Address.CopyTo(into[length..]);
        length += record.Server.Address.CopyTo(into[length..]);
        if (record.Hop is { } hop)
        {
            hop.Mac.CopyTo(into[length..]);
            BinaryPrimitives.WriteUInt16BigEndian(into[(length + MacAddress.Size)..], hop.Tag ?? 0);
            length += HopSize;
            length += hop.Link.CopyTo(into[length..]);
        }
        return length;
    }

    /// <summary>Reads a record.</summary>
    /// <param name="from">What is left of the message; goes on behind the record.</param>
    /// <param name="record">The connection.</param>
    /// <returns>False when it is cut off, or nothing that a director could have sent.</returns>
    internal static bool TryReadRecord(ref ReadOnlySpan<byte> from, out SyncRecord record)
    {
        record = default;
        if (from.Length < FixedSize)
        {
            return false;
        }
        ReadOnlySpan<byte> head = from[..FixedSize];
        int size = (head[0] & ClientV6) != 0 ? 16 : 4;
        int serverSize = (head[0] & ServerV6) != 0 ? 16 : 4;
        int hopAt = FixedSize + (2 * size) + serverSize;
        int length = hopAt + ((head[0] & WithHop) != 0 ? HopSize + size : 0);
        var protocol = (ServiceProtocol)head[1];
        bool isKnown = (head[0] & ~(ClientV6 | ServerV6 | Template | WithHop | HopTagged)) == 0
            && (head[0] & (WithHop | HopTagged)) != HopTagged && head[2] <= StatesMax
            && protocol is ServiceProtocol.Tcp or ServiceProtocol.Udp;
        if (!isKnown || from.Length < length)
        {
            return false;
        }
        ReadOnlySpan<byte> addresses = from[FixedSize..hopAt];
        record = new(protocol, head[2], IpAddress.FromBytes(addresses[..size]),
            BinaryPrimitives.ReadUInt16BigEndian(head[4..]), IpAddress.FromBytes(addresses[size..(2 * size)]),
            BinaryPrimitives.ReadUInt16BigEndian(head[6..]),
            new(IpAddress.FromBytes(addresses[(2 * size)..]), BinaryPrimitives.ReadUInt16BigEndian(head[8..])),
            BinaryPrimitives.ReadUInt32BigEndian(head[12..]), (head[0] & Template) != 0,
            length == hopAt ? null : HopOf(from[hopAt..length], (head[0] & HopTagged) != 0));
        from = from[length..];
        return true;
    }

    private static SyncHop HopOf(ReadOnlySpan<byte> bytes, bool isTagged) => new(
        MacAddress.FromBytes(bytes[..MacAddress.Size]),
        isTagged ? BinaryPrimitives.ReadUInt16BigEndian(bytes[MacAddress.Size..]) : null,
        IpAddress.FromBytes(bytes[HopSize..]));
}
