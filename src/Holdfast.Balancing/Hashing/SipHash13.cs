using System.Buffers.Binary;
using System.Numerics;

namespace Holdfast.Balancing.Hashing;

/// <summary>SipHash-1-3: a hash that nobody can steer who does not know the key. For tables that clients fill.
/// </summary>
/// <param name="first">First half of the key.</param>
/// <param name="second">Second half.</param>
public readonly struct SipHash13(ulong first, ulong second)
{
    /// <summary>The hash of some bytes.</summary>
    public ulong Compute(ReadOnlySpan<byte> bytes)
    {
        ulong a = first ^ 0x736F6D6570736575;
        ulong b = second ^ 0x646F72616E646F6D;
        ulong c = first ^ 0x6C7967656E657261;
        ulong d = second ^ 0x7465646279746573;
        ulong length = (ulong)bytes.Length << 56;
        while (bytes.Length >= 8)
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            d ^= word;
            Round(ref a, ref b, ref c, ref d);
            a ^= word;
            bytes = bytes[8..];
        }
        for (int index = 0; index < bytes.Length; index++)
        {
            length |= (ulong)bytes[index] << (8 * index);
        }
        d ^= length;
        Round(ref a, ref b, ref c, ref d);
        a ^= length;
        c ^= 0xFF;
        Round(ref a, ref b, ref c, ref d);
        Round(ref a, ref b, ref c, ref d);
        Round(ref a, ref b, ref c, ref d);
        return a ^ b ^ c ^ d;
    }

    private static void Round(ref ulong a, ref ulong b, ref ulong c, ref ulong d)
    {
        unchecked
        {
            a += b;
            c += d;
            b = BitOperations.RotateLeft(b, 13) ^ a;
            d = BitOperations.RotateLeft(d, 16) ^ c;
            a = BitOperations.RotateLeft(a, 32);
            c += b;
            a += d;
            b = BitOperations.RotateLeft(b, 17) ^ c;
            d = BitOperations.RotateLeft(d, 21) ^ a;
            c = BitOperations.RotateLeft(c, 32);
        }
    }
}
