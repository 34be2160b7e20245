using System.Collections.Immutable;
using Holdfast.Config.Nginx.Schema;
using Holdfast.Primitives;

namespace Holdfast.Config.Nginx.Syntax;

/// <summary>A directive of nginx.conf with its words and, when it is a block, what stands in it.</summary>
public sealed class NginxDirective
{
    private readonly List<NginxDirective> _children = [];

    internal NginxDirective(ImmutableArray<NginxWord> words, NginxDirective? parent, string file, int endLine)
    {
        Words = words;
        Parent = parent;
        File = file;
        EndLine = endLine;
    }

    /// <summary>All words, the name first; at least one.</summary>
    public ImmutableArray<NginxWord> Words { get; }

    /// <summary>The first word.</summary>
    public string Name => Words[0].Text;

    /// <summary>How many words follow the name.</summary>
    public int Count => Words.Length - 1;

    /// <summary>The block that it stands in; null for the top level of the file.</summary>
    public NginxDirective? Parent { get; }

    /// <summary>The file that it stands in, as it was opened.</summary>
    public string File { get; }

    /// <summary>1-based line where its head ended, with <c>;</c> or <c>{</c>: the line of the original's messages.
    /// </summary>
    public int EndLine { get; }

    /// <summary>Whether it has a block.</summary>
    public bool IsBlock { get; internal set; }

    /// <summary>What the table says of it; null for lines of maps and the like, and for unknown words.</summary>
    public DirectiveSpec? Spec { get; internal set; }

    /// <summary>What stands in the block, included files included, in the order of reading.</summary>
    public IReadOnlyList<NginxDirective> Children => _children;

    /// <summary>Where the name stands.</summary>
    public SourceSpan Span => Words[0].Span;

    /// <summary>Position among all heads in the order of reading: whose error the original reports first.</summary>
    internal int Order { get; init; }

    /// <summary>The same for the end of its block.</summary>
    internal int EndOrder { get; set; }

    /// <summary>Line of the brace that closes its block; 0 when it has none.</summary>
    internal int CloseLine { get; set; }

    /// <summary>The contexts of which it is one as a block.</summary>
    internal NginxContexts Opens { get; set; }

    /// <summary>The context that it stands in.</summary>
    internal NginxContexts Place { get; set; }

    /// <summary>The text of the word behind the name at an index.</summary>
    /// <param name="index">0-based.</param>
    public string this[int index] => Words[index + 1].Text;

    /// <summary>Where the word behind the name at an index stands.</summary>
    /// <param name="index">0-based.</param>
    public SourceSpan SpanOf(int index) => Words[index + 1].Span;

    /// <summary>The directives of a name that stand directly in the block.</summary>
    public IEnumerable<NginxDirective> ChildrenOf(string name)
        => _children.Where(c => c.Name == name && c.Spec is not null);

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', Words.Select(static w => w.Text));

    internal void Add(NginxDirective child) => _children.Add(child);
}
