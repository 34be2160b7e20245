using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Netlink;

/// <summary>Writes netlink messages and attributes into a buffer of the caller.</summary>
/// <remarks>
/// Everything is aligned to four bytes, and the padding is zeroed: it goes to the kernel. A buffer that is too small
/// is a bug of the caller and throws <see cref="ArgumentOutOfRangeException"/>.
/// </remarks>
public ref struct NetlinkWriter(Span<byte> buffer)
{
    private const int AttributeHeaderSize = 4;
    private readonly Span<byte> _buffer = buffer;
    private int _length;

    /// <summary>Bytes written so far.</summary>
    public readonly int Length => _length;

    /// <summary>What has been written.</summary>
    public readonly ReadOnlySpan<byte> Written => _buffer[.._length];

    /// <summary>Starts a message with its family header.</summary>
    /// <returns>A token for <see cref="EndMessage"/>.</returns>
    internal int BeginMessage<TBody>(RTM type, NLM_F flags, uint sequence, in TBody body)
        where TBody : unmanaged
        => BeginMessage((ushort)type, (ushort)flags, sequence, body);

    /// <summary>Starts a message with its family header.</summary>
    /// <param name="type">Message type, as the family numbers it.</param>
    /// <param name="flags">NLM_F_*.</param>
    /// <param name="sequence">Comes back in the answer.</param>
    /// <param name="body">The family's fixed header, in C layout.</param>
    /// <returns>A token for <see cref="EndMessage"/>.</returns>
    public int BeginMessage<TBody>(ushort type, ushort flags, uint sequence, in TBody body)
        where TBody : unmanaged
    {
        int start = _length;
        nlmsghdr header = new() { nlmsg_type = type, nlmsg_flags = flags, nlmsg_seq = sequence };
        MemoryMarshal.Write(Take(Unsafe.SizeOf<nlmsghdr>()), header);
        MemoryMarshal.Write(Take(Unsafe.SizeOf<TBody>()), body);
        return start;
    }

    /// <summary>Fills in the length of a message.</summary>
    public readonly void EndMessage(int start) => MemoryMarshal.Write(_buffer[start..], (uint)(_length - start));

    /// <summary>Starts an attribute that holds attributes.</summary>
    /// <returns>A token for <see cref="EndNested"/>.</returns>
    public int BeginNested<TAttribute>(TAttribute attribute)
        where TAttribute : unmanaged, Enum
    {
        int start = _length;
        Reserve((ushort)(Id(attribute) | (ushort)NLA_F.NLA_F_NESTED), payloadBytes: 0);
        return start;
    }

    /// <summary>Fills in the length of a nested attribute.</summary>
    public readonly void EndNested(int start) => MemoryMarshal.Write(_buffer[start..], (ushort)(_length - start));

    /// <summary>An attribute with a value in host byte order and C layout.</summary>
    public void Put<TAttribute, TValue>(TAttribute attribute, TValue value)
        where TAttribute : unmanaged, Enum
        where TValue : unmanaged
        => MemoryMarshal.Write(Reserve(Id(attribute), Unsafe.SizeOf<TValue>()), value);

    /// <summary>An attribute with a 16-bit value in network byte order.</summary>
    public void PutBigEndian<TAttribute>(TAttribute attribute, ushort value)
        where TAttribute : unmanaged, Enum
        => BinaryPrimitives.WriteUInt16BigEndian(Reserve(Id(attribute), sizeof(ushort)), value);

    /// <summary>An attribute with a 64-bit value in network byte order.</summary>
    public void PutBigEndian<TAttribute>(TAttribute attribute, ulong value)
        where TAttribute : unmanaged, Enum
        => BinaryPrimitives.WriteUInt64BigEndian(Reserve(Id(attribute), sizeof(ulong)), value);

    /// <summary>An attribute with 4 or 16 bytes of address.</summary>
    public void PutAddress<TAttribute>(TAttribute attribute, IpAddress address)
        where TAttribute : unmanaged, Enum
        => address.CopyTo(Reserve(Id(attribute), address.Size));

    /// <summary>An attribute with an Ethernet address.</summary>
    public void PutMac<TAttribute>(TAttribute attribute, MacAddress address)
        where TAttribute : unmanaged, Enum
        => address.CopyTo(Reserve(Id(attribute), MacAddress.Size));

    /// <summary>An attribute with text and a closing zero.</summary>
    public void PutString<TAttribute>(TAttribute attribute, string text)
        where TAttribute : unmanaged, Enum
    {
        int size = Encoding.UTF8.GetByteCount(text);
        Span<byte> payload = Reserve(Id(attribute), size + 1);
        Encoding.UTF8.GetBytes(text, payload);
        payload[size] = 0;
    }

    /// <summary>An attribute with any bytes.</summary>
    public void PutBytes<TAttribute>(TAttribute attribute, scoped ReadOnlySpan<byte> bytes)
        where TAttribute : unmanaged, Enum
        => bytes.CopyTo(Reserve(Id(attribute), bytes.Length));

    /// <summary>Room for a fixed structure between attributes, as RTA_MULTIPATH and VETH_INFO_PEER have it.</summary>
    /// <returns>Where it starts.</returns>
    internal int PutStruct<T>(in T value)
        where T : unmanaged
    {
        int start = _length;
        MemoryMarshal.Write(Take(Unsafe.SizeOf<T>()), value);
        return start;
    }

    /// <summary>Writes a 16-bit number at a place that was written before.</summary>
    internal readonly void Patch(int at, ushort value) => MemoryMarshal.Write(_buffer[at..], value);

    private static ushort Id<TAttribute>(TAttribute attribute)
        where TAttribute : unmanaged, Enum
        => Unsafe.BitCast<TAttribute, ushort>(attribute);

    private Span<byte> Reserve(ushort id, int payloadBytes)
    {
        int size = AttributeHeaderSize + payloadBytes;
        Span<byte> whole = Take(size);
        MemoryMarshal.Write(whole, new nlattr { nla_len = (ushort)size, nla_type = id });
        return whole[AttributeHeaderSize..];
    }

    private Span<byte> Take(int size)
    {
        int aligned = (size + 3) & ~3;
        Span<byte> whole = _buffer.Slice(_length, aligned);
        whole[size..].Clear();
        _length += aligned;
        return whole[..size];
    }
}
