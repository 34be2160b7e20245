using System.Globalization;
using Holdfast.Balancing.Algorithms;
using Holdfast.Balancing.Servers;
using Holdfast.Balancing.Tests.Original;
using Holdfast.Primitives;

namespace Holdfast.Balancing.Tests.Algorithms;

/// <summary>Algorithms that go by turns, beside the original, while weights and states change by its socket.</summary>
public sealed class TurnParityTests
{
    private const int Steps = 1_000;
    private static readonly int[][] WeightSets
        = [[1, 1, 1, 1], [1, 2, 3], [10, 20, 30, 40], [3, 5, 7, 11, 13], [256, 1, 100], [1, 0, 2, 4], [5]];

    public static TheoryData<string> Algorithms => ["roundrobin", "static-rr", "leastconn", "first"];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Turns_WeightsAndStatesChange_AreTheOriginals(string algorithm)
    {
        BackendSpec[] specs = [.. Specs(algorithm)];
        using var haproxy = new Haproxy(string.Concat(specs.Select(static s => s.Text())));
        using var asker = new HttpAsker(haproxy);
        for (int index = 0; index < specs.Length; index++)
        {
            Compare(haproxy, asker, specs[index], new Random(BackendSpec.Seed + index + 1));
        }
    }

    private static IEnumerable<BackendSpec> Specs(string algorithm)
    {
        BalanceSettings balance = new() { Algorithm = Parse(algorithm) };
        foreach (int[] weights in WeightSets)
        {
            ServerSettings[] servers = BackendSpec.Weighted(weights);
            string name = $"b{string.Join('_', weights)}";
            yield return new(name, balance, servers) { Lines = [$"balance {algorithm}"] };
        }
        // A ramp of ten hours stands at its first step for the whole test, whatever the clock does.
        yield return new("slow", balance, [.. BackendSpec.Weighted(3, 50, 7, 1).Select(static s => s with
        {
            SlowStart = TimeSpan.FromHours(10),
        })])
        {
            Lines = [$"balance {algorithm}"],
        };
        // A first backup server with a weight of its own is not compared for tables: docs/differences/balancing.md.
        ServerSettings[] mixed = algorithm == "static-rr"
            ? BackendSpec.Weighted(1, 1, 3, 1, 5, 1) : BackendSpec.Weighted(1, 2, 3, 4, 5, 6);
        mixed = [.. mixed.Select(static (s, i) => s with { IsBackup = i is 1 or 3 or 5, Id = 60 - (i * 10) })];
        yield return new("backups", balance, mixed) { Lines = [$"balance {algorithm}"] };
        yield return new("allbackups", balance with { UsesAllBackups = true }, mixed)
        {
            Lines = [$"balance {algorithm}"],
        };
    }

    private static BalanceAlgorithm Parse(string algorithm) => algorithm switch
    {
        "roundrobin" => BalanceAlgorithm.RoundRobin,
        "static-rr" => BalanceAlgorithm.StaticRoundRobin,
        "leastconn" => BalanceAlgorithm.LeastConnections,
        _ => BalanceAlgorithm.First,
    };

    private static void Compare(Haproxy haproxy, HttpAsker asker, BackendSpec spec, Random random)
    {
        ServerPool pool = spec.Pool();
        var history = new List<string>();
        int done = 0;
        while (done < Steps)
        {
            int count = random.Next(1, 40);
            List<string> original = asker.Ask(spec.Name, [.. Enumerable.Repeat(new Ask("/"), count)]);
            List<string> ours = [.. Enumerable.Range(0, count).Select(_ => Next(pool))];
            history.Add($"original {string.Join(' ', original)}\nours     {string.Join(' ', ours)}");
            Assert.True(original.SequenceEqual(ours),
                $"{spec.Text()}\n{string.Join('\n', history.Where(static h => !h.StartsWith('o')))}\n"
                + string.Join('\n', history.TakeLast(12)));
            done += count;
            history.Add(ServerEvent.Random(random, pool).Apply(haproxy, spec, pool));
        }
    }

    private static string Next(ServerPool pool)
    {
        SelectionResult result = pool.Select(new Selection { Now = MonotonicTime.Zero });
        if (result.Server is not { } server)
        {
            return result.Outcome == SelectionOutcome.NoServer ? "503" : "full";
        }
        Assert.True(pool.TryTake(server, MonotonicTime.Zero));
        pool.Release(server);
        return server.Settings.Name;
    }
}

/// <summary>A change by the operator, for both.</summary>
internal sealed record ServerEvent(string Kind, int Server, int Weight)
{
    internal static ServerEvent Random(Random random, ServerPool pool)
    {
        int server = random.Next(pool.Servers.Length);
        int initial = pool.Servers[server].Settings.Weight;
        int weight = pool.Settings.HasDynamicWeights && random.Next(6) > 0
            ? random.Next(4) > 0 ? random.Next(0, 20) : random.Next(0, 257)
            : random.Next(3) > 0 ? initial : 0;
        string[] kinds = ["weight", "weight", "disable", "enable", "enable", "drain", "ready", "ready", "none"];
        return new(kinds[random.Next(kinds.Length)], server, weight);
    }

    internal string Apply(Haproxy haproxy, BackendSpec spec, ServerPool pool)
    {
        BalancedServer server = pool.Servers[Server];
        string name = $"{spec.Name}/{server.Settings.Name}";
        MonotonicTime now = MonotonicTime.Zero;
        switch (Kind)
        {
            case "weight":
                haproxy.Order(string.Create(CultureInfo.InvariantCulture, $"set weight {name} {Weight}"));
                Assert.True(pool.SetWeight(server, Weight, now));
                break;
            case "disable":
                haproxy.Order($"disable server {name}");
                pool.SetAdministrative(server, server.Administrative | AdministrativeStates.Maintenance, now);
                break;
            case "enable":
                haproxy.Order($"enable server {name}");
                pool.SetAdministrative(server, AdministrativeStates.None, now);
                break;
            case "drain":
                haproxy.Order($"set server {name} state drain");
                pool.SetAdministrative(server, AdministrativeStates.Drain, now);
                break;
            case "ready":
                haproxy.Order($"set server {name} state ready");
                pool.SetAdministrative(server, AdministrativeStates.None, now);
                break;
            default:
                break;
        }
        return $"{Kind} {name} {(Kind == "weight" ? Weight : "")}";
    }
}
