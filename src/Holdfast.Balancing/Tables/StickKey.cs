using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Balancing.Tables;

/// <summary>Keys as a table stores them: the same bytes for the same key.</summary>
public static class StickKey
{
    /// <summary>Bytes of a stored key.</summary>
    public static int StoredLength(StickTableSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Type switch
        {
            StickKeyType.IPv4 or StickKeyType.Integer => 4,
            StickKeyType.IPv6 => 16,
            _ => settings.KeyLength,
        };
    }

    /// <summary>Writes an address as a key; one of the other family where that means the same address.</summary>
    /// <returns>False: the address is no key of this table (an IPv6 address in a table of IPv4).</returns>
    public static bool TryWrite(StickTableSettings settings, IpAddress address, Span<byte> key)
    {
        ArgumentNullException.ThrowIfNull(settings);
        const ulong Mapped = 0xFFFF_0000_0000;
        if (settings.Type == StickKeyType.IPv6 && address.IsV4)
        {
            address = new(IpFamily.V6, 0, Mapped | (address.High >> 32));
        }
        if (settings.Type == StickKeyType.IPv4 && address is { IsV6: true, High: 0 } && address.Low >> 32 == 0xFFFF)
        {
            address = IpAddress.V4((uint)address.Low);
        }
        if ((settings.Type, address.Family)
            is not ((StickKeyType.IPv4, IpFamily.V4) or (StickKeyType.IPv6, IpFamily.V6)))
        {
            return false;
        }
        address.CopyTo(key);
        return true;
    }

    /// <summary>Writes a number as a key of a table of integers.</summary>
    public static void Write(long value, Span<byte> key)
        => BinaryPrimitives.WriteUInt32BigEndian(key, unchecked((uint)value));

    /// <summary>Writes bytes as a key of a table of strings or binary: cut, or filled with zeros.</summary>
    /// <param name="settings">The table's.</param>
    /// <param name="value">The bytes; a string ends at its first zero.</param>
    /// <param name="key">As long as <see cref="StoredLength"/>.</param>
    public static void Write(StickTableSettings settings, ReadOnlySpan<byte> value, Span<byte> key)
    {
        ArgumentNullException.ThrowIfNull(settings);
        int length = StoredLength(settings);
        int end = settings.Type == StickKeyType.String ? value.IndexOf((byte)0) : -1;
        value = end >= 0 ? value[..end] : value;
        value = value[..Math.Min(length, value.Length)];
        value.CopyTo(key);
        key[value.Length..length].Clear();
    }
}
