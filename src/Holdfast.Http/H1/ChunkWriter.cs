namespace Holdfast.Http.H1;

/// <summary>Writes what stands around the payload of chunks.</summary>
public static class ChunkWriter
{
    /// <summary>The longest line before a chunk: eight digits and CR LF.</summary>
    public const int HeaderMax = 10;

    /// <summary>The most that a chunk adds to its payload: its line, and CR LF behind.</summary>
    public const int OverheadMax = HeaderMax + 2;

    /// <summary>CR LF, which ends a chunk.</summary>
    public static ReadOnlySpan<byte> End => "\r\n"u8;

    /// <summary>The line of the last chunk; the trailer section follows, at least its empty line.</summary>
    public static ReadOnlySpan<byte> LastChunk => "0\r\n"u8;

    /// <summary>The last chunk with an empty trailer section.</summary>
    public static ReadOnlySpan<byte> LastChunkAndEnd => "0\r\n\r\n"u8;

    /// <summary>Bytes of the line before a chunk.</summary>
    /// <param name="length">Payload bytes, more than 0.</param>
    public static int HeaderLength(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        return ((35 - System.Numerics.BitOperations.LeadingZeroCount((uint)length)) / 4) + 2;
    }

    /// <summary>Writes the line before a chunk.</summary>
    /// <param name="length">Payload bytes, more than 0: a chunk of 0 would end the body.</param>
    /// <param name="to">At least <see cref="HeaderLength"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public static int WriteHeader(int length, Span<byte> to)
    {
        int size = HeaderLength(length);
        to[size - 1] = (byte)'\n';
        to[size - 2] = (byte)'\r';
        for (int i = size - 3; i >= 0; i--)
        {
            to[i] = "0123456789abcdef"u8[length & 15];
            length >>= 4;
        }
        return size;
    }
}
