using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Config.HAProxy.Model;

/// <summary>What a health check does.</summary>
public enum HealthCheckKind : byte
{
    /// <summary>Connects.</summary>
    Tcp,

    /// <summary>The steps of <c>tcp-check</c> lines.</summary>
    TcpScript,

    /// <summary>HTTP requests: <c>option httpchk</c>.</summary>
    Http,

    /// <summary><c>option mysql-check</c>.</summary>
    MySql,

    /// <summary><c>option pgsql-check</c>.</summary>
    Postgres,

    /// <summary><c>option redis-check</c>.</summary>
    Redis,

    /// <summary><c>option smtpchk</c>.</summary>
    Smtp,

    /// <summary><c>option ldap-check</c>.</summary>
    Ldap,

    /// <summary><c>option ssl-hello-chk</c>.</summary>
    TlsHello,

    /// <summary><c>option external-check</c>.</summary>
    External,

    /// <summary><c>option spop-check</c>.</summary>
    Spop,
}

/// <summary>The health check of a backend.</summary>
public sealed record HealthCheckModel
{
    /// <summary>Its kind. Default: connects.</summary>
    public HealthCheckKind Kind { get; init; }

    /// <summary>Words of its option line: method, URI, version of httpchk; user; HELO and domain.</summary>
    public ImmutableArray<string> Arguments { get; init; } = [];

    /// <summary>
    /// Steps of <c>tcp-check</c> lines; they count when the kind is <see cref="HealthCheckKind.TcpScript"/>.
    /// </summary>
    public ImmutableArray<CheckStep> TcpSteps { get; init; } = [];

    /// <summary>
    /// Steps of <c>http-check</c> lines; they count when the kind is <see cref="HealthCheckKind.Http"/>.
    /// </summary>
    public ImmutableArray<CheckStep> HttpSteps { get; init; } = [];

    /// <summary>The steps that count.</summary>
    public ImmutableArray<CheckStep> Steps => Kind switch
    {
        HealthCheckKind.Http => HttpSteps,
        HealthCheckKind.TcpScript => TcpSteps,
        _ => [],
    };

    /// <summary><c>http-check disable-on-404</c>.</summary>
    public bool DisablesOn404 { get; init; }

    /// <summary><c>http-check send-state</c>.</summary>
    public bool SendsState { get; init; }

    /// <summary><c>external-check command</c>; null: none.</summary>
    public string? Command { get; init; }

    /// <summary><c>external-check path</c>; null: the system's.</summary>
    public string? Path { get; init; }

    /// <summary>Where the option stands; null: the default.</summary>
    public SourceSpan? Span { get; init; }
}

/// <summary>A step of a scripted check.</summary>
/// <param name="Comment">What is reported when it fails; null: its number.</param>
/// <param name="Span">The line.</param>
public abstract record CheckStep(string? Comment, SourceSpan Span);

/// <summary><c>comment</c>.</summary>
/// <param name="Comment">The text.</param>
/// <param name="Span">The line.</param>
public sealed record CheckComment(string? Comment, SourceSpan Span) : CheckStep(Comment, Span);

/// <summary><c>connect</c>.</summary>
/// <param name="Comment">What is reported when it fails.</param>
/// <param name="Span">The line.</param>
public sealed record CheckConnect(string? Comment, SourceSpan Span) : CheckStep(Comment, Span)
{
    /// <summary><c>default</c>: as the server's own connections.</summary>
    public bool IsDefault { get; init; }

    /// <summary><c>port</c>; null: the server's.</summary>
    public int? Port { get; init; }

    /// <summary><c>port</c> as an expression; null: a constant.</summary>
    public SampleExpression? PortExpression { get; init; }

    /// <summary><c>addr</c>; null: the server's.</summary>
    public EndpointModel? Address { get; init; }

    /// <summary><c>send-proxy</c>.</summary>
    public bool SendsProxy { get; init; }

    /// <summary><c>ssl</c>.</summary>
    public bool IsTls { get; init; }

    /// <summary><c>sni</c>; null: none.</summary>
    public string? Sni { get; init; }

    /// <summary><c>alpn</c>.</summary>
    public ImmutableArray<string> Alpn { get; init; } = [];

    /// <summary><c>linger</c>: closes cleanly.</summary>
    public bool Lingers { get; init; }
}

/// <summary><c>http-check send</c>.</summary>
/// <param name="Comment">What is reported when it fails.</param>
/// <param name="Span">The line.</param>
public sealed record CheckHttpSend(string? Comment, SourceSpan Span) : CheckStep(Comment, Span)
{
    /// <summary><c>meth</c>; null: that of the option's line if this is the first one, or OPTIONS.</summary>
    public string? Method { get; init; }

    /// <summary><c>uri</c> or <c>uri-lf</c>; null: that of the option's line, or "/".</summary>
    public LogFormat? Uri { get; init; }

    /// <summary><c>ver</c>; null: that of the option's line, or HTTP/1.0.</summary>
    public string? Version { get; init; }

    /// <summary><c>hdr</c>.</summary>
    public ImmutableArray<(string Name, LogFormat Value)> Headers { get; init; } = [];

    /// <summary><c>body</c> or <c>body-lf</c>; null: none.</summary>
    public LogFormat? Body { get; init; }
}

/// <summary><c>tcp-check send send-lf send-binary send-binary-lf</c>.</summary>
/// <param name="IsBinary">Whether the text is hexadecimal.</param>
/// <param name="Data">What is sent.</param>
/// <param name="Comment">What is reported when it fails.</param>
/// <param name="Span">The line.</param>
public sealed record CheckTcpSend(bool IsBinary, LogFormat Data, string? Comment, SourceSpan Span)
    : CheckStep(Comment, Span);

/// <summary><c>expect</c>.</summary>
/// <param name="Match">status, rstatus, string, rstring, string-lf, binary, rbinary, binary-lf, hdr or fhdr.</param>
/// <param name="IsNegated">Whether "!" stands before it.</param>
/// <param name="Pattern">The pattern as it is written; of hdr and fhdr the first word behind it.</param>
/// <param name="Comment">What is reported when it fails.</param>
/// <param name="Span">The line.</param>
public sealed record CheckExpect(string Match, bool IsNegated, string Pattern, string? Comment, SourceSpan Span)
    : CheckStep(Comment, Span)
{
    /// <summary>The pattern with variables, of string-lf and binary-lf; null: a constant.</summary>
    public LogFormat? Format { get; init; }

    /// <summary>Ranges of status; empty for the others.</summary>
    public ImmutableArray<(int From, int To)> Statuses { get; init; } = [];

    /// <summary>Name of hdr and fhdr; null for the others.</summary>
    public CheckHeaderPattern? HeaderName { get; init; }

    /// <summary>Value of hdr and fhdr; null: any.</summary>
    public CheckHeaderPattern? HeaderValue { get; init; }

    /// <summary><c>min-recv</c>. 0: at once. Default -1: what does not match is waited on.</summary>
    public int MinimumReceived { get; init; } = -1;

    /// <summary><c>ok-status</c>; null: the usual one.</summary>
    public string? OkStatus { get; init; }

    /// <summary><c>error-status</c>; null: the usual one.</summary>
    public string? ErrorStatus { get; init; }

    /// <summary><c>tout-status</c>; null: the usual one.</summary>
    public string? TimeoutStatus { get; init; }

    /// <summary><c>on-success</c>; null: none.</summary>
    public LogFormat? OnSuccess { get; init; }

    /// <summary><c>on-error</c>; null: none.</summary>
    public LogFormat? OnError { get; init; }

    /// <summary><c>status-code</c>; null: none.</summary>
    public SampleExpression? StatusCode { get; init; }
}

/// <summary>What a header's name or value is compared with.</summary>
/// <param name="Method">str, beg, end, sub or reg.</param>
/// <param name="Text">The pattern.</param>
/// <param name="Format">The same with variables (<c>name-lf</c>, <c>value-lf</c>); null: a constant.</param>
public sealed record CheckHeaderPattern(string Method, string Text, LogFormat? Format);

/// <summary><c>set-var</c>, <c>set-var-fmt</c> and <c>unset-var</c> within a check.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Span">The line.</param>
public sealed record CheckVariable(RuleAction Action, SourceSpan Span) : CheckStep(null, Span);
