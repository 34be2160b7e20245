using System.Buffers.Text;
using Holdfast.Http.Headers;

namespace Holdfast.Nginx.Ranges;

/// <summary>What ranges of a request make of its answer.</summary>
public enum RangeOutcome : byte
{
    /// <summary>All is sent, with 200.</summary>
    Whole,

    /// <summary>206: ranges are sent.</summary>
    Partial,

    /// <summary>416: there is nothing that could be sent.</summary>
    Unsatisfiable,
}

/// <summary>Reads ranges.</summary>
public static class RangeParser
{
    private static ReadOnlySpan<byte> Unit => "bytes="u8;

    /// <summary>Reads the value of a Range header.</summary>
    /// <param name="value">The value.</param>
    /// <param name="length">Bytes of the content.</param>
    /// <param name="max">How many may be asked for (<c>max_ranges</c>); null: no limit.</param>
    /// <param name="ranges">Where they are put.</param>
    /// <returns>
    /// <see cref="RangeOutcome.Whole"/> for another unit, for too many, and for ranges that together are longer than
    /// the content; <see cref="RangeOutcome.Unsatisfiable"/> also for what is no range at all.
    /// </returns>
    public static RangeOutcome Parse(ReadOnlySpan<byte> value, long length, int? max, RangeList ranges)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        ranges.Clear();
        if (max == 0 || value.Length <= Unit.Length || !HttpText.EqualsIgnoreCase(value[..Unit.Length], Unit))
        {
            return RangeOutcome.Whole;
        }
        ReadOnlySpan<byte> rest = value[Unit.Length..];
        long total = 0;
        for (bool isMore = true; isMore;)
        {
            int comma = rest.IndexOf((byte)',');
            isMore = comma >= 0;
            if (!TryParseOne(isMore ? rest[..comma] : rest, length, out ByteRange range))
            {
                return RangeOutcome.Unsatisfiable;
            }
            rest = isMore ? rest[(comma + 1)..] : default;
            if (range.Start < range.End)
            {
                total = total > long.MaxValue - range.Length ? long.MaxValue : total + range.Length;
                if (ranges.Count == max)
                {
                    return RangeOutcome.Whole;
                }
                ranges.Add(range);
            }
            else if (range.Start == 0)
            {
                return RangeOutcome.Whole; // of an empty content
            }
        }
        return ranges.Count == 0 ? RangeOutcome.Unsatisfiable
            : total > length ? RangeOutcome.Whole : RangeOutcome.Partial;
    }

    /// <summary>Reads "1-2", "1-" or "-2"; false when it is none of these.</summary>
    private static bool TryParseOne(ReadOnlySpan<byte> text, long length, out ByteRange range)
    {
        range = default;
        text = text.Trim((byte)' ');
        bool isSuffix = text.StartsWith("-"u8);
        long start = 0;
        if (!isSuffix)
        {
            if (!TryNumber(ref text, out start))
            {
                return false;
            }
            text = text.TrimStart((byte)' ');
        }
        if (!text.StartsWith("-"u8))
        {
            return false;
        }
        text = isSuffix ? text[1..] : text[1..].TrimStart((byte)' ');
        if (text.IsEmpty && !isSuffix)
        {
            range = new(start, length);
            return true;
        }
        if (!TryNumber(ref text, out long end) || !text.IsEmpty)
        {
            return false;
        }
        range = isSuffix ? new(end < length ? length - end : 0, length)
            : new(start, end >= length ? length : end + 1);
        return true;
    }

    private static bool TryNumber(ref ReadOnlySpan<byte> text, out long value)
    {
        int digits = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        digits = digits < 0 ? text.Length : digits;
        bool isNumber = Utf8Parser.TryParse(text[..digits], out value, out int used) && used == digits;
        text = text[digits..];
        return isNumber;
    }
}
