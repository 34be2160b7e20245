using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Config.Nginx.Model;

/// <summary>A kind of part of a text with variables.</summary>
public enum TextPartKind : byte
{
    /// <summary>Stands for itself.</summary>
    Literal,

    /// <summary>A variable, <c>$name</c> or <c>${name}</c>.</summary>
    Variable,

    /// <summary>A group of the last regular expression, <c>$1</c> to <c>$9</c>.</summary>
    Capture,
}

/// <summary>A part of a text with variables.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Text">The literal, or the variable's name in lower case without dollar; empty for a capture.</param>
/// <param name="Capture">1 to 9 for a capture, else 0.</param>
public readonly record struct TextPart(TextPartKind Kind, string Text, int Capture = 0);

/// <summary>A text that may hold variables.</summary>
public sealed record ComplexText
{
    /// <summary>A text.</summary>
    /// <param name="parts">Its parts.</param>
    /// <param name="source">As it was written.</param>
    /// <param name="span">Where.</param>
    public ComplexText(ImmutableArray<TextPart> parts, string source, SourceSpan span)
    {
        Parts = parts;
        Source = source;
        Span = span;
    }

    /// <summary>The parts in order; none for the empty text.</summary>
    public ImmutableArray<TextPart> Parts { get; }

    /// <summary>As it was written, without quotes.</summary>
    public string Source { get; }

    /// <summary>Where.</summary>
    public SourceSpan Span { get; }

    /// <summary>Whether it has neither variables nor captures.</summary>
    public bool IsConstant => Parts.All(static p => p.Kind == TextPartKind.Literal);

    /// <summary>The text when it is constant; null else.</summary>
    public string? Constant => IsConstant ? Source : null;

    /// <inheritdoc/>
    public override string ToString() => Source;
}

/// <summary>A regular expression in the language of PCRE2.</summary>
/// <param name="Pattern">The expression.</param>
/// <param name="IgnoresCase">Whether case is ignored.</param>
/// <param name="Span">Where it stands.</param>
public sealed record NginxRegex(string Pattern, bool IgnoresCase, SourceSpan Span)
{
    /// <summary>The named groups, each of which is a variable when it matches; in order.</summary>
    public ImmutableArray<string> Names { get; init; } = [];
}
