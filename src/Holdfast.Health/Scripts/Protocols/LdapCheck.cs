using Holdfast.Health.Servers;

namespace Holdfast.Health.Scripts.Protocols;

/// <summary><c>option ldap-check</c>: an anonymous simple bind of LDAPv3 (RFC 4511).</summary>
public static class LdapCheck
{
    private const int AnswerMin = 14;
    private const byte Sequence = 0x30;
    private const byte BindResponse = 0x61;
    private const byte Enumerated = 0x0A;
    private const byte LongLength = 0x80;

    private const string NotLdap = "Not LDAPv3 protocol";

    /// <summary>The script.</summary>
    public static CheckScript Script { get; } = new(ScriptKind.Protocol,
    [
        new ConnectStep(0) { IsDefault = true },
        new SendStep(1, CheckTexts.Constant(Convert.FromHexString("300c020101600702010304008000"))),
        new ExpectStep(2, ExpectKind.Protocol) { Parser = Read },
    ]);

    /// <summary>Reads the answer: message 1, a bind response, its result.</summary>
    internal static CheckAnswer Read(ReadOnlySpan<byte> received, bool isEnd)
    {
        if (received.Length < AnswerMin || (!isEnd && received.Length < SizeOf(received)))
        {
            return CheckAnswer.Incomplete;
        }
        ReadOnlySpan<byte> rest = received;
        if (!TryHeader(ref rest, Sequence) || !rest.StartsWith((ReadOnlySpan<byte>)[2, 1, 1]))
        {
            return CheckAnswer.Bad(CheckStatus.L7Response, 0, NotLdap);
        }
        rest = rest[3..];
        if (!TryHeader(ref rest, BindResponse) || !TryHeader(ref rest, Enumerated) || rest.IsEmpty)
        {
            return CheckAnswer.Bad(CheckStatus.L7Response, 0, NotLdap);
        }
        return rest[0] == 0 ? CheckAnswer.Good(0, "Success")
            : CheckAnswer.Bad(CheckStatus.L7Status, rest[0],
                "See RFC: http://tools.ietf.org/html/rfc4511#section-4.1.9");
    }

    /// <summary>The size of the message with its head, where its length is told; otherwise what there is.</summary>
    private static int SizeOf(ReadOnlySpan<byte> message)
    {
        if (message[0] != Sequence)
        {
            return message.Length;
        }
        int bytes = message[1] & ~LongLength;
        if ((message[1] & LongLength) == 0)
        {
            return 2 + bytes;
        }
        if (bytes is 0 or > 4)
        {
            return message.Length;
        }
        long length = 0;
        foreach (byte one in message.Slice(2, bytes))
        {
            length = (length << 8) | one;
        }
        return (int)Math.Min(2 + bytes + length, int.MaxValue);
    }

    /// <summary>Steps over a tag and its length.</summary>
    private static bool TryHeader(ref ReadOnlySpan<byte> rest, byte tag)
    {
        if (rest.Length < 2 || rest[0] != tag)
        {
            return false;
        }
        int size = 2 + ((rest[1] & LongLength) != 0 ? rest[1] & ~LongLength : 0);
        if (size > rest.Length)
        {
            return false;
        }
        rest = rest[size..];
        return true;
    }
}
