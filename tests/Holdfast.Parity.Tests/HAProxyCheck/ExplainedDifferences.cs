using Holdfast.Config.HAProxy;
using Holdfast.Primitives;

namespace Holdfast.Parity.Tests.HAProxyCheck;

/// <summary>Differences that stand; each is explained in docs/differences/haproxy-check.md.</summary>
internal static class ExplainedDifferences
{
    private sealed record Rule(string Id, Func<OriginalVerdict, HAProxyParseResult, bool> Applies);

    private static readonly Rule[] s_rules =
    [
        new("empty-condition", static (original, ours) => original.ExitCode is 0 or 2 && ours.HasErrors
            && Errors(ours).All(static d => d.Message.EndsWith("without a condition", StringComparison.Ordinal))),
        new("text-behind-a-parenthesis", static (original, ours) => original.ExitCode is 0 or 2 && ours.HasErrors
            && Errors(ours).All(static d => d.Message.Contains('(') && d.Code is "HA0100" or "HA0109" or "HA0129")),
        new("words-not-looked-at", static (original, ours) => original.ExitCode is 0 or 2 && ours.HasErrors
            && Errors(ours).All(static d => d.Code == "HA0109"
                && d.Message.StartsWith("'capture' expects one of len", StringComparison.Ordinal))),
        new("names-are-not-resolved", static (original, ours) => original.ExitCode == 1 && !ours.HasErrors
            && Alerts(original).All(static l => l.Contains("is not a valid IPv4 or IPv6 address",
                StringComparison.Ordinal)
                || l.Contains("could not resolve address", StringComparison.Ordinal)
                || l.Contains("Failed to initialize server(s) addr", StringComparison.Ordinal)
                || l.Contains("cannot find user id", StringComparison.Ordinal)
                || l.Contains("cannot find group id", StringComparison.Ordinal))),
        new("ignored-lines-count", static (original, ours) => original.ExitCode == 1 && !ours.HasErrors
            && ours.Diagnostics.Any(static d => d.Code == "HA0102")
            && Alerts(original).All(static l => l.Contains("loop detected for", StringComparison.Ordinal))),
        new("default-before-a-word", static (original, ours) => original.ExitCode == 1 && !ours.HasErrors
            && ours.Texts.Values.Any(static t => t.Contains("\n default ", StringComparison.Ordinal))
            && Alerts(original).All(static l => l.Contains("cannot handle unexpected argument",
                StringComparison.Ordinal))),
        new("original-crashes", static (original, _) => original.ExitCode is 139 or 134 or 124),
    ];

    public static IEnumerable<string> Ids => s_rules.Select(static r => r.Id);

    public static string? Explain(OriginalVerdict original, HAProxyParseResult ours)
        => Array.Find(s_rules, r => r.Applies(original, ours))?.Id;

    private static IEnumerable<Diagnostic> Errors(HAProxyParseResult result)
        => result.Diagnostics.Where(static d => d.Severity == Severity.Error);

    private static IEnumerable<string> Alerts(OriginalVerdict original)
        => original.Output.Split('\n').Where(static l => l.StartsWith("[ALERT]", StringComparison.Ordinal)
            && !l.Contains("Error(s) found", StringComparison.Ordinal)
            && !l.Contains("Fatal errors found", StringComparison.Ordinal));
}
