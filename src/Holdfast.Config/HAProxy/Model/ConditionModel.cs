using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Config.HAProxy.Model;

/// <summary>How a sample is compared with patterns.</summary>
public enum MatchMethod : byte
{
    /// <summary>Whether there is a sample at all.</summary>
    Found,

    /// <summary>Whether it is true (not 0).</summary>
    Boolean,

    /// <summary>A number within a range.</summary>
    Integer,

    /// <summary>An address within a network.</summary>
    Ip,

    /// <summary>Exactly these bytes.</summary>
    Binary,

    /// <summary>A length within a range.</summary>
    Length,

    /// <summary>Exactly this text.</summary>
    Exact,

    /// <summary>Contains the text.</summary>
    Substring,

    /// <summary>Matches the regular expression.</summary>
    Regex,

    /// <summary>Begins with the text.</summary>
    Begin,

    /// <summary>Ends with the text.</summary>
    End,

    /// <summary>Has the text between slashes (or ? and its ends).</summary>
    Directory,

    /// <summary>Has the text between dots (or slash, colon, ? and its ends).</summary>
    Domain,

    /// <summary>Is this HTTP method.</summary>
    Method,
}

/// <summary>One pattern.</summary>
/// <param name="Text">As it is written, after quoting; for numbers without the operator.</param>
/// <param name="Minimum">Lower bound of a number or length, or <see cref="long.MinValue"/>.</param>
/// <param name="Maximum">Upper bound, or <see cref="long.MaxValue"/>.</param>
/// <param name="Span">Where it stands.</param>
public sealed record Pattern(string Text, long Minimum, long Maximum, SourceSpan Span);

/// <summary>A file of patterns of an ACL: one a line.</summary>
/// <param name="Path">As it is written.</param>
/// <param name="IgnoreCase">Whether its patterns ignore case.</param>
/// <param name="Patterns">Its lines, or empty when files are not read.</param>
/// <param name="Span">Where it is named.</param>
public sealed record PatternFile(string Path, bool IgnoreCase, ImmutableArray<Pattern> Patterns, SourceSpan Span);

/// <summary>
/// One <c>acl</c> line, or what stands between braces. True when any pattern matches any of the samples.
/// </summary>
/// <param name="Name">Its name; empty between braces.</param>
/// <param name="Expression">What is looked at.</param>
/// <param name="Method">How it is compared.</param>
/// <param name="Patterns">Those of the line.</param>
/// <param name="Files">Those of files.</param>
/// <param name="Span">Where it stands.</param>
public sealed record AclModel(
    string Name, SampleExpression Expression, MatchMethod Method, ImmutableArray<AclPattern> Patterns,
    ImmutableArray<PatternFile> Files, SourceSpan Span)
{
    /// <summary>Whether host names may be looked up for addresses (<c>-n</c> forbids it).</summary>
    public bool ResolvesNames { get; init; } = true;

    /// <summary>Whether the file's second column counts, too (<c>-M</c>).</summary>
    public bool IsMap { get; init; }

    /// <summary>The number that names it at the runtime API (<c>-u</c>); null: given by position.</summary>
    public int? UniqueId { get; init; }
}

/// <summary>A pattern of an ACL line.</summary>
/// <param name="Pattern">What is compared.</param>
/// <param name="IgnoreCase">Whether <c>-i</c> stands before it.</param>
public sealed record AclPattern(Pattern Pattern, bool IgnoreCase);

/// <summary>An ACL as a condition names it: all lines of the name, of which any may hold.</summary>
/// <param name="Negated">Whether "!" stands before it.</param>
/// <param name="Name">The name; empty between braces.</param>
/// <param name="Alternatives">The lines; any of them makes it true. Predefined ACLs are resolved, too.</param>
/// <param name="Span">Where it is named.</param>
public sealed record ConditionTerm(
    bool Negated, string Name, ImmutableArray<AclModel> Alternatives, SourceSpan Span);

/// <summary><c>if</c> or <c>unless</c>: an "or" of "and"s.</summary>
/// <param name="IsUnless">Whether the rule applies when it does not hold.</param>
/// <param name="Alternatives">Any of them makes it true; within one, all terms must hold.</param>
/// <param name="Span">Where it stands.</param>
public sealed record RuleCondition(
    bool IsUnless, ImmutableArray<ImmutableArray<ConditionTerm>> Alternatives, SourceSpan Span);
