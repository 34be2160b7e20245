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

    /// <summary>The same block with another view of missing values for some words.</summary>
    public BlockSchema With(string words, OriginalClass missingValue)
    {
        foreach (string word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            KeywordSpec changed = _byName[word] with { MissingValue = missingValue };
            Keywords[Array.IndexOf(Keywords, _byName[word])] = changed;
            _byName[word] = changed;
        }
        return this;
    }

    public KeywordSpec? Find(string name) => _byName.GetValueOrDefault(name);
}
