namespace Holdfast.Nginx.Uris;

/// <summary>What became of the path of a request.</summary>
/// <param name="IsValid">Whether it is one; else the answer is 400.</param>
/// <param name="Length">Bytes of the normalised path.</param>
/// <param name="Consumed">Bytes of the target that the path was made of: up to its "?", or "#", or its end.</param>
public readonly record struct NormalizedPath(bool IsValid, int Length, int Consumed);

/// <summary>
/// Makes of a request's path what locations are compared with: decoded once, "." and ".." resolved, several slashes
/// made one (nginx: <c>$uri</c>).
/// </summary>
/// <remarks>
/// A decoded slash or dot counts as one; a decoded "?" or "#" or "%" is a byte of the name. Going up above the root,
/// a zero byte and a "%" without two digits are refused.
/// </remarks>
public static class UriNormalizer
{
    /// <summary>Normalises a path.</summary>
    /// <param name="target">The target in origin form: begins with "/"; may have a "?" and what follows.</param>
    /// <param name="mergeSlashes">Whether several slashes in a row are one (<c>merge_slashes</c>).</param>
    /// <param name="path">Where the path is written; at least as long as the target.</param>
    public static NormalizedPath Normalize(ReadOnlySpan<byte> target, bool mergeSlashes, Span<byte> path)
    {
        var state = Place.Name;
        int length = 0;
        int at = 0;
        while (at < target.Length)
        {
            byte one = target[at];
            if (one is (byte)'?' or (byte)'#')
            {
                break;
            }
            at++;
            bool isName = false;
            if (one == '%')
            {
                if (!TryDecode(target, ref at, out one))
                {
                    return default;
                }
                isName = one is (byte)'%' or (byte)'#' or (byte)'?';
            }
            if (isName || one is not ((byte)'/' or (byte)'.'))
            {
                path[length++] = one;
                state = Place.Name;
            }
            else if (one == '.')
            {
                path[length++] = one;
                state = state switch
                {
                    Place.Slash => Place.Dot,
                    Place.Dot => Place.DotDot,
                    _ => Place.Name,
                };
            }
            else if (!TryEndSegment(path, ref length, state, mergeSlashes))
            {
                return default;
            }
            else
            {
                state = Place.Slash;
            }
        }
        return state switch
        {
            Place.Dot => new(true, length - 1, at),
            Place.DotDot => TryGoUp(path, ref length) ? new(true, length, at) : default,
            _ => new(true, length, at),
        };
    }

    private enum Place
    {
        Name,
        Slash,
        Dot,
        DotDot,
    }

    private static bool TryEndSegment(Span<byte> path, ref int length, Place state, bool mergeSlashes)
    {
        switch (state)
        {
            case Place.Dot:
                length--;
                return true;
            case Place.DotDot:
                return TryGoUp(path, ref length);
            case Place.Slash when mergeSlashes:
                return true;
            default:
                path[length++] = (byte)'/';
                return true;
        }
    }

    /// <summary>Takes "name/.." away.</summary>
    private static bool TryGoUp(ReadOnlySpan<byte> path, ref int length)
    {
        const int Back = 4; // the two dots, the slash before them, and to the last byte of the name before it
        int slash = length >= Back ? path[..(length - Back + 1)].LastIndexOf((byte)'/') : -1;
        length = slash + 1;
        return slash >= 0;
    }

    private static bool TryDecode(ReadOnlySpan<byte> target, ref int at, out byte value)
    {
        bool isPair = HexPair.TryRead(target[at..], out value);
        at += HexPair.Length;
        return isPair && value != 0;
    }
}
