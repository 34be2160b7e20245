using System.Collections.Immutable;
using Holdfast.Config.Nginx.Binding;

namespace Holdfast.Config.Nginx.Model;

/// <summary>What holds at a place of stream, in the same way as <see cref="HttpSettings"/>.</summary>
public sealed class StreamSettings
{
    private readonly SettingReader _reader;

    internal StreamSettings(SettingReader reader) => _reader = reader;

    /// <summary>Sessions before anything is done with them.</summary>
    public StreamCoreSettings Core => field ??= StreamCoreSettings.Read(_reader);

    /// <summary>Passing sessions on.</summary>
    public StreamProxySettings Proxy => field ??= StreamProxySettings.Read(_reader);

    /// <summary>Who may come; <c>allow</c>, <c>deny</c> and <c>set_real_ip_from</c> alone.</summary>
    public AccessSettings Access => field ??= AccessSettings.Read(_reader);

    /// <summary>How many at a time; <c>limit_conn</c> alone.</summary>
    public LimitSettings Limits => field ??= LimitSettings.Read(_reader);

    /// <summary><c>access_log</c> lines; none with <c>off</c>, which is the default.</summary>
    public ImmutableArray<AccessLog> AccessLogs
        => _reader.Nearest("access_log").Count == 0 ? [] : LineReaders.AccessLogs(_reader.Nearest("access_log"));

    /// <summary><c>error_log</c> lines; none: those of the top level.</summary>
    public ImmutableArray<ErrorLog> ErrorLogs => _reader.List(LineReaders.ErrorLog, "error_log");

    /// <summary>TLS towards clients.</summary>
    public TlsSettings Tls => field ??= TlsSettings.Read(_reader);
}

/// <summary>Sessions before anything is done with them.</summary>
public sealed record StreamCoreSettings
{
    /// <summary><c>preread_buffer_size</c> in bytes. Default 16 KiB.</summary>
    public long PrereadBufferBytes { get; init; }

    /// <summary><c>preread_timeout</c>. Default 30 s.</summary>
    public TimeSpan PrereadTimeout { get; init; }

    /// <summary><c>proxy_protocol_timeout</c>: for the header of a client. Default 30 s.</summary>
    public TimeSpan ProxyProtocolTimeout { get; init; }

    /// <summary><c>tcp_nodelay</c>. Default true.</summary>
    public bool TcpNoDelay { get; init; }

    /// <summary><c>ssl_preread</c>. Default false.</summary>
    public bool LooksAtHello { get; init; }

    /// <summary><c>ssl_handshake_timeout</c>. Default 60 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; }

    /// <summary><c>ssl_alpn</c>, in order of preference. Default none.</summary>
    public ImmutableArray<string> Alpn { get; init; } = [];

    /// <summary><c>resolver</c>; null: none.</summary>
    public Resolver? Resolver { get; init; }

    /// <summary><c>resolver_timeout</c>. Default 30 s.</summary>
    public TimeSpan ResolverTimeout { get; init; }

    internal static StreamCoreSettings Read(SettingReader from) => new()
    {
        PrereadBufferBytes = from.Bytes("preread_buffer_size", 16 << 10),
        PrereadTimeout = from.Time("preread_timeout", TimeSpan.FromSeconds(30)),
        ProxyProtocolTimeout = from.Time("proxy_protocol_timeout", TimeSpan.FromSeconds(30)),
        TcpNoDelay = from.Flag("tcp_nodelay", true),
        LooksAtHello = from.Flag("ssl_preread", false),
        HandshakeTimeout = from.Time("ssl_handshake_timeout", TimeSpan.FromSeconds(60)),
        Alpn = from.Words("ssl_alpn"),
        Resolver = LineReaders.Resolver(from.One("resolver")),
        ResolverTimeout = from.Time("resolver_timeout", TimeSpan.FromSeconds(30)),
    };
}

/// <summary>Passing sessions on.</summary>
public sealed record StreamProxySettings
{
    /// <summary><c>proxy_connect_timeout</c>. Default 60 s.</summary>
    public TimeSpan ConnectTimeout { get; init; }

    /// <summary><c>proxy_timeout</c>: silence of both sides. Default 10 min.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary><c>proxy_buffer_size</c> in bytes. Default 16 KiB.</summary>
    public long BufferBytes { get; init; }

    /// <summary><c>proxy_next_upstream</c>. Default true.</summary>
    public bool TriesNext { get; init; }

    /// <summary><c>proxy_next_upstream_tries</c>. Default 0: no limit.</summary>
    public int TriesMax { get; init; }

    /// <summary><c>proxy_next_upstream_timeout</c>. Default zero: no limit.</summary>
    public TimeSpan TriesTimeout { get; init; }

    /// <summary><c>proxy_protocol</c>: version of the header that is sent; 0: none. Default 0.</summary>
    public int HeaderVersion { get; init; }

    /// <summary><c>proxy_bind</c>: own address; null: the kernel's choice.</summary>
    public ComplexText? Bind { get; init; }

    /// <summary>Whether <c>proxy_bind</c> may name an address of another host.</summary>
    public bool IsTransparent { get; init; }

    /// <summary><c>proxy_half_close</c>. Default false.</summary>
    public bool HalfCloses { get; init; }

    /// <summary><c>proxy_upload_rate</c>, bytes a second; null: no limit.</summary>
    public ComplexText? UploadRate { get; init; }

    /// <summary><c>proxy_download_rate</c>, bytes a second; null: no limit.</summary>
    public ComplexText? DownloadRate { get; init; }

    /// <summary><c>proxy_socket_keepalive</c>. Default false.</summary>
    public bool KeepsAlive { get; init; }

    /// <summary><c>proxy_socket_rcvbuf</c> in bytes; null: the kernel's.</summary>
    public long? ReceiveBufferBytes { get; init; }

    /// <summary><c>proxy_socket_sndbuf</c> in bytes; null: the kernel's.</summary>
    public long? SendBufferBytes { get; init; }

    /// <summary><c>proxy_responses</c>: datagrams that answer one; null: any number.</summary>
    public int? Responses { get; init; }

    /// <summary><c>proxy_requests</c>: datagrams of a client after which another session begins; 0: no limit.
    /// </summary>
    public int Requests { get; init; }

    /// <summary><c>proxy_ssl</c>. Default false.</summary>
    public bool IsTls { get; init; }

    /// <summary><c>proxy_ssl_certificate</c>; null: none.</summary>
    public ComplexText? Certificate { get; init; }

    /// <summary><c>proxy_ssl_certificate_key</c>; null: none.</summary>
    public ComplexText? CertificateKey { get; init; }

    /// <summary><c>proxy_ssl_ciphers</c>. Default DEFAULT.</summary>
    public required string Ciphers { get; init; }

    /// <summary><c>proxy_ssl_protocols</c>. Default TLSv1.2 TLSv1.3.</summary>
    public ImmutableArray<string> Protocols { get; init; } = [];

    /// <summary><c>proxy_ssl_alpn</c>. Default none.</summary>
    public ImmutableArray<string> Alpn { get; init; } = [];

    /// <summary><c>proxy_ssl_name</c>; null: the host of <c>proxy_pass</c>.</summary>
    public ComplexText? TlsName { get; init; }

    /// <summary><c>proxy_ssl_server_name</c>: whether it is sent. Default false.</summary>
    public bool SendsName { get; init; }

    /// <summary><c>proxy_ssl_session_reuse</c>. Default true.</summary>
    public bool ReusesSessions { get; init; }

    /// <summary><c>proxy_ssl_verify</c>. Default false.</summary>
    public bool Verifies { get; init; }

    /// <summary><c>proxy_ssl_verify_depth</c>. Default 1.</summary>
    public int VerifyDepth { get; init; }

    /// <summary><c>proxy_ssl_trusted_certificate</c>; null: none.</summary>
    public string? TrustedCertificate { get; init; }

    /// <summary><c>proxy_ssl_crl</c>; null: none.</summary>
    public string? RevocationList { get; init; }

    internal static StreamProxySettings Read(SettingReader from) => new()
    {
        ConnectTimeout = from.Time("proxy_connect_timeout", TimeSpan.FromSeconds(60)),
        Timeout = from.Time("proxy_timeout", TimeSpan.FromMinutes(10)),
        BufferBytes = from.Bytes("proxy_buffer_size", from.Bytes("proxy_downstream_buffer", 16 << 10)),
        TriesNext = from.Flag("proxy_next_upstream", true),
        TriesMax = from.Number("proxy_next_upstream_tries", 0),
        TriesTimeout = from.Time("proxy_next_upstream_timeout", TimeSpan.Zero),
        HeaderVersion = from.Choice("proxy_protocol", "off") switch { "on" => 1, "v2" => 2, _ => 0 },
        Bind = from.Complex("proxy_bind") is { Constant: not "off" } bind ? bind : null,
        IsTransparent = from.One("proxy_bind") is { Count: 2 },
        HalfCloses = from.Flag("proxy_half_close", false),
        UploadRate = from.Complex("proxy_upload_rate"),
        DownloadRate = from.Complex("proxy_download_rate"),
        KeepsAlive = from.Flag("proxy_socket_keepalive", false),
        ReceiveBufferBytes = from.Bytes("proxy_socket_rcvbuf"),
        SendBufferBytes = from.Bytes("proxy_socket_sndbuf"),
        Responses = from.Text("proxy_responses") is null ? null : from.Number("proxy_responses", 0),
        Requests = from.Number("proxy_requests", 0),
        IsTls = from.Flag("proxy_ssl", false),
        Certificate = from.Complex("proxy_ssl_certificate"),
        CertificateKey = from.Complex("proxy_ssl_certificate_key"),
        Ciphers = from.Text("proxy_ssl_ciphers") ?? "DEFAULT",
        Protocols = from.Words("proxy_ssl_protocols", ["TLSv1.2", "TLSv1.3"]),
        Alpn = from.Words("proxy_ssl_alpn"),
        TlsName = from.Complex("proxy_ssl_name"),
        SendsName = from.Flag("proxy_ssl_server_name", false),
        ReusesSessions = from.Flag("proxy_ssl_session_reuse", true),
        Verifies = from.Flag("proxy_ssl_verify", false),
        VerifyDepth = from.Number("proxy_ssl_verify_depth", 1),
        TrustedCertificate = from.Text("proxy_ssl_trusted_certificate"),
        RevocationList = from.Text("proxy_ssl_crl"),
    };
}
