namespace Holdfast.Config.Text;

/// <summary>Shell patterns over <see cref="IConfigFiles"/>: <c>* ? [a-z] [!a]</c> and <c>{a,b}</c>.</summary>
internal static class GlobPattern
{
    private const int MaxAlternatives = 4096;

    /// <summary>Whether the text has a wildcard (braces do not count).</summary>
    public static bool HasWildcard(string pattern) => pattern.AsSpan().ContainsAny('*', '?', '[');

    /// <summary>All texts that <c>{a,b}</c> alternatives stand for; the pattern itself when it has none.</summary>
    public static List<string> ExpandBraces(string pattern)
    {
        List<string> results = [pattern];
        for (int i = 0; i < results.Count && results.Count < MaxAlternatives;)
        {
            if (!TryFindBraces(results[i], out int open, out int close))
            {
                i++;
                continue;
            }
            string text = results[i];
            results.RemoveAt(i);
            int at = i;
            foreach (string alternative in SplitAlternatives(text[(open + 1)..close]))
            {
                results.Insert(at++, string.Concat(text.AsSpan(0, open), alternative, text.AsSpan(close + 1)));
            }
        }
        return results;
    }

    /// <summary>Paths that match, sorted bytewise; a path without wildcard is returned when it exists.</summary>
    public static List<string> Expand(IConfigFiles files, string pattern)
    {
        if (!HasWildcard(pattern))
        {
            return files.Read(pattern).Status == ConfigFileStatus.Missing ? [] : [pattern];
        }
        List<string> found = [pattern.StartsWith('/') ? "/" : ""];
        string[] parts = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < parts.Length; i++)
        {
            var next = new List<string>();
            foreach (string directory in found)
            {
                AddMatches(files, directory, parts[i], isLast: i == parts.Length - 1, next);
            }
            found = next;
        }
        found.Sort(StringComparer.Ordinal);
        return found;
    }

    /// <summary>Whether one path component matches one pattern component.</summary>
    public static bool Matches(ReadOnlySpan<char> name, ReadOnlySpan<char> pattern)
    {
        if (name.StartsWith(".") && !pattern.StartsWith("."))
        {
            return false;
        }
        int n = 0, p = 0, starName = -1, starPattern = -1;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                starPattern = p++;
                starName = n;
                continue;
            }
            if (p < pattern.Length && MatchesOne(name[n], pattern[p..], out int used))
            {
                n++;
                p += used;
                continue;
            }
            if (starPattern < 0)
            {
                return false;
            }
            p = starPattern + 1;
            n = ++starName;
        }
        return pattern[p..].TrimStart('*').IsEmpty;
    }

    private static void AddMatches(IConfigFiles files, string directory, string part, bool isLast, List<string> next)
    {
        if (!HasWildcard(part))
        {
            string path = PathText.Join(directory, part);
            if (!isLast || files.Read(path).Status != ConfigFileStatus.Missing)
            {
                next.Add(path);
            }
            return;
        }
        foreach (string name in files.List(directory.Length == 0 ? "." : directory))
        {
            if (Matches(name, part))
            {
                next.Add(PathText.Join(directory, name));
            }
        }
    }

    private static bool MatchesOne(char c, ReadOnlySpan<char> pattern, out int used)
    {
        used = 1;
        switch (pattern[0])
        {
            case '?':
                return true;
            case '\\' when pattern.Length > 1:
                used = 2;
                return pattern[1] == c;
            case '[' when pattern[1..].Contains(']'):
                return MatchesSet(c, pattern, out used);
            default:
                return pattern[0] == c;
        }
    }

    private static bool MatchesSet(char c, ReadOnlySpan<char> pattern, out int used)
    {
        int i = 1;
        bool negated = pattern[i] is '!' or '^';
        i += negated ? 1 : 0;
        bool matched = false;
        for (bool first = true; i < pattern.Length && (first || pattern[i] != ']'); first = false, i++)
        {
            bool isRange = i + 2 < pattern.Length && pattern[i + 1] == '-' && pattern[i + 2] != ']';
            matched |= isRange ? c >= pattern[i] && c <= pattern[i + 2] : c == pattern[i];
            i += isRange ? 2 : 0;
        }
        used = Math.Min(i + 1, pattern.Length);
        return matched != negated;
    }

    private static bool TryFindBraces(string text, out int open, out int close)
    {
        close = -1;
        open = text.IndexOf('{', StringComparison.Ordinal);
        int depth = 0;
        for (int i = open; i >= 0 && i < text.Length; i++)
        {
            depth += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
            if (depth == 0)
            {
                close = i;
                return true;
            }
        }
        return false;
    }

    private static List<string> SplitAlternatives(string body)
    {
        var parts = new List<string>();
        int depth = 0, start = 0;
        for (int i = 0; i < body.Length; i++)
        {
            depth += body[i] == '{' ? 1 : body[i] == '}' ? -1 : 0;
            if (body[i] == ',' && depth == 0)
            {
                parts.Add(body[start..i]);
                start = i + 1;
            }
        }
        parts.Add(body[start..]);
        return parts;
    }
}
