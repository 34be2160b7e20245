using System.Text;
using Holdfast.Health.Scripts;
using Holdfast.Health.Servers;

namespace Holdfast.Health.Tests.Scripts;

/// <summary>Runs a script against a peer of words: "&gt;text" has come, "E" is the end, "R" a reset, "T" the time.
/// </summary>
internal static class ScriptDriver
{
    /// <returns>Status, number and info as one text, behind what was sent.</returns>
    internal static string Run(CheckScript script, params string[] events)
        => Run(script, new CheckSession(16_384), events);

    internal static string Run(CheckScript script, CheckSession session, params string[] events)
    {
        var run = new CheckRun(script, session) { IsServerUp = true };
        var sent = new StringBuilder();
        int next = 0;
        CheckEffect effect = run.Begin();
        while (effect != CheckEffect.Finish)
        {
            switch (effect)
            {
                case CheckEffect.Connect:
                    sent.Append('^');
                    effect = next < events.Length && events[next] == "X" ? run.OnFailed("Connection refused")
                        : next < events.Length && events[next] == "W" ? run.OnTimeout() : run.OnConnected();
                    break;
                case CheckEffect.Send:
                    sent.Append(Encoding.Latin1.GetString(session.Output));
                    effect = run.OnSent();
                    break;
                default:
                    effect = Tell(run, session, next < events.Length ? events[next] : "T");
                    next++;
                    break;
            }
        }
        session.Release();
        string number = run.Status.HasNumber() ? $" {run.Number}" : "";
        return $"{sent} {run.Status.Code()}{number} {run.Info}".TrimEnd();
    }

    /// <summary>The same with all that comes cut into single bytes.</summary>
    internal static string RunInBytes(CheckScript script, params string[] events)
        => Run(script, [.. events.SelectMany(static e => e[0] == '>' ? e[1..].Select(static c => $">{c}") : [e])]);

    private static CheckEffect Tell(CheckRun run, CheckSession session, string what)
    {
        switch (what[0])
        {
            case '>':
                session.Append(Encoding.Latin1.GetBytes(what[1..]));
                return run.OnReceived();
            case 'E':
                return run.OnEnded();
            case 'R':
                return run.OnFailed("Connection reset by peer");
            default:
                return run.OnTimeout();
        }
    }
}
