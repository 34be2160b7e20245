using System.Buffers.Binary;
using System.Numerics;

namespace Holdfast.Health.Wire;

/// <summary>MD5 (RFC 1321), fed piece by piece: the <c>digest</c> of an HTTP check.</summary>
/// <remarks>Allocates once; used again after <see cref="Reset"/>.</remarks>
public sealed class Md5Digest
{
    /// <summary>Length of a digest.</summary>
    public const int SizeBytes = 16;

    private const int BlockSize = 64;

    private static readonly uint[] s_sines =
        [.. Enumerable.Range(1, 64).Select(static i => (uint)(Math.Abs(Math.Sin(i)) * 4294967296.0))];

    private static readonly int[] s_shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

    private readonly byte[] _block = new byte[BlockSize];
    private uint _a, _b, _c, _d;
    private ulong _length;

    /// <summary>Nothing has been fed.</summary>
    public Md5Digest() => Reset();

    /// <summary>Begins again.</summary>
    public void Reset()
    {
        (_a, _b, _c, _d) = (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476);
        _length = 0;
    }

    /// <summary>Feeds bytes.</summary>
    public void Append(ReadOnlySpan<byte> data)
    {
        int used = (int)(_length % BlockSize);
        _length += (ulong)data.Length;
        while (!data.IsEmpty)
        {
            int count = Math.Min(BlockSize - used, data.Length);
            data[..count].CopyTo(_block.AsSpan(used));
            data = data[count..];
            used += count;
            if (used == BlockSize)
            {
                Mix();
                used = 0;
            }
        }
    }

    /// <summary>Writes the digest of all that was fed. Feed nothing more before <see cref="Reset"/>.</summary>
    /// <param name="digest">At least <see cref="SizeBytes"/>.</param>
    public void Finish(Span<byte> digest)
    {
        ulong bits = unchecked(_length * 8);
        Append([0x80]);
        while (_length % BlockSize != BlockSize - sizeof(ulong))
        {
            Append([0]);
        }
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, bits);
        Append(length);
        BinaryPrimitives.WriteUInt32LittleEndian(digest, _a);
        BinaryPrimitives.WriteUInt32LittleEndian(digest[4..], _b);
        BinaryPrimitives.WriteUInt32LittleEndian(digest[8..], _c);
        BinaryPrimitives.WriteUInt32LittleEndian(digest[12..], _d);
    }

    private void Mix()
    {
        uint a = _a, b = _b, c = _c, d = _d;
        for (int i = 0; i < BlockSize; i++)
        {
            (uint mixed, int word) = (i / 16) switch
            {
                0 => ((b & c) | (~b & d), i),
                1 => ((d & b) | (~d & c), ((5 * i) + 1) % 16),
                2 => (b ^ c ^ d, ((3 * i) + 5) % 16),
                _ => (c ^ (b | ~d), (7 * i) % 16),
            };
            uint value = BinaryPrimitives.ReadUInt32LittleEndian(_block.AsSpan(word * sizeof(uint)));
            uint sum = unchecked(a + mixed + s_sines[i] + value);
            uint next = unchecked(b + BitOperations.RotateLeft(sum, s_shifts[(i / 16 * 4) + (i % 4)]));
            (a, d, c, b) = (d, c, b, next);
        }
        _a = unchecked(_a + a);
        _b = unchecked(_b + b);
        _c = unchecked(_c + c);
        _d = unchecked(_d + d);
    }
}
