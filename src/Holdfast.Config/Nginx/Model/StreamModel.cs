using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Config.Nginx.Model;

/// <summary>The stream block.</summary>
public sealed record StreamModel
{
    /// <summary>Settings of the block itself: what servers inherit.</summary>
    public required StreamSettings Settings { get; init; }

    /// <summary>Servers in the order of the file.</summary>
    public ImmutableArray<StreamServer> Servers { get; init; } = [];

    /// <summary>upstream blocks in the order of the file.</summary>
    public ImmutableArray<UpstreamModel> Upstreams { get; init; } = [];

    /// <summary>map blocks in the order of the file.</summary>
    public ImmutableArray<MapModel> Maps { get; init; } = [];

    /// <summary>geo blocks in the order of the file.</summary>
    public ImmutableArray<GeoModel> Geos { get; init; } = [];

    /// <summary>split_clients blocks in the order of the file.</summary>
    public ImmutableArray<SplitClientsModel> SplitClients { get; init; } = [];

    /// <summary>log_format lines; there is none without a name.</summary>
    public ImmutableArray<LogFormat> LogFormats { get; init; } = [];

    /// <summary>limit_conn_zone lines.</summary>
    public ImmutableArray<LimitConnectionZone> LimitConnectionZones { get; init; } = [];

    /// <summary>Where it stands.</summary>
    public required SourceSpan Span { get; init; }
}

/// <summary>A server of stream.</summary>
public sealed record StreamServer
{
    /// <summary>Where it listens; at least one.</summary>
    public ImmutableArray<HttpListen> Listens { get; init; } = [];

    /// <summary>Names that clients ask for by TLS; a server without <c>server_name</c> has the empty one.</summary>
    public ImmutableArray<ServerName> Names { get; init; } = [];

    /// <summary><c>set</c> lines in the order of the file.</summary>
    public ImmutableArray<SetVariable> Sets { get; init; } = [];

    /// <summary>What becomes of a session.</summary>
    public required StreamAction Content { get; init; }

    /// <summary>Its settings, those of stream inherited.</summary>
    public required StreamSettings Settings { get; init; }

    /// <summary>Where it stands.</summary>
    public required SourceSpan Span { get; init; }
}

/// <summary>What becomes of a session of stream: one of the three; none when the file is wrong.</summary>
public sealed record StreamAction
{
    /// <summary><c>proxy_pass</c>; null: something else.</summary>
    public StreamTarget? Proxy { get; init; }

    /// <summary><c>return</c>: what is sent before the connection is closed; null: something else.</summary>
    public ComplexText? Return { get; init; }

    /// <summary><c>pass</c>: the address of a listener of this file that takes the connection; null: something else.
    /// </summary>
    public ComplexText? Pass { get; init; }
}

/// <summary>Where <c>proxy_pass</c> of stream leads to.</summary>
public sealed record StreamTarget
{
    /// <summary>As written.</summary>
    public required ComplexText Text { get; init; }

    /// <summary>Name or address, or the path with <see cref="IsUnix"/>; the name of an upstream in lower case; null:
    /// known only when variables are.</summary>
    public string? Host { get; init; }

    /// <summary>The port; 0: none is written.</summary>
    public int Port { get; init; }

    /// <summary>Whether it is a socket of the file system.</summary>
    public bool IsUnix { get; init; }

    /// <summary>Whether it is the name of an upstream.</summary>
    public bool IsUpstream { get; init; }
}
