using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Holdfast.Primitives;

namespace Holdfast.Balancing.Persistence;

/// <summary>Values of <c>cookie … dynamic</c>: those of HAProxy, so that clients stay where they are.</summary>
public static class DynamicCookie
{
    private const int AddressMax = 16;
    private const int PortLength = 4;

    /// <summary>The value for a server: xxHash64 of key, address and port as 16 hexadecimal digits.</summary>
    /// <param name="key"><c>dynamic-cookie-key</c>.</param>
    /// <param name="address">The server's address.</param>
    /// <param name="port">Its port.</param>
    public static byte[] Of(ReadOnlySpan<byte> key, IpAddress address, int port)
    {
        Span<byte> hashed = new byte[key.Length + AddressMax + PortLength];
        key.CopyTo(hashed);
        int length = key.Length + address.CopyTo(hashed[key.Length..]);
        BinaryPrimitives.WriteUInt32BigEndian(hashed[length..], (uint)port);
        ulong hash = XxHash64.HashToUInt64(hashed[..(length + PortLength)]);
        return Encoding.ASCII.GetBytes(hash.ToString("x16", CultureInfo.InvariantCulture));
    }
}
