using Holdfast.Health.Checks;
using Holdfast.Primitives;

namespace Holdfast.Health.Tests.Checks;

public sealed class CheckMachineTests
{
    private static MonotonicTime At(double seconds) => new((long)(seconds * 1e9));

    private static CheckModel Model(int retries = 0, bool alpha = false, int steps = 1, bool fast = false)
        => new(TimeSpan.FromSeconds(10), retries, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4), alpha, steps, fast);

    /// <summary>s succeeds, f fails; U and D are reports, n a failure that is only noted, . nothing.</summary>
    [Theory]
    [InlineData(0, false, 1, "ssfsf", "U.DUD")]
    [InlineData(0, true, 1, "fffs", "DnnU")]
    [InlineData(2, false, 1, "sfffffs", "UnnDnnU")]
    [InlineData(2, false, 1, "sffsfffs", "Unn.nnDU")]
    [InlineData(2, false, 1, "fff", "nnD")]
    [InlineData(2, true, 1, "ffs", "DnU")]
    [InlineData(1, false, 3, "sssffss", "..UnD..")]
    [InlineData(0, false, 2, "ssfssf", ".UD.UD")]
    [InlineData(0, true, 2, "sfss", ".D.U")]
    public void Step_Results_AreReportedWhenTheyCount(
        int retries, bool alpha, int steps, string results, string expected)
    {
        CheckModel model = Model(retries, alpha, steps);
        CheckState state = CheckState.Initial(model, At(0), 0.5);
        string reports = "";
        foreach (char result in results)
        {
            Assert.Equal(CheckOutput.Start, CheckMachine.Step(model, ref state, CheckInput.TimePassed, state.Due));
            CheckOutput output = CheckMachine.Step(
                model, ref state, result == 's' ? CheckInput.Succeeded : CheckInput.Failed, At(0));
            reports += output switch
            {
                CheckOutput.ReportUp => 'U',
                CheckOutput.ReportDown => 'D',
                CheckOutput.NoteFailure => 'n',
                CheckOutput.None => '.',
                _ => '?',
            };
        }
        Assert.Equal(expected, reports);
    }

    [Fact]
    public void Initial_Warmup_IsTheDrawnPartOfIt()
    {
        CheckModel model = Model();
        Assert.Equal(At(3), CheckState.Initial(model, At(2), 0.25).Due);
        var seed = new WarmupSeed(42);
        double[] draws = [.. Enumerable.Range(0, 10_000).Select(_ => seed.Next())];
        Assert.All(draws, static d => Assert.InRange(d, 0, 0.9999999999999999));
        Assert.InRange(draws.Average(), 0.48, 0.52);
        Assert.Equal(draws[0], new WarmupSeed(42).Next());
    }

    [Theory]
    [InlineData(CheckPhase.Waiting, true, 0, 0, 3600, 5)] // half of the new delay of 10 s
    [InlineData(CheckPhase.Waiting, true, 0, 0, 9, 9)] // sooner anyway
    [InlineData(CheckPhase.Waiting, false, 0, 0, 3600, 2)] // half of the new warm-up of 4 s
    [InlineData(CheckPhase.Waiting, false, 0, 1, 3600, 5)] // warm, as it is at its second step
    [InlineData(CheckPhase.Waiting, true, 1, 0, 3600, 1)] // the whole delay before a retry
    [InlineData(CheckPhase.Running, true, 0, 0, 3600, 3600)]
    public void Adopt_OtherSettings_OnlyALongerWaitIsShortened(
        CheckPhase phase, bool hasRun, int failures, int step, double due, double expected)
    {
        var state = new CheckState(phase, IsUp: false, hasRun, failures, step, At(due));
        Assert.Equal(state with { Due = At(expected) }, CheckMachine.Adopt(Model(retries: 3), state, At(0), 0.5));
    }

    [Fact]
    public void Adopt_FewerRetries_TheNextFailureCounts()
    {
        CheckModel model = Model(retries: 3);
        CheckState state = CheckState.Initial(model, At(0), 0) with { Failures = 2 };
        CheckModel less = Model(retries: 1);
        state = CheckMachine.Adopt(less, state, At(0), 0);
        CheckMachine.Step(less, ref state, CheckInput.TimePassed, At(0));
        Assert.Equal(CheckOutput.ReportDown, CheckMachine.Step(less, ref state, CheckInput.Failed, At(0)));
    }

    [Fact]
    public void Step_Delays_DependOnTheState()
    {
        CheckModel model = Model(retries: 1, steps: 2, fast: true);
        CheckState state = CheckState.Initial(model, At(0), 0);
        Assert.Equal(0, Run(CheckInput.Succeeded)); // first URL while coming up
        Assert.Equal(10, Run(CheckInput.Succeeded));
        Assert.Equal(10, Run(CheckInput.Succeeded)); // up: no hurry
        Assert.Equal(1, Run(CheckInput.Failed));
        Assert.Equal(1, state.Step); // the same URL again
        Assert.Equal(10, Run(CheckInput.Failed));
        Assert.Equal((false, 0), (state.IsUp, state.Step));

        double Run(CheckInput input)
        {
            CheckMachine.Step(model, ref state, CheckInput.TimePassed, state.Due);
            CheckMachine.Step(model, ref state, input, At(100));
            return (state.Due - At(100)).TotalSeconds;
        }
    }

    /// <summary>Checks that one busy moment has pushed together part again at their next turn.</summary>
    [Fact]
    public void Step_StartedLate_TheNextIsNotLater()
    {
        CheckModel model = Model();
        var states = new CheckState[3];
        for (int i = 0; i < states.Length; i++)
        {
            states[i] = CheckState.Initial(model with { Warmup = TimeSpan.FromSeconds(i) }, At(0), 1);
            CheckMachine.Step(model, ref states[i], CheckInput.TimePassed, At(2.5));
            CheckMachine.Step(model, ref states[i], CheckInput.Succeeded, At(2.6));
        }
        Assert.Equal([At(10.1), At(11.1), At(12.1)], states.Select(static s => s.Due));
        CheckMachine.Step(model, ref states[0], CheckInput.TimePassed, At(500)); // the host slept
        CheckMachine.Step(model, ref states[0], CheckInput.Succeeded, At(501));
        Assert.Equal(At(511), states[0].Due);
    }

    /// <summary>
    /// Any order of events: a probe is never started twice, reports alternate, nothing runs suspended.
    /// </summary>
    [Fact]
    public void Step_RandomEvents_KeepTheInvariants()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            CheckModel model = Model(random.Next(4), random.Next(2) == 0, random.Next(1, 4), random.Next(2) == 0);
            CheckState state = CheckState.Initial(model, At(0), random.NextDouble());
            bool isRunning = false, isKnown = false, isUp = false;
            double now = 0;
            for (int i = 0; i < 200; i++)
            {
                now += random.NextDouble() * 6;
                var input = (CheckInput)random.Next(6);
                CheckOutput output = CheckMachine.Step(model, ref state, input, At(now));
                bool started = output.HasFlag(CheckOutput.Start);
                Assert.False(isRunning && started);
                isRunning = started || (isRunning && state.Phase == CheckPhase.Running);
                Assert.Equal(isRunning, state.Phase == CheckPhase.Running);
                Assert.Equal(state.Phase != CheckPhase.Waiting, state.Due.IsNever);
                if ((output & (CheckOutput.ReportUp | CheckOutput.ReportDown)) != 0)
                {
                    Assert.False(isKnown && isUp == output.HasFlag(CheckOutput.ReportUp));
                    isUp = output.HasFlag(CheckOutput.ReportUp);
                    isKnown = true;
                }
                Assert.True(!isKnown || state.IsUp == isUp);
                Assert.InRange(state.Failures, 0, model.Retries);
                Assert.InRange(state.Step, 0, model.Steps - 1);
            }
        }
    }

    [Theory]
    [InlineData(0, true, 4, true, 0L)]
    [InlineData(0, false, 4, true, null)]
    [InlineData(1, true, 4, false, null)]
    [InlineData(12, true, 4, true, 6L)]
    [InlineData(2, true, 4, true, -4L)]
    [InlineData(12, false, 4, false, null)]
    public void JudgeExit_Code_IsSuccessAndWeight(int code, bool dynamic, int weight, bool succeeds, long? delta)
    {
        Assert.Equal(succeeds, WeightRules.JudgeExit(code, dynamic, weight, out long? actual));
        Assert.Equal(delta, actual);
    }

    [Theory]
    [InlineData(5, 3, false, true, 15)]
    [InlineData(5, 3, true, true, -15)]
    [InlineData(0, 0, false, true, 0)]
    [InlineData(1, 0, false, false, 0)]
    [InlineData(1, 0, true, true, 0)]
    [InlineData(-2147483648, 1, false, false, -2147483648)]
    public void JudgeFile_Number_IsSuccessAndWeight(long value, int weight, bool reverse, bool succeeds, long delta)
    {
        Assert.Equal(succeeds, WeightRules.JudgeFile(value, weight, reverse, out long actual));
        Assert.Equal(delta, actual);
    }
}
