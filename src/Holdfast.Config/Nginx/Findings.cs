using System.Collections.Immutable;
using System.Globalization;
using Holdfast.Config.Nginx.Syntax;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Nginx;

/// <summary>Where the layers of the parser report; shared by all of them.</summary>
/// <remarks>
/// The original stops at the first error that it meets while it reads, and looks at relations between directives only
/// when a block has ended. Each finding therefore carries the position in the order of reading at which the original
/// would come upon it, and the file and line that the original would name.
/// </remarks>
/// <param name="acceptLoss">Whether what is not supported is only warned of.</param>
internal sealed class Findings(bool acceptLoss)
{
    private readonly List<(Diagnostic Diagnostic, int Order, string? Original)> _items = [];
    private readonly HashSet<(string, string, int, int, string)> _seen = [];

    /// <summary>The file name that stands for directives of the command line.</summary>
    public const string CommandLine = "command line";

    /// <summary>Whether there is an error already.</summary>
    public bool HasErrors { get; private set; }

    /// <summary>Reports about a place that the original names by a file and a line.</summary>
    public void Report(FindingCode code, int order, SourceSpan span, string message, string file, int line,
        string? help = null, string? suggestion = null, params ReadOnlySpan<RelatedPlace> related)
        => Add(code, order, span, message, $"{message}{Place(file, line)}", help, suggestion, related);

    /// <summary>Reports about a directive, whose end is what the original names.</summary>
    public void Report(FindingCode code, NginxDirective directive, SourceSpan span, string message,
        string? help = null, string? suggestion = null, params ReadOnlySpan<RelatedPlace> related)
        => Add(code, directive.Order, span, message, $"{message}{Place(directive.File, directive.EndLine)}", help,
            suggestion, related);

    /// <summary>Reports what the original says without a place, or only when a block has ended.</summary>
    public void ReportLater(FindingCode code, int order, SourceSpan span, string message, string original,
        string? help = null, params ReadOnlySpan<RelatedPlace> related)
        => Add(code, order, span, message, original, help, null, related);

    /// <summary>Reports what the original does not know.</summary>
    public void ReportOwn(FindingCode code, int order, SourceSpan span, string message, string? help = null)
        => Add(code, order, span, message, null, help, null, []);

    /// <summary>All findings in the order in which the original would come upon them.</summary>
    public ImmutableArray<Diagnostic> InOrder()
        => [.. _items.OrderBy(static i => i.Order).Select(static i => i.Diagnostic)];

    /// <summary>What the original would write: warnings up to the first error, and that.</summary>
    public ImmutableArray<string> OriginalLines()
    {
        ImmutableArray<string>.Builder lines = ImmutableArray.CreateBuilder<string>();
        foreach ((Diagnostic diagnostic, int _, string? original) in _items.OrderBy(static i => i.Order))
        {
            if (original is not null && diagnostic.Severity != Severity.Note)
            {
                lines.Add(original);
            }
            if (diagnostic.Severity == Severity.Error)
            {
                if (original is null)
                {
                    lines.Add($"[emerg] {diagnostic.Message}{Place(diagnostic.Span.File, diagnostic.Span.Line)}");
                }
                break;
            }
        }
        return lines.ToImmutable();
    }

    internal static string Place(string file, int line) => file == CommandLine ? $" in {CommandLine}"
        : line == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" in {file}:{line}");

    private void Add(FindingCode code, int order, SourceSpan span, string message, string? original, string? help,
        string? suggestion, ReadOnlySpan<RelatedPlace> related)
    {
        Severity severity = acceptLoss && code.Id is "NX0150" or "NX0151" ? Severity.Warning : code.Severity;
        if (_items.Count >= DiagnosticBag.Capacity
            || !_seen.Add((code.Id, span.File, span.Line, span.Column, message)))
        {
            return;
        }
        HasErrors |= severity == Severity.Error;
        string? whole = original is null ? null
            : $"{(severity == Severity.Error ? "[emerg]" : "[warn]")} {original}";
        _items.Add((new Diagnostic(code.Id, severity, span, message)
        {
            Help = help ?? (suggestion is null ? null : $"did you mean \"{suggestion}\"?"),
            Suggestion = suggestion,
            Related = [.. related],
        }, order, whole));
    }
}
