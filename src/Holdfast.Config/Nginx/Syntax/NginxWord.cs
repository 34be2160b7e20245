using Holdfast.Primitives;

namespace Holdfast.Config.Nginx.Syntax;

/// <summary>One word of nginx.conf, without quotes and with its escapes resolved as the original stores it.</summary>
/// <param name="Text">The word; variables are not expanded.</param>
/// <param name="Span">Where it stands, quotes included.</param>
/// <param name="IsQuoted">Whether it was written in quotes.</param>
public readonly record struct NginxWord(string Text, SourceSpan Span, bool IsQuoted)
{
    /// <inheritdoc/>
    public override string ToString() => Text;
}
