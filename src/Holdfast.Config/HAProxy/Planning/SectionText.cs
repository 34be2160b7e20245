using System.Collections.Immutable;
using Holdfast.Config.HAProxy.Schema;

namespace Holdfast.Config.HAProxy.Planning;

/// <summary>A section as it is written: what a person compares.</summary>
/// <param name="Kind">Its first word: frontend, backend and so on.</param>
/// <param name="Name">Its name; empty: it has none.</param>
/// <param name="Lines">Its lines, with one blank between words and without comments.</param>
internal sealed record SectionText(string Kind, string Name, ImmutableArray<string> Lines)
{
    /// <summary>What two versions of a section have in common.</summary>
    internal (string Kind, string Name) Key => (Kind, Name);

    /// <summary>The sections of all texts; those of one key are taken together.</summary>
    internal static ImmutableArray<SectionText> Read(IEnumerable<string> texts)
    {
        var found = new List<SectionText>();
        foreach (string text in texts)
        {
            ReadOne(text, found);
        }
        return [.. found.GroupBy(static one => one.Key).Select(static group
            => new SectionText(group.Key.Kind, group.Key.Name, [.. group.SelectMany(static one => one.Lines)]))];
    }

    private static void ReadOne(string text, List<SectionText> found)
    {
        foreach (string raw in text.Split('\n'))
        {
            string[] words = Words(raw);
            if (words.Length == 0)
            {
                continue;
            }
            if (KeywordTable.Find(KeywordGroup.Section, words[0]) is not null)
            {
                found.Add(new SectionText(words[0], words.Length > 1 ? words[1] : "", []));
            }
            else if (found.Count > 0)
            {
                found[^1] = found[^1] with { Lines = found[^1].Lines.Add(string.Join(' ', words)) };
            }
        }
    }

    private static string[] Words(string line)
    {
        bool isQuoted = false;
        char quote = '\0';
        for (int at = 0; at < line.Length; at++)
        {
            char one = line[at];
            if (isQuoted)
            {
                isQuoted = one != quote;
            }
            else if (one == '\\')
            {
                at++;
            }
            else if (one is '"' or '\'')
            {
                (isQuoted, quote) = (true, one);
            }
            else if (one == '#')
            {
                line = line[..at];
            }
        }
        return line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
    }
}
