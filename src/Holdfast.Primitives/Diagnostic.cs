using System.Collections.Immutable;

namespace Holdfast.Primitives;

/// <summary>How bad a <see cref="Diagnostic"/> is.</summary>
public enum Severity : byte
{
    /// <summary>Something was assumed; nothing is lost.</summary>
    Note,

    /// <summary>It works, but probably not as meant, or something cosmetic is lost.</summary>
    Warning,

    /// <summary>The configuration must not be used.</summary>
    Error,
}

/// <summary>A second place that a <see cref="Diagnostic"/> is about, such as the first of two definitions.</summary>
/// <param name="Span">Where.</param>
/// <param name="Message">What stands there.</param>
public sealed record RelatedPlace(SourceSpan Span, string Message);

/// <summary>One finding about a configuration: where, what, how bad, and how to mend it.</summary>
/// <param name="Code">Stable id, such as "KA0107", that a user can look up.</param>
/// <param name="Severity">How bad.</param>
/// <param name="Span">Where.</param>
/// <param name="Message">What is wrong, in one sentence without a full stop.</param>
public sealed record Diagnostic(string Code, Severity Severity, SourceSpan Span, string Message)
{
    /// <summary>How to mend it; null when there is nothing to say.</summary>
    public string? Help { get; init; }

    /// <summary>The nearest known word; null when none is near.</summary>
    public string? Suggestion { get; init; }

    /// <summary>The other places that it is about.</summary>
    public ImmutableArray<RelatedPlace> Related { get; init; } = [];
}
