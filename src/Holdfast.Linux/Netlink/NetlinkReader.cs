using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Netlink;

/// <summary>Walks over the attributes of a netlink message.</summary>
/// <remarks>A length that runs past the end stops the walk: nothing outside the span is ever read.</remarks>
public ref struct NetlinkReader(ReadOnlySpan<byte> attributes)
{
    private ReadOnlySpan<byte> _rest = attributes;

    /// <summary>Number of the present attribute, without its flag bits.</summary>
    public ushort Type { get; private set; }

    /// <summary>Payload of the present attribute.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>The attributes after a family's fixed header.</summary>
    internal static NetlinkReader After<TBody>(ReadOnlySpan<byte> body, out TBody header)
        where TBody : unmanaged
    {
        int size = (Unsafe.SizeOf<TBody>() + 3) & ~3;
        if (body.Length < size)
        {
            header = default;
            return default;
        }
        header = MemoryMarshal.Read<TBody>(body);
        return new(body[size..]);
    }

    /// <summary>Goes to the next attribute.</summary>
    /// <returns>False at the end.</returns>
    public bool MoveNext()
    {
        if (_rest.Length < 4)
        {
            return false;
        }
        nlattr header = MemoryMarshal.Read<nlattr>(_rest);
        if (header.nla_len < 4 || header.nla_len > _rest.Length)
        {
            _rest = default;
            return false;
        }
        Type = (ushort)(header.nla_type & ~(ushort)(NLA_F.NLA_F_NESTED | NLA_F.NLA_F_NET_BYTEORDER));
        Value = _rest[4..header.nla_len];
        int aligned = (header.nla_len + 3) & ~3;
        _rest = aligned >= _rest.Length ? default : _rest[aligned..];
        return true;
    }

    /// <summary>The payload as a value in host byte order; the default when it is too short.</summary>
    public readonly T Read<T>()
        where T : unmanaged
        => Value.Length < Unsafe.SizeOf<T>() ? default : MemoryMarshal.Read<T>(Value);

    /// <summary>The payload as a 64-bit number in network byte order; 0 when it is too short.</summary>
    public readonly ulong ReadUInt64BigEndian()
        => Value.Length < sizeof(ulong) ? 0 : BinaryPrimitives.ReadUInt64BigEndian(Value);

    /// <summary>The payload as an address; none unless it has 4 or 16 bytes.</summary>
    public readonly IpAddress ReadAddress() => Value.Length is 4 or 16 ? IpAddress.FromBytes(Value) : default;

    /// <summary>The payload as an Ethernet address; zero unless it has 6 bytes.</summary>
    public readonly MacAddress ReadMac()
        => Value.Length == MacAddress.Size ? MacAddress.FromBytes(Value) : default;

    /// <summary>The payload as text, without its closing zero.</summary>
    public readonly ReadOnlySpan<byte> ReadUtf8()
    {
        int end = Value.IndexOf((byte)0);
        return end < 0 ? Value : Value[..end];
    }

    /// <summary>The payload as text (allocates).</summary>
    public readonly string ReadString() => Encoding.UTF8.GetString(ReadUtf8());

    /// <summary>The attributes inside the present one.</summary>
    public readonly NetlinkReader Nested() => new(Value);
}

/// <summary>Walks over the messages of one received buffer, in the same safe way.</summary>
internal ref struct NetlinkMessages(ReadOnlySpan<byte> buffer)
{
    private ReadOnlySpan<byte> _rest = buffer;

    internal nlmsghdr Header { get; private set; }

    internal ReadOnlySpan<byte> Body { get; private set; }

    internal bool MoveNext()
    {
        int size = Unsafe.SizeOf<nlmsghdr>();
        if (_rest.Length < size)
        {
            return false;
        }
        Header = MemoryMarshal.Read<nlmsghdr>(_rest);
        if (Header.nlmsg_len < size || Header.nlmsg_len > _rest.Length)
        {
            _rest = default;
            return false;
        }
        int length = (int)Header.nlmsg_len;
        Body = _rest[size..length];
        int aligned = (length + 3) & ~3;
        _rest = aligned >= _rest.Length ? default : _rest[aligned..];
        return true;
    }
}
