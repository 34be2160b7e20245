using System.Text;
using Holdfast.Balancing.Hashing;

namespace Holdfast.Balancing.Keys;

/// <summary><c>balance rdp-cookie(name)</c>: the cookie in the first packet of Microsoft's remote desktop.</summary>
/// <param name="name">The cookie's name without <c>=</c>, compared without case; empty: the first cookie.</param>
public sealed class RdpCookieKey(ReadOnlyMemory<byte> name)
{
    /// <summary>TPKT (4 bytes) and the fixed part of the connection request (7): what stands before the cookie.
    /// </summary>
    private const int HeaderLength = 11;

    /// <summary>The key of a connection, from the bytes that it began with; none without such a cookie.</summary>
    public HashKey Of(HashMethod method, ReadOnlySpan<byte> input)
        => TryFind(input, out ReadOnlySpan<byte> value) && !value.IsEmpty ? method.Hash(value) : HashKey.None;

    /// <summary>The value of the cookie: up to the end of its line.</summary>
    /// <returns>Whether there is such a cookie, and its line has arrived whole.</returns>
    /// <remarks>As in the original, what the packet says of its own length and kind is not looked at.</remarks>
    public bool TryFind(ReadOnlySpan<byte> input, out ReadOnlySpan<byte> value)
    {
        value = default;
        ReadOnlySpan<byte> begin = "Cookie:"u8;
        if (input.Length <= HeaderLength + begin.Length
            || !Ascii.EqualsIgnoreCase(input.Slice(HeaderLength, begin.Length), begin))
        {
            return false;
        }
        ReadOnlySpan<byte> rest = input[(HeaderLength + begin.Length)..].TrimStart((byte)' ');
        int end = rest.IndexOf((byte)'\r');
        if (end < 0 || end + 1 >= rest.Length || rest[end + 1] != '\n')
        {
            return false;
        }
        ReadOnlySpan<byte> cookie = rest[..end];
        int equals = name.IsEmpty ? cookie.IndexOf((byte)'=') : name.Length;
        if (equals < 0 || cookie.Length <= equals || cookie[equals] != '='
            || (!name.IsEmpty && !Ascii.EqualsIgnoreCase(cookie[..equals], name.Span)))
        {
            return false;
        }
        value = cookie[(equals + 1)..];
        return true;
    }
}
