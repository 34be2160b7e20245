using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;

namespace Holdfast.Linux.OpenSsl;

/// <summary>Lists of application protocols (ALPN, RFC 7301).</summary>
internal static unsafe class TlsProtocols
{
    /// <summary>The list's length, then names with their lengths; to be freed.</summary>
    internal static byte* ToWire(ImmutableArray<string> protocols)
    {
        int size = protocols.Sum(static p => Encoding.Latin1.GetByteCount(p) + 1);
        byte* wire = (byte*)NativeMemory.Alloc((nuint)(size + sizeof(int)));
        *(int*)wire = size;
        byte* next = wire + sizeof(int);
        foreach (string protocol in protocols)
        {
            int length = Encoding.Latin1.GetByteCount(protocol);
            *next = (byte)length;
            _ = Encoding.Latin1.GetBytes(protocol, new Span<byte>(next + 1, length));
            next += length + 1;
        }
        return wire;
    }
}
