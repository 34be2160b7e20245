using Holdfast.Http.Headers;

namespace Holdfast.Http.H1;

/// <summary>Parses field lines (RFC 9112 section 5), one at a time.</summary>
internal static class FieldLines
{
    /// <summary>Parses the line at the head's progress.</summary>
    /// <remarks>
    /// Two vectorised searches a line: for the first byte that is no name's, and for the first control byte behind the
    /// colon, which in a right line is its end.
    /// </remarks>
    public static LineOutcome Parse(ReadOnlySpan<byte> window, H1Head head, out H1Error error, out int position)
    {
        error = H1Error.None;
        int line = position = head.Progress.Line;
        ReadOnlySpan<byte> rest = window[line..];
        int nameLength = ByteScan.IndexOfNonToken(rest);
        if (nameLength <= 0 || rest[nameLength] != ':')
        {
            return NotAName(rest, nameLength, head, out error, out position);
        }
        int start = nameLength + 1;
        if (start < rest.Length && rest[start] == HttpText.Sp)
        {
            start++;
        }
        return ParseValue(rest, nameLength, start, head, out error, out position);
    }

    private static LineOutcome ParseValue(
        ReadOnlySpan<byte> rest, int nameLength, int start, H1Head head, out H1Error error, out int position)
    {
        int line = head.Progress.Line;
        int end = start + IndexOfStop(rest[start..], head);
        error = H1Error.None;
        position = line + end;
        if (end < start)
        {
            return LineOutcome.Incomplete;
        }
        int next = end + 1;
        if (rest[end] == HttpText.Cr)
        {
            if (next == rest.Length)
            {
                return LineOutcome.Incomplete;
            }
            if (rest[next++] != HttpText.Lf)
            {
                error = H1Error.CarriageReturnAlone;
                return LineOutcome.Refused;
            }
        }
        else if (rest[end] != HttpText.Lf)
        {
            error = rest[end] == 0 ? H1Error.NulInValue : H1Error.ControlInValue;
            return LineOutcome.Refused;
        }
        else if (!head.Forgives(H1Leniency.LineFeedAlone))
        {
            error = H1Error.LineFeedAlone;
            return LineOutcome.Refused;
        }
        while (start < end && HttpText.IsBlank(rest[start]))
        {
            start++;
        }
        while (end > start && HttpText.IsBlank(rest[end - 1]))
        {
            end--;
        }
        if (head.Headers.Count == head.Limits.HeadersMax || !head.Headers.TryAppend(
            TextRange.Received(line, nameLength), TextRange.Received(line + start, end - start),
            KnownHeaders.Find(rest[..nameLength])))
        {
            position = line;
            error = H1Error.TooManyHeaders;
            return LineOutcome.Refused;
        }
        head.Progress.Line = line + next;
        return LineOutcome.Parsed;
    }

    /// <summary>The first byte that ends a value or may not stand in it; -1 - start is returned as "none".</summary>
    private static int IndexOfStop(ReadOnlySpan<byte> value, H1Head head)
    {
        int stop = head.Forgives(H1Leniency.ControlInValue)
            ? value.IndexOfAny(HttpText.Cr, HttpText.Lf, (byte)0)
            : ByteScan.IndexOfControl(value);
        return stop < 0 ? int.MinValue / 2 : stop;
    }

    /// <summary>
    /// The line does not begin with a name and a colon: it is the last one, or wrong, or not all there.
    /// </summary>
    private static LineOutcome NotAName(
        ReadOnlySpan<byte> rest, int nameLength, H1Head head, out H1Error error, out int position)
    {
        error = H1Error.None;
        position = head.Progress.Line + Math.Max(nameLength, 0);
        if (nameLength < 0)
        {
            return LineOutcome.Incomplete;
        }
        byte stop = rest[nameLength];
        if (nameLength == 0 && stop is HttpText.Cr or HttpText.Lf)
        {
            return EmptyLine(rest, head, ref error);
        }
        if (head.Forgives(H1Leniency.OddHeaderName) && nameLength + OddPart(rest[nameLength..]) is var odd and > 0
            && odd < rest.Length && rest[odd] == ':')
        {
            int start = odd + 1;
            return ParseValue(rest, odd, start, head, out error, out position);
        }
        error = stop switch
        {
            (byte)':' => H1Error.EmptyHeaderName,
            HttpText.Sp or HttpText.Tab when nameLength == 0 => H1Error.ObsoleteFold,
            HttpText.Sp or HttpText.Tab => BlankInName(rest[nameLength..]),
            HttpText.Lf => H1Error.MissingColon,
            HttpText.Cr => nameLength + 1 < rest.Length && rest[nameLength + 1] == HttpText.Lf
                ? H1Error.MissingColon : H1Error.CarriageReturnAlone,
            _ => H1Error.BadHeaderName,
        };
        return LineOutcome.Refused;
    }

    private static LineOutcome EmptyLine(ReadOnlySpan<byte> rest, H1Head head, ref H1Error error)
    {
        if (rest[0] == HttpText.Lf)
        {
            if (!head.Forgives(H1Leniency.LineFeedAlone))
            {
                error = H1Error.LineFeedAlone;
                return LineOutcome.Refused;
            }
            head.Progress.Line++;
            return LineOutcome.EndOfHead;
        }
        if (rest.Length == 1)
        {
            return LineOutcome.Incomplete;
        }
        if (rest[1] != HttpText.Lf)
        {
            error = H1Error.CarriageReturnAlone;
            return LineOutcome.Refused;
        }
        head.Progress.Line += 2;
        return LineOutcome.EndOfHead;
    }

    /// <summary>A blank behind the name: before the colon, or in a line that has none, or inside the name.</summary>
    private static H1Error BlankInName(ReadOnlySpan<byte> rest)
    {
        ReadOnlySpan<byte> behind = rest.TrimStart(" \t"u8);
        return behind switch
        {
            [(byte)':', ..] => H1Error.SpaceBeforeColon,
            _ => H1Error.BadHeaderName,
        };
    }

    /// <summary>How many visible bytes other than a colon there are.</summary>
    private static int OddPart(ReadOnlySpan<byte> rest)
    {
        int length = 0;
        while (length < rest.Length && rest[length] is > HttpText.Sp and < 0x7F and not (byte)':')
        {
            length++;
        }
        return length;
    }
}
