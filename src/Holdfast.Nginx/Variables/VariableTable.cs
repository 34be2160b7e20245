using System.Text;
using Holdfast.Nginx.Streams;

namespace Holdfast.Nginx.Variables;

/// <summary>All variables of an http or stream block: built-in ones, and those that directives define.</summary>
/// <remarks>Names are looked up at load; what requests use are the readers.</remarks>
public sealed class VariableTable
{
    private readonly Func<string, VariableReader?> _builtIn;

    /// <summary>Those of http.</summary>
    public VariableTable() : this(static name => CoreVariables.Find(name) ?? FieldVariables.Find(name)
        ?? AnnouncedVariables.Find(name))
    {
    }

    private VariableTable(Func<string, VariableReader?> builtIn) => _builtIn = builtIn;

    /// <summary>Those of stream.</summary>
    public static VariableTable OfStream() => new(StreamVariables.Find);

    private readonly Dictionary<string, int> _indexes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, VariableReader> _readers = new(StringComparer.Ordinal);

    private readonly List<(string Prefix, Func<string, VariableReader> Make)> _families = [];

    /// <summary>How many variables can be set.</summary>
    public int Count => _indexes.Count;

    /// <summary>Defines a variable that is made of others: map, geo, split_clients.</summary>
    /// <param name="name">Its name in lower case.</param>
    /// <param name="reader">How it is read.</param>
    public void Define(string name, VariableReader reader) => _readers[name] = reader;

    /// <summary>Defines variables whose names begin alike: <c>$upstream_http_…</c>.</summary>
    /// <param name="prefix">How they begin.</param>
    /// <param name="make">How one is read, of whose name the rest is given.</param>
    public void DefineFamily(string prefix, Func<string, VariableReader> make) => _families.Add((prefix, make));

    /// <summary>The place of a variable that can be set; made when it is new.</summary>
    /// <param name="name">Its name in lower case.</param>
    public int IndexOf(string name)
    {
        if (!_indexes.TryGetValue(name, out int index))
        {
            index = _indexes.Count;
            _indexes.Add(name, index);
        }
        return index;
    }

    /// <summary>How a variable is read.</summary>
    /// <param name="name">Its name in lower case.</param>
    /// <returns>Null: there is none of this name.</returns>
    public VariableReader? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_readers.TryGetValue(name, out VariableReader? reader))
        {
            return reader;
        }
        if (_indexes.TryGetValue(name, out int index))
        {
            VariableReader? before = BuiltIn(name); // "set $args": what was not set is what it was
            return before is null ? (request, out isFound) => request.ValueOf(index, out isFound)
                : (request, out isFound) =>
                {
                    ReadOnlySpan<byte> value = request.ValueOf(index, out isFound);
                    return isFound ? value : before(request, out isFound);
                };
        }
        return BuiltIn(name);
    }

    private VariableReader? BuiltIn(string name)
    {
        foreach ((string prefix, Func<string, VariableReader> make) in _families)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                return make(name[prefix.Length..]);
            }
        }
        return _builtIn(name);
    }

    /// <summary>A constant.</summary>
    internal static VariableReader Constant(string value)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        return (_, out isFound) =>
        {
            isFound = true;
            return bytes;
        };
    }
}
