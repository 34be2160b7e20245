using Holdfast.Http.Headers;

namespace Holdfast.Http.H1;

/// <summary>Parses request lines and status lines (RFC 9112 sections 3 and 4).</summary>
internal static class StartLines
{
    private const int VersionLength = 8;

    /// <summary>Parses blank lines and the request line at the head's progress.</summary>
    public static LineOutcome ParseRequest(ReadOnlySpan<byte> window, H1Head head, out H1Error error, out int position)
    {
        error = H1Error.None;
        position = head.Progress.Line;
        ReadOnlySpan<byte> rest = window[position..];
        if (rest is [HttpText.Cr, HttpText.Lf, ..])
        {
            head.Progress.Line += 2;
            return LineOutcome.Parsed;
        }
        if (rest is [HttpText.Lf, ..])
        {
            return BlankLine(head, out error);
        }
        int lf = rest.IndexOf(HttpText.Lf);
        if (lf < 0)
        {
            return LineOutcome.Incomplete;
        }
        int start = position;
        ReadOnlySpan<byte> line = WithoutEnd(rest[..lf]);
        error = RequestLine(line, start, head, out int offset);
        position = start + offset;
        return error != H1Error.None ? LineOutcome.Refused : EndLine(rest, lf, head, out error, out position);
    }

    /// <summary>Parses the status line at the head's progress.</summary>
    public static LineOutcome ParseStatus(ReadOnlySpan<byte> window, H1Head head, out H1Error error, out int position)
    {
        error = H1Error.None;
        position = head.Progress.Line;
        ReadOnlySpan<byte> rest = window[position..];
        int lf = rest.IndexOf(HttpText.Lf);
        if (lf < 0)
        {
            return LineOutcome.Incomplete;
        }
        int start = position;
        error = StatusLine(WithoutEnd(rest[..lf]), start, head, out int offset);
        position = start + offset;
        return error != H1Error.None ? LineOutcome.Refused : EndLine(rest, lf, head, out error, out position);
    }

    /// <summary>Whether the bytes of an incomplete request line already show that its method is none.</summary>
    public static bool HasBadMethod(ReadOnlySpan<byte> window, int line, out int position)
    {
        ReadOnlySpan<byte> rest = window[line..];
        int length = rest.IndexOfAnyExcept(HttpText.Token);
        position = line + length;
        return length >= 0 && rest[length] != HttpText.Cr && (length == 0 || rest[length] != HttpText.Sp);
    }

    private static LineOutcome BlankLine(H1Head head, out H1Error error)
    {
        if (!head.Forgives(H1Leniency.LineFeedAlone))
        {
            error = H1Error.LineFeedAlone;
            return LineOutcome.Refused;
        }
        error = H1Error.None;
        head.Progress.Line++;
        return LineOutcome.Parsed;
    }

    private static ReadOnlySpan<byte> WithoutEnd(ReadOnlySpan<byte> line)
        => line is [.., HttpText.Cr] ? line[..^1] : line;

    private static LineOutcome EndLine(
        ReadOnlySpan<byte> rest, int lf, H1Head head, out H1Error error, out int position)
    {
        error = H1Error.None;
        position = head.Progress.Line + lf;
        bool hasCr = lf > 0 && rest[lf - 1] == HttpText.Cr;
        if (!hasCr && !head.Forgives(H1Leniency.LineFeedAlone))
        {
            error = H1Error.LineFeedAlone;
            return LineOutcome.Refused;
        }
        head.StartLine = head.Progress.Line;
        head.Progress.Line += lf + 1;
        head.Progress.Phase = HeadPhase.Fields;
        return LineOutcome.Parsed;
    }

    private static H1Error RequestLine(ReadOnlySpan<byte> line, int start, H1Head head, out int offset)
    {
        int methodLength = line.IndexOfAnyExcept(HttpText.Token);
        offset = methodLength < 0 ? line.Length : methodLength;
        if (methodLength <= 0 || line[methodLength] != HttpText.Sp)
        {
            return methodLength < 0 && !line.IsEmpty ? H1Error.MissingTarget : H1Error.BadMethod;
        }
        int targetStart = methodLength + 1;
        ReadOnlySpan<byte> rest = line[targetStart..];
        int targetLength = rest.IndexOf(HttpText.Sp);
        if (targetLength < 0)
        {
            offset = line.Length;
            return rest.IsEmpty ? H1Error.MissingTarget : H1Error.MissingVersion;
        }
        head.MethodText = TextRange.Received(start, methodLength);
        head.Method = head.ReceivedMethod = RequestMethods.Find(line[..methodLength]);
        int versionStart = targetStart + targetLength + 1;
        offset = versionStart;
        H1Error error = Version(line[versionStart..], head);
        if (error != H1Error.None)
        {
            bool isPreface = error == H1Error.VersionNotSupported && line.SequenceEqual("PRI * HTTP/2.0"u8);
            return isPreface ? H1Error.Http2Preface : error;
        }
        head.Target = TextRange.Received(start + targetStart, targetLength);
        error = TargetBytes(rest[..targetLength], head.Leniency, ref offset, targetStart);
        if (error == H1Error.None)
        {
            error = RequestTargets.Split(rest[..targetLength], head, out int inTarget);
            offset = targetStart + inTarget;
        }
        return error;
    }

    private static H1Error TargetBytes(ReadOnlySpan<byte> target, H1Leniency leniency, ref int offset, int targetStart)
    {
        int bad = target.IndexOfAnyExcept(HttpText.Target);
        if (bad < 0 && !target.IsEmpty)
        {
            return H1Error.None;
        }
        offset = targetStart + Math.Max(bad, 0);
        for (; bad >= 0 && bad < target.Length; bad++)
        {
            byte b = target[bad];
            H1Error error = b switch
            {
                (byte)'#' => (leniency & H1Leniency.FragmentInTarget) != 0 ? H1Error.None : H1Error.FragmentInTarget,
                >= 0x80 => (leniency & H1Leniency.NonAsciiTarget) != 0 ? H1Error.None : H1Error.NonAsciiTarget,
                <= HttpText.Sp or 0x7F => H1Error.BadTarget,
                _ => H1Error.None,
            };
            if (error != H1Error.None)
            {
                offset = targetStart + bad;
                return error;
            }
        }
        return target.IsEmpty ? H1Error.BadTarget : H1Error.None;
    }

    private static H1Error Version(ReadOnlySpan<byte> text, H1Head head)
    {
        if (text.Length != VersionLength || !text.StartsWith("HTTP/"u8) || text[6] != '.'
            || !char.IsAsciiDigit((char)text[5]) || !char.IsAsciiDigit((char)text[7]))
        {
            return H1Error.BadVersion;
        }
        if (text[5] != '1')
        {
            return H1Error.VersionNotSupported;
        }
        head.Version = text[7] == '0' ? H1Version.Http10 : H1Version.Http11;
        return H1Error.None;
    }

    private static H1Error StatusLine(ReadOnlySpan<byte> line, int start, H1Head head, out int offset)
    {
        offset = 0;
        H1Error error = Version(line[..Math.Min(VersionLength, line.Length)], head);
        if (error != H1Error.None)
        {
            return error == H1Error.VersionNotSupported ? error : H1Error.BadStatusLine;
        }
        ReadOnlySpan<byte> rest = line[VersionLength..];
        offset = VersionLength;
        // Many servers leave the blank behind the status out when there is no reason: nothing is ambiguous in it.
        if (rest.Length < 4 || rest[0] != HttpText.Sp || rest[1] is < (byte)'1' or > (byte)'9'
            || !char.IsAsciiDigit((char)rest[2]) || !char.IsAsciiDigit((char)rest[3])
            || (rest.Length > 4 && rest[4] != HttpText.Sp))
        {
            return H1Error.BadStatusLine;
        }
        head.Status = ((rest[1] - '0') * 100) + ((rest[2] - '0') * 10) + (rest[3] - '0');
        int reasonStart = Math.Min(rest.Length, 5);
        int control = rest[reasonStart..].IndexOfAny(HttpText.Control);
        if (control >= 0)
        {
            offset = VersionLength + reasonStart + control;
            return H1Error.BadStatusLine;
        }
        head.Reason = TextRange.Received(start + VersionLength + reasonStart, rest.Length - reasonStart);
        return H1Error.None;
    }
}
