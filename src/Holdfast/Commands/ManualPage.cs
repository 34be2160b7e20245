using System.Text;

namespace Holdfast.Commands;

/// <summary>Writes one manual page in the macros of man(7).</summary>
internal sealed class ManualPage
{
    private readonly StringBuilder _text = new();

    /// <summary>Begins a page.</summary>
    /// <param name="name">As it is called, without section.</param>
    /// <param name="section">Section of the manual, 1 to 8.</param>
    /// <param name="summary">What it is, in one line without a full stop.</param>
    internal ManualPage(string name, int section, string summary)
    {
        Macro($"TH {name.ToUpperInvariant()} {section} \"\" \"Holdfast {ProgramVersion.Text}\" \"Holdfast\"");
        Section("Name");
        Line($"{Escape(name)} \\- {Escape(summary)}");
    }

    internal void Section(string title) => Macro($"SH {title.ToUpperInvariant()}");

    internal void Subsection(string title) => Macro($"SS {Escape(title)}");

    /// <summary>A paragraph of ordinary words.</summary>
    internal void Paragraph(string text)
    {
        Macro("PP");
        Line(Escape(text));
    }

    /// <summary>A tagged paragraph: a bold term, and what it means.</summary>
    internal void Item(string term, string text)
    {
        Macro("TP");
        Line($"\\fB{Escape(term)}\\fR");
        Line(Escape(text));
    }

    /// <summary>Lines that are to stand as they are.</summary>
    internal void Verbatim(params ReadOnlySpan<string> lines)
    {
        Macro("PP");
        Macro("nf");
        Macro("RS 4");
        foreach (string line in lines)
        {
            Line(Escape(line));
        }
        Macro("RE");
        Macro("fi");
    }

    public override string ToString() => _text.ToString();

    /// <summary>
    /// Hyphens become minus signs, which people can copy to a shell; a dot or quote that begins a line would be taken
    /// for a macro.
    /// </summary>
    internal static string Escape(string text)
    {
        string escaped = text.Replace("\\", "\\e", StringComparison.Ordinal)
            .Replace("-", "\\-", StringComparison.Ordinal);
        return escaped.StartsWith('.') || escaped.StartsWith('\'') ? "\\&" + escaped : escaped;
    }

    private void Macro(string text) => _text.Append('.').Append(text).Append('\n');

    private void Line(string text) => _text.Append(text).Append('\n');
}
