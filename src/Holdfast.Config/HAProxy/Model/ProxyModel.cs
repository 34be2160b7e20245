using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Config.HAProxy.Model;

/// <summary>Kinds of proxies.</summary>
[Flags]
public enum ProxyKind : byte
{
    /// <summary>None yet.</summary>
    None = 0,

    /// <summary>Listens.</summary>
    Frontend = 1,

    /// <summary>Has servers.</summary>
    Backend = 2,

    /// <summary>Both.</summary>
    Listen = Frontend | Backend,
}

/// <summary>Modes of proxies.</summary>
public enum ProxyMode : byte
{
    /// <summary>Relays bytes. The default.</summary>
    Tcp,

    /// <summary>Understands HTTP.</summary>
    Http,

    /// <summary>Syslog servers (newer than 2.6).</summary>
    Log,

    /// <summary>SPOE agents (newer than 2.6).</summary>
    Spop,
}

/// <summary>What becomes of connections after a request. The stronger of frontend and backend counts.</summary>
public enum ConnectionMode : byte
{
    /// <summary>Both sides are kept. The default.</summary>
    KeepAlive,

    /// <summary><c>option http-server-close</c>.</summary>
    ServerClose,

    /// <summary><c>option httpclose</c>.</summary>
    Close,
}

/// <summary>Options of proxies that are only on or off. All are off by default.</summary>
[Flags]
public enum ProxyOptions : ulong
{
#pragma warning disable CS1591 // Each is the option of the same name.
    None = 0,
    AbortOnClose = 1UL << 0,
    AcceptInvalidHttpRequest = 1UL << 1,
    AcceptInvalidHttpResponse = 1UL << 2,
    AllBackups = 1UL << 3,
    CheckCache = 1UL << 4,
    CliTcpKa = 1UL << 5,
    ContStats = 1UL << 6,
    DisableH2Upgrade = 1UL << 7,
    DontLogNormal = 1UL << 8,
    DontLogNull = 1UL << 9,
    H1CaseAdjustBogusClient = 1UL << 10,
    H1CaseAdjustBogusServer = 1UL << 11,
    HttpBufferRequest = 1UL << 12,
    HttpIgnoreProbes = 1UL << 13,
    HttpNoDelay = 1UL << 14,
    HttpPretendKeepAlive = 1UL << 15,
    HttpUseProxyHeader = 1UL << 16,
    IdleCloseOnResponse = 1UL << 17,
    IndependentStreams = 1UL << 18,
    LogHealthChecks = 1UL << 19,
    LogSeparateErrors = 1UL << 20,
    LogAsap = 1UL << 21,
    NoLinger = 1UL << 22,
    Persist = 1UL << 23,
    PreferLastServer = 1UL << 24,
    SocketStats = 1UL << 25,
    SpliceAuto = 1UL << 26,
    SpliceRequest = 1UL << 27,
    SpliceResponse = 1UL << 28,
    SrvTcpKa = 1UL << 29,
    TcpSmartAccept = 1UL << 30,
    TcpSmartConnect = 1UL << 31,
    Transparent = 1UL << 32,
#pragma warning restore CS1591
}

/// <summary>Timeouts of a proxy in milliseconds; null: not set, which means for ever unless said otherwise.</summary>
public sealed record TimeoutsModel
{
    /// <summary><c>client</c>.</summary>
    public long? Client { get; init; }

    /// <summary><c>client-fin</c>.</summary>
    public long? ClientFin { get; init; }

    /// <summary><c>client-hs</c> (3.x): handshakes; null: <see cref="Client"/>.</summary>
    public long? ClientHandshake { get; init; }

    /// <summary><c>connect</c>.</summary>
    public long? Connect { get; init; }

    /// <summary><c>server</c>.</summary>
    public long? Server { get; init; }

    /// <summary><c>server-fin</c>.</summary>
    public long? ServerFin { get; init; }

    /// <summary><c>check</c>: reading of a check once connected; null: inter covers all.</summary>
    public long? Check { get; init; }

    /// <summary><c>queue</c>; null: <see cref="Connect"/>.</summary>
    public long? Queue { get; init; }

    /// <summary><c>http-request</c>; null: <see cref="Client"/>.</summary>
    public long? HttpRequest { get; init; }

    /// <summary><c>http-keep-alive</c>; null: http-request, then client.</summary>
    public long? HttpKeepAlive { get; init; }

    /// <summary><c>tunnel</c>; null: client and server.</summary>
    public long? Tunnel { get; init; }

    /// <summary><c>tarpit</c>; null: <see cref="Connect"/>.</summary>
    public long? Tarpit { get; init; }
}

/// <summary>A frontend, backend or listen section, with what its defaults have set.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Span">Where it begins.</param>
public sealed record ProxyModel(string Name, ProxyKind Kind, SourceSpan Span)
{
    /// <summary>Its number: <c>id</c>, or by position from 2.</summary>
    public int Id { get; init; }

    /// <summary>Where its defaults section stands; null: it has none.</summary>
    public SourceSpan? DefaultsSpan { get; init; }

    /// <summary><c>mode</c>. Default tcp.</summary>
    public ProxyMode Mode { get; init; }

    /// <summary><c>disabled</c>. Default false.</summary>
    public bool IsDisabled { get; init; }

    /// <summary><c>description</c>; null: none.</summary>
    public string? Description { get; init; }

    /// <summary><c>bind</c> lines.</summary>
    public ImmutableArray<BindModel> Binds { get; init; } = [];

    /// <summary><c>server</c> lines, those of templates included.</summary>
    public ImmutableArray<ServerModel> Servers { get; init; } = [];

    /// <summary>Timeouts.</summary>
    public TimeoutsModel Timeouts { get; init; } = new();

    /// <summary>Options that are only on or off.</summary>
    public ProxyOptions Options { get; init; }

    /// <summary>What becomes of connections after a request.</summary>
    public ConnectionMode ConnectionMode { get; init; }

    /// <summary>
    /// Whether <c>option tcpka</c> or its two halves ask for keep-alive packets, with their settings.
    /// </summary>
    public KeepAliveModel ClientKeepAlive { get; init; } = new();

    /// <summary>The same towards servers.</summary>
    public KeepAliveModel ServerKeepAlive { get; init; } = new();

    /// <summary><c>maxconn</c>; null: that of global.</summary>
    public int? MaxConnections { get; init; }

    /// <summary><c>fullconn</c>; null: a tenth of the sum of the feeding frontends' maxconn.</summary>
    public int? FullConnections { get; init; }

    /// <summary>
    /// <c>max-keep-alive-queue</c>: a server that has so many waiting is not preferred; -1: no limit. Default.
    /// </summary>
    public int KeepAliveQueueMax { get; init; } = -1;

    /// <summary><c>max-session-srv-conns</c>: idle connections of a client's own. Default 5.</summary>
    public int SessionConnectionsMax { get; init; } = 5;

    /// <summary><c>backlog</c>; null: maxconn.</summary>
    public int? Backlog { get; init; }

    /// <summary><c>rate-limit sessions</c>, new sessions a second; 0: no limit.</summary>
    public int SessionRateLimit { get; init; }

    /// <summary><c>default_backend</c>; null: none, or itself.</summary>
    public BackendChoice? DefaultBackend { get; init; }

    /// <summary><c>use_backend</c> rules.</summary>
    public ImmutableArray<BackendChoice> UseBackend { get; init; } = [];

    /// <summary><c>use-server</c> rules.</summary>
    public ImmutableArray<ServerChoice> UseServer { get; init; } = [];

    /// <summary>Rules of all lists but redirect; those of defaults stand first.</summary>
    public ImmutableDictionary<RuleSet, ImmutableArray<RuleModel>> Rules { get; init; } =
        ImmutableDictionary<RuleSet, ImmutableArray<RuleModel>>.Empty;

    /// <summary><c>redirect</c> lines: behind the http-request rules.</summary>
    public ImmutableArray<RuleModel> Redirects { get; init; } = [];

    /// <summary><c>tcp-request inspect-delay</c> in milliseconds; null: 0.</summary>
    public long? RequestInspectDelay { get; init; }

    /// <summary><c>tcp-response inspect-delay</c> in milliseconds; null: 0.</summary>
    public long? ResponseInspectDelay { get; init; }

    /// <summary><c>balance</c>. Default roundrobin, as in 2.6.</summary>
    public BalanceModel Balance { get; init; } = new("roundrobin", null);

    /// <summary><c>hash-type</c>.</summary>
    public HashTypeModel HashType { get; init; } = new();

    /// <summary><c>hash-balance-factor</c>, more than 100. Default 0: off.</summary>
    public int HashBalanceFactor { get; init; }

    /// <summary><c>cookie</c>; null: none.</summary>
    public CookieModel? Cookie { get; init; }

    /// <summary><c>dynamic-cookie-key</c>; null: none.</summary>
    public string? DynamicCookieKey { get; init; }

    /// <summary><c>retries</c>. Default 3.</summary>
    public int Retries { get; init; } = 3;

    /// <summary><c>retry-on</c>, as words of the table. Default conn-failure.</summary>
    public ImmutableArray<string> RetryOn { get; init; } = ["conn-failure"];

    /// <summary><c>option redispatch [N]</c>; null: off. Default of N: -1.</summary>
    public int? Redispatch { get; init; }

    /// <summary><c>http-reuse</c>: never, safe, aggressive, always. Default safe.</summary>
    public string HttpReuse { get; init; } = "safe";

    /// <summary><c>source</c>; null: the system's choice.</summary>
    public SourceAddressModel? Source { get; init; }

    /// <summary>The health check.</summary>
    public HealthCheckModel HealthCheck { get; init; } = new();

    /// <summary><c>stick-table</c>; null: none.</summary>
    public StickTableModel? StickTable { get; init; }

    /// <summary><c>stick</c> rules.</summary>
    public ImmutableArray<StickRuleModel> StickRules { get; init; } = [];

    /// <summary><c>force-persist</c> conditions.</summary>
    public ImmutableArray<RuleCondition> ForcePersist { get; init; } = [];

    /// <summary><c>ignore-persist</c> conditions.</summary>
    public ImmutableArray<RuleCondition> IgnorePersist { get; init; } = [];

    /// <summary><c>persist rdp-cookie</c>: name of the cookie; null: off.</summary>
    public string? PersistRdpCookie { get; init; }

    /// <summary><c>option forwardfor</c>; null: off.</summary>
    public ForwardedForModel? ForwardedFor { get; init; }

    /// <summary><c>option originalto</c>; null: off.</summary>
    public ForwardedForModel? OriginalTo { get; init; }

    /// <summary><c>http-send-name-header</c>; null: off.</summary>
    public string? SendNameHeader { get; init; }

    /// <summary><c>option http-restrict-req-hdr-names</c>: preserve, delete, reject. Default preserve.</summary>
    public string RestrictHeaderNames { get; init; } = "preserve";

    /// <summary><c>monitor-uri</c>; null: none.</summary>
    public string? MonitorUri { get; init; }

    /// <summary><c>monitor fail</c> conditions.</summary>
    public ImmutableArray<RuleCondition> MonitorFail { get; init; } = [];

    /// <summary>Where log lines go; <c>log global</c> is resolved.</summary>
    public ImmutableArray<LogTarget> Logs { get; init; } = [];

    /// <summary><c>log-tag</c>; null: that of global.</summary>
    public string? LogTag { get; init; }

    /// <summary>The format of log lines, that of <c>option httplog</c> and so on included.</summary>
    public LogFormat? LogFormat { get; init; }

    /// <summary>
    /// Which built-in format is used: "" (the short one), tcp, http, https, clf; null: <c>log-format</c>.
    /// </summary>
    public string? LogFormatName { get; init; } = "";

    /// <summary><c>log-format-sd</c>; null: none.</summary>
    public LogFormat? LogFormatStructured { get; init; }

    /// <summary><c>error-log-format</c>; null: the usual one.</summary>
    public LogFormat? ErrorLogFormat { get; init; }

    /// <summary><c>unique-id-format</c>; null: none.</summary>
    public LogFormat? UniqueIdFormat { get; init; }

    /// <summary><c>unique-id-header</c>; null: none.</summary>
    public string? UniqueIdHeader { get; init; }

    /// <summary>Captures, those of rules included.</summary>
    public CapturesModel Captures { get; init; } = new();

    /// <summary>Error pages; the last one of a status counts.</summary>
    public ImmutableArray<ErrorPageModel> ErrorPages { get; init; } = [];

    /// <summary><c>compression</c>; null: off.</summary>
    public CompressionModel? Compression { get; init; }

    /// <summary>The statistics page; null: none.</summary>
    public StatsModel? Stats { get; init; }

    /// <summary>Lines that are kept as words, because their class is a later one.</summary>
    public ImmutableArray<GenericStatement> Others { get; init; } = [];

    /// <summary>The rules of a list.</summary>
    public ImmutableArray<RuleModel> RulesOf(RuleSet set) => Rules.GetValueOrDefault(set, []);
}
