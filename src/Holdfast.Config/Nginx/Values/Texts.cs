using System.Collections.Immutable;
using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Nginx.Syntax;
using Holdfast.Primitives;

namespace Holdfast.Config.Nginx.Values;

/// <summary>Texts with variables.</summary>
internal static class Texts
{
    /// <summary>The problem of a dollar without a name behind it.</summary>
    public const string NoName = "invalid variable name";

    /// <summary>The text of a word of a directive; one that cannot be read counts as literal.</summary>
    public static ComplexText Of(NginxDirective directive, int index)
        => Of(directive[index], directive.SpanOf(index));

    /// <summary>A text; one that cannot be read counts as literal.</summary>
    public static ComplexText Of(string text, SourceSpan span)
        => Problem(text, span, out ComplexText? parsed) is null ? parsed! : new ComplexText(
            text.Length == 0 ? [] : [new TextPart(TextPartKind.Literal, text)], text, span);

    /// <summary>What is wrong with a text, in the original's words; null when nothing is.</summary>
    public static string? Problem(string text, SourceSpan span, out ComplexText? parsed)
    {
        parsed = null;
        ImmutableArray<TextPart>.Builder parts = ImmutableArray.CreateBuilder<TextPart>();
        int literal = 0;
        for (int at = text.IndexOf('$', StringComparison.Ordinal); at >= 0;)
        {
            Flush(parts, text, literal, at);
            int next = at + 1;
            if (next < text.Length && text[next] is >= '1' and <= '9')
            {
                parts.Add(new TextPart(TextPartKind.Capture, "", text[next] - '0'));
                next++;
            }
            else if (ReadName(text, ref next, out string name) is { } problem)
            {
                return problem;
            }
            else
            {
                parts.Add(new TextPart(TextPartKind.Variable, name.ToLowerInvariant()));
            }
            literal = next;
            at = text.IndexOf('$', next);
        }
        Flush(parts, text, literal, text.Length);
        parsed = new ComplexText(parts.ToImmutable(), text, span);
        return null;
    }

    /// <summary>Whether a character may stand in the name of a variable.</summary>
    public static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private static string? ReadName(string text, ref int at, out string name)
    {
        name = "";
        bool isBraced = at < text.Length && text[at] == '{';
        int begin = isBraced ? ++at : at;
        while (at < text.Length && IsNameCharacter(text[at]))
        {
            at++;
        }
        name = text[begin..at];
        if (isBraced && begin < text.Length)
        {
            if (at >= text.Length || text[at] != '}')
            {
                return $"the closing bracket in \"{name}\" variable is missing";
            }
            at++;
        }
        return name.Length == 0 ? NoName : null;
    }

    private static void Flush(ImmutableArray<TextPart>.Builder parts, string text, int from, int to)
    {
        if (to > from)
        {
            parts.Add(new TextPart(TextPartKind.Literal, text[from..to]));
        }
    }
}
