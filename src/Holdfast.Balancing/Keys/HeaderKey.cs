using Holdfast.Balancing.Hashing;

namespace Holdfast.Balancing.Keys;

/// <summary><c>balance hdr(name)</c>: the first value of a header field.</summary>
/// <param name="UsesDomainOnly">
/// <c>use_domain_only</c>: of a host name only what stands before its last dot, up to the dot before that:
/// <c>example</c> of <c>www.example.com</c>. A value without a dot counts whole.
/// </param>
public sealed record HeaderKey(bool UsesDomainOnly)
{
    /// <summary>The key of a request.</summary>
    /// <param name="method">How it is hashed.</param>
    /// <param name="value">
    /// The first of the field's comma-separated values, without the blanks around it. A field that is absent has no
    /// key: then the caller takes <see cref="HashKey.None"/>, and balancing is by turns.
    /// </param>
    public HashKey Of(HashMethod method, ReadOnlySpan<byte> value)
        => method.Hash(UsesDomainOnly ? DomainOf(value) : value);

    /// <summary>As the original searches: a dot at the very beginning is not seen, and the byte before the last dot
    /// always belongs to the domain.</summary>
    private static ReadOnlySpan<byte> DomainOf(ReadOnlySpan<byte> host)
    {
        int last = host.LastIndexOf((byte)'.');
        if (last <= 0)
        {
            return host;
        }
        int before = host[..(last - 1)].LastIndexOf((byte)'.');
        return host[(before + 1)..last];
    }
}
