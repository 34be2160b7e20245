using System.Collections.Immutable;
using Holdfast.Config.Nginx.Binding;

namespace Holdfast.Config.Nginx.Model;

/// <summary>What an upstream did wrong, or how a cached answer stands: words of <c>proxy_next_upstream</c> and
/// <c>proxy_cache_use_stale</c>.</summary>
[Flags]
public enum UpstreamConditions : uint
{
    /// <summary>Nothing, <c>off</c>.</summary>
    None = 0,

    /// <summary><c>error</c></summary>
    Error = 1,

    /// <summary><c>timeout</c></summary>
    Timeout = 2,

    /// <summary><c>invalid_header</c></summary>
    InvalidHeader = 4,

    /// <summary><c>http_500</c></summary>
    Http500 = 8,

    /// <summary><c>http_502</c></summary>
    Http502 = 16,

    /// <summary><c>http_503</c></summary>
    Http503 = 32,

    /// <summary><c>http_504</c></summary>
    Http504 = 64,

    /// <summary><c>http_403</c></summary>
    Http403 = 128,

    /// <summary><c>http_404</c></summary>
    Http404 = 256,

    /// <summary><c>http_429</c></summary>
    Http429 = 512,

    /// <summary><c>non_idempotent</c></summary>
    NonIdempotent = 1024,

    /// <summary><c>updating</c></summary>
    Updating = 2048,

    /// <summary><c>denied</c></summary>
    Denied = 4096,
}

/// <summary>A header and its value.</summary>
/// <param name="Name">The name as written.</param>
/// <param name="Value">Its value.</param>
public sealed record HeaderValue(string Name, ComplexText Value);

/// <summary>Two texts: what is looked for, and what takes its place.</summary>
/// <param name="From">
/// What is looked for; null with <see cref="Regex"/>, and for <c>default</c> and <c>off</c>.
/// </param>
/// <param name="Regex">An expression that is looked for; null when it is none.</param>
/// <param name="To">What takes its place; null for <c>default</c> and <c>off</c>.</param>
/// <param name="Word"><c>default</c> or <c>off</c>; null else.</param>
public sealed record TextReplacement(ComplexText? From, NginxRegex? Regex, ComplexText? To, string? Word);

/// <summary>Passing requests on to servers that speak HTTP.</summary>
public sealed record ProxySettings
{
    /// <summary><c>proxy_http_version</c>: 1.0, 1.1 or 2; null: not given (mainline 1.1, nginx 1.22 1.0).</summary>
    public string? HttpVersion { get; init; }

    /// <summary><c>proxy_set_header</c> lines; the built-in ones of other names still hold. Default none.</summary>
    public ImmutableArray<HeaderValue> SetHeaders { get; init; } = [];

    /// <summary><c>proxy_set_body</c>; null: the client's.</summary>
    public ComplexText? SetBody { get; init; }

    /// <summary><c>proxy_method</c>; null: the client's.</summary>
    public ComplexText? Method { get; init; }

    /// <summary><c>proxy_pass_request_headers</c>. Default true.</summary>
    public bool PassesRequestHeaders { get; init; }

    /// <summary><c>proxy_pass_request_body</c>. Default true.</summary>
    public bool PassesRequestBody { get; init; }

    /// <summary><c>proxy_pass_trailers</c>. Default false.</summary>
    public bool PassesTrailers { get; init; }

    /// <summary><c>proxy_connect_timeout</c>. Default 60 s.</summary>
    public TimeSpan ConnectTimeout { get; init; }

    /// <summary><c>proxy_send_timeout</c>, between two writes. Default 60 s.</summary>
    public TimeSpan SendTimeout { get; init; }

    /// <summary><c>proxy_read_timeout</c>, between two reads. Default 60 s.</summary>
    public TimeSpan ReadTimeout { get; init; }

    /// <summary><c>proxy_buffering</c>. Default true.</summary>
    public bool Buffers { get; init; }

    /// <summary><c>proxy_request_buffering</c>. Default true.</summary>
    public bool BuffersRequests { get; init; }

    /// <summary><c>proxy_buffer_size</c> in bytes. Default 4 KiB.</summary>
    public long BufferBytes { get; init; }

    /// <summary><c>proxy_buffers</c>. Default 8 of 4 KiB.</summary>
    public BufferSetting BufferSet { get; init; }

    /// <summary><c>proxy_busy_buffers_size</c> in bytes. Default twice the larger of the buffers.</summary>
    public long BusyBytes { get; init; }

    /// <summary><c>proxy_max_temp_file_size</c> in bytes; 0: no file. Default 1 GiB.</summary>
    public long TempFileMaxBytes { get; init; }

    /// <summary><c>proxy_temp_file_write_size</c> in bytes. Default twice the larger of the buffers.</summary>
    public long TempFileWriteBytes { get; init; }

    /// <summary><c>proxy_temp_path</c>: the directory, then lengths of names. Default proxy_temp.</summary>
    public ImmutableArray<string> TempPath { get; init; } = [];

    /// <summary><c>proxy_next_upstream</c>. Default error timeout.</summary>
    public UpstreamConditions NextUpstream { get; init; }

    /// <summary><c>proxy_next_upstream_tries</c>. Default 0: no limit.</summary>
    public int NextUpstreamTries { get; init; }

    /// <summary><c>proxy_next_upstream_timeout</c>. Default zero: no limit.</summary>
    public TimeSpan NextUpstreamTimeout { get; init; }

    /// <summary><c>proxy_redirect</c> lines; none: as <c>default</c>.</summary>
    public ImmutableArray<TextReplacement> Redirects { get; init; } = [];

    /// <summary><c>proxy_cookie_domain</c> lines. Default none.</summary>
    public ImmutableArray<TextReplacement> CookieDomains { get; init; } = [];

    /// <summary><c>proxy_cookie_path</c> lines. Default none.</summary>
    public ImmutableArray<TextReplacement> CookiePaths { get; init; } = [];

    /// <summary><c>proxy_cookie_flags</c> lines: the cookie, then flags. Default none.</summary>
    public ImmutableArray<ImmutableArray<string>> CookieFlags { get; init; } = [];

    /// <summary><c>proxy_hide_header</c> names. Default none besides the built-in ones.</summary>
    public ImmutableArray<string> HideHeaders { get; init; } = [];

    /// <summary><c>proxy_pass_header</c> names. Default none.</summary>
    public ImmutableArray<string> PassHeaders { get; init; } = [];

    /// <summary><c>proxy_ignore_headers</c> names in lower case. Default none.</summary>
    public ImmutableArray<string> IgnoreHeaders { get; init; } = [];

    /// <summary><c>proxy_intercept_errors</c>. Default false.</summary>
    public bool InterceptsErrors { get; init; }

    /// <summary><c>proxy_ignore_client_abort</c>. Default false.</summary>
    public bool IgnoresClientAbort { get; init; }

    /// <summary><c>proxy_limit_rate</c>, bytes a second; null: no limit.</summary>
    public ComplexText? LimitRate { get; init; }

    /// <summary><c>proxy_force_ranges</c>. Default false.</summary>
    public bool ForcesRanges { get; init; }

    /// <summary><c>proxy_bind</c>: the address, or <c>off</c>; null: the kernel's choice.</summary>
    public ComplexText? Bind { get; init; }

    /// <summary><c>proxy_bind … transparent</c>. Default false.</summary>
    public bool IsTransparent { get; init; }

    /// <summary><c>proxy_socket_keepalive</c>. Default false.</summary>
    public bool SocketKeepAlive { get; init; }

    /// <summary><c>proxy_store</c>: on, off, or a path; null: off.</summary>
    public ComplexText? Store { get; init; }

    /// <summary>TLS towards servers.</summary>
    public required ProxyTlsSettings Tls { get; init; }

    internal static ProxySettings Read(SettingReader from)
    {
        long one = from.Bytes("proxy_buffer_size", 4 << 10);
        BufferSetting buffers = from.Buffers("proxy_buffers", 8, 4 << 10);
        long twice = Math.Min(Math.Max(one, buffers.SizeBytes), 1L << 40) * 2;
        return new ProxySettings
        {
            HttpVersion = from.Text("proxy_http_version"),
            SetHeaders = from.List(LineReaders.Header, "proxy_set_header"),
            SetBody = from.Complex("proxy_set_body"),
            Method = from.Complex("proxy_method"),
            PassesRequestHeaders = from.Flag("proxy_pass_request_headers", true),
            PassesRequestBody = from.Flag("proxy_pass_request_body", true),
            PassesTrailers = from.Flag("proxy_pass_trailers", false),
            ConnectTimeout = from.Time("proxy_connect_timeout", s_minute),
            SendTimeout = from.Time("proxy_send_timeout", s_minute),
            ReadTimeout = from.Time("proxy_read_timeout", s_minute),
            Buffers = from.Flag("proxy_buffering", true),
            BuffersRequests = from.Flag("proxy_request_buffering", true),
            BufferBytes = one,
            BufferSet = buffers,
            BusyBytes = from.Bytes("proxy_busy_buffers_size", twice),
            TempFileMaxBytes = from.Bytes("proxy_max_temp_file_size", 1L << 30),
            TempFileWriteBytes = from.Bytes("proxy_temp_file_write_size", twice),
            TempPath = from.Words("proxy_temp_path", ["proxy_temp"]),
            NextUpstream = LineReaders.Conditions(
                from.Words("proxy_next_upstream"), UpstreamConditions.Error | UpstreamConditions.Timeout),
            NextUpstreamTries = from.Number("proxy_next_upstream_tries", 0),
            NextUpstreamTimeout = from.Time("proxy_next_upstream_timeout", TimeSpan.Zero),
            Redirects = from.List(LineReaders.Replacement, "proxy_redirect"),
            CookieDomains = from.List(LineReaders.Replacement, "proxy_cookie_domain"),
            CookiePaths = from.List(LineReaders.Replacement, "proxy_cookie_path"),
            CookieFlags = [.. from.Nearest("proxy_cookie_flags")
                .Select(static d => d.Words.Skip(1).Select(static w => w.Text).ToImmutableArray())],
            HideHeaders = from.Words("proxy_hide_header"),
            PassHeaders = from.Words("proxy_pass_header"),
            IgnoreHeaders = [.. from.Words("proxy_ignore_headers").Select(static w => w.ToLowerInvariant())],
            InterceptsErrors = from.Flag("proxy_intercept_errors", false),
            IgnoresClientAbort = from.Flag("proxy_ignore_client_abort", false),
            LimitRate = from.Complex("proxy_limit_rate"),
            ForcesRanges = from.Flag("proxy_force_ranges", false),
            Bind = from.Complex("proxy_bind"),
            IsTransparent = from.One("proxy_bind") is { Count: 2 },
            SocketKeepAlive = from.Flag("proxy_socket_keepalive", false),
            Store = from.Complex("proxy_store"),
            Tls = ProxyTlsSettings.Read(from),
        };
    }

    private static readonly TimeSpan s_minute = TimeSpan.FromSeconds(60);
}

/// <summary>TLS towards servers.</summary>
public sealed record ProxyTlsSettings
{
    /// <summary><c>proxy_ssl_verify</c>. Default false.</summary>
    public bool Verifies { get; init; }

    /// <summary><c>proxy_ssl_verify_depth</c>. Default 1.</summary>
    public int VerifyDepth { get; init; }

    /// <summary><c>proxy_ssl_server_name</c>. Default false.</summary>
    public bool SendsServerName { get; init; }

    /// <summary><c>proxy_ssl_name</c>; null: <c>$proxy_host</c>.</summary>
    public ComplexText? Name { get; init; }

    /// <summary><c>proxy_ssl_certificate</c>; null: none.</summary>
    public ComplexText? Certificate { get; init; }

    /// <summary><c>proxy_ssl_certificate_key</c>; null: none.</summary>
    public ComplexText? CertificateKey { get; init; }

    /// <summary><c>proxy_ssl_password_file</c>; null: none.</summary>
    public string? PasswordFile { get; init; }

    /// <summary><c>proxy_ssl_trusted_certificate</c>; null: none.</summary>
    public string? TrustedCertificate { get; init; }

    /// <summary><c>proxy_ssl_crl</c>; null: none.</summary>
    public string? RevocationList { get; init; }

    /// <summary><c>proxy_ssl_protocols</c>. Default TLSv1.2 TLSv1.3.</summary>
    public ImmutableArray<string> Protocols { get; init; } = [];

    /// <summary><c>proxy_ssl_ciphers</c>. Default DEFAULT.</summary>
    public required string Ciphers { get; init; }

    /// <summary><c>proxy_ssl_session_reuse</c>. Default true.</summary>
    public bool ReusesSessions { get; init; }

    internal static ProxyTlsSettings Read(SettingReader from) => new()
    {
        Verifies = from.Flag("proxy_ssl_verify", false),
        VerifyDepth = from.Number("proxy_ssl_verify_depth", 1),
        SendsServerName = from.Flag("proxy_ssl_server_name", false),
        Name = from.Complex("proxy_ssl_name"),
        Certificate = from.Complex("proxy_ssl_certificate"),
        CertificateKey = from.Complex("proxy_ssl_certificate_key"),
        PasswordFile = from.Text("proxy_ssl_password_file"),
        TrustedCertificate = from.Text("proxy_ssl_trusted_certificate"),
        RevocationList = from.Text("proxy_ssl_crl"),
        Protocols = from.Words("proxy_ssl_protocols", ["TLSv1.2", "TLSv1.3"]),
        Ciphers = from.Text("proxy_ssl_ciphers") ?? "DEFAULT",
        ReusesSessions = from.Flag("proxy_ssl_session_reuse", true),
    };
}
