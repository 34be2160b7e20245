using Holdfast.Balancing.Hashing;

namespace Holdfast.Balancing.Keys;

/// <summary><c>balance uri</c>: the request target, or its beginning.</summary>
public sealed record UriKey
{
    /// <summary><c>whole</c>: the query string counts, too. Default: up to the question mark.</summary>
    public bool IsWhole { get; init; }

    /// <summary><c>len</c>: at most so many bytes of the target. 0, the default: all.</summary>
    public int MaxLength { get; init; }

    /// <summary><c>depth</c>: up to the slash that would begin directory level depth + 1. 0, the default: all.
    /// </summary>
    public int Depth { get; init; }

    /// <summary><c>path-only</c>: scheme and authority of an absolute target do not count.</summary>
    public bool IsPathOnly { get; init; }

    /// <summary>The key of a request.</summary>
    /// <param name="method">How it is hashed.</param>
    /// <param name="target">The request target as the client sent it.</param>
    public HashKey Of(HashMethod method, ReadOnlySpan<byte> target) => method.Hash(Part(target));

    /// <summary>The part of the target that is hashed.</summary>
    public ReadOnlySpan<byte> Part(ReadOnlySpan<byte> target)
    {
        ReadOnlySpan<byte> part = IsPathOnly ? PathOf(target) : target;
        if (MaxLength > 0 && part.Length > MaxLength)
        {
            part = part[..MaxLength];
        }
        if (!IsWhole && part.IndexOf((byte)'?') is >= 0 and int query)
        {
            // The slashes of a query do not count: it is cut off before the levels are counted.
            part = part[..query];
        }
        return Depth > 0 ? UpToDepth(part) : part;
    }

    private ReadOnlySpan<byte> UpToDepth(ReadOnlySpan<byte> part)
    {
        int slashes = 0;
        for (int at = 0; at < part.Length; at++)
        {
            if (part[at] == '/' && ++slashes > Depth)
            {
                return part[..at];
            }
        }
        return part;
    }

    /// <summary>What follows the authority; the target itself where it begins with a slash; else nothing.</summary>
    private static ReadOnlySpan<byte> PathOf(ReadOnlySpan<byte> target)
    {
        if (target.IsEmpty || target[0] == '/')
        {
            return target;
        }
        int scheme = target.IndexOf("://"u8);
        if (scheme < 0)
        {
            return [];
        }
        ReadOnlySpan<byte> rest = target[(scheme + 3)..];
        int slash = rest.IndexOf((byte)'/');
        return slash < 0 ? [] : rest[slash..];
    }
}
