using Holdfast.Config.Keepalived.Schema;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Syntax;

/// <summary>A keyword as it was written, with its value once that has been read.</summary>
internal sealed class ConfigNode(KeywordSpec spec, BlockSchema owner, Word keyword, List<Word> arguments)
{
    private List<ConfigNode>? _children;
    private List<MappedText>? _lines;

    public KeywordSpec Spec { get; } = spec;

    /// <summary>The block that it stands in.</summary>
    public BlockSchema Owner { get; } = owner;

    public Word Keyword { get; } = keyword;

    public List<Word> Arguments { get; } = arguments;

    public List<ConfigNode> Children => _children ??= [];

    /// <summary>The lines of a list in braces.</summary>
    public List<MappedText> Lines => _lines ??= [];

    public IReadOnlyList<MappedText> LinesOrEmpty => _lines ?? (IReadOnlyList<MappedText>)[];

    public IReadOnlyList<ConfigNode> ChildrenOrEmpty => _children ?? (IReadOnlyList<ConfigNode>)[];

    /// <summary>Options from <c>#holdfast:</c> comments in this block.</summary>
    public List<Word>? Options { get; set; }

    public SourceSpan Span => Keyword.Span;

    /// <summary>Whether the value could be read; a bad one counts as not given.</summary>
    public bool IsValid { get; set; }

    /// <summary>Whole number, or microseconds of a time.</summary>
    public long Number { get; set; }

    /// <summary>Whether a switch is on, or a weight has <c>reverse</c>, or <c>all</c> was given.</summary>
    public bool IsOn { get; set; }

    public IpAddress Address { get; set; }

    /// <summary>The first argument; "" when there is none.</summary>
    public string Text => Arguments.Count > 0 ? Arguments[0].Text : "";

    /// <summary>An argument by its index; null when there are not so many.</summary>
    public string? TextAt(int index) => index < Arguments.Count ? Arguments[index].Text : null;

    public TimeSpan Time => TimeSpan.FromTicks(Number * TimeSpan.TicksPerMicrosecond);

    /// <summary>The last valid child with that name; null when there is none.</summary>
    public ConfigNode? Last(string name)
    {
        if (_children is not null)
        {
            for (int i = _children.Count - 1; i >= 0; i--)
            {
                if (_children[i].IsValid && _children[i].Spec.Name == name)
                {
                    return _children[i];
                }
            }
        }
        return null;
    }

    /// <summary>Whether a flag or switch is given and not off.</summary>
    public bool IsSet(string name) => Last(name) is { } node && (node.Spec.Value.Kind != ValueKind.Switch || node.IsOn);

    /// <summary>All valid children with that name.</summary>
    public IEnumerable<ConfigNode> All(string name)
    {
        foreach (ConfigNode child in ChildrenOrEmpty)
        {
            if (child.IsValid && child.Spec.Name == name)
            {
                yield return child;
            }
        }
    }
}
