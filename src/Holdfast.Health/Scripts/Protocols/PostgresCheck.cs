using System.Buffers.Binary;
using Holdfast.Health.Servers;

namespace Holdfast.Health.Scripts.Protocols;

/// <summary><c>option pgsql-check</c>: a start-up message; any kind of authentication that is asked for is good.
/// </summary>
public static class PostgresCheck
{
    private const int Version3 = 0x00030000;
    private const int RequestSize = 9;
    private const int ErrorTextStart = 6;
    private const int AuthenticationSizeMax = 0xFF;

    /// <summary>The script.</summary>
    /// <param name="user">The user.</param>
    public static CheckScript Build(byte[] user)
    {
        ArgumentNullException.ThrowIfNull(user);
        byte[] body = [.. "user\0"u8, .. user, 0, 0];
        byte[] message = new byte[8 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), Version3);
        body.CopyTo(message.AsSpan(8));
        return new CheckScript(ScriptKind.Protocol,
        [
            new ConnectStep(1) { IsDefault = true, Lingers = true },
            new SendStep(2, CheckTexts.Constant(message)),
            new ExpectStep(3, ExpectKind.Protocol) { Parser = Read },
        ]);
    }

    /// <summary>Reads the answer: an error, or a request to authenticate.</summary>
    internal static CheckAnswer Read(ReadOnlySpan<byte> received, bool isEnd)
    {
        if (!isEnd && received.Length < RequestSize)
        {
            return CheckAnswer.Incomplete;
        }
        if (received[0] == 'E')
        {
            return CheckAnswer.Bad(CheckStatus.L7Response, 0,
                received.Length > ErrorTextStart ? CheckTexts.Terminated(received[ErrorTextStart..]) : "");
        }
        return received.Length >= RequestSize && received[0] == 'R'
            && BinaryPrimitives.ReadUInt32BigEndian(received[1..]) <= AuthenticationSizeMax
            && BinaryPrimitives.ReadUInt32BigEndian(received[5..]) is 0 or (>= 2 and <= 10) and not 8
            ? CheckAnswer.Good(0, "PostgreSQL server is ok")
            : CheckAnswer.Bad(CheckStatus.L7Status, 0, "PostgreSQL unknown error");
    }
}
