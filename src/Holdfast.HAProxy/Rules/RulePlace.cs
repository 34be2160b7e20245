using Holdfast.Config.HAProxy.Model;
using Holdfast.Primitives;

namespace Holdfast.HAProxy.Rules;

/// <summary>Where a rule stands: <c>last_rule_file</c> and <c>last_rule_line</c>.</summary>
/// <param name="Span">Its place.</param>
public sealed record RulePlace(SourceSpan Span)
{
    /// <summary>The file, as it was opened.</summary>
    public byte[] FileBytes { get; } = ByteText.ToBytes(Span.File);

    /// <summary>Its line, from 1.</summary>
    public int Line => Span.Line;
}
