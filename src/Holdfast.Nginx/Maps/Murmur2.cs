using System.Buffers.Binary;

namespace Holdfast.Nginx.Maps;

/// <summary>MurmurHash2 of Austin Appleby, 32 bits, seed 0: what <c>split_clients</c> counts by.</summary>
internal static class Murmur2
{
    private const uint Factor = 0x5BD1E995;

    internal static uint Hash(ReadOnlySpan<byte> text)
    {
        unchecked
        {
            uint hash = (uint)text.Length;
            for (; text.Length >= 4; text = text[4..])
            {
                uint word = BinaryPrimitives.ReadUInt32LittleEndian(text) * Factor;
                word ^= word >> 24;
                hash = (hash * Factor) ^ (word * Factor);
            }
            for (int i = text.Length - 1; i >= 0; i--)
            {
                hash ^= (uint)text[i] << (8 * i);
            }
            hash = text.IsEmpty ? hash : hash * Factor;
            hash = (hash ^ (hash >> 13)) * Factor;
            return hash ^ (hash >> 15);
        }
    }
}
