using Holdfast.Config.Keepalived;

namespace Holdfast.Parity.Tests.KeepalivedCheck;

/// <summary>Differences that stand; each is explained in docs/differences/keepalived-check.md.</summary>
internal static class ExplainedDifferences
{
    private sealed record Rule(string Id, Func<OriginalVerdict, int, KeepalivedParseResult, bool> Applies);

    private static readonly Rule[] s_rules = [];

    public static IEnumerable<string> Ids => s_rules.Select(static r => r.Id);

    public static string? Explain(OriginalVerdict original, int ours, KeepalivedParseResult result)
        => Array.Find(s_rules, r => r.Applies(original, ours, result))?.Id;
}
