using System.Text.Json;
using Holdfast.Health.RiseFall;
using Holdfast.Linux.Processes;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Scripts;

/// <summary>How one <c>vrrp_script</c> stands, for status and explanations.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">"up", "down", "unknown", or "ignored" when it cannot or must not be run.</param>
/// <param name="InARow">Results in a row that speak against <paramref name="State"/>.</param>
/// <param name="Needed">How many of them in a row turn it.</param>
/// <param name="LastStatus">How the last run ended; null when none has.</param>
/// <param name="NextRun">Time until the next run; null when none is due.</param>
/// <param name="Interval">Time between runs.</param>
/// <param name="Command">What is run; null when it cannot or must not be run.</param>
internal sealed record CheckReport(
    string Name, string State, int InARow, int Needed, ExitStatus? LastStatus, TimeSpan? NextRun, TimeSpan Interval,
    string? Command)
{
    internal static CheckReport Of(
        PreparedCheck prepared, in RiseFallState state, ExitStatus? lastStatus, MonotonicTime now) => new(
            prepared.Name,
            prepared.Command is null ? "ignored" : state.Health.ToString().ToLowerInvariant(),
            state.InARow,
            state.Health switch
            {
                CheckHealth.Up => prepared.Model.Fall,
                CheckHealth.Down => prepared.Model.Rise,
                _ => 1,
            },
            lastStatus,
            state.NextRun.IsNever ? null : state.NextRun - now,
            prepared.Model.Interval,
            prepared.Command?.Text);

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", Name);
        json.WriteString("state", State);
        json.WriteNumber("against_in_a_row", InARow);
        json.WriteNumber("needed_in_a_row", Needed);
        json.WriteString("last_result", LastStatus?.ToString());
        json.WriteNumber("next_run_ms", NextRun is { } next ? (long)next.TotalMilliseconds : -1);
        json.WriteNumber("interval_ms", (long)Interval.TotalMilliseconds);
        json.WriteString("command", Command);
        json.WriteEndObject();
    }
}
