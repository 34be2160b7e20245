using System.Buffers.Binary;
using System.Globalization;

namespace Holdfast.Primitives;

/// <summary>A 48-bit Ethernet address as a value: no heap.</summary>
/// <param name="Value">The six bytes as a big-endian number; the default is 00:00:00:00:00:00.</param>
public readonly record struct MacAddress(ulong Value)
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 6;

    /// <summary>ff:ff:ff:ff:ff:ff.</summary>
    public static MacAddress Broadcast => new(0xFFFF_FFFF_FFFF);

    /// <summary>Whether all bytes are zero: no address.</summary>
    public bool IsZero => Value == 0;

    /// <summary>Whether this is a group address (multicast or broadcast).</summary>
    public bool IsGroup => (Value & 0x0100_0000_0000) != 0;

    /// <summary>The virtual router's address, 00:00:5e:00:01:VRID or 00:00:5e:00:02:VRID (RFC 9568 7.3).</summary>
    public static MacAddress VirtualRouter(IpFamily family, byte vrid)
        => new((family == IpFamily.V6 ? 0x0000_5E00_0200UL : 0x0000_5E00_0100UL) | vrid);

    /// <summary>The Ethernet group of an IP multicast address (RFC 1112 6.4, RFC 2464 7).</summary>
    public static MacAddress ForMulticast(IpAddress group)
        => group.IsV4 ? new(0x0100_5E00_0000 | ((group.High >> 32) & 0x7F_FFFF))
            : new(0x3333_0000_0000 | (group.Low & 0xFFFF_FFFF));

    /// <summary>The address in six bytes.</summary>
    /// <exception cref="ArgumentException">Not six bytes.</exception>
    public static MacAddress FromBytes(ReadOnlySpan<byte> bytes)
        => bytes.Length == Size
            ? new(((ulong)BinaryPrimitives.ReadUInt16BigEndian(bytes) << 32)
                | BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]))
            : throw new ArgumentException("An Ethernet address has 6 bytes.", nameof(bytes));

    /// <summary>Writes the six bytes in network order.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)(Value >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(destination[2..], (uint)(Value & 0xFFFF_FFFF));
    }

    /// <summary>Reads "xx:xx:xx:xx:xx:xx".</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out MacAddress address)
    {
        address = default;
        ulong value = 0;
        if (text.Length != 17)
        {
            return false;
        }
        for (int i = 0; i < 17; i += 3)
        {
            if ((i > 0 && text[i - 1] != ':') || !byte.TryParse(text.Slice(i, 2),
                NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte part))
            {
                return false;
            }
            value = (value << 8) | part;
        }
        address = new(value);
        return true;
    }

    /// <summary>"xx:xx:xx:xx:xx:xx" in lower case.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{(Value >> 40) & 255:x2}:{(Value >> 32) & 255:x2}:{(Value >> 24) & 255:x2}:" +
        $"{(Value >> 16) & 255:x2}:{(Value >> 8) & 255:x2}:{Value & 255:x2}");
}
