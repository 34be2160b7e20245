using System.Globalization;
using System.Text;
using Holdfast.HAProxyParity.Tests.Scenarios;

namespace Holdfast.HAProxyParity.Tests.Generator;

/// <summary>A random configuration with random traffic, from a seed.</summary>
internal static class CaseMaker
{
    /// <summary>The case of a seed.</summary>
    public static Scenario Make(int seed)
    {
        var dice = new Dice(seed);
        string id = string.Create(CultureInfo.InvariantCulture, $"p{seed:000000}");
        int servers = 1 + dice.Below(3);
        var text = new StringBuilder();
        if (dice.OneIn(2))
        {
            text.Append("listen {id}\n bind {front}\n");
            Lines(text, dice, Pools.Options, 3);
            Lines(text, dice, Pools.RequestRules, 5);
            Lines(text, dice, Pools.ResponseRules, 3);
            Backend(text, dice, servers, 1);
        }
        else
        {
            Pair(text, dice, servers);
        }
        var traffic = new TrafficMaker(dice);
        var scripts = new Dictionary<string, IReadOnlyList<Step>>(StringComparer.Ordinal)
        {
            ["c1"] = dice.OneIn(4) ? traffic.OddClient() : traffic.Client(),
        };
        for (int i = 1; i <= servers; i++)
        {
            scripts[string.Create(CultureInfo.InvariantCulture, $"s{i}")] = [traffic.Server()];
        }
        return new($"random/{id}", id, text.ToString(), scripts);
    }

    private static void Pair(StringBuilder text, Dice dice, int servers)
    {
        text.Append("frontend {id}\n bind {front}\n");
        Lines(text, dice, Pools.Options, 3);
        Lines(text, dice, Pools.RequestRules, 4);
        Lines(text, dice, Pools.ResponseRules, 2);
        bool two = servers > 1;
        if (two)
        {
            text.Append(" use_backend {id}-b if ").Append(Fill(dice, "CONDITION")).Append('\n');
        }
        text.Append(" default_backend {id}-a\nbackend {id}-a\n");
        Lines(text, dice, Pools.BackendRules, 2);
        Backend(text, dice, two ? 1 : servers, 1);
        if (two)
        {
            text.Append("backend {id}-b\n");
            Lines(text, dice, Pools.ResponseRules, 2);
            Backend(text, dice, servers - 1, 2);
        }
    }

    private static void Backend(StringBuilder text, Dice dice, int servers, int first)
    {
        Lines(text, dice, Pools.BackendOptions, 4);
        for (int i = first; i < first + servers; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $" server s{i} {{s{i}}} cookie s{i}");
            text.Append(dice.OneIn(4) ? " weight " + dice.Pick(["0", "2", "5"]) : "");
            text.Append(dice.OneIn(8) ? " backup" : "").Append('\n');
        }
    }

    /// <summary>Up to so many lines, no two of one kind that exclude each other, and rules in any order.</summary>
    private static void Lines(StringBuilder text, Dice dice, string pool, int most)
    {
        var kinds = new HashSet<string>(StringComparer.Ordinal);
        for (int count = dice.Below(most + 1); count > 0; count--)
        {
            string line = dice.Line(pool);
            string kind = line.StartsWith("http-", StringComparison.Ordinal) ? line : line.Split(' ')[0];
            if (kind is "http-request" or "http-response" or "http-after-response" or "option" || kinds.Add(kind))
            {
                text.Append(' ').Append(Fill(dice, line)).Append('\n');
            }
        }
    }

    private static string Fill(Dice dice, string line)
        => line.Replace("CONDITION", dice.Line(Pools.Conditions), StringComparison.Ordinal)
            .Replace("EXPRESSION", dice.Line(Pools.Expressions), StringComparison.Ordinal)
            .Replace("CHAIN", dice.Line(Pools.Chains), StringComparison.Ordinal);
}
