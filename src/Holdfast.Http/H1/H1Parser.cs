using Holdfast.Http.Headers;

namespace Holdfast.Http.H1;

/// <summary>
/// Parses heads and trailers in place. A call with more bytes goes on where the last one stopped; what comes out
/// depends on the bytes alone, not on how they were cut: lines are judged when they are complete, with the method as
/// the one exception, whose bytes are judged at once, so that TLS on a clear port is refused at its first bytes.
/// </summary>
public static class H1Parser
{
    /// <summary>Parses the head of a request.</summary>
    /// <param name="buffer">What has been received, from the message's first byte on.</param>
    /// <param name="head">The same one, unchanged, until Done or Error; reset before the first call.</param>
    /// <returns>Done with the bytes of the head, or NeedMore, or Error.</returns>
    public static H1Result ParseRequest(ReadOnlySpan<byte> buffer, H1Head head)
    {
        if (head.Progress.Phase == HeadPhase.Done)
        {
            return H1Result.Done(head.Progress.Line);
        }
        H1Result result = ParseLines(buffer, head, LineKind.Request, out ReadOnlySpan<byte> window);
        if (result.Outcome != H1Outcome.Done)
        {
            return result;
        }
        H1Error error = RequestRules.Decide(window, head, out int position);
        return error == H1Error.None ? result : Fail(head, error, position);
    }

    /// <summary>Parses the head of a response.</summary>
    /// <param name="buffer">What has been received, from the message's first byte on.</param>
    /// <param name="head">The same one, unchanged, until Done or Error; reset before the first call.</param>
    /// <param name="context">The request that is answered.</param>
    /// <returns>Done with the bytes of the head, or NeedMore, or Error.</returns>
    public static H1Result ParseResponse(ReadOnlySpan<byte> buffer, H1Head head, ResponseContext context)
    {
        if (head.Progress.Phase == HeadPhase.Done)
        {
            return H1Result.Done(head.Progress.Line);
        }
        head.IsResponse = true;
        H1Result result = ParseLines(buffer, head, LineKind.Response, out ReadOnlySpan<byte> window);
        if (result.Outcome != H1Outcome.Done)
        {
            return result;
        }
        H1Error error = ResponseRules.Decide(window, head, context, out int position);
        return error == H1Error.None ? result : Fail(head, error, position);
    }

    /// <summary>Parses the trailer section behind the last chunk, its empty line included.</summary>
    /// <param name="buffer">What has been received, from the first byte behind the last chunk's line on.</param>
    /// <param name="trailers">A head of its own; only its fields are filled. Reset before the first call.</param>
    /// <returns>Done with the bytes of the section, or NeedMore, or Error.</returns>
    public static H1Result ParseTrailers(ReadOnlySpan<byte> buffer, H1Head trailers)
    {
        if (trailers.Progress.Phase == HeadPhase.Done)
        {
            return H1Result.Done(trailers.Progress.Line);
        }
        if (trailers.Progress.Phase == HeadPhase.StartLine)
        {
            trailers.Progress.Phase = HeadPhase.Fields;
        }
        return ParseLines(buffer, trailers, LineKind.Request, out _);
    }

    private enum LineKind
    {
        Request,
        Response,
    }

    private static H1Result ParseLines(
        ReadOnlySpan<byte> buffer, H1Head head, LineKind kind, out ReadOnlySpan<byte> window)
    {
        ref HeadProgress progress = ref head.Progress;
        window = buffer[..Math.Min(buffer.Length, head.Limits.HeadBytesMax)];
        if (progress.Phase == HeadPhase.Failed)
        {
            return H1Result.Refused(progress.Error, progress.Position);
        }
        // The line is known to be incomplete: only what has come since can hold its end.
        if (progress.Searched > progress.Line
            && window[progress.Searched..].IndexOf(HttpText.Lf) < 0)
        {
            return Incomplete(window, head, kind);
        }
        while (true)
        {
            H1Error error;
            int position;
            LineOutcome outcome = progress.Phase == HeadPhase.Fields
                ? FieldLines.Parse(window, head, out error, out position)
                : kind == LineKind.Request
                    ? StartLines.ParseRequest(window, head, out error, out position)
                    : StartLines.ParseStatus(window, head, out error, out position);
            switch (outcome)
            {
                case LineOutcome.Parsed:
                    continue;
                case LineOutcome.EndOfHead:
                    progress.Phase = HeadPhase.Done;
                    return H1Result.Done(progress.Line);
                case LineOutcome.Refused when window[progress.Line..].Contains(HttpText.Lf):
                    return Fail(head, error, position);
                default:
                    return Incomplete(window, head, kind);
            }
        }
    }

    private static H1Result Incomplete(ReadOnlySpan<byte> window, H1Head head, LineKind kind)
    {
        ref HeadProgress progress = ref head.Progress;
        bool isRequestLine = progress.Phase == HeadPhase.StartLine && kind == LineKind.Request;
        if (isRequestLine && StartLines.HasBadMethod(window, progress.Line, out int position))
        {
            return Fail(head, H1Error.BadMethod, position);
        }
        progress.Searched = window.Length;
        if (window.Length < head.Limits.HeadBytesMax)
        {
            return H1Result.NeedMore;
        }
        return Fail(head, isRequestLine ? H1Error.TargetTooLong : H1Error.HeadTooLarge, window.Length);
    }

    private static H1Result Fail(H1Head head, H1Error error, int position)
    {
        head.Progress.Phase = HeadPhase.Failed;
        head.Progress.Error = error;
        head.Progress.Position = position;
        return H1Result.Refused(error, position);
    }
}

/// <summary>What became of a line.</summary>
internal enum LineOutcome
{
    /// <summary>Taken; the parser stands behind it.</summary>
    Parsed,

    /// <summary>It was the empty line at the end.</summary>
    EndOfHead,

    /// <summary>It is not all there.</summary>
    Incomplete,

    /// <summary>It is wrong, provided that it is all there.</summary>
    Refused,
}
