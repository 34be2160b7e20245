namespace Holdfast.Config.Keepalived.Schema;

/// <summary>The keywords of one block.</summary>
internal sealed class BlockSchema
{
    private readonly Dictionary<string, KeywordSpec> _byName;

    public BlockSchema(BlockKind kind, string title, KeywordSpec[] keywords)
    {
        Kind = kind;
        Title = title;
        Keywords = keywords;
        _byName = new Dictionary<string, KeywordSpec>(keywords.Length, StringComparer.Ordinal);
        foreach (KeywordSpec keyword in keywords)
        {
            _byName.Add(keyword.Name, keyword);
        }
    }

    public BlockKind Kind { get; }

    /// <summary>The word that opens the block, as messages and documentation name it.</summary>
    public string Title { get; }

    public KeywordSpec[] Keywords { get; }

    public IEnumerable<string> Names => _byName.Keys;

    public KeywordSpec? Find(string name) => _byName.GetValueOrDefault(name);
}
