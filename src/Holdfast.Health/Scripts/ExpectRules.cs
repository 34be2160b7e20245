using System.Buffers;
using Holdfast.Health.Servers;

namespace Holdfast.Health.Scripts;

/// <summary>Compares what has come with what a step expects.</summary>
internal static class ExpectRules
{
    internal const string NoText = "log-format string evaluated to an empty string";

    private const string HexDigits = "0123456789ABCDEF";

    internal static CheckStatus ErrorOf(ExpectStep step) => step.ErrorStatus ?? CheckStatus.L7Response;

    internal static CheckAnswer Judge(ExpectStep step, CheckSession session, bool isEnd)
    {
        ReadOnlySpan<byte> received = session.Received;
        if (step.Parser is { } parser)
        {
            return parser(received, isEnd);
        }
        bool isText = step.Kind is ExpectKind.Text or ExpectKind.Binary;
        if (!isEnd && ((isText && received.Length < step.Pattern.Length) || received.Length < step.MinimumReceived))
        {
            return CheckAnswer.Incomplete;
        }
        if (Matches(step, session, received) is not { } matches)
        {
            return CheckAnswer.Bad(ErrorOf(step), 0, NoText);
        }
        // Without a minimum, what does not match now may match when more has come.
        return !matches && !isEnd && step.MinimumReceived < 0 ? CheckAnswer.Incomplete
            : matches != step.IsNegated ? CheckAnswer.Good() : CheckAnswer.Bad(ErrorOf(step));
    }

    /// <summary>Whether it matches; null: the pattern cannot be written.</summary>
    internal static bool? Matches(ExpectStep step, CheckSession session, ReadOnlySpan<byte> subject)
    {
        switch (step.Kind)
        {
            case ExpectKind.Text or ExpectKind.Binary or ExpectKind.HttpBody:
                return subject.IndexOf(step.Pattern.Span) >= 0;
            case ExpectKind.Regex or ExpectKind.HttpBodyRegex:
                return step.Regex!(subject);
            case ExpectKind.BinaryRegex:
                return MatchesDigits(step.Regex!, subject);
            default:
                byte[] room = ArrayPool<byte>.Shared.Rent(session.SizeMax);
                bool isWritten = step.Format!(session, room, out int length) && length > 0;
                bool matches = isWritten && subject.IndexOf(room.AsSpan(0, length)) >= 0;
                ArrayPool<byte>.Shared.Return(room);
                return isWritten ? matches : null;
        }
    }

    private static bool MatchesDigits(CheckRegex regex, ReadOnlySpan<byte> subject)
    {
        byte[] digits = ArrayPool<byte>.Shared.Rent(2 * subject.Length);
        for (int i = 0; i < subject.Length; i++)
        {
            digits[2 * i] = (byte)HexDigits[subject[i] >> 4];
            digits[(2 * i) + 1] = (byte)HexDigits[subject[i] & 0xF];
        }
        bool matches = regex(digits.AsSpan(0, 2 * subject.Length));
        ArrayPool<byte>.Shared.Return(digits);
        return matches;
    }
}
