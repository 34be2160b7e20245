using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Config.HAProxy.Model;

/// <summary>A haproxy.cfg, with all defaults in place and all names resolved.</summary>
public sealed record HAProxyModel
{
    /// <summary>The global section.</summary>
    public GlobalModel Global { get; init; } = new();

    /// <summary>Frontends, backends and listens in the order of the text.</summary>
    public ImmutableArray<ProxyModel> Proxies { get; init; } = [];

    /// <summary>Userlists.</summary>
    public ImmutableArray<UserlistModel> Userlists { get; init; } = [];

    /// <summary>http-errors sections.</summary>
    public ImmutableArray<HttpErrorsModel> HttpErrors { get; init; } = [];

    /// <summary>
    /// Map files by the path that is written, with their lines; none of them when files are not read.
    /// </summary>
    public ImmutableDictionary<string, MapFile> Maps { get; init; } =
        ImmutableDictionary.Create<string, MapFile>(StringComparer.Ordinal);

    /// <summary>Sections of which only the words are kept: peers, resolvers, mailers, cache, ring and so on.</summary>
    public ImmutableArray<GenericSection> Others { get; init; } = [];

    /// <summary>The proxy with servers that has this name; null when there is none.</summary>
    public ProxyModel? FindBackend(string name)
        => Proxies.FirstOrDefault(p => p.Kind.HasFlag(ProxyKind.Backend) && p.Name == name);

    /// <summary>The proxy that listens and has this name; null when there is none.</summary>
    public ProxyModel? FindFrontend(string name)
        => Proxies.FirstOrDefault(p => p.Kind.HasFlag(ProxyKind.Frontend) && p.Name == name);

    /// <summary>The stick table of this name; null when there is none.</summary>
    public StickTableModel? FindTable(string name)
        => Proxies.FirstOrDefault(p => p.StickTable is not null && p.Name == name)?.StickTable;
}

/// <summary>A section of which only the words are kept.</summary>
/// <param name="Kind">Such as "peers".</param>
/// <param name="Name">Its name; empty when it has none.</param>
/// <param name="Statements">Its lines.</param>
/// <param name="Span">Where it begins.</param>
public sealed record GenericSection(
    string Kind, string Name, ImmutableArray<GenericStatement> Statements, SourceSpan Span);

/// <summary>A line of a map.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value.</param>
/// <param name="Line">1-based line of the file.</param>
public readonly record struct MapEntry(string Key, string Value, int Line);

/// <summary>A map file.</summary>
/// <param name="Path">As it is written.</param>
/// <param name="Entries">Its lines, in order.</param>
public sealed record MapFile(string Path, ImmutableArray<MapEntry> Entries);
