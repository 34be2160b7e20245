using Holdfast.Http.Headers;
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
    private readonly Dictionary<byte[], T> _exact = new(BytesComparer.Exact);
    private readonly Dictionary<byte[], T> _suffixes = new(BytesComparer.Exact);
    private readonly Dictionary<byte[], T> _prefixes = new(BytesComparer.Exact);
    private readonly Dictionary<byte[], T>.AlternateLookup<ReadOnlySpan<byte>> _exactBy;
    private readonly Dictionary<byte[], T>.AlternateLookup<ReadOnlySpan<byte>> _suffixesBy;
    private readonly Dictionary<byte[], T>.AlternateLookup<ReadOnlySpan<byte>> _prefixesBy;
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
            else
            {
                Add(one.Name, one.Server);
            }
        }
        _regexes = [.. regexes];
        _exactBy = _exact.GetAlternateLookup<ReadOnlySpan<byte>>();
        _suffixesBy = _suffixes.GetAlternateLookup<ReadOnlySpan<byte>>();
        _prefixesBy = _prefixes.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>Names that several servers have: the first of them keeps it, and the others are ignored.</summary>
    public IReadOnlyList<byte[]> Conflicts => _conflicts;

    /// <summary>
    /// The server of a name: the very name, else the longest "*.x", else the longest "x.*", else the first
    /// expression, else the default.
    /// </summary>
    /// <param name="name">In lower case, as <see cref="HostName"/> reads it; empty: none was given.</param>
    /// <param name="captures">Gets what an expression has captured.</param>
    public T Find(ReadOnlySpan<byte> name, Captures captures)
    {
        ArgumentNullException.ThrowIfNull(captures);
        if (_exactBy.TryGetValue(name, out T? server))
        {
            return server;
        }
        if (name.IsEmpty)
        {
            return _default;
        }
        if (_suffixes.Count > 0)
        {
            ReadOnlySpan<byte> rest = name;
            for (int dot; (dot = rest.IndexOf((byte)'.')) >= 0;)
            {
                rest = rest[(dot + 1)..];
                if (_suffixesBy.TryGetValue(rest, out server))
                {
                    return server;
                }
            }
        }
        if (_prefixes.Count > 0)
        {
            ReadOnlySpan<byte> rest = name;
            for (int dot; (dot = rest.LastIndexOf((byte)'.')) >= 0;)
            {
                rest = rest[..dot];
                if (_prefixesBy.TryGetValue(rest, out server))
                {
                    return server;
                }
            }
        }
        foreach ((IRegex regex, T one) in _regexes)
        {
            if (captures.TryMatch(regex, name))
            {
                return one;
            }
        }
        return _default;
    }

    private void Add(byte[] name, T server)
    {
        bool isNew = true;
        if (name is [(byte)'.', .. var domain])
        {
            isNew = _exact.TryAdd(domain, server) & _suffixes.TryAdd(domain, server);
        }
        else if (name is [(byte)'*', (byte)'.', .. var suffix])
        {
            isNew = _suffixes.TryAdd(suffix, server);
        }
        else if (name is [.. var prefix, (byte)'.', (byte)'*'])
        {
            isNew = _prefixes.TryAdd(prefix, server);
        }
        else
        {
            isNew = _exact.TryAdd(name, server);
        }
        if (!isNew)
        {
            _conflicts.Add(name);
        }
    }
}
