using Holdfast.Config.Keepalived;

namespace Holdfast.Parity.Tests.KeepalivedCheck;

/// <summary>Differences that stand; each is explained in docs/differences/keepalived-check.md.</summary>
internal static class ExplainedDifferences
{
    private sealed record Rule(string Id, Func<OriginalVerdict, int, KeepalivedParseResult, bool> Applies);

    private static readonly Rule[] s_rules =
    [
        new("original-crashes", static (original, _, _) => original.ExitCode is 139 or 134),
        new("original-hangs", static (original, _, _) => original.ExitCode is 124),
        new("switch-word-ignored", static (original, ours, result) => original.ExitCode == 0 && ours == 5
            && Codes(result, 5).All(static c => c == "KA0112")),
        new("switch-with-off", static (original, ours, result) => original.ExitCode == 5 && ours == 0
            && result.Diagnostics.Any(static d => d.Code == "KA0118")),
        new("strict-switched-off", static (original, ours, result) => original.ExitCode == 5 && ours is 0 or 6
            && Says(original, "trict mode", "SECURITY VIOLATION")
            && result.Texts.Values.Any(static t => t.Contains("vrrp_strict off", StringComparison.Ordinal)
                || t.Contains("vrrp_strict no", StringComparison.Ordinal)
                || t.Contains("vrrp_strict false", StringComparison.Ordinal))),
        new("no-iptables-in-debian", static (original, ours, _) => original.ExitCode == 5 && ours == 0
            && Says(original, "iptables not supported", "Unknown keyword 'vrrp_ipsets'")),
        new("users-are-looked-up-later", static (original, ours, _) => original.ExitCode == 5 && ours is 0 or 6
            && Says(original, "uid/gid", "Unable to set default user", "not found, ignoring")
            && original.Output.Contains("uid/gid", StringComparison.Ordinal)),
        new("words-not-looked-at", static (original, _, result) => OriginalExitCode.Of(result.Diagnostics.Where(
            static d => d.Code != "KA0415" && !d.Message.StartsWith("regex", StringComparison.Ordinal)))
            == original.ExitCode),
        new("words-after-the-value", static (original, ours, result) => original.ExitCode == 5 && ours == 0
            && result.Diagnostics.Any(static d => d.Code is "KA0103" or "KA0116")
            && Says(original, "Too many parameters", "missing or extra parameters", "reload_time_file invalid",
                "File already set", "invalid kernel_rx_buf_size")),
        new("lines-of-a-broken-block", static (original, ours, result) => original.ExitCode is 2 or 5 or 6
            && ours is 2 or 5 or 6 && result.Diagnostics.Any(static d =>
                d.Code is "KA0100" or "KA0101" or "KA0104" or "KA0105" or "KA0106" or "KA0107" or "KA0126"
                    or "KA0003")),
    ];

    public static IEnumerable<string> Ids => s_rules.Select(static r => r.Id);

    public static string? Explain(OriginalVerdict original, int ours, KeepalivedParseResult result)
        => Array.Find(s_rules, r => r.Applies(original, ours, result))?.Id;

    private static IEnumerable<string> Codes(KeepalivedParseResult result, int exit)
        => result.Diagnostics.Where(d => OriginalExitCode.Of([d]) == exit).Select(static d => d.Code);

    /// <summary>Whether each line of the original's output has one of the phrases.</summary>
    private static bool Says(OriginalVerdict original, params string[] phrases)
        => original.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .All(line => phrases.Any(p => line.Contains(p, StringComparison.Ordinal)));
}
