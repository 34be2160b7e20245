using Holdfast.Config.HAProxy.Syntax;

namespace Holdfast.Config.HAProxy;

/// <summary>Covers passwords in the texts that excerpts are taken from.</summary>
internal static class Secrets
{
    private static readonly string[] s_before =
        ["password", "insecure-password", "auth", "ca-sign-pass", "cluster-secret", "dynamic-cookie-key"];

    /// <summary>The texts with as many stars in the place of each secret.</summary>
    public static Dictionary<string, string> Mask(Dictionary<string, string> texts, List<Section> sections)
    {
        var result = new Dictionary<string, string>(texts, StringComparer.Ordinal);
        foreach (Word word in sections.SelectMany(static s => s.Statements).SelectMany(Of))
        {
            if (!result.TryGetValue(word.File, out string? text))
            {
                continue;
            }
            string[] lines = text.Split('\n');
            if (word.Line <= lines.Length && word.Column - 1 + word.Length <= lines[word.Line - 1].Length)
            {
                string line = lines[word.Line - 1];
                lines[word.Line - 1] = string.Concat(line.AsSpan(0, word.Column - 1), new string('*', word.Length),
                    line.AsSpan(word.Column - 1 + word.Length));
                result[word.File] = string.Join('\n', lines);
            }
        }
        return result;
    }

    private static IEnumerable<Word> Of(Statement statement)
    {
        for (int i = 1; i < statement.Words.Length; i++)
        {
            if (s_before.Contains(statement.Words[i - 1].Text) && statement.Words[i].Text is not ("realm" or "if"))
            {
                yield return statement.Words[i];
            }
        }
    }
}
