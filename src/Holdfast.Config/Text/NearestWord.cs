namespace Holdfast.Config.Text;

/// <summary>The known word that a mistyped one probably means.</summary>
/// <remarks>Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours cost 1.</remarks>
public static class NearestWord
{
    private const int MaxLength = 64;

    /// <summary>The nearest candidate within a distance that grows with the length; null when none is near.</summary>
    public static string? Find(ReadOnlySpan<char> word, IEnumerable<string> candidates)
    {
        int limit = word.Length <= 2 ? 1 : word.Length <= 5 ? 2 : 3;
        return Find(word, candidates, limit, out _);
    }

    /// <summary>As above with a limit of the caller's.</summary>
    public static string? Find(ReadOnlySpan<char> word, IEnumerable<string> candidates, int limit, out int distance)
    {
        string? best = null;
        distance = limit + 1;
        int bestPrefix = -1;
        foreach (string candidate in candidates)
        {
            if (Math.Abs(candidate.Length - word.Length) > limit)
            {
                continue;
            }
            int d = Distance(word, candidate);
            int prefix = word.CommonPrefixLength(candidate);
            if (d < distance || (d == distance && d <= limit && prefix > bestPrefix))
            {
                best = candidate;
                distance = d;
                bestPrefix = prefix;
            }
        }
        return distance <= limit ? best : null;
    }

    /// <summary>The distance of two words; words beyond 64 characters are infinitely far.</summary>
    public static int Distance(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        if (a.Length > MaxLength || b.Length > MaxLength)
        {
            return int.MaxValue;
        }
        Span<int> beforeLast = stackalloc int[MaxLength + 1];
        Span<int> last = stackalloc int[MaxLength + 1];
        Span<int> current = stackalloc int[MaxLength + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            last[j] = j;
        }
        for (int i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int change = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1;
                int best = Math.Min(Math.Min(last[j] + 1, current[j - 1] + 1), last[j - 1] + change);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    best = Math.Min(best, beforeLast[j - 2] + 1);
                }
                current[j] = best;
            }
            Span<int> spare = beforeLast;
            beforeLast = last;
            last = current;
            current = spare;
        }
        return last[b.Length];
    }
}
