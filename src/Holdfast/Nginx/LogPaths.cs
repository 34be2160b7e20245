using System.Collections.Immutable;
using Holdfast.Config.Nginx.Syntax;
using Holdfast.Config.Text;

namespace Holdfast.Nginx;

/// <summary>The log files that directives name.</summary>
internal static class LogPaths
{
    /// <summary>Whole paths, each once; without those that variables are part of, which are opened as requests come.
    /// </summary>
    internal static ImmutableArray<string> Of(IEnumerable<NginxDirective> directives, string prefix)
        => [.. Written(directives).Select(one => PathText.Join(prefix, one)).Distinct(StringComparer.Ordinal)];

    private static IEnumerable<string> Written(IEnumerable<NginxDirective> directives)
    {
        foreach (NginxDirective directive in directives)
        {
            if (directive.Name is "error_log" or "access_log" && directive.Count > 0 && IsFile(directive))
            {
                yield return directive[0];
            }
            foreach (string inside in Written(directive.Children))
            {
                yield return inside;
            }
        }
    }

    private static bool IsFile(NginxDirective directive)
        => !(directive.Name == "access_log" && directive[0] == "off")
            && directive[0] is not "stderr"
            && !directive[0].StartsWith("syslog:", StringComparison.Ordinal)
            && !directive[0].StartsWith("memory:", StringComparison.Ordinal)
            && !directive[0].Contains('$', StringComparison.Ordinal);
}
