using Holdfast.Primitives;

namespace Holdfast.Config.HAProxy.Syntax;

/// <summary>One word of a line after quoting, escapes and variables.</summary>
/// <param name="Text">
/// What it says. A byte above 127 that <c>\xHH</c> made stands as the character 0xDC00 + byte, see
/// <see cref="Model.ByteText"/>.
/// </param>
/// <param name="File">The file, as it was opened.</param>
/// <param name="Line">1-based line.</param>
/// <param name="Column">1-based column of its first character.</param>
/// <param name="Length">Characters that it takes up in the file.</param>
internal sealed record Word(string Text, string File, int Line, int Column, int Length)
{
    /// <summary>Where it stands.</summary>
    public SourceSpan Span => new(File, Line, Column, Length);

    /// <summary>Whether it is written as it reads, so that offsets in the text are columns in the file.</summary>
    public bool IsVerbatim => Text.Length == Length;

    /// <summary>Where a part of the text stands; the whole word when quotes or escapes have moved it.</summary>
    public SourceSpan At(int start, int length)
        => IsVerbatim && start <= Text.Length ? new SourceSpan(File, Line, Column + start, length) : Span;

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>What stands before a keyword.</summary>
internal enum Prefix : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary><c>no</c>.</summary>
    No,

    /// <summary><c>default</c>.</summary>
    Default,
}

/// <summary>One line of a section.</summary>
/// <param name="Words">Its words without the prefix; at least one.</param>
/// <param name="Prefix"><c>no</c> or <c>default</c> before it.</param>
internal sealed record Statement(Word[] Words, Prefix Prefix)
{
    /// <summary>The first word.</summary>
    public Word Keyword => Words[0];

    /// <summary>The whole line, from the first word to the last.</summary>
    public SourceSpan Span => Words[0].Span with
    {
        Length = Math.Max(1, Words[^1].Column + Words[^1].Length - Words[0].Column),
    };

    /// <summary>The text of a word; empty behind the last one.</summary>
    public string Text(int index) => index < Words.Length ? Words[index].Text : "";
}

/// <summary>A section: its first line and those that follow.</summary>
/// <param name="Head">Such as <c>frontend www</c>.</param>
internal sealed record Section(Statement Head)
{
    /// <summary>The lines below the head.</summary>
    public List<Statement> Statements { get; } = [];

    /// <summary>Its kind, such as "frontend".</summary>
    public string Kind => Head.Keyword.Text;

    /// <summary>Its name; empty when it has none.</summary>
    public string Name => Head.Text(1);
}
