using Holdfast.Health.Services;

namespace Holdfast.Health.Tests.Services;

public sealed class ServiceMachineTests
{
    /// <summary>
    /// What keepalived 2.2.7 did with alpha, quorum 2, an inhibited sorry server and one inhibited server.
    /// </summary>
    [Fact]
    public void Step_LifeOfAService_IsThatOfTheOriginal()
    {
        var model = new ServiceModel(2, 0, HasSorryServer: true, InhibitsSorryServer: true, Omega: true,
            [new(1, true, [true]), new(1, false, [true])]);
        (ServiceState state, var effects) = ServiceMachine.Start(model);
        Assert.Equal(ServiceEffectKind.QuorumLost, Assert.Single(effects).Kind);
        AssertTable(0, null, 1);

        Step(new(ServiceEventKind.CheckDown, 0));
        Assert.Empty(effects);
        Step(new(ServiceEventKind.CheckUp, 1));
        Assert.Equal([ServiceEffectKind.ServerUp], effects.Select(static e => e.Kind));
        AssertTable(0, null, 1);

        Step(new(ServiceEventKind.CheckUp, 0));
        Assert.Equal([ServiceEffectKind.ServerUp, ServiceEffectKind.QuorumGained], effects.Select(static e => e.Kind));
        AssertTable(1, 1, 0);

        Step(new(ServiceEventKind.CheckDown, 0));
        Assert.Equal([ServiceEffectKind.ServerDown, ServiceEffectKind.QuorumLost], effects.Select(static e => e.Kind));
        AssertTable(0, null, 1);

        // The server that is up stands behind the sorry server, without an entry.
        Step(new(ServiceEventKind.Stop));
        Assert.Equal([new(ServiceEffectKind.QuorumLost, -1, 0)], effects);

        Step(new(ServiceEventKind.CheckUp, 0));
        Step(new(ServiceEventKind.Stop));
        Assert.Equal([ServiceEffectKind.ServerDown, ServiceEffectKind.ServerDown, ServiceEffectKind.QuorumLost],
            effects.Select(static e => e.Kind));

        void Step(ServiceEvent occurred) => (state, effects) = ServiceMachine.Step(model, state, occurred);

        void AssertTable(long? first, long? second, long? sorry)
        {
            ServiceTable table = ServiceMachine.Table(model, state);
            Assert.Equal([first, second], table.Servers);
            Assert.Equal(sorry, table.SorryServer);
        }
    }

    [Fact]
    public void Step_WeightGoesBelowZero_IsNothingAndLosesTheQuorum()
    {
        var model = new ServiceModel(3, 1, HasSorryServer: true, InhibitsSorryServer: false, Omega: false,
            [new(4, false, [false, false])]);
        (ServiceState state, _) = ServiceMachine.Start(model);
        Assert.True(state.HasQuorum);
        (state, var effects) = ServiceMachine.Step(model, state, new(ServiceEventKind.WeightDelta, 0, 1, -15));
        Assert.Equal([new(ServiceEffectKind.WeightChanged, 0, 0), new(ServiceEffectKind.QuorumLost, -1, 0)], effects);
        (state, _) = ServiceMachine.Step(model, state, new(ServiceEventKind.WeightDelta, 0, 0, 20));
        Assert.Equal(9, state.Servers[0].Weight);
        (state, effects) = ServiceMachine.Step(model, state, new(ServiceEventKind.WeightDelta, 0, 1, 0));
        Assert.Equal(24, state.WeightUp);
    }

    /// <summary>
    /// Random events: the sorry server serves exactly without quorum, only servers that are up have weight, and the
    /// quorum changes only beyond its margin.
    /// </summary>
    [Fact]
    public void Step_RandomEvents_KeepTheInvariants()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            ServiceModel model = RandomModel(random);
            (ServiceState state, _) = ServiceMachine.Start(model);
            for (int i = 0; i < 200; i++)
            {
                int server = random.Next(model.Servers.Length);
                int checkers = model.Servers[server].StartsDown.Length;
                if (checkers == 0)
                {
                    continue;
                }
                var occurred = new ServiceEvent((ServiceEventKind)random.Next(3), server, random.Next(checkers),
                    random.Next(-5, 6));
                bool before = state.HasQuorum;
                (state, var effects) = ServiceMachine.Step(model, state, occurred);
                AssertInvariants(model, state);
                Assert.Equal(before != state.HasQuorum, effects.Any(static e => e.Server < 0));
                Assert.Equal(effects.Length, effects.Select(static e => (e.Kind, e.Server)).Distinct().Count());
                // The same event again changes nothing.
                (ServiceState again, var none) = ServiceMachine.Step(model, state, occurred);
                Assert.Empty(none);
                Assert.Equal(state.WeightUp, again.WeightUp);
            }
        }
    }

    private static ServiceModel RandomModel(Random random)
    {
        long quorum = random.Next(1, 8);
        ServerModel[] servers = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => new ServerModel(
            random.Next(4), random.Next(2) == 0,
            [.. Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(2) == 0)]))];
        return new ServiceModel(quorum, random.NextInt64(quorum), random.Next(2) == 0, random.Next(2) == 0, false,
            [.. servers]);
    }

    private static void AssertInvariants(ServiceModel model, ServiceState state)
    {
        ServiceTable table = ServiceMachine.Table(model, state);
        long up = state.WeightUp;
        Assert.False(state.HasQuorum && (up == 0 || up < model.Quorum - model.Hysteresis));
        Assert.False(!state.HasQuorum && up >= model.Quorum + model.Hysteresis);
        Assert.Equal(model.HasSorryServer && !state.HasQuorum, table.SorryServer == 1);
        for (int i = 0; i < table.Servers.Length; i++)
        {
            Assert.True(table.Servers[i] is null or 0 || state.Servers[i].IsUp);
            Assert.False(table.Servers[i] > 0 && table.SorryServer == 1);
            Assert.False(model.Servers[i].Inhibit && table.Servers[i] is null);
        }
    }
}
