using System.Globalization;
using System.IO.Hashing;
using System.Numerics;

namespace Holdfast.Balancing.Hashing;

/// <summary>The functions of haproxy.cfg's <c>hash-type</c>.</summary>
public enum HashFunction : byte
{
    /// <summary>The hash of the sdbm database library; HAProxy's default.</summary>
    Sdbm,

    /// <summary>Bernstein's hash: times 33, plus the byte.</summary>
    Djb2,

    /// <summary>HAProxy's own mixing of two words by rotations that depend on the data.</summary>
    Wt6,

    /// <summary>CRC-32 of Ethernet.</summary>
    Crc32,

    /// <summary>The key is the hash: the decimal number that it begins with, modulo 2^32 (HAProxy 2.8).</summary>
    None,
}

/// <summary>32-bit hashes of keys, to the bit those of HAProxy 2.6: who migrates keeps his affinity.</summary>
public static class Hash32
{
    /// <summary>The hash of <paramref name="key"/>.</summary>
    public static uint Compute(HashFunction function, ReadOnlySpan<byte> key) => function switch
    {
        HashFunction.Djb2 => Djb2(key),
        HashFunction.Wt6 => Wt6(key),
        HashFunction.Crc32 => Crc32.HashToUInt32(key),
        HashFunction.None => Number(key),
        _ => Sdbm(key),
    };

    /// <summary>Spreads a hash over all 32 bits: Bob Jenkins' integer mix, then a multiplication.</summary>
    public static uint Avalanche(uint value)
    {
        unchecked
        {
            value = value + 0x7ED55D16 + (value << 12);
            value = value ^ 0xC761C23C ^ (value >> 19);
            value = value + 0x165667B1 + (value << 5);
            value = (value + 0xD3A2646C) ^ (value << 9);
            value = value + 0xFD7046C5 + (value << 3);
            value = value ^ 0xB55A4F09 ^ (value >> 16);
            return value * 3221225473;
        }
    }

    private static uint Sdbm(ReadOnlySpan<byte> key)
    {
        uint hash = 0;
        foreach (byte b in key)
        {
            hash = unchecked(b + (hash << 6) + (hash << 16) - hash);
        }
        return hash;
    }

    private static uint Djb2(ReadOnlySpan<byte> key)
    {
        uint hash = 5381;
        foreach (byte b in key)
        {
            hash = unchecked((hash * 33) + b);
        }
        return hash;
    }

    private static uint Wt6(ReadOnlySpan<byte> key)
    {
        uint first = 0xA53C965A;
        uint second = 0x5CA6953A;
        int left = 6;
        int right = 18;
        foreach (byte b in key)
        {
            uint mixed = ~(first ^ b);
            uint added = ~unchecked(second + b);
            first = BitOperations.RotateLeft(added, left);
            second = BitOperations.RotateLeft(mixed, right);
            uint bits = ((first >> 16) ^ second) & 0xFFFF;
            left = (int)(bits & 0x1F);
            right = (int)(bits >> 11);
        }
        return first ^ second;
    }

    private static uint Number(ReadOnlySpan<byte> key)
    {
        int digits = key.Length > 0 && key[0] is (byte)'-' or (byte)'+' ? 1 : 0;
        while (digits < key.Length && key[digits] is >= (byte)'0' and <= (byte)'9')
        {
            digits++;
        }
        return long.TryParse(key[..digits], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
            ? unchecked((uint)value) : 0;
    }
}
