using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Config.Nginx.Model;

/// <summary>The http block.</summary>
public sealed record HttpModel
{
    /// <summary>Settings of the block itself: what servers inherit.</summary>
    public required HttpSettings Settings { get; init; }

    /// <summary>Servers in the order of the file.</summary>
    public ImmutableArray<HttpServer> Servers { get; init; } = [];

    /// <summary>upstream blocks in the order of the file.</summary>
    public ImmutableArray<UpstreamModel> Upstreams { get; init; } = [];

    /// <summary>map blocks in the order of the file.</summary>
    public ImmutableArray<MapModel> Maps { get; init; } = [];

    /// <summary>geo blocks in the order of the file.</summary>
    public ImmutableArray<GeoModel> Geos { get; init; } = [];

    /// <summary>split_clients blocks in the order of the file.</summary>
    public ImmutableArray<SplitClientsModel> SplitClients { get; init; } = [];

    /// <summary>log_format lines, <c>combined</c> first.</summary>
    public ImmutableArray<LogFormat> LogFormats { get; init; } = [];

    /// <summary>limit_req_zone lines.</summary>
    public ImmutableArray<LimitRequestZone> LimitRequestZones { get; init; } = [];

    /// <summary>limit_conn_zone lines.</summary>
    public ImmutableArray<LimitConnectionZone> LimitConnectionZones { get; init; } = [];

    /// <summary>proxy_cache_path lines and those of the other protocols.</summary>
    public ImmutableArray<CacheZone> CacheZones { get; init; } = [];

    /// <summary>Where it stands.</summary>
    public required SourceSpan Span { get; init; }
}

/// <summary>A server of http.</summary>
public sealed record HttpServer
{
    /// <summary>Where it listens; a server without <c>listen</c> has one on port 80 (as root; else 8000).</summary>
    public ImmutableArray<HttpListen> Listens { get; init; } = [];

    /// <summary>Its names; a server without <c>server_name</c> has the empty one.</summary>
    public ImmutableArray<ServerName> Names { get; init; } = [];

    /// <summary>Its locations in the order of the file, named ones included; those inside others stand in them.
    /// </summary>
    public ImmutableArray<Location> Locations { get; init; } = [];

    /// <summary>What the rewrite module does before a location is looked for.</summary>
    public ImmutableArray<RewriteStep> Rewrite { get; init; } = [];

    /// <summary><c>tunnel_pass</c> or <c>try_files</c> and the like of the server itself.</summary>
    public LocationContent Content { get; init; } = new();

    /// <summary>Its settings, those of http inherited.</summary>
    public required HttpSettings Settings { get; init; }

    /// <summary>Where it stands.</summary>
    public required SourceSpan Span { get; init; }
}

/// <summary>How a name of a server is compared.</summary>
public enum ServerNameKind : byte
{
    /// <summary>The whole name.</summary>
    Exact,

    /// <summary><c>*.example.com</c>: something and a dot before <see cref="ServerName.Text"/>.</summary>
    LeadingWildcard,

    /// <summary><c>.example.com</c>: as before, and the name itself.</summary>
    DomainAndBelow,

    /// <summary><c>www.example.*</c>: a dot and something behind <see cref="ServerName.Text"/>.</summary>
    TrailingWildcard,

    /// <summary>A regular expression.</summary>
    Regex,
}

/// <summary>A name of a server.</summary>
/// <param name="Kind">How it is compared.</param>
/// <param name="Text">
/// Lower case, without the wildcard and its dot: "example.com" for "*.example.com"; empty for requests without a name;
/// the expression for a regular one.
/// </param>
/// <param name="Written">As written: what <c>$server_name</c> is.</param>
/// <param name="Regex">The expression; null unless it is one.</param>
/// <param name="Span">Where it stands.</param>
public sealed record ServerName(
    ServerNameKind Kind, string Text, string Written, NginxRegex? Regex, SourceSpan Span);

/// <summary>An address that a server of http, stream or mail listens on, with the parameters written there.</summary>
public sealed record HttpListen
{
    /// <summary>IPv4 or IPv6 address; "" for any IPv4 address, "::" for any IPv6 one; a path with
    /// <see cref="IsUnix"/>.</summary>
    public required string Address { get; init; }

    /// <summary>The port; 0 for a socket of the file system.</summary>
    public int Port { get; init; }

    /// <summary>The last port of a range; the same as <see cref="Port"/> when it is none.</summary>
    public int LastPort { get; init; }

    /// <summary>Whether it is a socket of the file system.</summary>
    public bool IsUnix { get; init; }

    /// <summary>Whether it is IPv6.</summary>
    public bool IsV6 { get; init; }

    /// <summary><c>default_server</c>.</summary>
    public bool IsDefaultServer { get; init; }

    /// <summary><c>ssl</c>.</summary>
    public bool IsTls { get; init; }

    /// <summary><c>http2</c>.</summary>
    public bool IsHttp2 { get; init; }

    /// <summary><c>quic</c>.</summary>
    public bool IsQuic { get; init; }

    /// <summary><c>proxy_protocol</c>.</summary>
    public bool HasProxyProtocol { get; init; }

    /// <summary><c>udp</c>, of stream.</summary>
    public bool IsUdp { get; init; }

    /// <summary><c>reuseport</c>.</summary>
    public bool ReusesPort { get; init; }

    /// <summary><c>bind</c>, or another parameter that asks for a socket of its own.</summary>
    public bool Binds { get; init; }

    /// <summary><c>deferred</c>.</summary>
    public bool IsDeferred { get; init; }

    /// <summary><c>multipath</c>.</summary>
    public bool IsMultipath { get; init; }

    /// <summary><c>ipv6only</c>. Default true.</summary>
    public bool IsV6Only { get; init; } = true;

    /// <summary><c>backlog</c>. Default 511.</summary>
    public int Backlog { get; init; } = 511;

    /// <summary><c>rcvbuf</c> in bytes; null: the kernel's.</summary>
    public long? ReceiveBufferBytes { get; init; }

    /// <summary><c>sndbuf</c> in bytes; null: the kernel's.</summary>
    public long? SendBufferBytes { get; init; }

    /// <summary><c>fastopen</c>: queue length; null: off.</summary>
    public int? FastOpenQueue { get; init; }

    /// <summary><c>so_keepalive</c>; null: the kernel's.</summary>
    public TcpKeepAlive? KeepAlive { get; init; }

    /// <summary>Where it stands.</summary>
    public required SourceSpan Span { get; init; }
}

/// <summary><c>so_keepalive</c> of <c>listen</c>.</summary>
/// <param name="IsOn">Whether probes are sent.</param>
/// <param name="Idle">Silence before the first; null: the kernel's.</param>
/// <param name="Interval">Time between them; null: the kernel's.</param>
/// <param name="Count">How many without an answer end the connection; null: the kernel's.</param>
public sealed record TcpKeepAlive(bool IsOn, TimeSpan? Idle, TimeSpan? Interval, int? Count);

/// <summary>How a location is found.</summary>
public enum LocationKind : byte
{
    /// <summary>The longest prefix, unless a regular expression matches.</summary>
    Prefix,

    /// <summary><c>^~</c>: the longest prefix, and no regular expression is tried.</summary>
    PrefixNoRegex,

    /// <summary><c>=</c></summary>
    Exact,

    /// <summary><c>~</c> and <c>~*</c>.</summary>
    Regex,

    /// <summary><c>@name</c>: only by an internal redirect.</summary>
    Named,
}

/// <summary>A location.</summary>
public sealed record Location
{
    /// <summary>How it is found.</summary>
    public required LocationKind Kind { get; init; }

    /// <summary>The prefix, the expression, or the name with its "@".</summary>
    public required string Text { get; init; }

    /// <summary>The expression; null unless <see cref="LocationKind.Regex"/>.</summary>
    public NginxRegex? Regex { get; init; }

    /// <summary>Locations inside, in the order of the file.</summary>
    public ImmutableArray<Location> Locations { get; init; } = [];

    /// <summary>What the rewrite module does, in the order of the file.</summary>
    public ImmutableArray<RewriteStep> Rewrite { get; init; } = [];

    /// <summary>What makes the answer; not inherited by locations inside.</summary>
    public LocationContent Content { get; init; } = new();

    /// <summary><c>limit_except</c>; null when there is none.</summary>
    public LimitExcept? LimitExcept { get; init; }

    /// <summary>Its settings, those of the blocks around it inherited.</summary>
    public required HttpSettings Settings { get; init; }

    /// <summary>Where it stands.</summary>
    public required SourceSpan Span { get; init; }
}

/// <summary><c>limit_except</c>: other settings for methods that are not named.</summary>
/// <param name="Methods">The methods, in upper case; <c>HEAD</c> is there when <c>GET</c> is.</param>
/// <param name="Content">What makes the answer, that of the location inherited.</param>
/// <param name="Settings">Settings, those of the location inherited.</param>
/// <param name="Span">Where it stands.</param>
public sealed record LimitExcept(
    ImmutableArray<string> Methods, LocationContent Content, HttpSettings Settings, SourceSpan Span);
