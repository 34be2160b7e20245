using System.Text;
using Holdfast.Primitives;
using Holdfast.Vrrp.Machine;
using Holdfast.Vrrp.Tests.Machine;

namespace Holdfast.Vrrp.Tests.Documents;

/// <summary>docs/vrrp-machine.md: every pair of role and event, as the machine itself answers it.</summary>
internal static class TransitionTable
{
    private static readonly (string Name, Func<MachineBench, string> Do)[] Events =
    [
        ("start", static b => b.Do(EventKind.Startup)),
        ("deadline reached", static b => b.RunToDeadline()),
        ("advert, higher priority", static b => b.Hear(200)),
        ("advert, equal priority, higher address", static b => b.Hear(100, MachineBench.Higher)),
        ("advert, equal priority, lower address", static b => b.Hear(100, MachineBench.Lower)),
        ("advert, lower priority", static b => b.Hear(50)),
        ("advert, priority 0", static b => b.Hear(0)),
        ("tracker fails (weight 0)", static b => b.Do(VrrpEvent.FaultsAre(FaultCauses.Tracker))),
        ("interface goes down", static b => b.Do(VrrpEvent.FaultsAre(FaultCauses.InterfaceDown))),
        ("all faults end", static b => b.Do(VrrpEvent.FaultsAre(FaultCauses.None))),
        ("priority changes to 150", static b => b.Do(VrrpEvent.PriorityIs(new Priority(150)))),
        ("successor announced all addresses", static b => b.Do(EventKind.SuccessorAnnounced)),
        ("sync group becomes Active", static b => b.Do(EventKind.GroupBecomesActive)),
        ("sync group becomes Backup", static b => b.Do(EventKind.GroupBecomesBackup)),
        ("sync group resigns (reload)", static b => b.Do(EventKind.GroupResigns)),
        ("process restarted in time", static b => b.Do(EventKind.Resumed)),
        ("process restarted too late", static b => b.ResumeLate()),
        ("stop", static b => b.Do(EventKind.Shutdown)),
        ("stop now", static b => b.Do(EventKind.ShutdownNow)),
    ];

    public static string Write()
    {
        var text = new StringBuilder();
        text.Append("""
            # The VRRP machine: what happens in which role

            Made from the machine by a test (`Holdfast.Vrrp.Tests`, `TransitionTableTests`); run the tests with
            `HOLDFAST_UPDATE_DOCS=1` to make it anew. The instance has priority 100, version 2, an interval of 1 s and
            preemption. Effects stand in the order in which they are carried out; "watch" means that the addresses stay
            until the successor has announced them. The last column says when the instance acts next by itself.


            """);
        foreach (Role role in Enum.GetValues<Role>())
        {
            text.Append($"## {role}\n\n| Event | Effects | Role after | Next deadline |\n| --- | --- | --- | --- |\n");
            foreach ((string name, Func<MachineBench, string> act) in Events)
            {
                text.Append(Row(role, name, act));
            }
            text.Append('\n');
        }
        text.Append("## Active, its own advert overdue by nine seconds\n\n");
        text.Append("Another router may have taken over; what has been received is read before anything is sent.\n\n");
        text.Append("| Event | Effects | Role after | Next deadline |\n| --- | --- | --- | --- |\n");
        foreach ((string name, Func<MachineBench, string> act) in Events)
        {
            if (name != "deadline reached") // the table of Active has it: the clock alone decides nothing
            {
                MachineBench bench = MachineBench.In(Role.Active);
                bench.Pass(TimeSpan.FromSeconds(10));
                text.Append(Row(bench, name, act));
            }
        }
        text.Append("\n## Active before, addresses lingering\n\n");
        text.Append("| Event | Effects | Role after | Next deadline |\n| --- | --- | --- | --- |\n");
        foreach ((string name, Func<MachineBench, string> act) in Events)
        {
            MachineBench bench = MachineBench.In(Role.Active);
            bench.Hear(200);
            text.Append(Row(bench, name, act));
        }
        return text.ToString();
    }

    private static string Row(Role role, string name, Func<MachineBench, string> act)
    {
        MachineBench bench = MachineBench.In(role);
        if (bench.State.NextDeadline.IsNever && name == "deadline reached")
        {
            return $"| {name} | (none is set) | {role} | – |\n";
        }
        bench.Pass(TimeSpan.FromMilliseconds(100));
        return Row(bench, name, act);
    }

    private static string Row(MachineBench bench, string name, Func<MachineBench, string> act)
    {
        string effects = act(bench);
        MonotonicTime next = bench.State.NextDeadline;
        string when = next.IsNever ? "–" : FormattableString.Invariant($"{(next - bench.Now).TotalSeconds:F3} s");
        return $"| {name} | {(effects.Length == 0 ? "–" : effects)} | {bench.State.Role} | {when} |\n";
    }
}
