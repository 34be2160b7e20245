using Holdfast.Health.Servers;

namespace Holdfast.Health.Scripts.Protocols;

/// <summary><c>option redis-check</c>: PING, +PONG.</summary>
public static class RedisCheck
{
    /// <summary>The script.</summary>
    public static CheckScript Script { get; } = new(ScriptKind.Protocol,
    [
        new ConnectStep(0) { IsDefault = true },
        new SendStep(1, CheckTexts.Constant("*1\r\n$4\r\nPING\r\n"u8.ToArray())),
        new ExpectStep(2, ExpectKind.Protocol) { Parser = Read, ErrorStatus = CheckStatus.L7Status },
    ]);

    /// <summary>Reads the answer; another one is waited on until the time is up, as HAProxy does.</summary>
    internal static CheckAnswer Read(ReadOnlySpan<byte> received, bool isEnd)
        => received.IndexOf("+PONG\r\n"u8) >= 0 ? CheckAnswer.Good(0, "Redis server is ok")
            : isEnd ? CheckAnswer.Bad(CheckStatus.L7Status, 0, CheckTexts.Line(received)) : CheckAnswer.Incomplete;
}
