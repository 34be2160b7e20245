namespace Holdfast.Primitives;

/// <summary>A compiled regular expression over bytes. Matching allocates nothing, on any thread.</summary>
public interface IRegex
{
    /// <summary>Whether it matches somewhere from an offset on.</summary>
    /// <param name="subject">The bytes.</param>
    /// <param name="start">Where matching begins.</param>
    /// <param name="groups">
    /// Filled with start and end of the match and its groups; -1 for a group that has none.
    /// </param>
    bool TryMatch(ReadOnlySpan<byte> subject, int start, Span<int> groups);

    /// <summary>The number of a named group; negative: there is none.</summary>
    int GroupOf(string name);
}

/// <summary>Compiles regular expressions: PCRE2 in the daemon.</summary>
public interface IRegexFactory
{
    /// <summary>Compiles one.</summary>
    /// <param name="pattern">Its text.</param>
    /// <param name="ignoreCase">Whether the case of letters counts.</param>
    /// <exception cref="FormatException">It is no regular expression; the message says why.</exception>
    IRegex Compile(string pattern, bool ignoreCase);
}
