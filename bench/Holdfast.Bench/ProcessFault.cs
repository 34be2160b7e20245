using System.Globalization;
using Holdfast.Lab;
using Holdfast.Linux.Abi;

namespace Holdfast.Bench;

/// <summary>What is done to single processes of the Active; the rest of the node lives on.</summary>
/// <param name="Name">For the command line.</param>
/// <param name="Title">For the table.</param>
/// <param name="ForOriginal">Whether the original can be measured, too.</param>
/// <param name="Goal">What Holdfast is to reach.</param>
/// <param name="Strike">Does it; between its steps it calls its second argument with the time to let pass.</param>
internal sealed record ProcessFault(
    string Name, string Title, bool ForOriginal, string Goal, Action<ProcessFault.Target, Action<TimeSpan>> Strike)
{
    private const int Kills = 20;
    private const int LoopKills = 6;
    private static readonly TimeSpan s_five = TimeSpan.FromSeconds(5);

    internal static IReadOnlyList<ProcessFault> All { get; } =
    [
        new("kill-vrrp-x20", "kill -9 of the VRRP process, 20 times, 5 s apart", true,
            "no ping lost, no transition", KillOften),
        new("crash-loop", "crash loop of the VRRP process", false, "resigns, no ping lost", CrashLoop),
        new("kill-supervisor", "kill -9 of the supervisor", false, "no ping lost", static (target, pass) =>
        {
            target.Signal("keepalived", Signal.SIGKILL);
            pass(s_five);
        }),
        new("stop-vrrp", "SIGSTOP of the VRRP process", true, "no transition, or one in order",
            static (target, pass) =>
            {
                target.Signal("vrrp", Signal.SIGSTOP);
                pass(s_five * 2);
            }),
        new("upgrade", "binary upgrade", false, "no ping lost, no transition", static (target, pass) =>
        {
            _ = target.Node.Execute(target.Holdfast, "upgrade", target.Holdfast);
            pass(s_five);
        }),
    ];

    private static void KillOften(Target target, Action<TimeSpan> pass)
    {
        for (int kill = 0; kill < Kills; kill++)
        {
            target.Signal("vrrp", Signal.SIGKILL);
            pass(s_five);
        }
    }

    private static void CrashLoop(Target target, Action<TimeSpan> pass)
    {
        for (int kill = 0; kill < LoopKills; kill++)
        {
            target.Signal("vrrp", Signal.SIGKILL);
            pass(TimeSpan.FromMilliseconds(500));
        }
        pass(s_five);
    }

    /// <summary>The node that is struck.</summary>
    /// <param name="Node">The node.</param>
    /// <param name="Holdfast">Our binary.</param>
    internal sealed record Target(LabNode Node, string Holdfast)
    {
        /// <summary>Sends a signal to the process of a pid file; nothing happens when it is gone.</summary>
        internal void Signal(string pidFile, Signal signal)
        {
            if (Node.ReadFile($"/run/lab/{pidFile}.pid") is { } text)
            {
                _ = Node.Execute(
                    "kill", string.Create(CultureInfo.InvariantCulture, $"-{(int)signal}"), text.Trim());
            }
        }
    }
}
