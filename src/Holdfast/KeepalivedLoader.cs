using Holdfast.Config.Keepalived;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux.Pcre;
using Holdfast.Primitives;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Supervision;
using Holdfast.Runtime.Vrrp;

namespace Holdfast;

/// <summary>Reads a keepalived.conf from disk for a supervisor.</summary>
internal sealed class KeepalivedLoader(string path, KeepalivedParseOptions options, Log log) : IConfigurationLoader
{
    public LoadedConfiguration? Load(out LoadFindings findings)
    {
        KeepalivedParseResult result = Parse(path, options);
        findings = new LoadFindings
        {
            Diagnostics = result.Diagnostics,
            Texts = result.Texts,
            Expanded = string.Concat(result.Snapshot.Files.Select(static f => $"# {f.Key}\n{f.Value.Text}\n")),
        };
        foreach (Diagnostic diagnostic in result.Diagnostics)
        {
            log.Write(
                diagnostic.Severity switch
                {
                    Severity.Error => LogLevel.Error,
                    Severity.Warning => LogLevel.Warning,
                    _ => LogLevel.Info,
                },
                $"{diagnostic.Span}: {diagnostic.Message}");
        }
        return result.HasErrors ? null
            : new LoadedConfiguration(result.Model, KeepalivedSnapshot.Write(path, options, result.Snapshot));
    }

    internal static KeepalivedParseResult Parse(string path, KeepalivedParseOptions options)
        => KeepalivedParser.Parse(path, new DiskConfigFiles(), options with { RegexProblem = RegexProblem });

    private static string? RegexProblem(HttpRegexModel regex)
    {
        using PcreRegex? compiled = PcreRegex.TryCompile(
            regex.Pattern, regex.Options, regex.OffsetMax, regex.StackStart, regex.StackMax, out string? problem);
        return problem;
    }
}
