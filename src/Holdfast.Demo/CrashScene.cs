using Holdfast.Linux;

namespace Holdfast.Demo;

/// <summary>What becomes of the address when the Active's daemon crashes, hangs or is frozen.</summary>
internal static class CrashScene
{
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(3);

    internal static void Play(DemoStage stage)
    {
        DemoNode active = stage.Node1;
        stage.EnsureNode1Active(Scenes.MasterConfig);
        stage.MeasureStill("kill -9 of the VRRP process",
            () => active.SignalVrrp("KILL", "kill -9 of the VRRP process"), Watch);
        stage.MeasureStill("the VRRP process hangs (SIGSTOP)",
            () => active.SignalVrrp("STOP", "SIGSTOP of the VRRP process"), Watch + TimeSpan.FromSeconds(1));
        stage.MeasureStill("kill -9 of the supervisor", active.KillSupervisor, Watch);
        stage.MeasureStill("the whole node freezes for 2 s", () => Freeze(stage, TimeSpan.FromSeconds(2)), Watch);
        stage.Measure("the whole node freezes for 8 s", () => active.Freeze(true), stage.Node2);
        stage.Pass(TimeSpan.FromSeconds(4));
        active.Freeze(false);
        stage.WaitForAnswers(active); // it has the higher priority, and preempts in its turn
        var killed = MonotonicClock.Now;
        stage.Measure("kill -9 of every process", active.KillAll, stage.Node2);
        stage.WaitForRelease(active, killed);
    }

    private static void Freeze(DemoStage stage, TimeSpan time)
    {
        stage.Node1.Freeze(true);
        stage.Pass(time);
        stage.Node1.Freeze(false);
    }
}
