using Holdfast.Nginx.Texts;
using Holdfast.Primitives;

namespace Holdfast.Nginx.Servers;

/// <summary>One name of a server, as <c>server_name</c> has it.</summary>
/// <typeparam name="T">What is found.</typeparam>
/// <param name="Name">In lower case: "x", "*.x", ".x", "x.*"; of an expression its text, for messages.</param>
/// <param name="Server">Whose name it is.</param>
/// <param name="Regex">Of "~x"; null: it is no expression.</param>
public readonly record struct NameOfServer<T>(byte[] Name, T Server, IRegex? Regex = null);

/// <summary>The servers of one listening address by their names, in nginx's order of preference.</summary>
/// <typeparam name="T">What is found.</typeparam>
public sealed class ServerNames<T>
    where T : class
{
    private readonly HostMasks<T> _masks = new();
    private readonly (IRegex Regex, T Server)[] _regexes;
    private readonly List<byte[]> _conflicts = [];
    private readonly T _default;

    /// <summary>Arranges names.</summary>
    /// <param name="names">All names of all servers that listen there, in the order of the file.</param>
    /// <param name="default">The server for all other names.</param>
    public ServerNames(IEnumerable<NameOfServer<T>> names, T @default)
    {
        ArgumentNullException.ThrowIfNull(names);
        _default = @default;
        List<(IRegex, T)> regexes = [];
        foreach (NameOfServer<T> one in names)
        {
            if (one.Regex is { } regex)
            {
                regexes.Add((regex, one.Server));
            }
            else if (!_masks.TryAdd(one.Name, one.Server))
            {
                _conflicts.Add(one.Name);
            }
        }
        _regexes = [.. regexes];
    }

    /// <summary>Names that several servers have: the first of them keeps it, and the others are ignored.</summary>
    public IReadOnlyList<byte[]> Conflicts => _conflicts;

    /// <summary>
    /// The server of a name: the very name, else the longest "*.x", else the longest "x.*", else the first
    /// expression, else the default.
    /// </summary>
    /// <param name="name">In lower case, as <see cref="HostName"/> reads it; empty: none was given.</param>
    /// <param name="captures">Gets what an expression has captured.</param>
    public T Find(ReadOnlySpan<byte> name, Captures captures) => FindNamed(name, captures) ?? _default;

    /// <summary>The same.</summary>
    /// <param name="name">In lower case; empty: none was given.</param>
    /// <param name="captures">Gets what an expression has captured.</param>
    /// <returns>Null: no server has this name.</returns>
    public T? FindNamed(ReadOnlySpan<byte> name, Captures captures) => FindNamed(name, captures, out _);

    /// <summary>The same.</summary>
    /// <param name="name">In lower case; empty: none was given.</param>
    /// <param name="captures">Gets what an expression has captured.</param>
    /// <param name="by">The expression that it was found by; null: none.</param>
    /// <returns>Null: no server has this name.</returns>
    public T? FindNamed(ReadOnlySpan<byte> name, Captures captures, out IRegex? by)
    {
        by = null;
        ArgumentNullException.ThrowIfNull(captures);
        if (_masks.Find(name) is { } server)
        {
            return server;
        }
        if (name.IsEmpty)
        {
            return null;
        }
        foreach ((IRegex regex, T one) in _regexes)
        {
            if (captures.TryMatch(regex, name))
            {
                by = regex;
                return one;
            }
        }
        return null;
    }
}
