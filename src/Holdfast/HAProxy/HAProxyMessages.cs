using System.Globalization;
using Holdfast.Config.HAProxy;
using Holdfast.Primitives;

namespace Holdfast.HAProxy;

/// <summary>Findings in the form of haproxy's start-up messages.</summary>
/// <param name="output">Where they go.</param>
/// <param name="program">Path of the executable.</param>
/// <param name="isSilent">Whether nothing is written (<c>-q</c>).</param>
internal sealed class HAProxyMessages(TextWriter output, string program, bool isSilent)
{
    private bool _hasBegun;

    /// <summary>Writes all findings, and the closing lines when there are errors.</summary>
    internal void Write(HAProxyParseResult result)
    {
        foreach (Diagnostic diagnostic in result.Diagnostics.Where(static d => d.Code != "HA0215"))
        {
            Write(Label(diagnostic), $"config : {Text(diagnostic)}");
        }
        if (!result.HasErrors)
        {
            return;
        }
        foreach (string path in result.Diagnostics.Where(static d => d.Severity == Severity.Error)
            .Select(static d => d.Span.File).Where(static f => f.Length > 0).Distinct())
        {
            Write("ALERT", $"config : Error(s) found in configuration file : {path}");
        }
        Write("ALERT", "config : Fatal errors found in configuration.");
    }

    /// <summary>Writes one message.</summary>
    /// <param name="label">ALERT, WARNING or NOTICE.</param>
    /// <param name="text">The message with its context.</param>
    internal void Write(string label, string text)
    {
        if (isSilent)
        {
            return;
        }
        if (!_hasBegun)
        {
            _hasBegun = true;
            Line("NOTICE", $"haproxy version is {HAProxyProgram.Version}");
            Line("NOTICE", $"path to executable is {program}");
        }
        Line(label, text);
    }

    /// <summary>How bad it is, in the original's words; what is without effect there, too, is no warning.</summary>
    internal static string Label(Diagnostic diagnostic) => diagnostic.Severity switch
    {
        Severity.Error => "ALERT",
        Severity.Warning when diagnostic.Code != "HA0152" => "WARNING",
        _ => "NOTICE",
    };

    internal static string Text(Diagnostic diagnostic)
    {
        string near = diagnostic.Suggestion is { } word ? $"; did you mean '{word}' maybe ?" : "";
        string help = diagnostic.Help is { } advice && !advice.StartsWith("did you mean", StringComparison.Ordinal)
            ? $" ({advice})" : "";
        SourceSpan span = diagnostic.Span;
        return span.File.Length == 0 ? $"{diagnostic.Message}{near}{help}"
            : string.Create(CultureInfo.InvariantCulture,
                $"parsing [{span.File}:{span.Line}] : {diagnostic.Message}{near}{help}");
    }

    private void Line(string label, string text)
        => output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{$"[{label}]",-10} ({Environment.ProcessId}) : {text}"));
}
