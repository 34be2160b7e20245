namespace Holdfast.Config.Keepalived.Syntax;

/// <summary>When an include that read nothing is an error.</summary>
[Flags]
internal enum IncludeChecks : byte
{
    /// <summary>Never.</summary>
    None = 0,

    /// <summary>R: a match is no readable file.</summary>
    Read = 1,

    /// <summary>M: nothing matched, and the pattern has no wildcard.</summary>
    Match = 2,

    /// <summary>W: nothing matched, even with a wildcard.</summary>
    WildcardMatch = 4,

    /// <summary>B: an alternative of <c>{a,b}</c> is missing.</summary>
    BraceMatch = 8,

    /// <summary>All of them.</summary>
    All = 15,
}

/// <summary>The six include words and the words of <c>include_check</c>.</summary>
internal static class IncludeWords
{
    /// <summary>The words that <c>include_check</c> knows.</summary>
    public static readonly string[] CheckWords = ["read", "match", "wildcard_match", "brace_match"];

    /// <summary>Whether a line is an include; gives its strictness and where the pattern begins.</summary>
    public static bool TryParse(string text, out IncludeChecks checks, out int patternStart)
    {
        checks = IncludeChecks.None;
        patternStart = 0;
        if (!text.StartsWith("include", StringComparison.Ordinal))
        {
            return false;
        }
        int end = 7;
        while (end < text.Length && !Holdfast.Config.Text.Blank.Is(text[end]))
        {
            end++;
        }
        IncludeChecks? found = text[7..end] switch
        {
            "" => IncludeChecks.None,
            "r" => IncludeChecks.Read,
            "m" => IncludeChecks.Read | IncludeChecks.Match,
            "w" => IncludeChecks.Read | IncludeChecks.Match | IncludeChecks.WildcardMatch,
            "b" => IncludeChecks.Read | IncludeChecks.BraceMatch,
            "a" => IncludeChecks.All,
            _ => null,
        };
        while (end < text.Length && Holdfast.Config.Text.Blank.Is(text[end]))
        {
            end++;
        }
        patternStart = end;
        checks = found ?? IncludeChecks.None;
        return found is not null && end < text.Length;
    }

    /// <summary>The bit of a word of <c>include_check</c>.</summary>
    public static IncludeChecks? Bit(ReadOnlySpan<char> word) => word switch
    {
        "read" => IncludeChecks.Read,
        "match" => IncludeChecks.Read | IncludeChecks.Match,
        "wildcard_match" => IncludeChecks.Read | IncludeChecks.WildcardMatch,
        "brace_match" => IncludeChecks.Read | IncludeChecks.BraceMatch,
        _ => null,
    };
}
