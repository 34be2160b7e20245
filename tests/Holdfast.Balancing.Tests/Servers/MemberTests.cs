using Holdfast.Balancing.Algorithms;
using Holdfast.Balancing.Hashing;
using Holdfast.Balancing.Servers;
using Holdfast.Primitives;

namespace Holdfast.Balancing.Tests.Servers;

/// <summary>Servers that are added and removed while requests are balanced.</summary>
public sealed class MemberTests
{
    private static readonly RandomSource s_random = new(1);

    [Theory]
    [InlineData(BalanceAlgorithm.RoundRobin)]
    [InlineData(BalanceAlgorithm.LeastConnections)]
    [InlineData(BalanceAlgorithm.First)]
    [InlineData(BalanceAlgorithm.Random)]
    [InlineData(BalanceAlgorithm.ConsistentHash)]
    public void Added_OnceItIsUp_GetsItsShare_AndNoneWhenRemoved(BalanceAlgorithm algorithm)
    {
        ServerPool pool = Pool(algorithm, spare: 2);
        Assert.True(pool.TryAdd(new ServerSettings { Name = "c", Id = 9, Weight = 2 }, out BalancedServer? added));
        Assert.DoesNotContain("c", Chosen(pool));

        pool.SetAdministrative(added, AdministrativeStates.None, MonotonicTime.Zero);
        string[] chosen = Chosen(pool);
        // "first" gives all to who has the lowest number.
        Assert.Equal(algorithm != BalanceAlgorithm.First, chosen.Contains("c"));
        Assert.Contains("a", chosen);

        Assert.False(pool.TryRemove(added)); // it is not in maintenance
        pool.SetAdministrative(added, AdministrativeStates.Maintenance, MonotonicTime.Zero);
        pool.Take(added);
        Assert.False(pool.TryRemove(added)); // somebody is still there
        pool.Release(added);
        Assert.True(pool.TryRemove(added));
        Assert.DoesNotContain("c", Chosen(pool));
        Assert.Contains("a", Chosen(pool));
    }

    [Fact]
    public void Places_AreUsedAgain_AndBounded()
    {
        ServerPool pool = Pool(BalanceAlgorithm.RoundRobin, spare: 1);
        for (int turn = 0; turn < 3; turn++)
        {
            Assert.True(pool.TryAdd(new ServerSettings { Name = "c" }, out BalancedServer? added));
            Assert.False(pool.TryAdd(new ServerSettings { Name = "d" }, out _));
            Assert.True(pool.TryRemove(added));
        }
    }

    [Fact]
    public void StaticAlgorithms_TakeNone()
        => Assert.False(Pool(BalanceAlgorithm.MapHash, spare: 2).TryAdd(new ServerSettings { Name = "c" }, out _));

    private static ServerPool Pool(BalanceAlgorithm algorithm, int spare) => new(
        [new ServerSettings { Name = "a" }, new ServerSettings { Name = "b" }],
        new BalanceSettings { Algorithm = algorithm, SpareServers = spare });

    private static string[] Chosen(ServerPool pool) => [.. Enumerable.Range(0, 60).Select(number =>
    {
        BalancedServer server = pool.Select(new Selection
        {
            Key = HashKey.Of(Hash32.Avalanche((uint)number)), Now = MonotonicTime.Zero, Random = s_random,
        }).Server!;
        pool.Take(server);
        pool.Release(server);
        return server.Settings.Name;
    }).Distinct()];
}
