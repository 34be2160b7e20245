using Holdfast.Health.Servers;

namespace Holdfast.Health.Scripts.Protocols;

/// <summary><c>option smtpchk</c>: the banner, HELO or EHLO, QUIT.</summary>
public static class SmtpCheck
{
    private const int LineMin = 4;

    /// <summary>The script.</summary>
    /// <param name="greeting">Such as "HELO localhost".</param>
    public static CheckScript Build(byte[] greeting) => new(ScriptKind.Protocol,
    [
        new ConnectStep(1) { IsDefault = true, Lingers = true },
        new ExpectStep(2, ExpectKind.Protocol) { Parser = ReadBanner },
        new SendStep(4, CheckTexts.Constant((byte[])[.. greeting, .. "\r\n"u8])),
        new ExpectStep(5, ExpectKind.Protocol) { Parser = ReadGreeting, ErrorStatus = CheckStatus.L7Status },
        new SendStep(6, CheckTexts.Constant("QUIT\r\n"u8.ToArray())),
        new ExpectStep(7, ExpectKind.Protocol) { Parser = ReadEnd, ErrorStatus = CheckStatus.L7Status },
    ]);

    /// <summary>A reply of one line that begins with a 2.</summary>
    internal static CheckAnswer ReadBanner(ReadOnlySpan<byte> received, bool isEnd)
    {
        if (!isEnd && received.Length < LineMin)
        {
            return CheckAnswer.Incomplete;
        }
        if (!StartsReply(received, " \r"u8))
        {
            return CheckAnswer.Bad(CheckStatus.L7Response, 0, CheckTexts.Line(received));
        }
        return !isEnd && !received.Contains((byte)'\n') ? CheckAnswer.Incomplete
            : received[0] == '2' ? CheckAnswer.Good() : Refused(received);
    }

    /// <summary>A reply of one or more lines that begin with a 2; another one is waited on until the time is up.
    /// </summary>
    internal static CheckAnswer ReadGreeting(ReadOnlySpan<byte> received, bool isEnd)
    {
        ReadOnlySpan<byte> rest = received;
        while (StartsReply(rest, "- \r"u8) && rest[0] == '2')
        {
            int end = rest.IndexOf("\r\n"u8);
            if (rest[3] != '-' && (isEnd || end >= 0))
            {
                return CheckAnswer.Good();
            }
            if (end < 0)
            {
                break;
            }
            rest = rest[(end + 2)..];
        }
        return isEnd ? Refused(received) : CheckAnswer.Incomplete;
    }

    /// <summary>A reply that begins with a 2: its code and text are the check's.</summary>
    internal static CheckAnswer ReadEnd(ReadOnlySpan<byte> received, bool isEnd)
    {
        if (!isEnd && !received.Contains((byte)'\n'))
        {
            return CheckAnswer.Incomplete;
        }
        return StartsReply(received, "- \r"u8) && received[0] == '2'
            ? CheckAnswer.Good(CodeOf(received), TextOf(received)) : Refused(received);
    }

    private static CheckAnswer Refused(ReadOnlySpan<byte> received)
        => CheckAnswer.Bad(CheckStatus.L7Status, CodeOf(received), TextOf(received));

    private static bool StartsReply(ReadOnlySpan<byte> text, ReadOnlySpan<byte> ends)
        => text.Length >= LineMin && char.IsAsciiDigit((char)text[0]) && char.IsAsciiDigit((char)text[1])
            && char.IsAsciiDigit((char)text[2]) && ends.Contains(text[3]);

    private static int CodeOf(ReadOnlySpan<byte> text)
    {
        int code = 0;
        for (int i = 0; i < Math.Min(3, text.Length) && char.IsAsciiDigit((char)text[i]); i++)
        {
            code = (code * 10) + text[i] - '0';
        }
        return code;
    }

    private static string TextOf(ReadOnlySpan<byte> text)
        => text.Length > LineMin ? CheckTexts.Line(text[LineMin..].TrimStart((byte)' ')) : "";
}
