using System.Collections.Immutable;
using System.Text;
using Holdfast.Config.Keepalived.Schema;
using Holdfast.Config.Keepalived.Syntax;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived;

/// <summary>
/// Hides passwords and keys in excerpts and messages: findings are logged, mailed and pasted into tickets. Each
/// character becomes an asterisk, so that carets still stand below the right one.
/// </summary>
internal sealed class SecretMask
{
    private const int LengthMin = 4;
    private static readonly string[] s_anywhere = ["auth_pass"];
    private static readonly string[] s_first = ["password", "key"];
    private readonly HashSet<string> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<(string File, int Line), List<string>> _hidden = [];

    /// <summary>Learns the secrets of a tree, which may have come out of definitions.</summary>
    public void Learn(ConfigNode block)
    {
        foreach (ConfigNode node in block.ChildrenOrEmpty)
        {
            int first = node.Spec.Name is "auth_pass" or "password" ? 0
                : node.Spec.Name == "key" && node.Owner.Kind == BlockKind.AuthHmac ? 1 : int.MaxValue;
            foreach (Word word in node.Arguments.Skip(first))
            {
                if (word.Text.Length >= LengthMin)
                {
                    _values.Add(word.Text);
                }
            }
            Learn(node);
        }
    }

    /// <summary>Texts for excerpts without secrets. Call it before <see cref="Mask(Diagnostic)"/>.</summary>
    public IReadOnlyDictionary<string, string> Mask(IReadOnlyDictionary<string, string> texts)
    {
        var masked = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string path, string text) in texts)
        {
            string[] lines = text.Split('\n');
            for (int index = 0; index < lines.Length; index++)
            {
                lines[index] = MaskLine(path, index + 1, lines[index]);
            }
            masked[path] = string.Join('\n', lines);
        }
        return masked;
    }

    /// <summary>The finding without what was hidden in its line.</summary>
    public Diagnostic Mask(Diagnostic diagnostic)
    {
        IEnumerable<string> words = _hidden.GetValueOrDefault((diagnostic.Span.File, diagnostic.Span.Line)) ?? [];
        foreach (string word in words.Concat(_values))
        {
            if (word.Length == 0 || !diagnostic.Message.Contains(Quoted(word), StringComparison.Ordinal))
            {
                continue;
            }
            diagnostic = diagnostic with
            {
                Message = diagnostic.Message.Replace(Quoted(word), "'***'", StringComparison.Ordinal),
                Help = diagnostic.Help?.Replace(word, "***", StringComparison.Ordinal),
                Suggestion = null,
            };
        }
        return diagnostic;
    }

    private static string Quoted(string word) => $"'{word}'";

    private string MaskLine(string path, int number, string line)
    {
        var result = new StringBuilder(line);
        List<(int Start, int End)> words = Words(line);
        for (int index = 0; index < words.Count; index++)
        {
            (int start, int end) = words[index];
            string word = line[start..end].TrimStart('#', '!');
            if (!IsSecretKeyword(word, isFirst: index == 0))
            {
                continue;
            }
            foreach ((int from, int to) in words.Skip(index + 1).TakeWhile(w => line[w.Start] != '}'))
            {
                Hide(path, number, result, from, to);
            }
        }
        foreach (string value in _values)
        {
            for (int at = line.IndexOf(value, StringComparison.Ordinal); at >= 0;
                at = line.IndexOf(value, at + 1, StringComparison.Ordinal))
            {
                if (IsBoundary(line, at - 1) && IsBoundary(line, at + value.Length))
                {
                    Hide(path, number, result, at, at + value.Length);
                }
            }
        }
        return result.ToString();
    }

    /// <summary>A misspelt keyword is followed by the secret all the same.</summary>
    private static bool IsSecretKeyword(string word, bool isFirst)
        => (word != "auth_type" && NearestWord.Find(word, s_anywhere) is not null)
            || (isFirst && s_first.Contains(word)) || s_anywhere.Contains(word);

    private void Hide(string path, int number, StringBuilder line, int from, int to)
    {
        if (!_hidden.TryGetValue((path, number), out List<string>? words))
        {
            _hidden[(path, number)] = words = [];
        }
        words.Add(line.ToString(from, to - from).Trim('"', '\''));
        for (int at = from; at < to; at++)
        {
            line[at] = '*';
        }
    }

    private static bool IsBoundary(string line, int at)
        => at < 0 || at >= line.Length || !(char.IsLetterOrDigit(line[at]) || line[at] == '_');

    private static List<(int Start, int End)> Words(string line)
    {
        List<(int, int)> words = [];
        int at = 0;
        while (at < line.Length)
        {
            if (char.IsWhiteSpace(line[at]))
            {
                at++;
                continue;
            }
            int start = at;
            while (at < line.Length && !char.IsWhiteSpace(line[at]))
            {
                at++;
            }
            words.Add((start, at));
        }
        return words;
    }
}
