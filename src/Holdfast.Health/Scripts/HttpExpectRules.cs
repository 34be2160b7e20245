using Holdfast.Health.Servers;

namespace Holdfast.Health.Scripts;

/// <summary>Compares an answer of HTTP with what a step expects.</summary>
internal static class HttpExpectRules
{
    private const int NotFound = 404;

    internal static CheckAnswer Judge(ExpectStep step, CheckSession session, bool isEnd, bool disablesOn404)
    {
        ICheckResponse response = session.Response!;
        bool? isHttp = response.TryRead(session.Received, isEnd);
        if (isHttp is null && !isEnd)
        {
            return CheckAnswer.Incomplete;
        }
        if (isHttp != true)
        {
            return new(CheckAnswerKind.Final, CheckStatus.L7Response);
        }
        if (disablesOn404 && response.Status == NotFound)
        {
            return new(CheckAnswerKind.Final, CheckStatus.L7OkConditionally, NotFound);
        }
        return step.Kind is ExpectKind.HttpStatus or ExpectKind.HttpStatusRegex or ExpectKind.HttpHeader
            ? OfHead(step, session, response) : OfBody(step, session, response, isEnd);
    }

    private static CheckAnswer OfHead(ExpectStep step, CheckSession session, ICheckResponse response)
    {
        int status = response.Status;
        bool matches = step.Kind switch
        {
            ExpectKind.HttpStatus => IsIn(step, status),
            ExpectKind.HttpStatusRegex => MatchesStatus(step, status),
            _ => step.Condition!(session),
        };
        return matches != step.IsNegated ? CheckAnswer.Good(status)
            : CheckAnswer.Bad(step.ErrorStatus ?? CheckStatus.L7Status, status, StepText.Latin(response.Reason));
    }

    private static bool IsIn(ExpectStep step, int status)
    {
        foreach ((int from, int to) in step.Statuses)
        {
            if (status >= from && status <= to)
            {
                return true;
            }
        }
        return false;
    }

    private static bool MatchesStatus(ExpectStep step, int status)
    {
        Span<byte> digits = stackalloc byte[8];
        System.Buffers.Text.Utf8Formatter.TryFormat(status, digits, out int length);
        return step.Regex!(digits[..length]);
    }

    private static CheckAnswer OfBody(ExpectStep step, CheckSession session, ICheckResponse response, bool isEnd)
    {
        CheckStatus error = step.ErrorStatus ?? CheckStatus.L7Response;
        bool isWhole = isEnd || response.IsComplete;
        ReadOnlySpan<byte> body = response.Body;
        int least = Math.Max(step.MinimumReceived, step.Kind == ExpectKind.HttpBody ? step.Pattern.Length : 1);
        if (!isWhole && body.Length < least)
        {
            return CheckAnswer.Incomplete;
        }
        if (body.IsEmpty)
        {
            return CheckAnswer.Bad(error, response.Status, "HTTP content check could not find a response body");
        }
        if (ExpectRules.Matches(step, session, body) is not { } matches)
        {
            return CheckAnswer.Bad(error, response.Status, ExpectRules.NoText);
        }
        if (!matches && !isWhole && step.MinimumReceived < 0)
        {
            return CheckAnswer.Incomplete;
        }
        return matches != step.IsNegated ? CheckAnswer.Good(response.Status) : CheckAnswer.Bad(error, response.Status,
            step.IsNegated ? "HTTP check matched unwanted content" : "HTTP content check did not match");
    }
}
