using Holdfast.Health.RiseFall;
using Holdfast.Primitives;

namespace Holdfast.Health.Tests.RiseFall;

public sealed class RiseFallMachineTests
{
    private static MonotonicTime At(double seconds) => new((long)(seconds * 1e9));

    private static RiseFallModel Model(double timeout = 1, int rise = 1, int fall = 1, bool initFail = false)
        => new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(timeout), rise, fall, initFail);

    /// <summary>Each letter is one run: s succeeds, f fails. U and D are the reports, . none.</summary>
    [Theory]
    [InlineData(1, 1, false, "sfs", "UDU")]
    [InlineData(1, 1, true, "fs", ".U")]
    [InlineData(3, 1, false, "ffsss", "D...U")]
    [InlineData(3, 1, true, "sss", "..U")]
    [InlineData(3, 1, true, "ssfsss", ".....U")]
    [InlineData(1, 3, false, "sffsfff", "U.....D")]
    [InlineData(2, 2, false, "sffssff", "U.D.U.D")]
    [InlineData(2, 2, false, "fss", "D.U")]
    public void Step_Results_AreReportedOnChangeOnly(int rise, int fall, bool initFail, string runs, string expected)
    {
        RiseFallModel model = Model(rise: rise, fall: fall, initFail: initFail);
        RiseFallState state = RiseFallState.Initial(model, At(0));
        string reports = "";
        for (int i = 0; i < runs.Length; i++)
        {
            (state, CheckEffects started) = RiseFallMachine.Step(model, state, CheckEvent.TimePassed, At(i));
            Assert.Equal(CheckEffects.Start, started);
            CheckEvent result = runs[i] == 's' ? CheckEvent.Succeeded : CheckEvent.Failed;
            (state, CheckEffects effects) = RiseFallMachine.Step(model, state, result, At(i + 0.1));
            reports += effects switch
            {
                CheckEffects.ReportUp => 'U',
                CheckEffects.ReportDown => 'D',
                CheckEffects.None => '.',
                _ => '?',
            };
        }
        Assert.Equal(expected, reports);
    }

    [Fact]
    public void Step_RunTakesTooLong_IsTerminatedKilledAndCountedOnce()
    {
        RiseFallModel model = Model(timeout: 2.5);
        RiseFallState state = RiseFallState.Initial(model, At(0));
        var seen = new List<(double, CheckEffects)>();
        for (double now = 0; now < 7; now += 0.5)
        {
            if (state.Deadline <= At(now))
            {
                (state, CheckEffects effects) = RiseFallMachine.Step(model, state, CheckEvent.TimePassed, At(now));
                seen.Add((now, effects));
            }
        }
        Assert.Equal(
            [
                (0, CheckEffects.Start), (1, CheckEffects.ReportSkipped), (2, CheckEffects.ReportSkipped),
                (2.5, CheckEffects.ReportDown | CheckEffects.Terminate), (3, CheckEffects.ReportSkipped),
                (4, CheckEffects.ReportSkipped), (4.5, CheckEffects.Kill), (5, CheckEffects.ReportSkipped),
                (6, CheckEffects.ReportSkipped),
            ],
            seen);
        (state, CheckEffects late) = RiseFallMachine.Step(model, state, CheckEvent.Succeeded, At(6.6));
        Assert.Equal(CheckEffects.None, late);
        Assert.Equal(CheckHealth.Down, state.Health);
        (_, CheckEffects next) = RiseFallMachine.Step(model, state, CheckEvent.TimePassed, At(7));
        Assert.Equal(CheckEffects.Start, next);
    }

    [Fact]
    public void Step_TimeoutEqualsInterval_EndsTheRunBeforeTheNext()
    {
        RiseFallModel model = Model();
        RiseFallState state = RiseFallState.Initial(model, At(0));
        (state, _) = RiseFallMachine.Step(model, state, CheckEvent.TimePassed, At(0));
        (state, CheckEffects effects) = RiseFallMachine.Step(model, state, CheckEvent.TimePassed, At(1));
        Assert.Equal(CheckEffects.ReportDown | CheckEffects.Terminate | CheckEffects.ReportSkipped, effects);
        Assert.Equal(RunPhase.Terminating, state.Phase);
    }

    [Fact]
    public void Step_AfterAPauseOfTheHost_DoesNotMakeUpForMissedRuns()
    {
        RiseFallModel model = Model();
        RiseFallState state = RiseFallState.Initial(model, At(0));
        (state, _) = RiseFallMachine.Step(model, state, CheckEvent.TimePassed, At(0));
        (state, _) = RiseFallMachine.Step(model, state, CheckEvent.Succeeded, At(0.1));
        (state, CheckEffects effects) = RiseFallMachine.Step(model, state, CheckEvent.TimePassed, At(100.3));
        Assert.Equal(CheckEffects.Start, effects);
        Assert.Equal(At(101.3), state.NextRun);
    }

    [Fact]
    public void Step_RunOnTime_KeepsTheGrid()
    {
        RiseFallModel model = Model();
        RiseFallState state = RiseFallState.Initial(model, At(0));
        (state, _) = RiseFallMachine.Step(model, state, CheckEvent.TimePassed, At(0.004));
        Assert.Equal(At(1), state.NextRun);
    }
}
