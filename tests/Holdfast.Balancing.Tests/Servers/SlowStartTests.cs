using Holdfast.Balancing.Algorithms;
using Holdfast.Balancing.Servers;
using Holdfast.Primitives;

namespace Holdfast.Balancing.Tests.Servers;

public sealed class SlowStartTests
{
    private static readonly TimeSpan Ramp = TimeSpan.FromSeconds(40);

    [Fact]
    public void ServerThatComesBack_WeightAndLimit_GrowToTheWhole()
    {
        ServerPool pool = Pool(BalanceAlgorithm.RoundRobin);
        BalancedServer server = pool.Servers[0];
        Assert.Equal((ServerState.Running, 160), (server.State, server.Weight));
        MonotonicTime up = MonotonicTime.Zero + TimeSpan.FromSeconds(100);
        pool.SetState(server, ServerState.Stopped, MonotonicTime.Zero);
        pool.SetState(server, ServerState.Running, up);
        Assert.Equal((ServerState.Starting, 10, 1), (server.State, server.Weight, pool.LimitOf(server, up)));

        MonotonicTime next = pool.AdvanceSlowStarts(up + TimeSpan.FromSeconds(20));
        Assert.Equal(up + TimeSpan.FromSeconds(22), next);
        Assert.Equal((90, 50), (server.Weight, pool.LimitOf(server, up + TimeSpan.FromSeconds(20))));

        Assert.True(pool.AdvanceSlowStarts(up + Ramp).IsNever);
        Assert.Equal((ServerState.Running, 160, 100), (server.State, server.Weight, pool.LimitOf(server, up + Ramp)));
    }

    [Fact]
    public void StaticAlgorithm_ComesBackWithItsWholeWeight()
    {
        ServerPool pool = Pool(BalanceAlgorithm.StaticRoundRobin);
        int whole = pool.Servers[0].Weight;
        pool.SetAdministrative(pool.Servers[0], AdministrativeStates.Maintenance, MonotonicTime.Zero);
        Assert.Equal(1, pool.View.UsedCount);
        pool.SetAdministrative(pool.Servers[0], AdministrativeStates.None, MonotonicTime.Zero);

        Assert.Equal(whole, pool.Servers[0].Weight);
        Assert.Equal(ServerState.Starting, pool.Servers[0].State);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(20, 9)]
    [InlineData(39, 16)]
    [InlineData(40, 16)]
    [InlineData(-1, 16)]
    public void Sixteenths_OfFortySeconds(int elapsed, int expected)
        => Assert.Equal(expected, SlowStart.Sixteenths(Ramp, TimeSpan.FromSeconds(elapsed)));

    [Theory]
    [InlineData("50%", 10, true, 5, null)]
    [InlineData("0%", 10, false, 0, null)]
    [InlineData("100%", 10, false, 10, null)]
    [InlineData("50%", 10, false, 5, "static")]
    [InlineData("300%", 100, true, 256, null)]
    [InlineData("256", 1, true, 256, null)]
    [InlineData("257", 1, true, 257, "Absolute")]
    [InlineData("-1%", 1, true, -1, "Relative")]
    [InlineData("5x", 1, true, 0, "Trailing")]
    [InlineData("", 1, true, 0, "Require")]
    public void WeightArgument_Text_IsTheWeightOrTheReason(
        string text, int initial, bool isDynamic, int weight, string? reason)
    {
        string? message = WeightArgument.Read(text, initial, isDynamic, out int read);

        Assert.Equal(reason is null, message is null);
        Assert.True(reason is null ? read == weight : message!.Contains(reason, StringComparison.Ordinal), message);
    }

    private static ServerPool Pool(BalanceAlgorithm algorithm) => new(
        [
            new() { Name = "s1", Weight = 10, SlowStart = Ramp, MaxConnections = 100 },
            new() { Name = "s2", Weight = 5 },
        ],
        new() { Algorithm = algorithm });
}
