using System.Collections.Frozen;

namespace Holdfast.Config.Nginx.Schema;

/// <summary>The directives that have their effect: rows "family/module: names".</summary>
/// <remarks>
/// One row for each module; who carries out another directive writes it here, in the same commit, and generates
/// docs/nginx.md again.
/// </remarks>
internal static class CarriedOut
{
    private const string Rows = """
        core/ngx_conf_file: include
        """;

    private static readonly FrozenSet<string> s_names = Rows
        .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(static row =>
        {
            int colon = row.IndexOf(':', StringComparison.Ordinal);
            return row[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(n => $"{row[..colon]}/{n}");
        }).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether the directive has its effect.</summary>
    public static bool Has(string family, string module, string name) => s_names.Contains($"{family}/{module}/{name}");
}
