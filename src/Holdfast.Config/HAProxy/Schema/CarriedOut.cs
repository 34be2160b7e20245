using System.Collections.Frozen;

namespace Holdfast.Config.HAProxy.Schema;

/// <summary>
/// The one place that says which words are carried out: by the proxy, or by the parser where nothing else is needed.
/// Whoever makes one work adds it here, and docs/haproxy.md follows.
/// </summary>
internal static class CarriedOut
{
    private const string Rows = """
        Global: setenv presetenv unsetenv resetenv default-path
        Section: global defaults
        AclFlag: --
        """;

    private static readonly FrozenSet<(KeywordGroup, string)> s_words = KeywordTable.Lines(Rows)
        .SelectMany(static row => row.Names.Select(n => (Enum.Parse<KeywordGroup>(row.Head), n))).ToFrozenSet();

    /// <summary>Whether the word has its effect.</summary>
    public static bool Has(KeywordGroup group, string name) => s_words.Contains((group, name));
}
