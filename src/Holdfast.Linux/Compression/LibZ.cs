using System.Runtime.InteropServices;

namespace Holdfast.Linux.Compression;

/// <summary>What this project uses of zlib, by the library's own names. Values are those of zlib.h.</summary>
internal static unsafe partial class LibZ
{
    internal const string Library = "libz.so.1";
    internal const int Z_SYNC_FLUSH = 2;
    internal const int Z_FINISH = 4;
    internal const int Z_OK = 0;
    internal const int Z_STREAM_END = 1;
    internal const int Z_BUF_ERROR = -5;
    internal const int Z_DEFLATED = 8;
    internal const int Z_DEFAULT_STRATEGY = 0;

    /// <summary>The interface that <see cref="ZStream"/> is of: the library compares its first character.</summary>
    private static ReadOnlySpan<byte> Version => "1.2.11\0"u8;

    /// <summary>Whether the library is on this machine.</summary>
    internal static bool IsAvailable { get; } = NativeLibrary.TryLoad(Library, out _);

    internal static int Begin(ZStream* stream, int level, int windowBits, int memoryLevel)
    {
        fixed (byte* version = Version)
        {
            // The size is compared by the library: a wrong declaration fails here, and nowhere later.
            return deflateInit2_(stream, level, Z_DEFLATED, windowBits, memoryLevel, Z_DEFAULT_STRATEGY, version,
                sizeof(ZStream));
        }
    }

    [LibraryImport(Library)]
    internal static partial int deflate(ZStream* stream, int flush);

    [LibraryImport(Library)]
    internal static partial int deflateReset(ZStream* stream);

    [LibraryImport(Library)]
    internal static partial int deflateEnd(ZStream* stream);

    [LibraryImport(Library)]
    private static partial int deflateInit2_(ZStream* stream, int level, int method, int windowBits, int memoryLevel,
        int strategy, byte* version, int size);
}

/// <summary><c>z_stream</c> of zlib.h on machines of 64 bits.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ZStream
{
    internal byte* NextIn;
    internal uint AvailableIn;
    internal nuint TotalIn;
    internal byte* NextOut;
    internal uint AvailableOut;
    internal nuint TotalOut;
    internal byte* Message;
    internal void* State;
    internal void* Allocate;
    internal void* Free;
    internal void* Opaque;
    internal int DataType;
    internal nuint Adler;
    internal nuint Reserved;
}
