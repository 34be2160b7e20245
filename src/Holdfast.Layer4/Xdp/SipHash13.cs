using System.Numerics;

namespace Holdfast.Layer4.Xdp;

/// <summary>SipHash with one and three rounds (Aumasson and Bernstein, "SipHash: a fast short-input PRF") of one 32-bit
/// word, cut to 32 bits: what 64-bit kernels call hsiphash.</summary>
internal static class SipHash13
{
    /// <summary>The hash of a word.</summary>
    /// <param name="word">The word.</param>
    /// <param name="key">Both halves of the key.</param>
    internal static uint OfWord(uint word, ulong key)
    {
        ulong block = (4UL << 56) | word;
        var state = new State
        {
            A = 0x736f6d6570736575 ^ key,
            B = 0x646f72616e646f6d ^ key,
            C = 0x6c7967656e657261 ^ key,
            D = 0x7465646279746573 ^ key ^ block,
        };
        state.Round();
        state.A ^= block;
        state.C ^= 0xff;
        state.Round();
        state.Round();
        state.Round();
        return unchecked((uint)(state.A ^ state.B ^ state.C ^ state.D));
    }

    private struct State
    {
        internal ulong A;
        internal ulong B;
        internal ulong C;
        internal ulong D;

        internal void Round()
        {
            unchecked
            {
                A += B;
                B = BitOperations.RotateLeft(B, 13) ^ A;
                A = BitOperations.RotateLeft(A, 32);
                C += D;
                D = BitOperations.RotateLeft(D, 16) ^ C;
                A += D;
                D = BitOperations.RotateLeft(D, 21) ^ A;
                C += B;
                B = BitOperations.RotateLeft(B, 17) ^ C;
                C = BitOperations.RotateLeft(C, 32);
            }
        }
    }
}
