using System.Collections.Frozen;
using System.Text;
using Holdfast.Config.Nginx.Model;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;

namespace Holdfast.Web.Http.Places;

/// <summary>Where the files of a place are, and what types they have.</summary>
internal sealed class FilePlace
{
    private readonly FrozenDictionary<string, ReadOnlyMemory<byte>>.AlternateLookup<ReadOnlySpan<char>> _types;
    private readonly ReadOnlyMemory<byte> _defaultType;
    private readonly byte[] _prefix;
    private readonly byte[] _location;
    private readonly bool _isRegex;
    private readonly CompiledText _root;

    internal FilePlace(FileSettings settings, Place place, TextCompiler texts, string prefix)
    {
        Settings = settings;
        _types = settings.Types.ToFrozenDictionary(
            static one => one.Key, static one => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(one.Value),
            StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
        _defaultType = Encoding.UTF8.GetBytes(settings.DefaultType);
        _root = texts.Compile(settings.Root);
        _prefix = Encoding.UTF8.GetBytes(prefix);
        _location = place.Path;
        _isRegex = place.IsRegex;
        IsAlias = settings.IsAlias;
        Indexes = [.. settings.Indexes.Select(texts.Compile)];
    }

    /// <summary>As they were configured.</summary>
    internal FileSettings Settings { get; }

    /// <summary>Whether the root takes the place of the location's path.</summary>
    internal bool IsAlias { get; }

    /// <summary><c>index</c></summary>
    internal CompiledText[] Indexes { get; }

    /// <summary>The type of a path.</summary>
    internal ReadOnlyMemory<byte> TypeOf(ReadOnlySpan<byte> path)
    {
        int dot = path.LastIndexOf((byte)'.');
        ReadOnlySpan<byte> extension = dot < 0 || path[dot..].Contains((byte)'/') ? default : path[(dot + 1)..];
        if (extension.IsEmpty || extension.Length > 32)
        {
            return _defaultType;
        }
        Span<char> name = stackalloc char[32];
        int length = Encoding.Latin1.GetChars(extension, name);
        return _types.TryGetValue(name[..length], out ReadOnlyMemory<byte> type) ? type : _defaultType;
    }

    /// <summary>Puts the root: an alias without the request's path.</summary>
    internal void PutRoot(Request request, TextBuilder to)
    {
        int start = to.Length;
        _root.Put(request, to);
        ReadOnlySpan<byte> root = to.Text[start..];
        if (root is not [(byte)'/', ..])
        {
            ReadOnlySpan<byte> kept = request.Arena.Keep(root);
            to.Cut(start);
            to.Put(_prefix);
            to.Put(kept);
        }
        if (!IsAlias && to.Text is [.., (byte)'/'])
        {
            to.Cut(to.Length - 1);
        }
    }

    /// <summary>Puts the path of the file that a path of a request means.</summary>
    internal void PutFile(Request request, scoped ReadOnlySpan<byte> path, TextBuilder to)
    {
        PutRoot(request, to);
        if (!IsAlias)
        {
            to.Put(path);
        }
        else if (!_isRegex)
        {
            to.Put(path[Math.Min(_location.Length, path.Length)..]);
        }
    }

    /// <summary>Puts the path of a file that <c>try_files</c> names.</summary>
    internal void PutTried(Request request, scoped ReadOnlySpan<byte> path, TextBuilder to)
    {
        PutRoot(request, to);
        to.Put(IsAlias && !_isRegex && path.StartsWith(_location) ? path[_location.Length..] : path);
    }
}
