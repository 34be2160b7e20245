using Holdfast.Balancing.Algorithms;
using Holdfast.Balancing.Servers;
using Holdfast.Balancing.Tests.Original;
using Holdfast.Primitives;

namespace Holdfast.Balancing.Tests.Algorithms;

public sealed class RandomDrawsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Random_IdleServers_AreDrawnByWeight(int draws)
    {
        const int Count = 30_000;
        ServerPool pool = Pool(draws, BackendSpec.Weighted(10, 20, 30));
        var random = new RandomSource(seed: 7);
        var counts = new int[3];
        for (int request = 0; request < Count; request++)
        {
            counts[pool.Select(new Selection { Random = random }).Server!.Index]++;
        }

        // The shares of a ring's points are the weights', give or take what the hash makes of so few points.
        Assert.InRange(counts[0], Count / 6 * 0.7, Count / 6 * 1.3);
        Assert.InRange(counts[1], Count / 3 * 0.7, Count / 3 * 1.3);
        Assert.InRange(counts[2], Count / 2 * 0.7, Count / 2 * 1.3);
    }

    [Fact]
    public void Random_TwoDraws_LevelTheLoadBetterThanOne()
    {
        Assert.True(Spread(draws: 2) * 2 < Spread(draws: 1), $"{Spread(2)} {Spread(1)}");
    }

    [Fact]
    public void Random_BestIsFull_WaitsForAny()
    {
        ServerPool pool = Pool(2, [.. BackendSpec.Weighted(1).Select(static s => s with { MaxConnections = 1 })]);
        var random = new RandomSource(1);
        BalancedServer server = pool.Select(new Selection { Random = random }).Server!;
        Assert.True(pool.TryTake(server, MonotonicTime.Zero));

        Assert.Equal(SelectionOutcome.AllFull, pool.Select(new Selection { Random = random }).Outcome);
    }

    [Fact]
    public void Random_ServerToAvoid_IsTakenOnlyWhereItIsTheLast()
    {
        ServerPool pool = Pool(1, BackendSpec.Weighted(1, 1));
        var random = new RandomSource(3);
        for (int request = 0; request < 100; request++)
        {
            Assert.NotSame(pool.Servers[0],
                pool.Select(new Selection { Random = random, Avoid = pool.Servers[0] }).Server);
        }
        Assert.True(pool.SetWeight(pool.Servers[1], 0, MonotonicTime.Zero));
        Assert.Same(pool.Servers[0], pool.Select(new Selection { Random = random, Avoid = pool.Servers[0] }).Server);
    }

    private static ServerPool Pool(int draws, ServerSettings[] servers)
        => new(servers, new() { Algorithm = BalanceAlgorithm.Random, Draws = draws });

    private static int Spread(int draws)
    {
        ServerPool pool = Pool(draws, BackendSpec.Weighted([.. Enumerable.Repeat(100, 10)]));
        var random = new RandomSource(seed: 11);
        for (int request = 0; request < 5_000; request++)
        {
            pool.Take(pool.Select(new Selection { Random = random }).Server!);
        }
        return pool.Servers.Max(static s => s.Served) - pool.Servers.Min(static s => s.Served);
    }
}
