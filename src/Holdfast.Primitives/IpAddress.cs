using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Holdfast.Primitives;

/// <summary>Address family of an <see cref="IpAddress"/>.</summary>
public enum IpFamily : byte
{
    /// <summary>No address.</summary>
    None,

    /// <summary>IPv4.</summary>
    V4,

    /// <summary>IPv6.</summary>
    V6,
}

/// <summary>An IPv4 or IPv6 address as a value: no heap, ordered as the wire orders it.</summary>
/// <remarks>
/// The sixteen bytes are kept in two big-endian words; an IPv4 address stands in the top 32 bits. A zone (scope id)
/// is not part of it. The default value is <see cref="None"/>.
/// </remarks>
public readonly record struct IpAddress(IpFamily Family, ulong High, ulong Low) : IComparable<IpAddress>
{
    /// <summary>No address.</summary>
    public static IpAddress None => default;

    /// <summary>Whether this is IPv4.</summary>
    public bool IsV4 => Family == IpFamily.V4;

    /// <summary>Whether this is IPv6.</summary>
    public bool IsV6 => Family == IpFamily.V6;

    /// <summary>Whether there is no address here.</summary>
    public bool IsNone => Family == IpFamily.None;

    /// <summary>Length in bytes: 4, 16, or 0 for <see cref="None"/>.</summary>
    public int Size => Family switch { IpFamily.V4 => 4, IpFamily.V6 => 16, _ => 0 };

    /// <summary>The longest prefix: 32 or 128.</summary>
    public int BitCount => Size * 8;

    /// <summary>Whether this is 224.0.0.0/4 or ff00::/8.</summary>
    public bool IsMulticast => Family switch
    {
        IpFamily.V4 => (High >> 60) == 0xE,
        IpFamily.V6 => (High >> 56) == 0xFF,
        _ => false,
    };

    /// <summary>Whether this is fe80::/10.</summary>
    public bool IsLinkLocalV6 => IsV6 && (High >> 54) == 0x3FA;

    /// <summary>Whether this is 0.0.0.0 or ::.</summary>
    public bool IsUnspecified => !IsNone && High == 0 && Low == 0;

    /// <summary>Whether this is 127.0.0.0/8 or ::1.</summary>
    public bool IsLoopback => IsV4 ? (High >> 56) == 127 : IsV6 && High == 0 && Low == 1;

    /// <summary>The IPv4 address whose big-endian value is <paramref name="value"/>.</summary>
    public static IpAddress V4(uint value) => new(IpFamily.V4, (ulong)value << 32, 0);

    /// <summary>The IPv4 address a.b.c.d.</summary>
    public static IpAddress V4(byte a, byte b, byte c, byte d)
        => V4(((uint)a << 24) | ((uint)b << 16) | ((uint)c << 8) | d);

    /// <summary>The address in 4 or 16 bytes of network order.</summary>
    /// <exception cref="ArgumentException">Neither 4 nor 16 bytes.</exception>
    public static IpAddress FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        4 => V4(BinaryPrimitives.ReadUInt32BigEndian(bytes)),
        16 => new(IpFamily.V6, BinaryPrimitives.ReadUInt64BigEndian(bytes),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[8..])),
        _ => throw new ArgumentException("An address has 4 or 16 bytes.", nameof(bytes)),
    };

    /// <summary>The address that a .NET type holds; its scope id is dropped.</summary>
    public static IpAddress From(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int written);
        return FromBytes(bytes[..written]);
    }

    /// <summary>Reads "a.b.c.d" (four decimal parts, no other form) or an IPv6 address without zone.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IpAddress address)
    {
        address = default;
        if (text.IsEmpty || text.ContainsAny('%', '[', '/'))
        {
            return false;
        }
        if (!text.Contains(':') && !IsDottedQuad(text))
        {
            return false;
        }
        if (!IPAddress.TryParse(text, out IPAddress? parsed))
        {
            return false;
        }
        address = From(parsed);
        return parsed.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6;
    }

    /// <summary>Reads an address that is known to be good.</summary>
    /// <exception cref="FormatException">It is not an address.</exception>
    public static IpAddress Parse(ReadOnlySpan<char> text)
        => TryParse(text, out IpAddress address) ? address : throw new FormatException($"'{text}' is not an address");

    /// <summary>Writes the 4 or 16 bytes in network order.</summary>
    /// <returns>How many were written.</returns>
    public int CopyTo(Span<byte> destination)
    {
        if (IsV4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)(High >> 32));
        }
        else if (IsV6)
        {
            BinaryPrimitives.WriteUInt64BigEndian(destination, High);
            BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Low);
        }
        return Size;
    }

    /// <summary>The same address as a .NET type (allocates; control plane only).</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        return new IPAddress(bytes[..CopyTo(bytes)]);
    }

    /// <summary>The address with all bits after <paramref name="prefixLength"/> cleared.</summary>
    public IpAddress Mask(int prefixLength)
    {
        ulong high = prefixLength >= 64 ? ulong.MaxValue : ~(ulong.MaxValue >> prefixLength);
        ulong low = prefixLength <= 64 ? 0
            : prefixLength >= 128 ? ulong.MaxValue : ~(ulong.MaxValue >> (prefixLength - 64));
        return this with { High = High & high, Low = Low & low };
    }

    /// <inheritdoc/>
    public int CompareTo(IpAddress other)
        => Family != other.Family ? Family.CompareTo(other.Family)
            : High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);

    /// <summary>The usual text form; "none" when there is no address.</summary>
    public override string ToString() => IsNone ? "none" : ToIPAddress().ToString();

    private static bool IsDottedQuad(ReadOnlySpan<char> text)
    {
        int parts = 0;
        foreach (Range range in text.Split('.'))
        {
            ReadOnlySpan<char> part = text[range];
            if (part.Length is 0 or > 3 || part.ContainsAnyExceptInRange('0', '9')
                || (part.Length > 1 && part[0] == '0'))
            {
                return false;
            }
            parts++;
        }
        return parts == 4;
    }
}
