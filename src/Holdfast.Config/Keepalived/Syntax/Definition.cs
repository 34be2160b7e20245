using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Syntax;

/// <summary>A <c>$NAME=value</c> definition. The value is text: it is expanded where it is used.</summary>
internal sealed class Definition(string name, SourceSpan span)
{
    public string Name { get; } = name;

    /// <summary>Where the name stands.</summary>
    public SourceSpan Span { get; } = span;

    public List<MappedText> Lines { get; } = [];

    public bool IsMultiLine { get; set; }

    /// <summary>Whether the use has to be mapped to the using line rather than to <see cref="Span"/>.</summary>
    public string SingleText => Lines.Count == 0 ? "" : Lines[0].Text;

    /// <summary>
    /// Whether a line is a definition: <c>$NAME=</c> without a blank before the sign. Gives the name and where the
    /// value begins.
    /// </summary>
    public static bool TryParse(string text, out string name, out int valueStart)
    {
        name = "";
        valueStart = 0;
        if (text.Length < 3 || text[0] != '$' || !IsNameStart(text[1]))
        {
            return false;
        }
        int end = NameEnd(text, 1);
        if (end >= text.Length || text[end] != '=')
        {
            return false;
        }
        name = text[1..end];
        valueStart = end + 1;
        while (valueStart < text.Length && Blank.Is(text[valueStart]))
        {
            valueStart++;
        }
        return true;
    }

    public static int NameEnd(string text, int start)
    {
        int end = start;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
        {
            end++;
        }
        return end;
    }

    public static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_';
}
