using System.Text;
using Holdfast.Config.Text;

namespace Holdfast.Config.Keepalived.Syntax;

/// <summary>
/// Splits the line of a script keyword the way a shell does: single and double quotes, adjoining pieces joined,
/// backslash escapes.
/// </summary>
internal static class ShellWords
{
    public static List<Word> Split(MappedText line)
    {
        var words = new List<Word>(4);
        string text = line.Text;
        var word = new StringBuilder();
        int i = 0;
        while (true)
        {
            while (i < text.Length && Blank.Is(text[i]))
            {
                i++;
            }
            if (i >= text.Length)
            {
                return words;
            }
            int start = i;
            word.Clear();
            char quote = '\0';
            while (i < text.Length && (quote != '\0' || !Blank.Is(text[i])))
            {
                char c = text[i];
                if (c == '\\' && i + 1 < text.Length)
                {
                    i = Escape(text, i + 1, word);
                    continue;
                }
                i++;
                if (quote == '\0' && c is '"' or '\'' && quote == '\0')
                {
                    quote = c;
                }
                else if (c == quote)
                {
                    quote = '\0';
                }
                else
                {
                    word.Append(c);
                }
            }
            words.Add(new Word(line, start, i - start, word.ToString()));
        }
    }

    /// <summary>Splits a script's text, whose parameters may stand in single quotes.</summary>
    public static List<string> SplitCommand(string command)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        bool inPart = false, quoted = false;
        foreach (char c in command)
        {
            if (c == '\'')
            {
                quoted = !quoted;
                inPart = true;
            }
            else if (Blank.Is(c) && !quoted)
            {
                Flush();
            }
            else
            {
                part.Append(c);
                inPart = true;
            }
        }
        Flush();
        return parts;

        void Flush()
        {
            if (inPart)
            {
                parts.Add(part.ToString());
                part.Clear();
                inPart = false;
            }
        }
    }

    private static int Escape(string text, int i, StringBuilder into)
    {
        char c = text[i];
        switch (c)
        {
            case 'a': into.Append('\a'); return i + 1;
            case 'b': into.Append('\b'); return i + 1;
            case 'E': into.Append('\x1B'); return i + 1;
            case 'f': into.Append('\f'); return i + 1;
            case 'n': into.Append('\n'); return i + 1;
            case 'r': into.Append('\r'); return i + 1;
            case 't': into.Append('\t'); return i + 1;
            case 'v': into.Append('\v'); return i + 1;
            case 'c' when i + 1 < text.Length:
                into.Append((char)(text[i + 1] & 0x1F));
                return i + 2;
            case 'x' when i + 1 < text.Length && char.IsAsciiHexDigit(text[i + 1]):
                return Number(text, i + 1, int.MaxValue, 16, into);
            case >= '0' and <= '7':
                return Number(text, i, 3, 8, into);
            default:
                into.Append(c);
                return i + 1;
        }
    }

    private static int Number(string text, int i, int digits, int radix, StringBuilder into)
    {
        int value = 0;
        for (; digits > 0 && i < text.Length && Digit(text[i]) is int d && d < radix; digits--, i++)
        {
            value = ((value * radix) + d) & 0xFF;
        }
        into.Append((char)value);
        return i;
    }

    private static int Digit(char c) => char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : int.MaxValue;
}
