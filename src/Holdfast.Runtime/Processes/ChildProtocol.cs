using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Holdfast.Runtime.Processes;

/// <summary>How messages between the supervisor and the VRRP process look on their SOCK_SEQPACKET socket.</summary>
/// <remarks>
/// <code>
///  0       2       4               8
///  +-------+-------+---------------+----------------------------------+
///  | kind  |version| zero          | the message, as it is in memory  |
///  +-------+-------+---------------+----------------------------------+
/// </code>
/// Both ends are the same program on the same host, so the byte order and the padding are those of the host. The
/// version differs only for a moment during an upgrade of the binary; such a message is refused, not guessed at.
/// </remarks>
public static class ChildProtocol
{
    /// <summary>The version that this program speaks.</summary>
    public const ushort Version = 2;

    /// <summary>Size of what stands before the message.</summary>
    public const int HeaderSize = 8;

    /// <summary>No message is longer, header included.</summary>
    public const int MessageSizeMax = 128;

    /// <summary>Writes a message.</summary>
    /// <returns>Its size with the header.</returns>
    public static int Write<T>(Span<byte> destination, in T message)
        where T : unmanaged, IChildMessage
    {
        BinaryPrimitives.WriteUInt16LittleEndian(destination, (ushort)T.Kind);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[2..], Version);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], 0);
        MemoryMarshal.Write(destination[HeaderSize..], in message);
        return HeaderSize + Unsafe.SizeOf<T>();
    }

    /// <summary>Reads which message it is.</summary>
    /// <returns>False when it is too short or of another version.</returns>
    public static bool TryReadKind(ReadOnlySpan<byte> bytes, out MessageKind kind)
    {
        kind = MessageKind.None;
        if (bytes.Length < HeaderSize || BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]) != Version)
        {
            return false;
        }
        kind = (MessageKind)BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        return kind != MessageKind.None;
    }

    /// <summary>Reads a message.</summary>
    /// <returns>False when it is another one or has another size.</returns>
    public static bool TryRead<T>(ReadOnlySpan<byte> bytes, out T message)
        where T : unmanaged, IChildMessage
    {
        if (!TryReadKind(bytes, out MessageKind kind) || kind != T.Kind
            || bytes.Length != HeaderSize + Unsafe.SizeOf<T>())
        {
            message = default;
            return false;
        }
        message = MemoryMarshal.Read<T>(bytes[HeaderSize..]);
        return true;
    }
}
