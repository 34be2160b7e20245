using Holdfast.HAProxyParity.Tests.Scenarios;

namespace Holdfast.HAProxyParity.Tests.Comparison;

/// <summary>Differences that stand; each is explained in docs/differences/haproxy-parity.md.</summary>
internal static class ExplainedDifferences
{
    private sealed record Rule(string Id, Func<Scenario, Difference, bool> Applies);

    private static readonly Rule[] s_rules = [];

    /// <summary>Headings of the document.</summary>
    public static IEnumerable<string> Ids => s_rules.Select(static r => r.Id);

    /// <summary>The heading that explains a difference; null when none does.</summary>
    public static string? Explain(Scenario scenario, Difference difference)
        => Array.Find(s_rules, r => r.Applies(scenario, difference))?.Id;
}
