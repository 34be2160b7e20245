using System.Runtime.InteropServices;

namespace Holdfast.Linux.Compression;

/// <summary>What stands around deflated data.</summary>
public enum DeflateFormat : byte
{
    /// <summary>A gzip header and its checksum (RFC 1952).</summary>
    Gzip,

    /// <summary>A zlib header and its checksum (RFC 1950): what HTTP calls deflate.</summary>
    Zlib,

    /// <summary>Nothing (RFC 1951).</summary>
    Raw,
}

/// <summary>What becomes of data that the library still holds.</summary>
public enum DeflateFlush
{
    /// <summary>Nothing: more comes.</summary>
    None = 0,

    /// <summary>It is written, so that a reader can use all that it got.</summary>
    Sync = LibZ.Z_SYNC_FLUSH,

    /// <summary>It is written, with the end of the stream.</summary>
    Finish = LibZ.Z_FINISH,
}

/// <summary>A stream of zlib that compresses, and can be used again. No step allocates.</summary>
public sealed unsafe class Deflater : IDisposable
{
    private const int WindowBits = 15;
    private const int GzipBits = 16;
    private const int MemoryLevel = 8;

    /// <summary>Bytes that zlib takes for a stream with the largest window (zconf.h).</summary>
    public const int MemoryBytes = (1 << (WindowBits + 2)) + (1 << (MemoryLevel + 9)) + 8192;

    /// <summary>Not in managed memory: zlib keeps its address.</summary>
    private ZStream* _stream;

    private Deflater(DeflateFormat format, ZStream* stream)
    {
        Format = format;
        _stream = stream;
    }

    /// <summary>Frees what was not disposed of.</summary>
    ~Deflater() => Free();

    /// <summary>Whether the library is on this machine.</summary>
    public static bool IsAvailable => LibZ.IsAvailable;

    /// <summary>What it writes around its data.</summary>
    public DeflateFormat Format { get; }

    /// <summary>Makes a stream.</summary>
    /// <param name="format">What it writes around its data.</param>
    /// <param name="level">1, fast, to 9, small.</param>
    /// <returns>Null when there is no memory, or no library.</returns>
    public static Deflater? TryCreate(DeflateFormat format, int level)
    {
        if (!LibZ.IsAvailable)
        {
            return null;
        }
        var stream = (ZStream*)NativeMemory.AllocZeroed((nuint)sizeof(ZStream));
        int bits = format switch
        {
            DeflateFormat.Gzip => WindowBits + GzipBits,
            DeflateFormat.Zlib => WindowBits,
            _ => -WindowBits,
        };
        if (LibZ.Begin(stream, level, bits, MemoryLevel) != LibZ.Z_OK)
        {
            NativeMemory.Free(stream);
            return null;
        }
        return new Deflater(format, stream);
    }

    /// <summary>Goes on with a new stream.</summary>
    public void Reset() => _ = LibZ.deflateReset(_stream);

    /// <summary>Compresses some data.</summary>
    /// <param name="input">The data; what was not taken is to be given again.</param>
    /// <param name="output">Where to.</param>
    /// <param name="flush">What becomes of what is held; the same until all is done.</param>
    /// <param name="consumed">Bytes taken.</param>
    /// <param name="written">Bytes written.</param>
    /// <returns>Whether all is done: taken, and written as far as <paramref name="flush"/> says.</returns>
    public bool Step(
        ReadOnlySpan<byte> input, Span<byte> output, DeflateFlush flush, out int consumed, out int written)
    {
        ObjectDisposedException.ThrowIf(_stream is null, this);
        int result;
        fixed (byte* from = input)
        fixed (byte* to = output)
        {
            _stream->NextIn = from;
            _stream->AvailableIn = (uint)input.Length;
            _stream->NextOut = to;
            _stream->AvailableOut = (uint)output.Length;
            result = LibZ.deflate(_stream, (int)flush);
            consumed = input.Length - (int)_stream->AvailableIn;
            written = output.Length - (int)_stream->AvailableOut;
            _stream->NextIn = null;
            _stream->NextOut = null;
        }
        // Room that is left says that nothing is waiting (zlib.h); the end says so itself.
        return result == LibZ.Z_STREAM_END
            || (flush != DeflateFlush.Finish && consumed == input.Length && written < output.Length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_stream is not null)
        {
            _ = LibZ.deflateEnd(_stream);
            NativeMemory.Free(_stream);
            _stream = null;
        }
    }
}
