using System.Collections.Immutable;
using Holdfast.Config.Nginx.Binding;
using Holdfast.Primitives;

namespace Holdfast.Config.Nginx.Model;

/// <summary>A header that is added to answers.</summary>
/// <param name="Name">The name as written.</param>
/// <param name="Value">Its value; nothing is added when it is empty.</param>
/// <param name="IsAlways">Whether it is added whatever the status.</param>
public sealed record AddedHeader(string Name, ComplexText Value, bool IsAlways);

/// <summary>Headers of answers.</summary>
public sealed record HeaderSettings
{
    /// <summary><c>add_header</c> lines.</summary>
    public ImmutableArray<AddedHeader> Add { get; init; } = [];

    /// <summary><c>add_trailer</c> lines.</summary>
    public ImmutableArray<AddedHeader> Trailers { get; init; } = [];

    /// <summary><c>expires</c>: its words; none when it is not given.</summary>
    public ImmutableArray<ComplexText> Expires { get; init; } = [];

    internal static HeaderSettings Read(SettingReader from) => new()
    {
        Add = from.Added("add_header"),
        Trailers = from.Added("add_trailer"),
        Expires = from.Complexes("expires"),
    };
}

/// <summary>An <c>allow</c> or <c>deny</c> line.</summary>
/// <param name="IsAllowed">Which of the two.</param>
/// <param name="Network">The network; null for <c>all</c> and <c>unix:</c>.</param>
/// <param name="IsUnix">Whether it is for sockets of the file system.</param>
public sealed record AccessRule(bool IsAllowed, IpPrefix? Network, bool IsUnix);

/// <summary>Who may come.</summary>
public sealed record AccessSettings
{
    /// <summary><c>allow</c> and <c>deny</c> in the order of the file; the first that matches decides.</summary>
    public ImmutableArray<AccessRule> Rules { get; init; } = [];

    /// <summary><c>auth_basic</c>: the realm; null: off.</summary>
    public ComplexText? BasicRealm { get; init; }

    /// <summary><c>auth_basic_user_file</c>, relative to the file's directory; null: none.</summary>
    public ComplexText? BasicUserFile { get; init; }

    /// <summary><c>auth_request</c>: the URI; null: off.</summary>
    public string? AuthRequest { get; init; }

    /// <summary><c>auth_request_set</c> lines: variable without dollar, and value.</summary>
    public ImmutableArray<HeaderValue> AuthRequestSet { get; init; } = [];

    /// <summary><c>valid_referers</c>: its words; none when it is not given.</summary>
    public ImmutableArray<string> ValidReferers { get; init; } = [];

    /// <summary><c>set_real_ip_from</c>: networks, names and <c>unix:</c>.</summary>
    public ImmutableArray<string> RealIpFrom { get; init; } = [];

    /// <summary><c>real_ip_header</c>. Default X-Real-IP.</summary>
    public required string RealIpHeader { get; init; }

    /// <summary><c>real_ip_recursive</c>. Default false.</summary>
    public bool RealIpRecursive { get; init; }

    internal static AccessSettings Read(SettingReader from) => new()
    {
        Rules = from.List(LineReaders.Access, "allow", "deny"),
        BasicRealm = from.Complex("auth_basic") is { Constant: not "off" } realm ? realm : null,
        BasicUserFile = from.Complex("auth_basic_user_file"),
        AuthRequest = from.Text("auth_request") is { } uri && uri != "off" ? uri : null,
        AuthRequestSet = from.List(LineReaders.Variable, "auth_request_set"),
        ValidReferers = from.Words("valid_referers"),
        RealIpFrom = from.Words("set_real_ip_from"),
        RealIpHeader = from.Text("real_ip_header") ?? "X-Real-IP",
        RealIpRecursive = from.Flag("real_ip_recursive", false),
    };
}

/// <summary>A <c>limit_req</c> line.</summary>
/// <param name="Zone">Name of its zone.</param>
/// <param name="Burst">Requests above the rate. Default 0.</param>
/// <param name="Delay">Requests above the rate that are not delayed; -1: <c>nodelay</c>.</param>
public sealed record RequestLimit(string Zone, int Burst, int Delay);

/// <summary>A <c>limit_conn</c> line.</summary>
/// <param name="Zone">Name of its zone.</param>
/// <param name="Max">Requests at a time.</param>
public sealed record ConnectionLimit(string Zone, int Max);

/// <summary>How fast and how often.</summary>
public sealed record LimitSettings
{
    /// <summary><c>limit_req</c> lines.</summary>
    public ImmutableArray<RequestLimit> Requests { get; init; } = [];

    /// <summary><c>limit_req_status</c>. Default 503.</summary>
    public int RequestStatus { get; init; }

    /// <summary><c>limit_req_log_level</c>. Default error.</summary>
    public required string RequestLogLevel { get; init; }

    /// <summary><c>limit_req_dry_run</c>. Default false.</summary>
    public bool IsRequestDryRun { get; init; }

    /// <summary><c>limit_conn</c> lines.</summary>
    public ImmutableArray<ConnectionLimit> Connections { get; init; } = [];

    /// <summary><c>limit_conn_status</c>. Default 503.</summary>
    public int ConnectionStatus { get; init; }

    /// <summary><c>limit_conn_log_level</c>. Default error.</summary>
    public required string ConnectionLogLevel { get; init; }

    /// <summary><c>limit_conn_dry_run</c>. Default false.</summary>
    public bool IsConnectionDryRun { get; init; }

    internal static LimitSettings Read(SettingReader from) => new()
    {
        Requests = from.List(LineReaders.RequestLimit, "limit_req"),
        RequestStatus = from.Number("limit_req_status", 503),
        RequestLogLevel = from.Choice("limit_req_log_level", "error"),
        IsRequestDryRun = from.Flag("limit_req_dry_run", false),
        Connections = from.List(LineReaders.ConnectionLimit, "limit_conn"),
        ConnectionStatus = from.Number("limit_conn_status", 503),
        ConnectionLogLevel = from.Choice("limit_conn_log_level", "error"),
        IsConnectionDryRun = from.Flag("limit_conn_dry_run", false),
    };
}

/// <summary>An <c>access_log</c> line.</summary>
/// <param name="Target">A path relative to the prefix, perhaps with variables, or <c>syslog:…</c>.</param>
/// <param name="Format">Name of the format. Default combined.</param>
/// <param name="BufferBytes">Buffer; 0: none.</param>
/// <param name="Flush">Age at which the buffer is written; zero: none.</param>
/// <param name="GzipLevel">0: not compressed.</param>
/// <param name="If">Condition; null: always.</param>
public sealed record AccessLog(
    ComplexText Target, string Format, long BufferBytes, TimeSpan Flush, int GzipLevel, ComplexText? If);

/// <summary>Logs.</summary>
public sealed record LogSettings
{
    /// <summary><c>access_log</c> lines; none with <c>off</c>. Default:
    /// <see cref="DefaultPaths.AccessLog"/>, combined.</summary>
    public ImmutableArray<AccessLog> Access { get; init; } = [];

    /// <summary><c>error_log</c> lines; none: those of the top level.</summary>
    public ImmutableArray<ErrorLog> Errors { get; init; } = [];

    /// <summary><c>rewrite_log</c>. Default false.</summary>
    public bool LogsRewrite { get; init; }

    /// <summary><c>uninitialized_variable_warn</c>. Default true.</summary>
    public bool WarnsOfUninitialized { get; init; }

    internal static LogSettings Read(SettingReader from) => new()
    {
        Access = LineReaders.AccessLogs(from.Nearest("access_log")),
        Errors = from.List(LineReaders.ErrorLog, "error_log"),
        LogsRewrite = from.Flag("rewrite_log", false),
        WarnsOfUninitialized = from.Flag("uninitialized_variable_warn", true),
    };
}

/// <summary>Compression.</summary>
public sealed record GzipSettings
{
    /// <summary><c>gzip</c>. Default false.</summary>
    public bool IsOn { get; init; }

    /// <summary><c>gzip_types</c>, text/html always among them; "*": all.</summary>
    public ImmutableArray<string> Types { get; init; } = [];

    /// <summary><c>gzip_min_length</c> in bytes. Default 20.</summary>
    public long BytesMin { get; init; }

    /// <summary><c>gzip_comp_level</c>. Default 1.</summary>
    public int Level { get; init; }

    /// <summary><c>gzip_proxied</c>. Default off.</summary>
    public ImmutableArray<string> Proxied { get; init; } = [];

    /// <summary><c>gzip_vary</c>. Default false.</summary>
    public bool AddsVary { get; init; }

    /// <summary><c>gzip_disable</c>: expressions, and msie6. Default none.</summary>
    public ImmutableArray<string> Disable { get; init; } = [];

    /// <summary><c>gzip_http_version</c>. Default 1.1.</summary>
    public required string HttpVersion { get; init; }

    /// <summary><c>gzip_buffers</c>. Default 32 of 4 KiB.</summary>
    public BufferSetting Buffers { get; init; }

    /// <summary><c>gzip_static</c>: off, on or always. Default off.</summary>
    public required string Static { get; init; }

    /// <summary><c>gunzip</c>. Default false.</summary>
    public bool Unzips { get; init; }

    internal static GzipSettings Read(SettingReader from) => new()
    {
        IsOn = from.Flag("gzip", false),
        Types = from.MimeTypes("gzip_types"),
        BytesMin = from.Bytes("gzip_min_length", 20),
        Level = from.Number("gzip_comp_level", 1),
        Proxied = from.Words("gzip_proxied", ["off"]),
        AddsVary = from.Flag("gzip_vary", false),
        Disable = from.Words("gzip_disable"),
        HttpVersion = from.Text("gzip_http_version") ?? "1.1",
        Buffers = from.Buffers("gzip_buffers", 32, 4 << 10),
        Static = from.Choice("gzip_static", "off"),
        Unzips = from.Flag("gunzip", false),
    };
}

/// <summary>Changes of bodies.</summary>
public sealed record BodySettings
{
    /// <summary><c>sub_filter</c> lines: what is looked for, and what takes its place.</summary>
    public ImmutableArray<TextReplacement> SubFilters { get; init; } = [];

    /// <summary><c>sub_filter_once</c>. Default true.</summary>
    public bool SubFilterOnce { get; init; }

    /// <summary><c>sub_filter_last_modified</c>. Default false.</summary>
    public bool SubFilterKeepsLastModified { get; init; }

    /// <summary><c>sub_filter_types</c>, text/html always among them.</summary>
    public ImmutableArray<string> SubFilterTypes { get; init; } = [];

    /// <summary><c>charset</c>; null: off.</summary>
    public ComplexText? Charset { get; init; }

    /// <summary><c>source_charset</c>; null: none.</summary>
    public ComplexText? SourceCharset { get; init; }

    /// <summary><c>override_charset</c>. Default false.</summary>
    public bool OverridesCharset { get; init; }

    /// <summary><c>charset_types</c>.</summary>
    public ImmutableArray<string> CharsetTypes { get; init; } = [];

    /// <summary><c>mirror</c>: URIs; none with <c>off</c>.</summary>
    public ImmutableArray<string> Mirrors { get; init; } = [];

    /// <summary><c>mirror_request_body</c>. Default true.</summary>
    public bool MirrorsBody { get; init; }

    /// <summary><c>slice</c> in bytes. Default 0: off.</summary>
    public long SliceBytes { get; init; }

    internal static BodySettings Read(SettingReader from) => new()
    {
        SubFilters = from.List(LineReaders.Pair, "sub_filter"),
        SubFilterOnce = from.Flag("sub_filter_once", true),
        SubFilterKeepsLastModified = from.Flag("sub_filter_last_modified", false),
        SubFilterTypes = from.MimeTypes("sub_filter_types"),
        Charset = from.Complex("charset") is { Constant: not "off" } charset ? charset : null,
        SourceCharset = from.Complex("source_charset"),
        OverridesCharset = from.Flag("override_charset", false),
        CharsetTypes = from.Words("charset_types", ["text/html", "text/xml", "text/plain", "text/vnd.wap.wml",
            "application/javascript", "application/rss+xml"]),
        Mirrors = [.. from.Words("mirror").Where(static w => w != "off")],
        MirrorsBody = from.Flag("mirror_request_body", true),
        SliceBytes = from.Bytes("slice", 0),
    };
}
