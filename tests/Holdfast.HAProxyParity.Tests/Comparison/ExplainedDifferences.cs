using System.Text.RegularExpressions;
using Holdfast.HAProxyParity.Tests.Scenarios;

namespace Holdfast.HAProxyParity.Tests.Comparison;

/// <summary>Differences of random cases that stand; each is explained in docs/differences/haproxy-parity.md.</summary>
internal static partial class ExplainedDifferences
{
    private sealed record Rule(string Id, Func<Scenario, IReadOnlyList<Difference>, bool> Applies);

    private static readonly Rule[] s_rules =
    [
        new("strict-requests", static (scenario, all) => IsOdd(scenario) && all.Any(static d => d.Where[0] == 'c'
            && d.Ours.Contains("<page 400", StringComparison.Ordinal)
            && !d.Original.StartsWith("<page 400", StringComparison.Ordinal))),
        new("strict-requests", static (scenario, all) => IsOdd(scenario) && scenario.Scripts["c1"].Any(static s
                => s.Argument.Contains("Content-Length: 00", StringComparison.Ordinal))
            && all.All(static d => d.Where[0] == 's')),
        new("http-1.0", static (scenario, _) => IsOdd(scenario)
            && scenario.Scripts["c1"].Any(static s => s.Argument.Contains("HTTP/1.0", StringComparison.Ordinal))),
        new("fields-of-one-hop", static (scenario, all) => IsOdd(scenario) && scenario.Scripts["c1"].Any(static s
                => s.Argument.Contains("Connection: a, b", StringComparison.Ordinal)
                    || s.Argument.Contains("Upgrade: h2c", StringComparison.Ordinal))
            && all.All(static d => d.Where[0] == 's')),
        new("early-answers", static (scenario, all) => scenario.Scripts["c1"].Any(static s
                => s.Argument.StartsWith("POST", StringComparison.Ordinal)
                || s.Argument.StartsWith("PUT", StringComparison.Ordinal))
            && all.Any(static d => d.Where[0] == 'c' && d.Original.Contains("connection: close",
                StringComparison.Ordinal) && !d.Ours.Contains("connection: close", StringComparison.Ordinal))),
        new("which-idle-connection", static (_, all) => all.All(static d => d.Where[0] == 's')
            && all.GroupBy(static d => d.Where.Split(' ')[0]).All(static server
                => Requests(server.Select(static d => d.Original)).SequenceEqual(
                    Requests(server.Select(static d => d.Ours))))),
    ];

    /// <summary>Headings of the document.</summary>
    public static IEnumerable<string> Ids => s_rules.Select(static r => r.Id);

    /// <summary>The heading that explains what differs in a case; null when none does.</summary>
    public static string? Explain(Scenario scenario, IReadOnlyList<Difference> differences)
        => Array.Find(s_rules, r => r.Applies(scenario, differences))?.Id;

    private static bool IsOdd(Scenario scenario) => scenario.Scripts["c1"] is [_, { Verb: "end" }];

    private static IEnumerable<string> Requests(IEnumerable<string> connections)
        => connections.Where(static c => c != "(none)").SelectMany(static c => RequestLine().Split(c))
            .Where(static r => r.Length > 0).Order(StringComparer.Ordinal);

    [GeneratedRegex(@"(?=(?<![A-Z])[A-Z]+ \S+ HTTP/1\.)")]
    private static partial Regex RequestLine();
}
