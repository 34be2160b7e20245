using System.Globalization;
using System.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Text;

/// <summary>Prints findings for people: place, what is wrong, the line with a caret, help, include chain.</summary>
public sealed class TextRenderer
{
    private const string Reset = "\x1b[0m";
    private readonly IReadOnlyDictionary<string, string> _texts;
    private readonly bool _colour;
    private readonly Dictionary<string, string[]> _lines = new(StringComparer.Ordinal);

    /// <summary>A renderer for one run.</summary>
    /// <param name="texts">The texts that were read, by the path that spans name.</param>
    /// <param name="colour">Whether to use ANSI colours.</param>
    public TextRenderer(IReadOnlyDictionary<string, string> texts, bool colour)
    {
        _texts = texts;
        _colour = colour;
    }

    /// <summary>All findings and a line that counts them.</summary>
    public string Render(IReadOnlyCollection<Diagnostic> diagnostics)
    {
        var text = new StringBuilder();
        foreach (Diagnostic diagnostic in diagnostics)
        {
            Append(text, diagnostic);
        }
        int errors = diagnostics.Count(static d => d.Severity == Severity.Error);
        int warnings = diagnostics.Count(static d => d.Severity == Severity.Warning);
        text.Append(CultureInfo.InvariantCulture, $"{Count(errors, "error")}, {Count(warnings, "warning")}\n");
        return text.ToString();
    }

    /// <summary>One finding.</summary>
    public string Render(Diagnostic diagnostic)
    {
        var text = new StringBuilder();
        Append(text, diagnostic);
        return text.ToString();
    }

    private void Append(StringBuilder text, Diagnostic diagnostic)
    {
        (string word, string colour) = diagnostic.Severity switch
        {
            Severity.Error => ("error", "\x1b[1;31m"),
            Severity.Warning => ("warning", "\x1b[1;33m"),
            _ => ("note", "\x1b[1;36m"),
        };
        text.Append(Paint("\x1b[1m", diagnostic.Span.ToString())).Append(": ")
            .Append(Paint(colour, $"{word} {diagnostic.Code}")).Append(": ").Append(diagnostic.Message).Append('\n');
        AppendExcerpt(text, diagnostic.Span, colour);
        if (diagnostic.Help is { } help)
        {
            text.Append("  ").Append(Paint("\x1b[1;32m", "help")).Append(": ").Append(help).Append('\n');
        }
        foreach (RelatedPlace place in diagnostic.Related)
        {
            text.Append("  ").Append(place.Span).Append(": ").Append(place.Message).Append('\n');
            AppendExcerpt(text, place.Span, "\x1b[1;36m");
        }
        for (SourceSpan? from = diagnostic.Span.IncludedFrom; from is not null; from = from.IncludedFrom)
        {
            text.Append("  included from ").Append(from).Append('\n');
        }
    }

    private void AppendExcerpt(StringBuilder text, SourceSpan span, string colour)
    {
        if (LineOf(span) is not { } line)
        {
            return;
        }
        string number = span.Line.ToString(CultureInfo.InvariantCulture);
        text.Append("  ").Append(number).Append(" | ").Append(line.Replace('\t', ' ')).Append('\n');
        int column = Math.Min(span.Column, line.Length + 1);
        int length = Math.Clamp(span.Length, 1, Math.Max(1, line.Length - column + 1));
        text.Append(' ', number.Length + 2).Append(" | ").Append(' ', column - 1)
            .Append(Paint(colour, new string('^', length))).Append('\n');
    }

    private string? LineOf(SourceSpan span)
    {
        if (!_lines.TryGetValue(span.File, out string[]? lines))
        {
            lines = _texts.TryGetValue(span.File, out string? whole) ? whole.Split('\n') : [];
            _lines[span.File] = lines;
        }
        return span.Line >= 1 && span.Line <= lines.Length ? lines[span.Line - 1].TrimEnd('\r') : null;
    }

    private string Paint(string colour, string text) => _colour ? colour + text + Reset : text;

    private static string Count(int count, string word) => string.Create(CultureInfo.InvariantCulture,
        $"{count} {word}{(count == 1 ? "" : "s")}");
}
