using Holdfast.Config.Keepalived.Syntax;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Binding;

/// <summary>The blocks of one kind by their name; a name that stands twice keeps its first block.</summary>
internal sealed class NameTable(string what, FindingCode duplicate)
{
    private readonly Dictionary<string, ConfigNode> _nodes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => _nodes.Keys;

    /// <summary>The blocks in the order of the text.</summary>
    public List<ConfigNode> InOrder { get; } = [];

    public ConfigNode? Find(string name) => _nodes.GetValueOrDefault(name);

    public void MarkUsed(string name) => _used.Add(name);

    public bool IsUsed(string name) => _used.Contains(name);

    public void Add(ConfigNode node, Findings findings)
    {
        if (_nodes.TryAdd(node.Text, node))
        {
            InOrder.Add(node);
            return;
        }
        findings.Report(duplicate, node.Arguments[0], $"{what} '{node.Text}' is defined twice",
            "give it another name", null, new RelatedPlace(_nodes[node.Text].Arguments[0].Span, "the first one"));
    }
}
