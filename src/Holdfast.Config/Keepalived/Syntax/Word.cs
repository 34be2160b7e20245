using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Syntax;

/// <summary>One word of a logical line.</summary>
/// <param name="Source">The line.</param>
/// <param name="Start">Index of its first character in the line; that of the quote when it is quoted.</param>
/// <param name="Length">Length in the line, with quotes.</param>
/// <param name="Text">The word itself, without quotes.</param>
internal readonly record struct Word(MappedText Source, int Start, int Length, string Text)
{
    public SourceSpan Span => Source.Span(Start, Math.Max(1, Length));

    public override string ToString() => Text;
}
