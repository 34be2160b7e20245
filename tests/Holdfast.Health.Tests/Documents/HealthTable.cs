using System.Globalization;
using System.Text;
using Holdfast.Health.Checks;
using Holdfast.Health.Services;
using Holdfast.Primitives;

namespace Holdfast.Health.Tests.Documents;

/// <summary>Writes docs/health-machine.md from the machines themselves.</summary>
internal static class HealthTable
{
    private static readonly CheckModel s_check = new(
        TimeSpan.FromSeconds(10), 2, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), Alpha: false);

    private static readonly (string Name, CheckState State)[] s_states =
    [
        ("first check, counts as up", new CheckState(CheckPhase.Running, true, false, 0, 0, MonotonicTime.Never)),
        ("first check, alpha", new CheckState(CheckPhase.Running, false, false, 0, 0, MonotonicTime.Never)),
        ("up, no failure", new CheckState(CheckPhase.Running, true, true, 0, 0, MonotonicTime.Never)),
        ("up, 1 failure", new CheckState(CheckPhase.Running, true, true, 1, 0, MonotonicTime.Never)),
        ("up, 2 failures", new CheckState(CheckPhase.Running, true, true, 2, 0, MonotonicTime.Never)),
        ("down", new CheckState(CheckPhase.Running, false, true, 0, 0, MonotonicTime.Never)),
        ("waiting, up", new CheckState(CheckPhase.Waiting, true, true, 0, 0, MonotonicTime.Zero)),
        ("suspended, up", new CheckState(CheckPhase.Suspended, true, true, 0, 0, MonotonicTime.Never)),
    ];

    public static string Write()
    {
        var text = new StringBuilder("""
            # The health machines: when a server gets traffic

            Made from the machines by a test (`Holdfast.Health.Tests`, `HealthTableTests`); run the tests with
            `HOLDFAST_UPDATE_DOCS=1` to make it anew.

            ## One checker

            `delay_loop` 10 s, `retry` 2, `delay_before_retry` 1 s. "Probe again" counts from the end of the probe.

            | State | Event | Effects | After | Probe again |
            | --- | --- | --- | --- | --- |

            """);
        foreach ((string name, CheckState state) in s_states)
        {
            foreach (CheckInput input in Enum.GetValues<CheckInput>())
            {
                WriteCheck(text, name, state, input, s_check);
            }
        }
        text.Append("\nA check of three URLs (`url` blocks), the second one under way; a success goes on to the third:"
            + "\n\n| State | Event | Effects | After | Probe again |\n| --- | --- | --- | --- | --- |\n");
        foreach (bool fast in (bool[])[false, true])
        {
            foreach (bool up in (bool[])[true, false])
            {
                string name = (up ? "up" : "down") + (fast ? ", fast_recovery" : "");
                var state = new CheckState(CheckPhase.Running, up, true, 0, 1, MonotonicTime.Never);
                CheckModel model = s_check with { Steps = 3, FastRecovery = fast };
                WriteCheck(text, name, state, CheckInput.Succeeded, model);
                WriteCheck(text, name, state, CheckInput.Failed, model);
            }
        }
        WriteService(text);
        return text.ToString();
    }

    private static void WriteCheck(
        StringBuilder text, string name, CheckState state, CheckInput input, in CheckModel model)
    {
        CheckState after = state;
        CheckOutput output = CheckMachine.Step(model, ref after, input, MonotonicTime.Zero);
        string phase = after.Phase == CheckPhase.Suspended ? "suspended, " : "";
        string what = after == state ? "–" : string.Create(CultureInfo.InvariantCulture,
            $"{phase}{(after.IsUp ? "up" : "down")}{Plural(after.Failures)}{Step(after.Step)}");
        string due = after.Due.IsNever || after.Due == state.Due ? "–" : string.Create(CultureInfo.InvariantCulture,
            $"{(after.Due - MonotonicTime.Zero).TotalSeconds} s");
        text.Append(CultureInfo.InvariantCulture,
            $"| {name} | {Words(input.ToString())} | {Effects(output)} | {what} | {due} |\n");
    }

    private static string Plural(int failures) => failures switch
    {
        0 => "",
        1 => ", 1 failure",
        _ => string.Create(CultureInfo.InvariantCulture, $", {failures} failures"),
    };

    private static string Step(int step)
        => step == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", URL {step + 1}");

    private static string Effects(CheckOutput output)
        => output == CheckOutput.None ? "–" : string.Join(", ", output.ToString().Split(", ").Select(Words));

    private static string Words(string name)
    {
        var words = new StringBuilder();
        foreach (char c in name)
        {
            words.Append(char.IsUpper(c) && words.Length > 0 ? " " : "").Append(char.ToLowerInvariant(c));
        }
        return words.ToString();
    }

    private static void WriteService(StringBuilder text)
    {
        text.Append("""

            ## One service

            Three servers A, B, C of weight 2, `quorum` 4, `hysteresis` 1, so 5 is needed to gain it and 3 to keep it;
            a sorry server S. Server B has `inhibit_on_failure`. Each line starts where the last one ended.

            | Event | Told | Weight up | Quorum | A | B | C | S |
            | --- | --- | --- | --- | --- | --- | --- | --- |

            """);
        var model = new ServiceModel(4, 1, HasSorryServer: true, InhibitsSorryServer: false, Omega: true,
            [new(2, false, [false]), new(2, true, [false, false]), new(2, false, [false])]);
        (ServiceState state, var effects) = ServiceMachine.Start(model);
        WriteRow("start");
        ReadOnlySpan<(string Name, ServiceEvent Event)> events =
        [
            ("A's check fails", new(ServiceEventKind.CheckDown, 0)),
            ("a check of B fails", new(ServiceEventKind.CheckDown, 1, 0)),
            ("the other check of B fails", new(ServiceEventKind.CheckDown, 1, 1)),
            ("A's check succeeds", new(ServiceEventKind.CheckUp, 0)),
            ("one check of B succeeds", new(ServiceEventKind.CheckUp, 1, 0)),
            ("the other one, too", new(ServiceEventKind.CheckUp, 1, 1)),
            ("C's check adds −1", new(ServiceEventKind.WeightDelta, 2, 0, -1)),
            ("C's check adds −9", new(ServiceEventKind.WeightDelta, 2, 0, -9)),
            ("A's check fails", new(ServiceEventKind.CheckDown, 0)),
            ("C's check adds 3", new(ServiceEventKind.WeightDelta, 2, 0, 3)),
            ("stop, with omega", new(ServiceEventKind.Stop)),
        ];
        foreach ((string name, ServiceEvent occurred) in events)
        {
            (state, effects) = ServiceMachine.Step(model, state, occurred);
            WriteRow(name);
        }

        void WriteRow(string name)
        {
            ServiceTable table = ServiceMachine.Table(model, state);
            string told = effects.IsEmpty ? "–" : string.Join(", ", effects.Select(static e =>
                (e.Server < 0 ? "" : "ABC"[e.Server] + " ") + Words(e.Kind.ToString()
                    .Replace("Server", "", StringComparison.Ordinal))));
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {told} | {state.WeightUp} | "
                + $"{(state.HasQuorum ? "yes" : "no")} | {string.Join(" | ", table.Servers.Select(Cell))} | "
                + $"{Cell(table.SorryServer)} |\n");
        }
    }

    private static string Cell(long? weight) => weight?.ToString(CultureInfo.InvariantCulture) ?? "–";
}
