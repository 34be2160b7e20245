namespace Holdfast.Nginx.Texts;

/// <summary>Builders of texts within texts: a map's value is put together while the text that names it is.</summary>
internal sealed class BuilderStack
{
    private readonly List<TextBuilder> _builders = [];
    private int _depth;

    internal TextBuilder Rent()
    {
        if (_depth == _builders.Count)
        {
            _builders.Add(new TextBuilder());
        }
        TextBuilder builder = _builders[_depth++];
        builder.Clear();
        return builder;
    }

    internal void Return() => _depth--;

    internal void Clear() => _depth = 0;
}
