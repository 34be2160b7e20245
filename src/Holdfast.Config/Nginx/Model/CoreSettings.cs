using System.Collections.Immutable;
using Holdfast.Config.Nginx.Binding;

namespace Holdfast.Config.Nginx.Model;

/// <summary>A count of buffers and the size of each.</summary>
/// <param name="Count">How many.</param>
/// <param name="SizeBytes">How long each is.</param>
public readonly record struct BufferSetting(int Count, long SizeBytes);

/// <summary>What <c>server_tokens</c> shows.</summary>
public enum ServerTokens : byte
{
    /// <summary>Name and version.</summary>
    On,

    /// <summary>The name.</summary>
    Off,

    /// <summary>Name, version and build.</summary>
    Build,
}

/// <summary>Requests, connections and answers: the settings of ngx_http_core_module that are not about files.</summary>
public sealed record CoreSettings
{
    /// <summary><c>client_max_body_size</c> in bytes; 0: no limit. Default 1 MiB.</summary>
    public long ClientMaxBodyBytes { get; init; }

    /// <summary><c>client_body_buffer_size</c> in bytes. Default 16 KiB.</summary>
    public long ClientBodyBufferBytes { get; init; }

    /// <summary><c>client_body_timeout</c>, between two reads. Default 60 s.</summary>
    public TimeSpan ClientBodyTimeout { get; init; }

    /// <summary><c>client_body_temp_path</c>: the directory, then lengths of names. Default client_body_temp.</summary>
    public ImmutableArray<string> ClientBodyTempPath { get; init; }

    /// <summary><c>client_body_in_file_only</c>: off, clean or on. Default off.</summary>
    public string ClientBodyInFileOnly { get; init; } = "off";

    /// <summary><c>client_header_buffer_size</c> in bytes; of the server. Default 1 KiB.</summary>
    public long ClientHeaderBufferBytes { get; init; }

    /// <summary><c>large_client_header_buffers</c>; of the server. Default 4 of 8 KiB.</summary>
    public BufferSetting LargeClientHeaderBuffers { get; init; }

    /// <summary><c>client_header_timeout</c>; of the server. Default 60 s.</summary>
    public TimeSpan ClientHeaderTimeout { get; init; }

    /// <summary><c>max_headers</c>; of the server. Default 1000.</summary>
    public int HeadersMax { get; init; }

    /// <summary><c>keepalive_timeout</c>; zero: connections are closed. Default 75 s.</summary>
    public TimeSpan KeepAliveTimeout { get; init; }

    /// <summary><c>keepalive_timeout</c>, second word: what the Keep-Alive header says; null: no header.</summary>
    public TimeSpan? KeepAliveHeader { get; init; }

    /// <summary><c>keepalive_requests</c>. Default 1000.</summary>
    public int KeepAliveRequests { get; init; }

    /// <summary><c>keepalive_time</c>. Default 1 h.</summary>
    public TimeSpan KeepAliveTime { get; init; }

    /// <summary><c>keepalive_disable</c>: none, msie6, safari. Default msie6.</summary>
    public ImmutableArray<string> KeepAliveDisable { get; init; }

    /// <summary><c>send_timeout</c>, between two writes. Default 60 s.</summary>
    public TimeSpan SendTimeout { get; init; }

    /// <summary><c>lingering_close</c>: off, on or always. Default on.</summary>
    public string LingeringClose { get; init; } = "on";

    /// <summary><c>lingering_time</c>. Default 30 s.</summary>
    public TimeSpan LingeringTime { get; init; }

    /// <summary><c>lingering_timeout</c>. Default 5 s.</summary>
    public TimeSpan LingeringTimeout { get; init; }

    /// <summary><c>reset_timedout_connection</c>. Default false.</summary>
    public bool ResetsTimedOut { get; init; }

    /// <summary><c>tcp_nodelay</c>. Default true.</summary>
    public bool TcpNoDelay { get; init; }

    /// <summary><c>tcp_nopush</c>. Default false.</summary>
    public bool TcpNoPush { get; init; }

    /// <summary><c>absolute_redirect</c>. Default true.</summary>
    public bool AbsoluteRedirect { get; init; }

    /// <summary><c>server_name_in_redirect</c>. Default false.</summary>
    public bool ServerNameInRedirect { get; init; }

    /// <summary><c>port_in_redirect</c>. Default true.</summary>
    public bool PortInRedirect { get; init; }

    /// <summary><c>merge_slashes</c>; of the server. Default true.</summary>
    public bool MergesSlashes { get; init; }

    /// <summary><c>underscores_in_headers</c>; of the server. Default false.</summary>
    public bool AllowsUnderscores { get; init; }

    /// <summary><c>ignore_invalid_headers</c>; of the server. Default true.</summary>
    public bool IgnoresInvalidHeaders { get; init; }

    /// <summary><c>server_tokens</c>. Default on.</summary>
    public ServerTokens ServerTokens { get; init; }

    /// <summary><c>chunked_transfer_encoding</c>. Default true.</summary>
    public bool Chunks { get; init; }

    /// <summary><c>error_page</c> lines. Default none.</summary>
    public ImmutableArray<ErrorPage> ErrorPages { get; init; } = [];

    /// <summary><c>recursive_error_pages</c>. Default false.</summary>
    public bool RecursiveErrorPages { get; init; }

    /// <summary><c>internal</c>. Default false.</summary>
    public bool IsInternal { get; init; }

    /// <summary><c>resolver</c>; null: none.</summary>
    public Resolver? Resolver { get; init; }

    /// <summary><c>resolver_timeout</c>. Default 30 s.</summary>
    public TimeSpan ResolverTimeout { get; init; }

    /// <summary><c>limit_rate</c>, bytes a second; null: no limit.</summary>
    public ComplexText? LimitRate { get; init; }

    /// <summary><c>limit_rate_after</c>, bytes; null: 0.</summary>
    public ComplexText? LimitRateAfter { get; init; }

    /// <summary><c>satisfy any</c>. Default false: <c>all</c>.</summary>
    public bool SatisfiesAny { get; init; }

    /// <summary><c>early_hints</c>: conditions. Default none.</summary>
    public ImmutableArray<ComplexText> EarlyHints { get; init; } = [];

    internal static CoreSettings Read(SettingReader from) => new()
    {
        ClientMaxBodyBytes = from.Bytes("client_max_body_size", 1 << 20),
        ClientBodyBufferBytes = from.Bytes("client_body_buffer_size", 16 << 10),
        ClientBodyTimeout = from.Time("client_body_timeout", s_minute),
        ClientBodyTempPath = from.Words("client_body_temp_path", ["client_body_temp"]),
        ClientBodyInFileOnly = from.Choice("client_body_in_file_only", "off"),
        ClientHeaderBufferBytes = from.Bytes("client_header_buffer_size", 1 << 10),
        LargeClientHeaderBuffers = from.Buffers("large_client_header_buffers", 4, 8 << 10),
        ClientHeaderTimeout = from.Time("client_header_timeout", s_minute),
        HeadersMax = from.Number("max_headers", 1000),
        KeepAliveTimeout = from.Time("keepalive_timeout", TimeSpan.FromSeconds(75)),
        KeepAliveHeader = LineReaders.SecondTime(from.One("keepalive_timeout")),
        KeepAliveRequests = from.Number("keepalive_requests", 1000),
        KeepAliveTime = from.Time("keepalive_time", TimeSpan.FromHours(1)),
        KeepAliveDisable = from.Words("keepalive_disable", ["msie6"]),
        SendTimeout = from.Time("send_timeout", s_minute),
        LingeringClose = from.Choice("lingering_close", "on"),
        LingeringTime = from.Time("lingering_time", TimeSpan.FromSeconds(30)),
        LingeringTimeout = from.Time("lingering_timeout", TimeSpan.FromSeconds(5)),
        ResetsTimedOut = from.Flag("reset_timedout_connection", false),
        TcpNoDelay = from.Flag("tcp_nodelay", true),
        TcpNoPush = from.Flag("tcp_nopush", false),
        AbsoluteRedirect = from.Flag("absolute_redirect", true),
        ServerNameInRedirect = from.Flag("server_name_in_redirect", false),
        PortInRedirect = from.Flag("port_in_redirect", true),
        MergesSlashes = from.Flag("merge_slashes", true),
        AllowsUnderscores = from.Flag("underscores_in_headers", false),
        IgnoresInvalidHeaders = from.Flag("ignore_invalid_headers", true),
        ServerTokens = from.Choice("server_tokens", "on") switch
        {
            "off" => ServerTokens.Off,
            "build" => ServerTokens.Build,
            _ => ServerTokens.On,
        },
        Chunks = from.Flag("chunked_transfer_encoding", true),
        ErrorPages = from.List(LineReaders.ErrorPage, "error_page"),
        RecursiveErrorPages = from.Flag("recursive_error_pages", false),
        IsInternal = from.One("internal") is not null,
        Resolver = LineReaders.Resolver(from.One("resolver")),
        ResolverTimeout = from.Time("resolver_timeout", TimeSpan.FromSeconds(30)),
        LimitRate = from.Complex("limit_rate"),
        LimitRateAfter = from.Complex("limit_rate_after"),
        SatisfiesAny = from.Choice("satisfy", "all") == "any",
        EarlyHints = from.Complexes("early_hints"),
    };

    private static readonly TimeSpan s_minute = TimeSpan.FromSeconds(60);
}

/// <summary>A line of <c>error_page</c>.</summary>
/// <param name="Statuses">The statuses that it is for.</param>
/// <param name="Answer">
/// The status of the answer; -1: that of the error; 0, written <c>=</c>: that of whatever answers.
/// </param>
/// <param name="Uri">Where to: a URI, <c>@name</c>, or an absolute address for a redirect.</param>
public sealed record ErrorPage(ImmutableArray<int> Statuses, int Answer, ComplexText Uri);
