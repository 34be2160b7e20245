using Holdfast.Config.HAProxy;
using Holdfast.Linux.Pcre;

namespace Holdfast.HAProxy;

/// <summary>Reads a haproxy.cfg from disk.</summary>
internal static class HAProxyLoader
{
    /// <summary>
    /// Parses files and directories; regular expressions are compiled once to see whether they are good.
    /// </summary>
    internal static HAProxyParseResult Parse(IReadOnlyList<string> paths, HAProxyParseOptions options)
        => HAProxyParser.Parse(paths, new DiskConfigFiles(), options with { RegexProblem = RegexProblem });

    private static string? RegexProblem(string pattern, bool ignoreCase)
    {
        using PcreRegex? compiled = PcreRegex.TryCompile(
            pattern, ignoreCase ? ["caseless"] : [], offsetMax: 0, stackStart: 0, stackMax: 0, out string? problem);
        return problem;
    }
}
