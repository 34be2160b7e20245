namespace Holdfast.Nginx.Texts;

/// <summary>Builders of texts within texts: a map's value is put together while the text that names it is.</summary>
public sealed class BuilderStack
{
    private readonly List<TextBuilder> _builders = [];
    private int _depth;

    /// <summary>One that is empty, until it is returned.</summary>
    public TextBuilder Rent()
    {
        if (_depth == _builders.Count)
        {
            _builders.Add(new TextBuilder());
        }
        TextBuilder builder = _builders[_depth++];
        builder.Clear();
        return builder;
    }

    /// <summary>Returns the one that was rented last.</summary>
    public void Return() => _depth--;

    internal void Clear() => _depth = 0;
}
