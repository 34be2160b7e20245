using System.Text;

namespace Holdfast.Config.HAProxy.Syntax;

/// <summary>One argument between parentheses.</summary>
/// <param name="Text">What it says after the second round of quoting.</param>
/// <param name="Start">Offset of its first character in the text that was split.</param>
/// <param name="Length">Characters that it takes up there.</param>
internal readonly record struct Argument(string Text, int Start, int Length);

/// <summary>
/// Splits what stands between the parentheses of a fetch, a converter or a predicate. It is a second round of
/// quoting: separators are the comma and the closing parenthesis, and <c>\# \$ \x</c> mean nothing.
/// </summary>
internal static class ArgumentLexer
{
    /// <summary>Reads the arguments behind an opening parenthesis.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Offset behind "("; afterwards behind ")".</param>
    /// <param name="arguments">The arguments; one empty text for "()" counts as none.</param>
    /// <param name="fault">What is wrong; null when nothing is.</param>
    public static bool TryRead(string text, ref int at, out List<Argument> arguments, out string? fault)
    {
        arguments = [];
        fault = null;
        var buffer = new StringBuilder();
        while (true)
        {
            int start = at;
            if (!TryReadOne(text, ref at, buffer, out bool wasQuoted))
            {
                fault = "unquoted end of argument: a quote is not closed";
                return false;
            }
            if (at >= text.Length)
            {
                fault = "expected ')' at the end";
                return false;
            }
            bool isLast = text[at] == ')';
            if (!(isLast && arguments.Count == 0 && buffer.Length == 0 && !wasQuoted))
            {
                arguments.Add(new Argument(buffer.ToString(), start, at - start));
            }
            at++;
            if (isLast)
            {
                return true;
            }
        }
    }

    private static bool TryReadOne(string text, ref int at, StringBuilder buffer, out bool wasQuoted)
    {
        buffer.Clear();
        wasQuoted = false;
        char quote = '\0';
        for (; at < text.Length; at++)
        {
            char c = text[at];
            if (quote != '\0' ? c == quote : c is '"' or '\'')
            {
                quote = quote == '\0' ? c : '\0';
                wasQuoted = true;
            }
            else if (c == '\\' && quote != '\'' && at + 1 < text.Length)
            {
                char next = text[at + 1];
                char? plain = next switch
                {
                    '\\' or '\'' or '"' or ' ' => next,
                    'r' => '\r',
                    'n' => '\n',
                    't' => '\t',
                    _ => null,
                };
                // Any other backslash stays, and what follows it is read as always: "\," ends the argument.
                buffer.Append(plain ?? '\\');
                at += plain is null ? 0 : 1;
            }
            else if (quote == '\0' && c is ',' or ')' && quote == '\0')
            {
                return true;
            }
            else
            {
                buffer.Append(c);
            }
        }
        return quote == '\0';
    }
}
