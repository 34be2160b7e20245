using Holdfast.Health.Servers;
using Holdfast.Primitives;

namespace Holdfast.Health.Tests.Servers;

/// <summary>HAProxy's health counter, step by step.</summary>
public sealed class ServerCheckMachineTests
{
    private static readonly ServerCheckModel s_model = new()
    {
        Interval = TimeSpan.FromSeconds(2), FastInterval = TimeSpan.FromSeconds(1),
        DownInterval = TimeSpan.FromSeconds(5), Rise = 2, Fall = 3,
    };

    // Results in order (S success, F failure), then the counter, whether it is up, and the delay to the next check.
    [Theory]
    [InlineData("", 2, true, 1)]
    [InlineData("S", 4, true, 2)]
    [InlineData("F", 0, false, 5)]
    [InlineData("SF", 3, true, 1)]
    [InlineData("SFF", 2, true, 1)]
    [InlineData("SFFF", 0, false, 5)]
    [InlineData("SFFS", 4, true, 2)]
    [InlineData("FS", 1, false, 1)]
    [InlineData("FSF", 0, false, 5)]
    [InlineData("FSS", 4, true, 2)]
    [InlineData("FSSS", 4, true, 2)]
    [InlineData("FFFF", 0, false, 5)]
    public void Results_InOrder_GiveCounterStateAndDelay(string results, int health, bool isUp, int delaySeconds)
    {
        ServerCheckState state = ServerCheckMachine.Begin(s_model, MonotonicTime.Zero);
        foreach (char result in results)
        {
            _ = Check(ref state, result == 'S' ? ServerCheckInput.Succeeded : ServerCheckInput.Failed);
        }

        Assert.Equal(health, state.Health);
        Assert.Equal(isUp, ServerCheckMachine.IsUp(s_model, state));
        Assert.Equal(TimeSpan.FromSeconds(delaySeconds), ServerCheckMachine.Delay(s_model, state));
    }

    [Fact]
    public void Changes_AreSaidOnce()
    {
        ServerCheckState state = ServerCheckMachine.Begin(s_model, MonotonicTime.Zero);

        Assert.Equal(ServerCheckOutput.None, Check(ref state, ServerCheckInput.Succeeded));
        Assert.Equal(ServerCheckOutput.None, Check(ref state, ServerCheckInput.Failed));
        Assert.Equal(ServerCheckOutput.None, Check(ref state, ServerCheckInput.Failed));
        Assert.Equal(ServerCheckOutput.WentDown, Check(ref state, ServerCheckInput.Failed));
        Assert.Equal(ServerCheckOutput.None, Check(ref state, ServerCheckInput.Failed));
        Assert.Equal(ServerCheckOutput.None, Check(ref state, ServerCheckInput.Succeeded));
        Assert.Equal(ServerCheckOutput.WentUp, Check(ref state, ServerCheckInput.Succeeded));
        Assert.Equal(ServerCheckOutput.WentWithoutNewWork, Check(ref state, ServerCheckInput.SucceededWithoutNewWork));
        Assert.Equal(ServerCheckOutput.None, Check(ref state, ServerCheckInput.SucceededWithoutNewWork));
        Assert.Equal(ServerCheckOutput.WentWithNewWork, Check(ref state, ServerCheckInput.Succeeded));
    }

    [Fact]
    public void Time_BeforeItIsDue_StartsNothing()
    {
        MonotonicTime due = MonotonicTime.Zero + TimeSpan.FromSeconds(3);
        ServerCheckState state = ServerCheckMachine.Begin(s_model, due);

        Assert.Equal(ServerCheckOutput.None, Step(ref state, ServerCheckInput.TimePassed, MonotonicTime.Zero));
        Assert.Equal(ServerCheckOutput.Start, Step(ref state, ServerCheckInput.TimePassed, due));
        Assert.Equal(ServerCheckOutput.None, Step(ref state, ServerCheckInput.TimePassed, due));
    }

    [Fact]
    public void Maintenance_WhileChecking_CancelsAndBeginsAnewAfterwards()
    {
        ServerCheckState state = ServerCheckMachine.Begin(s_model, MonotonicTime.Zero);
        _ = Check(ref state, ServerCheckInput.Failed);
        state.Due = MonotonicTime.Zero;
        _ = Step(ref state, ServerCheckInput.TimePassed, MonotonicTime.Zero);

        Assert.Equal(ServerCheckOutput.Cancel, Step(ref state, ServerCheckInput.Suspend, MonotonicTime.Zero));
        Assert.Equal(ServerCheckOutput.None, Step(ref state, ServerCheckInput.Succeeded, MonotonicTime.Zero));
        Assert.Equal(ServerCheckOutput.WentUp, Step(ref state, ServerCheckInput.Resume, MonotonicTime.Zero));
        Assert.Equal(s_model.Rise, state.Health);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void AnyInputs_CounterStaysInItsRange(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 500; round++)
        {
            ServerCheckModel model = new() { Rise = random.Next(1, 6), Fall = random.Next(1, 6) };
            ServerCheckState state = ServerCheckMachine.Begin(model, MonotonicTime.Zero);
            MonotonicTime now = MonotonicTime.Zero;
            for (int step = 0; step < 60; step++)
            {
                now += TimeSpan.FromSeconds(random.Next(3));
                bool wasUp = ServerCheckMachine.IsUp(model, state);
                ServerCheckOutput output = ServerCheckMachine.Step(
                    model, ref state, (ServerCheckInput)random.Next(6), now);
                bool isUp = ServerCheckMachine.IsUp(model, state);
                Assert.InRange(state.Health, 0, model.Rise + model.Fall - 1);
                Assert.Equal(wasUp && !isUp, output == ServerCheckOutput.WentDown);
                Assert.Equal(!wasUp && isUp, output == ServerCheckOutput.WentUp);
                Assert.True(state.IsRunning || state.IsSuspended || !state.Due.IsNever, "nothing will ever happen");
            }
        }
    }

    private static ServerCheckOutput Check(ref ServerCheckState state, ServerCheckInput result)
    {
        Assert.Equal(ServerCheckOutput.Start, Step(ref state, ServerCheckInput.TimePassed, state.Due));
        return Step(ref state, result, MonotonicTime.Zero);
    }

    private static ServerCheckOutput Step(ref ServerCheckState state, ServerCheckInput input, MonotonicTime now)
        => ServerCheckMachine.Step(s_model, ref state, input, now);
}
