using System.Collections.Immutable;
using Holdfast.Balancing.Servers;
using Holdfast.Balancing.Tables;
using Holdfast.HAProxy.Samples;
using Holdfast.Health.Servers;
using Holdfast.Linux.OpenSsl;
using Holdfast.Linux.Sockets;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Programs;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Options;

/// <summary>What a proxy does with the bytes.</summary>
public enum ProxyMode
{
    /// <summary>Relays streams.</summary>
    Tcp,

    /// <summary>Forwards HTTP/1 requests.</summary>
    Http,
}

/// <summary>Which requests may use a connection that another client's request has opened (http-reuse).</summary>
public enum HttpReuse
{
    /// <summary>None.</summary>
    Never,

    /// <summary>The second and later ones of a client: they may be tried again by the client if that fails.</summary>
    Safe,

    /// <summary>Also first ones, on connections that have been used more than once.</summary>
    Aggressive,

    /// <summary>All.</summary>
    Always,
}

/// <summary>Which way to the kernel is taken.</summary>
public enum TransportChoice
{
    /// <summary>io_uring where a trial works, otherwise epoll.</summary>
    Automatic,

    /// <summary>epoll.</summary>
    Epoll,

    /// <summary>io_uring, and an error where it does not work.</summary>
    Uring,
}

/// <summary>A server of a backend.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Endpoint">Where it listens.</param>
public sealed record ServerOptions(string Name, SocketEndpoint Endpoint)
{
    /// <summary>Own address of connections to it; null: the kernel's choice.</summary>
    public SocketEndpoint? Source { get; init; }

    /// <summary>How it is spoken to over TLS; null: plainly.</summary>
    public TlsClientSettings? Tls { get; init; }

    /// <summary>Name that it is asked for (SNI), the same for all; null: none, or by an expression.</summary>
    public string? ServerName { get; init; }

    /// <summary>The name that it is asked for by each request or connection; null: <see cref="ServerName"/>.</summary>
    public CompiledExpression? Sni { get; init; }

    /// <summary>How its checks speak TLS; null: plainly.</summary>
    public TlsClientSettings? CheckTls { get; init; }

    /// <summary>Name that checks ask it for (SNI); null: none.</summary>
    public string? CheckServerName { get; init; }

    /// <summary>What of a client's connection the server's one has: addresses, a header. Default: nothing.</summary>
    public ClientShare Share { get; init; } = ClientShare.None;

    /// <summary>Whether its sessions end when it goes down (on-marked-down shutdown-sessions). Default: no.</summary>
    public bool EndsSessionsWhenDown { get; init; }

    /// <summary>Whether sessions of backup servers end when it comes up. Default: no.</summary>
    public bool EndsBackupSessionsWhenUp { get; init; }

    /// <summary>The address that connections come from, by the request (usesrc hdr_ip); null: it does not tell.
    /// </summary>
    public CompiledExpression? SourceField { get; init; }

    /// <summary>Options of its sockets. Default: none.</summary>
    public ConnectSettings Socket { get; init; } = ConnectSettings.None;

    /// <summary>How it is checked; null: it is not.</summary>
    public ServerCheckModel? Check { get; init; }

    /// <summary>Where it is checked; null: at <see cref="Endpoint"/>.</summary>
    public SocketEndpoint? CheckEndpoint { get; init; }

    /// <summary>What its checks do, its agent, who observes it. Default: checks connect.</summary>
    public HealthOptions Health { get; init; } = new();

    /// <summary>Whether it gets no work until somebody says otherwise. Default: no.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>Weight, limits, number; name and maintenance are taken from here. Default: those of haproxy.cfg.
    /// </summary>
    public ServerSettings Balancing { get; init; } = new() { Name = "" };

    /// <summary>Whether stick tables do not remember it (non-stick). Default: no.</summary>
    public bool IsNonStick { get; init; }

    /// <summary>What a persistence cookie names it by; null: nothing.</summary>
    public byte[]? Cookie { get; init; }

    /// <summary>What <see cref="Cookie"/> is made with, by address and port; null: it is as the file says.</summary>
    public byte[]? CookieKey { get; init; }

    /// <summary>Whether its address is not known yet: it gets no work until somebody tells it. Default: no.</summary>
    public bool IsUnresolved { get; init; }

    /// <summary>Where GET and HEAD are redirected instead of being passed on (redir); null: they are passed on.
    /// </summary>
    public byte[]? RedirectPrefix { get; init; }

    /// <summary>How often a connection is used again (max-reuse); negative: no limit. Default.</summary>
    public int ReusesMax { get; init; } = -1;

    /// <summary>What is known of it from before; null: it begins as the file says.</summary>
    public RecalledState? Recalled { get; init; }
}

/// <summary>Servers among which one is chosen.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Servers">The servers, in order.</param>
public sealed record BackendOptions(string Name, ImmutableArray<ServerOptions> Servers)
{
    /// <summary>What it does with requests; null: it balances by turns, and no more.</summary>
    public BackendProgram? Program { get; init; }

    /// <summary>Whether it is one of HTTP: a stream that comes here becomes that. Default: no.</summary>
    public bool IsHttp { get; init; }

    /// <summary>Whether a section of a file stands behind it, and not only a frontend without servers.</summary>
    public bool HasSection { get; init; } = true;

    /// <summary>Requests that may wait for servers that are full. Default 32768.</summary>
    public int WaitingMax { get; init; } = 32_768;

    /// <summary>How long is waited for servers; null: as the frontend says.</summary>
    public TimeoutOptions? Timeouts { get; init; }

    /// <summary>Where it is logged that servers go down and come up. Default: nowhere.</summary>
    public ImmutableArray<LogTargetOptions> Logs { get; init; } = [];

    /// <summary>Whether each result is logged that changes something (<c>option log-health-checks</c>). Default: no.
    /// </summary>
    public bool LogsChecks { get; init; }

    /// <summary>Whether it is a <c>listen</c> section: logs call it a proxy. Default: no.</summary>
    public bool IsListen { get; init; }

    /// <summary>Idle connections kept for each server and loop. Default 1024; 0 keeps none.</summary>
    public int IdleConnectionsMax { get; init; } = 1024;

    /// <summary>Which requests may use idle connections. Default: safe, as HAProxy's.</summary>
    public HttpReuse Reuse { get; init; } = HttpReuse.Safe;

    /// <summary>How long a connection may be idle, in milliseconds; negative: for ever. Default 60 s.</summary>
    public long IdleTimeoutMilliseconds { get; init; } = 60_000;
}

/// <summary>Where clients connect. A frontend with several addresses is several of these with the same name.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bind">Address and port, a Unix socket, or one that was given.</param>
/// <param name="Backend">Name of the backend.</param>
public sealed record FrontendOptions(string Name, SocketEndpoint Bind, string Backend)
{
    /// <summary>What is done with the bytes. Default: relayed.</summary>
    public ProxyMode Mode { get; init; }

    /// <summary>
    /// Whether streams become HTTP when their backend is one of HTTP, or a rule says so. Default: no.
    /// </summary>
    public bool MayBecomeHttp { get; init; }

    /// <summary>What is done with requests; null: they are passed on, and no more.</summary>
    public FrontendProgram? Program { get; init; }

    /// <summary>Number of the address within its frontend, from 1: <c>so_id</c>.</summary>
    public int ListenerId { get; init; } = 1;

    /// <summary>Its name: <c>so_name</c>. Default: none.</summary>
    public string ListenerName { get; init; } = "";

    /// <summary>
    /// Clients at the same time, over all loops and all listeners of the same name. Default 30000.
    /// </summary>
    public int ConnectionsMax { get; init; } = 30000;

    /// <summary>New sessions in a second, over all loops and all listeners of the same name; 0: no limit. Default.
    /// </summary>
    public int SessionRateMax { get; init; }

    /// <summary>Connections that wait in the kernel. Default 4096; net.core.somaxconn bounds it.</summary>
    public int Backlog { get; init; } = 4096;

    /// <summary>How its socket is opened, but for the backlog.</summary>
    public ListenSettings Socket { get; init; } = new();

    /// <summary>Clients of this listener at the same time, over all loops. Default: no limit of its own.</summary>
    public int BindConnectionsMax { get; init; } = int.MaxValue;

    /// <summary>Whether each connection begins with a PROXY protocol header (accept-proxy). Default: no.</summary>
    public bool ExpectsProxyHeader { get; init; }

    /// <summary>Bytes by which the largest segment of a client is made smaller (a negative mss). Default 0.</summary>
    public int SegmentReduction { get; init; }

    /// <summary>How long is waited.</summary>
    public TimeoutOptions Timeouts { get; init; } = new();

    /// <summary>Certificates and settings of TLS; null: clients speak plainly.</summary>
    public TlsServerOptions? Tls { get; init; }

    /// <summary>Where log lines go. Default: nowhere.</summary>
    public ImmutableArray<LogTargetOptions> Logs { get; init; } = [];

    /// <summary>A listener that somebody else has opened, instead of <see cref="Bind"/>; −1: none.</summary>
    public int InheritedFd { get; init; } = -1;
}

/// <summary>All that a proxy process does. Immutable.</summary>
public sealed record ProxyOptions(ImmutableArray<FrontendOptions> Frontends, ImmutableArray<BackendOptions> Backends)
{
    /// <summary>Event loops, one thread each. Default 1.</summary>
    public int ThreadCount { get; init; } = 1;

    /// <summary>Clients at the same time in the whole process. Default: no limit but the frontends'.</summary>
    public int ConnectionsMax { get; init; } = int.MaxValue;

    /// <summary>Connections of clients in a second in the whole process; 0: no limit. Default.</summary>
    public int ConnectionRateMax { get; init; }

    /// <summary>Sessions of clients in a second in the whole process; 0: no limit. Default.</summary>
    public int SessionRateMax { get; init; }

    /// <summary>TLS connections of clients in a second in the whole process; 0: no limit. Default.</summary>
    public int TlsRateMax { get; init; }

    /// <summary>TLS connections at the same time, to clients and to servers; 0: no limit. Default.</summary>
    public int TlsConnectionsMax { get; init; }

    /// <summary>Stick tables, by the names of their proxies. Default: none.</summary>
    public ImmutableArray<(string Name, StickTableSettings Settings)> Tables { get; init; } = [];

    /// <summary>Which way to the kernel. Default: found out.</summary>
    public TransportChoice Transport { get; init; }

    /// <summary>Told, on an event loop, that a server has gone down or come up. Default: nobody.</summary>
    public Action<Server, bool>? OnServerChanged { get; init; }

    /// <summary>Gets each line about servers' health, with syslog's level, on an event loop. Default: nobody.</summary>
    public Action<int, string>? OnHealthLine { get; init; }

    /// <summary>What holds for all compression.</summary>
    public CompressionSettings Compression { get; init; } = new();

    /// <summary>What holds for all checks.</summary>
    public CheckSettings Checks { get; init; } = new();

    /// <summary>Whether GET, HEAD and DELETE of HTTP/1.0 may have a body. Default: no.</summary>
    public bool AcceptsAnyPayload { get; init; }

    /// <summary>Over how many milliseconds a soft stop closes idle connections; 0: at once; negative: not at all, each
    /// one ends with its next request. Default 0.</summary>
    public long CloseSpreadMilliseconds { get; init; }

    /// <summary>Told, on the thread of an event loop that has failed: it does nothing any more.</summary>
    public Action<Exception>? OnFailed { get; init; }

    /// <summary>Sizes and limits of each loop.</summary>
    public EngineSettings Engine { get; init; } = new();
}
