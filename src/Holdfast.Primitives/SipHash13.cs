using System.Buffers.Binary;
using System.Numerics;

namespace Holdfast.Primitives;

/// <summary>
/// SipHash with one and three rounds (Aumasson and Bernstein, "SipHash: a fast short-input PRF"): a hash that nobody
/// can steer who does not know the key. For tables that clients fill.
/// </summary>
/// <param name="first">First half of the key.</param>
/// <param name="second">Second half.</param>
public readonly struct SipHash13(ulong first, ulong second)
{
    /// <summary>The hash of some bytes.</summary>
    public ulong Compute(ReadOnlySpan<byte> bytes)
    {
        State state = Begin();
        ulong last = (ulong)bytes.Length << 56;
        while (bytes.Length >= 8)
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            state.Add(word);
            bytes = bytes[8..];
        }
        for (int index = 0; index < bytes.Length; index++)
        {
            last |= (ulong)bytes[index] << (8 * index);
        }
        state.Add(last);
        return state.Finish();
    }

    /// <summary>The hash of one 32-bit word; with equal halves of the key, what 64-bit kernels call hsiphash, whose
    /// result is cut to 32 bits.</summary>
    public ulong Compute(uint word)
    {
        State state = Begin();
        state.Add((4UL << 56) | word);
        return state.Finish();
    }

    private State Begin() => new()
    {
        A = first ^ 0x736F6D6570736575,
        B = second ^ 0x646F72616E646F6D,
        C = first ^ 0x6C7967656E657261,
        D = second ^ 0x7465646279746573,
    };

    private struct State
    {
        internal ulong A;
        internal ulong B;
        internal ulong C;
        internal ulong D;

        internal void Add(ulong word)
        {
            D ^= word;
            Round();
            A ^= word;
        }

        internal ulong Finish()
        {
            C ^= 0xFF;
            Round();
            Round();
            Round();
            return A ^ B ^ C ^ D;
        }

        private void Round()
        {
            unchecked
            {
                A += B;
                C += D;
                B = BitOperations.RotateLeft(B, 13) ^ A;
                D = BitOperations.RotateLeft(D, 16) ^ C;
                A = BitOperations.RotateLeft(A, 32);
                C += B;
                A += D;
                B = BitOperations.RotateLeft(B, 17) ^ C;
                D = BitOperations.RotateLeft(D, 21) ^ A;
                C = BitOperations.RotateLeft(C, 32);
            }
        }
    }
}
