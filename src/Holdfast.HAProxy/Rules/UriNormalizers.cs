using System.Buffers;

namespace Holdfast.HAProxy.Rules;

/// <summary>The normalizers of <c>http-request normalize-uri</c>: from one text to another, which is never longer but
/// for <see cref="EncodeFragment"/>. Each gives the length of the result; -1: the text is invalid.</summary>
internal static class UriNormalizers
{
    private const int EncodedLength = 3;

    /// <summary>"#" becomes "%23".</summary>
    public static int EncodeFragment(ReadOnlySpan<byte> text, Span<byte> to)
    {
        int length = 0;
        foreach (byte one in text)
        {
            if (one == '#')
            {
                "%23"u8.CopyTo(to[length..]);
                length += EncodedLength;
                continue;
            }
            to[length++] = one;
        }
        return length;
    }

    /// <summary>What is behind the first "#" goes, and itself.</summary>
    public static int StripFragment(ReadOnlySpan<byte> text, Span<byte> to)
    {
        int end = text.IndexOf((byte)'#');
        text = end < 0 ? text : text[..end];
        text.CopyTo(to);
        return text.Length;
    }

    /// <summary>Slashes side by side become one.</summary>
    public static int MergeSlashes(ReadOnlySpan<byte> path, Span<byte> to)
    {
        int length = 0;
        foreach (byte one in path)
        {
            if (one != '/' || length == 0 || to[length - 1] != '/')
            {
                to[length++] = one;
            }
        }
        return length;
    }

    /// <summary>Segments of one dot go.</summary>
    public static int StripDots(ReadOnlySpan<byte> path, Span<byte> to)
    {
        int length = 0;
        while (!path.IsEmpty)
        {
            int count = SegmentLength(path);
            ReadOnlySpan<byte> segment = path[..count];
            path = path[count..];
            if (!segment.SequenceEqual("./"u8) && !segment.SequenceEqual("."u8))
            {
                segment.CopyTo(to[length..]);
                length += count;
            }
        }
        return length;
    }

    /// <summary>Segments of two dots go, each with the one before.</summary>
    /// <param name="path">From its "/" on.</param>
    /// <param name="to">Where to; one byte longer than the path.</param>
    /// <param name="isFull">Whether those go, too, that lead above the root.</param>
    public static int StripDoubleDots(ReadOnlySpan<byte> path, Span<byte> to, bool isFull)
    {
        to[0] = (byte)'/';
        int length = 1;
        path = path[1..];
        while (!path.IsEmpty)
        {
            int count = SegmentLength(path);
            ReadOnlySpan<byte> segment = path[..count];
            path = path[count..];
            if (!segment.SequenceEqual("../"u8) && !segment.SequenceEqual(".."u8))
            {
                segment.CopyTo(to[length..]);
                length += count;
                continue;
            }
            // What is written ends with a slash.
            int before = to[..(length - 1)].LastIndexOf((byte)'/') + 1;
            if (length > 1 && !to[before..length].SequenceEqual("../"u8))
            {
                length = before;
            }
            else if (!isFull)
            {
                "../"u8.CopyTo(to[length..]);
                length += 3;
            }
        }
        return length;
    }

    /// <summary>Codes of unreserved characters (RFC 3986 section 2.3) become those.</summary>
    public static int DecodeUnreserved(ReadOnlySpan<byte> text, Span<byte> to, bool isStrict)
    {
        int length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            to[length] = text[i];
            if (text[i] == '%')
            {
                if (!TryCode(text, i, out byte code))
                {
                    if (isStrict)
                    {
                        return -1;
                    }
                }
                else if (IsUnreserved(code))
                {
                    to[length] = code;
                    i += 2;
                }
                else
                {
                    text.Slice(i, EncodedLength).CopyTo(to[length..]);
                    length += 2;
                    i += 2;
                }
            }
            length++;
        }
        return length;
    }

    /// <summary>The letters of codes become upper case.</summary>
    public static int UpperCodes(ReadOnlySpan<byte> text, Span<byte> to, bool isStrict)
    {
        text.CopyTo(to);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                continue;
            }
            if (!TryCode(text, i, out _))
            {
                if (isStrict)
                {
                    return -1;
                }
                continue;
            }
            to[i + 1] = Upper(text[i + 1]);
            to[i + 2] = Upper(text[i + 2]);
            i += 2;
        }
        return text.Length;
    }

    /// <summary>Parameters are sorted by their names; those of one name stay in their order.</summary>
    /// <param name="query">Without its "?".</param>
    /// <param name="to">Where to.</param>
    public static int SortQuery(ReadOnlySpan<byte> query, Span<byte> to)
    {
        int count = query.Count((byte)'&') + 1;
        Range[] rented = ArrayPool<Range>.Shared.Rent(2 * count);
        Span<Range> parameters = rented.AsSpan(0, count);
        count = Split(query, parameters);
        Sort(query, parameters[..count], rented.AsSpan(parameters.Length, count));
        int length = 0;
        for (int i = 0; i < count; i++)
        {
            if (i > 0)
            {
                to[length++] = (byte)'&';
            }
            ReadOnlySpan<byte> one = query[parameters[i]];
            one.CopyTo(to[length..]);
            length += one.Length;
        }
        ArrayPool<Range>.Shared.Return(rented);
        return length;
    }

    /// <summary>An empty one behind the last "&amp;" is none.</summary>
    private static int Split(ReadOnlySpan<byte> query, Span<Range> parameters)
    {
        int count = 0;
        for (int start = 0; start < query.Length; count++)
        {
            int length = query[start..].IndexOf((byte)'&');
            int end = length < 0 ? query.Length : start + length;
            parameters[count] = start..end;
            start = end + 1;
        }
        return count;
    }

    /// <summary>Merges runs that double in length: as many steps as the worst request may cost.</summary>
    private static void Sort(ReadOnlySpan<byte> query, Span<Range> items, Span<Range> spare)
    {
        for (int width = 1; width < items.Length; width *= 2)
        {
            for (int start = 0; start < items.Length; start += 2 * width)
            {
                int middle = Math.Min(start + width, items.Length);
                int end = Math.Min(start + (2 * width), items.Length);
                int left = start;
                int right = middle;
                for (int at = start; at < end; at++)
                {
                    bool takesLeft = left < middle && (right >= end
                        || NameOf(query[items[left]]).SequenceCompareTo(NameOf(query[items[right]])) <= 0);
                    spare[at] = takesLeft ? items[left++] : items[right++];
                }
            }
            spare.CopyTo(items);
        }
    }

    private static ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> parameter)
        => parameter.IndexOf((byte)'=') is var end and >= 0 ? parameter[..end] : parameter;

    /// <summary>Bytes up to the next slash, that one included.</summary>
    private static int SegmentLength(ReadOnlySpan<byte> path)
        => path.IndexOf((byte)'/') is var slash and >= 0 ? slash + 1 : path.Length;

    private static bool TryCode(ReadOnlySpan<byte> text, int at, out byte code)
    {
        code = 0;
        if (text.Length < at + EncodedLength || !char.IsAsciiHexDigit((char)text[at + 1])
            || !char.IsAsciiHexDigit((char)text[at + 2]))
        {
            return false;
        }
        code = (byte)((Digit(text[at + 1]) << 4) | Digit(text[at + 2]));
        return true;
    }

    private static int Digit(byte hex) => hex <= '9' ? hex - '0' : (hex | 0x20) - 'a' + 10;

    private static byte Upper(byte hex) => hex is >= (byte)'a' and <= (byte)'f' ? (byte)(hex - 0x20) : hex;

    private static bool IsUnreserved(byte code)
        => char.IsAsciiLetterOrDigit((char)code) || "-._~"u8.Contains(code);
}
