namespace Holdfast.UserMode.Tests.Lives;

/// <summary>
/// Random virtual servers live the same life under the original and under ours: the same IPVS table and the same lines
/// in the FIFO at every step.
/// </summary>
public sealed class LifeTests(LifeRun run) : IClassFixture<LifeRun>
{
    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, LifeRun.Count)];

    [Fact]
    public void Guest_Boots_AndComesToItsEnd()
        => Assert.True(run.Kernel is { HasBooted: true, HasEnded: true }, run.Kernel.Console);

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Daemons_RandomLife_SameTableAndFifoAtEveryStep(int number)
    {
        string report = run.ReportOf(number);

        Assert.True(report.Contains("\ndifferences 0,", StringComparison.Ordinal), run.StoryOf(number));
        Assert.Equal(run.Lives[number].StepCount,
            report.Split('\n').Count(static l => l.StartsWith("step ", StringComparison.Ordinal)));
    }
}
