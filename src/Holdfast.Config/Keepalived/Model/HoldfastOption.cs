using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Model;

/// <summary>An option of our own, <c>#holdfast: KEY VALUE</c>: a comment to the original.</summary>
/// <param name="Key">The first word.</param>
/// <param name="Value">The rest, words joined by one blank.</param>
/// <param name="Span">Where it stands.</param>
public sealed record HoldfastOption(string Key, string Value, SourceSpan Span);
