using System.Buffers.Binary;
using System.Security.Cryptography;
using Holdfast.HAProxy.Fetches;
using Holdfast.HAProxy.Samples;

namespace Holdfast.HAProxy.Converters;

/// <summary>Hashes and digests.</summary>
internal static class HashConverters
{
    private delegate uint Hash(ReadOnlySpan<byte> bytes);

    private delegate int Digest(ReadOnlySpan<byte> bytes, Span<byte> to);

    public static void Register(Dictionary<string, StepFactory> table)
    {
        table.Register("crc32", static a => Of(a, Hashes.Crc32));
        table.Register("crc32c", static a => Of(a, Hashes.Crc32C));
        table.Register("djb2", static a => Of(a, Hashes.Djb2));
        table.Register("sdbm", static a => Of(a, static b => Hashes.Sdbm(b, avalanche: false)));
        table.Register("xxh32", static a =>
        {
            uint seed = (uint)a.Integer(0);
            return (_, ref s) => s.Set((long)XxHash.Hash32(s.Bytes, seed));
        });
        table.Register("xxh64", static a =>
        {
            ulong seed = (ulong)a.Integer(0);
            return (_, ref s) => s.Set(unchecked((long)XxHash.Hash64(s.Bytes, seed)));
        });
        table.Register("sha1", static a => Of(SHA1.HashData));
        table.Register("sha2", static a => Of(a.Integer(0, 256) switch
        {
            384 => SHA384.HashData,
            512 => SHA512.HashData,
            _ => SHA256.HashData,
        }));
        table.Register("digest", static a => Of(a.Text(0).ToUpperInvariant() switch
        {
            "MD5" => MD5.HashData,
            "SHA1" => SHA1.HashData,
            "SHA384" => SHA384.HashData,
            "SHA512" => SHA512.HashData,
            _ => SHA256.HashData,
        }));
    }

    private static SampleStep Of(StepArguments a, Hash hash)
    {
        bool avalanche = a.Integer(0) != 0;
        return (_, ref s) =>
        {
            uint value = hash(s.Bytes);
            return s.Set((long)(avalanche ? Hashes.Avalanche(value) : value));
        };
    }

    private static SampleStep Of(Digest digest) => (c, ref s) =>
        c.Scratch.TryTake(64, out Span<byte> room) && s.SetBinary(room[..digest(s.Bytes, room)]);
}

/// <summary>Hashes with the original's results.</summary>
public static class Hashes
{
    /// <summary>Bernstein's.</summary>
    public static uint Djb2(ReadOnlySpan<byte> bytes)
    {
        uint hash = 5381;
        foreach (byte b in bytes)
        {
            hash = unchecked((hash << 5) + hash + b);
        }
        return hash;
    }

    /// <summary>That of sdbm.</summary>
    public static uint Sdbm(ReadOnlySpan<byte> bytes, bool avalanche)
    {
        uint hash = 0;
        foreach (byte b in bytes)
        {
            hash = unchecked(b + (hash << 6) + (hash << 16) - hash);
        }
        return avalanche ? Avalanche(hash) : hash;
    }

    /// <summary>Full avalanche of 32 bits, by Bob Jenkins.</summary>
    public static uint Avalanche(uint a)
    {
        unchecked
        {
            a = a + 0x7ed55d16 + (a << 12);
            a = a ^ 0xc761c23c ^ (a >> 19);
            a = a + 0x165667b1 + (a << 5);
            a = (a + 0xd3a2646c) ^ (a << 9);
            a = a + 0xfd7046c5 + (a << 3);
            a = a ^ 0xb55a4f09 ^ (a >> 16);
            // By a large prime near three quarters of 2^32, so that values spread over a whole ring.
            return a * 3221225473;
        }
    }

    /// <summary>CRC-32 of Ethernet.</summary>
    public static uint Crc32(ReadOnlySpan<byte> bytes) => Crc(bytes, 0xEDB88320);

    /// <summary>CRC-32C of iSCSI.</summary>
    public static uint Crc32C(ReadOnlySpan<byte> bytes) => Crc(bytes, 0x82F63B78);

    private static uint Crc(ReadOnlySpan<byte> bytes, uint polynomial)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int i = 0; i < 8; i++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * polynomial);
            }
        }
        return ~crc;
    }
}

/// <summary>xxHash, by its specification.</summary>
internal static class XxHash
{
    private const uint P1 = 2654435761, P2 = 2246822519, P3 = 3266489917, P4 = 668265263, P5 = 374761393;
    private const ulong Q1 = 11400714785074694791, Q2 = 14029467366897019727, Q3 = 1609587929392839161,
        Q4 = 9650029242287828579, Q5 = 2870177450012600261;

    public static uint Hash32(ReadOnlySpan<byte> bytes, uint seed)
    {
        unchecked
        {
            uint hash;
            uint total = (uint)bytes.Length;
            if (bytes.Length >= 16)
            {
                (uint a, uint b, uint c, uint d) = (seed + P1 + P2, seed + P2, seed, seed - P1);
                for (; bytes.Length >= 16; bytes = bytes[16..])
                {
                    a = Round(a, Word(bytes));
                    b = Round(b, Word(bytes[4..]));
                    c = Round(c, Word(bytes[8..]));
                    d = Round(d, Word(bytes[12..]));
                }
                hash = uint.RotateLeft(a, 1) + uint.RotateLeft(b, 7) + uint.RotateLeft(c, 12) + uint.RotateLeft(d, 18);
            }
            else
            {
                hash = seed + P5;
            }
            hash += total;
            for (; bytes.Length >= 4; bytes = bytes[4..])
            {
                hash = uint.RotateLeft(hash + (Word(bytes) * P3), 17) * P4;
            }
            foreach (byte b in bytes)
            {
                hash = uint.RotateLeft(hash + (b * P5), 11) * P1;
            }
            hash = (hash ^ (hash >> 15)) * P2;
            hash = (hash ^ (hash >> 13)) * P3;
            return hash ^ (hash >> 16);
        }
    }

    public static ulong Hash64(ReadOnlySpan<byte> bytes, ulong seed)
    {
        unchecked
        {
            ulong hash;
            ulong total = (ulong)bytes.Length;
            if (bytes.Length >= 32)
            {
                (ulong a, ulong b, ulong c, ulong d) = (seed + Q1 + Q2, seed + Q2, seed, seed - Q1);
                for (; bytes.Length >= 32; bytes = bytes[32..])
                {
                    a = Round(a, Long(bytes));
                    b = Round(b, Long(bytes[8..]));
                    c = Round(c, Long(bytes[16..]));
                    d = Round(d, Long(bytes[24..]));
                }
                hash = ulong.RotateLeft(a, 1) + ulong.RotateLeft(b, 7) + ulong.RotateLeft(c, 12)
                    + ulong.RotateLeft(d, 18);
                hash = Merge(Merge(Merge(Merge(hash, a), b), c), d);
            }
            else
            {
                hash = seed + Q5;
            }
            hash += total;
            for (; bytes.Length >= 8; bytes = bytes[8..])
            {
                hash = (ulong.RotateLeft(hash ^ Round(0, Long(bytes)), 27) * Q1) + Q4;
            }
            if (bytes.Length >= 4)
            {
                hash = (ulong.RotateLeft(hash ^ (Word(bytes) * Q1), 23) * Q2) + Q3;
                bytes = bytes[4..];
            }
            foreach (byte b in bytes)
            {
                hash = ulong.RotateLeft(hash ^ (b * Q5), 11) * Q1;
            }
            hash = (hash ^ (hash >> 33)) * Q2;
            hash = (hash ^ (hash >> 29)) * Q3;
            return hash ^ (hash >> 32);
        }
    }

    private static uint Word(ReadOnlySpan<byte> b) => BinaryPrimitives.ReadUInt32LittleEndian(b);

    private static ulong Long(ReadOnlySpan<byte> b) => BinaryPrimitives.ReadUInt64LittleEndian(b);

    private static uint Round(uint acc, uint input) => unchecked(uint.RotateLeft(acc + (input * P2), 13) * P1);

    private static ulong Round(ulong acc, ulong input) => unchecked(ulong.RotateLeft(acc + (input * Q2), 31) * Q1);

    private static ulong Merge(ulong hash, ulong acc) => unchecked(((hash ^ Round(0, acc)) * Q1) + Q4);
}
