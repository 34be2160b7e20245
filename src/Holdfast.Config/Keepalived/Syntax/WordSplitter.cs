using Holdfast.Config.Text;

namespace Holdfast.Config.Keepalived.Syntax;

/// <summary>Splits a logical line at blanks; <c>"…"</c> is one word without escapes.</summary>
internal static class WordSplitter
{
    public static List<Word> Split(MappedText line)
    {
        var words = new List<Word>(4);
        string text = line.Text;
        int i = 0;
        while (i < text.Length)
        {
            if (Blank.Is(text[i]))
            {
                i++;
                continue;
            }
            int start = i;
            if (text[i] == '"')
            {
                int close = text.IndexOf('"', i + 1);
                if (close < 0)
                {
                    // Reported where comments are removed; the original drops such a word.
                    break;
                }
                words.Add(new Word(line, start, close + 1 - start, text[(start + 1)..close]));
                i = close + 1;
                continue;
            }
            // A quote directly after a text starts a new word.
            while (i < text.Length && !Blank.Is(text[i]) && text[i] != '"')
            {
                i++;
            }
            words.Add(new Word(line, start, i - start, text[start..i]));
        }
        return words;
    }
}
