using Holdfast.Health.Servers;

namespace Holdfast.Health.Scripts.Protocols;

/// <summary><c>agent-check</c>: a line of words, which <see cref="AgentReport"/> takes apart.</summary>
public static class AgentCheck
{
    /// <summary>The script.</summary>
    /// <param name="question"><c>agent-send</c>; empty: nothing is sent.</param>
    /// <param name="connect">How the agent is reached.</param>
    public static CheckScript Build(byte[] question, ConnectStep connect)
    {
        ArgumentNullException.ThrowIfNull(question);
        var expect = new ExpectStep(2, ExpectKind.Protocol) { Parser = Read };
        return new CheckScript(ScriptKind.Protocol, question.Length == 0 ? [connect, expect]
            : [connect, new SendStep(1, CheckTexts.Constant(question)), expect]);
    }

    /// <summary>Reads the line: what it says of the server's health; the rest is the reader's of the session.</summary>
    internal static CheckAnswer Read(ReadOnlySpan<byte> received, bool isEnd)
    {
        if (received.IndexOfAny((byte)'\r', (byte)'\n') < 0)
        {
            return isEnd ? new(CheckAnswerKind.Final, CheckStatus.L7Timeout) : CheckAnswer.Incomplete;
        }
        AgentReport report = AgentReport.Parse(received);
        if (report.IsUp is not { } isUp)
        {
            return new(CheckAnswerKind.Final, CheckStatus.Checked);
        }
        string info = "via agent : " + StepText.Latin(report.StateWord);
        return new(CheckAnswerKind.Final, isUp ? CheckStatus.L7Ok : CheckStatus.L7Status, 0,
            report.Description.IsEmpty ? info : $"{info} ({StepText.Latin(report.Description)})");
    }
}
