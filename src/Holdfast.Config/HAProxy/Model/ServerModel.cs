using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Config.HAProxy.Model;

/// <summary>The PROXY protocol towards a server.</summary>
public enum ProxyHeader : byte
{
    /// <summary>Not sent.</summary>
    None,

    /// <summary><c>send-proxy</c>: version 1.</summary>
    Version1,

    /// <summary><c>send-proxy-v2</c>.</summary>
    Version2,

    /// <summary><c>send-proxy-v2-ssl</c>.</summary>
    Version2Tls,

    /// <summary><c>send-proxy-v2-ssl-cn</c>.</summary>
    Version2TlsCommonName,
}

/// <summary>TLS towards a server.</summary>
public sealed record ServerTls
{
    /// <summary>Settings of TLS.</summary>
    public TlsSettings Settings { get; init; } = new();

    /// <summary><c>verify</c>; null: required, unless global's <c>ssl-server-verify none</c>.</summary>
    public TlsVerify? Verify { get; init; }

    /// <summary><c>verifyhost</c>; null: the SNI that is sent.</summary>
    public string? VerifyHost { get; init; }

    /// <summary><c>crt</c>: the certificate that we show; null: none.</summary>
    public string? Certificate { get; init; }

    /// <summary><c>sni</c>; null: none is sent.</summary>
    public SampleExpression? Sni { get; init; }

    /// <summary>Whether sessions are resumed (<c>no-ssl-reuse</c> forbids it). Default true.</summary>
    public bool ReusesSessions { get; init; } = true;
}

/// <summary>Checks of a server.</summary>
public sealed record ServerCheck
{
    /// <summary><c>check</c>. Default false.</summary>
    public bool IsEnabled { get; init; }

    /// <summary><c>inter</c> in milliseconds. Default 2000.</summary>
    public long Interval { get; init; } = 2000;

    /// <summary><c>fastinter</c> in milliseconds; null: <see cref="Interval"/>.</summary>
    public long? FastInterval { get; init; }

    /// <summary><c>downinter</c> in milliseconds; null: <see cref="Interval"/>.</summary>
    public long? DownInterval { get; init; }

    /// <summary><c>rise</c>. Default 2.</summary>
    public int Rise { get; init; } = 2;

    /// <summary><c>fall</c>. Default 3.</summary>
    public int Fall { get; init; } = 3;

    /// <summary><c>port</c>; null: the server's.</summary>
    public int? Port { get; init; }

    /// <summary><c>addr</c>; null: the server's.</summary>
    public EndpointModel? Address { get; init; }

    /// <summary>
    /// <c>check-ssl</c> true, <c>no-check-ssl</c> false; null: as the server, unless port or addr differ.
    /// </summary>
    public bool? UsesTls { get; init; }

    /// <summary><c>check-sni</c>; null: none.</summary>
    public string? Sni { get; init; }

    /// <summary><c>check-alpn</c>. Default: none.</summary>
    public ImmutableArray<string> Alpn { get; init; } = [];

    /// <summary><c>check-send-proxy</c>; null: as the server, unless port or addr differ.</summary>
    public bool? SendsProxy { get; init; }
}

/// <summary><c>agent-check</c> of a server.</summary>
public sealed record ServerAgent
{
    /// <summary><c>agent-check</c>. Default false.</summary>
    public bool IsEnabled { get; init; }

    /// <summary><c>agent-inter</c> in milliseconds. Default 2000.</summary>
    public long Interval { get; init; } = 2000;

    /// <summary><c>agent-port</c>; required.</summary>
    public int? Port { get; init; }

    /// <summary><c>agent-addr</c>; null: the server's.</summary>
    public string? Address { get; init; }

    /// <summary><c>agent-send</c>; empty: nothing.</summary>
    public string Send { get; init; } = "";
}

/// <summary>A server of a backend, with what <c>default-server</c> lines before it have set.</summary>
/// <param name="Name">Its name, unique in the backend.</param>
/// <param name="Endpoint">Its address. The host 0.0.0.0 or <c>*</c>: the client's destination.</param>
/// <param name="Span">Where it stands.</param>
public sealed record ServerModel(string Name, EndpointModel Endpoint, SourceSpan Span)
{
    /// <summary>Its number: <c>id</c>, or by position from 1.</summary>
    public int Id { get; init; }

    /// <summary><c>weight</c>, 0 to 256. Default 1.</summary>
    public int Weight { get; init; } = 1;

    /// <summary><c>backup</c>. Default false.</summary>
    public bool IsBackup { get; init; }

    /// <summary><c>disabled</c>: starts in maintenance. Default false.</summary>
    public bool IsDisabled { get; init; }

    /// <summary><c>cookie</c>; null: none.</summary>
    public string? Cookie { get; init; }

    /// <summary>Checks.</summary>
    public ServerCheck Check { get; init; } = new();

    /// <summary>Agent.</summary>
    public ServerAgent Agent { get; init; } = new();

    /// <summary><c>maxconn</c>. Default 0: no limit.</summary>
    public int MaxConnections { get; init; }

    /// <summary><c>minconn</c>. Default 0: not dynamic.</summary>
    public int MinConnections { get; init; }

    /// <summary><c>maxqueue</c>. Default 0: no limit.</summary>
    public int MaxQueue { get; init; }

    /// <summary><c>slowstart</c> in milliseconds. Default 0: off.</summary>
    public long SlowStart { get; init; }

    /// <summary><c>track</c> as (backend, server); null: none.</summary>
    public (string Backend, string Server)? Track { get; init; }

    /// <summary><c>observe</c>: layer4, layer7, or none. Default none.</summary>
    public string Observe { get; init; } = "none";

    /// <summary><c>error-limit</c>. Default 10.</summary>
    public int ErrorLimit { get; init; } = 10;

    /// <summary><c>on-error</c>: fastinter, fail-check, sudden-death, mark-down. Default fail-check.</summary>
    public string OnError { get; init; } = "fail-check";

    /// <summary><c>on-marked-down shutdown-sessions</c>. Default false.</summary>
    public bool ShutsDownSessions { get; init; }

    /// <summary><c>on-marked-up shutdown-backup-sessions</c>. Default false.</summary>
    public bool ShutsDownBackupSessions { get; init; }

    /// <summary><c>init-addr</c>, in this order. Default: last, libc.</summary>
    public ImmutableArray<string> InitialAddress { get; init; } = ["last", "libc"];

    /// <summary><c>ssl</c>; null: plain.</summary>
    public bool IsTls { get; init; }

    /// <summary>Settings of TLS, also for checks with <c>check-ssl</c>.</summary>
    public ServerTls Tls { get; init; } = new();

    /// <summary>The PROXY protocol. Default none.</summary>
    public ProxyHeader SendsProxy { get; init; }

    /// <summary><c>proxy-v2-options</c>. Default: none.</summary>
    public ImmutableArray<string> ProxyOptions { get; init; } = [];

    /// <summary><c>source</c>; null: that of the backend.</summary>
    public SourceAddressModel? Source { get; init; }

    /// <summary><c>max-reuse</c>. Default -1: no limit.</summary>
    public int MaxReuse { get; init; } = -1;

    /// <summary><c>redir</c>; null: requests are passed on.</summary>
    public string? RedirectPrefix { get; init; }

    /// <summary><c>non-stick</c>: not kept in stick tables. Default false.</summary>
    public bool IsNonStick { get; init; }

    /// <summary><c>tfo</c>. Default: off.</summary>
    public bool OpensFast { get; init; }

    /// <summary><c>tcp-ut</c> in milliseconds; null: the system's.</summary>
    public long? UserTimeout { get; init; }

    /// <summary>Options that are kept as words.</summary>
    public ImmutableArray<GenericStatement> Others { get; init; } = [];

    /// <summary>Whether <c>server-template</c> made it.</summary>
    public bool IsFromTemplate { get; init; }
}

/// <summary><c>source</c>: where connections to servers come from.</summary>
/// <param name="Endpoint">Address and perhaps ports; 0.0.0.0: the system's choice.</param>
/// <param name="Span">Where it stands.</param>
public sealed record SourceAddressModel(EndpointModel Endpoint, SourceSpan Span)
{
    /// <summary><c>usesrc</c>: client, clientip, hdr_ip(…) or an address; null: none.</summary>
    public string? UseSource { get; init; }

    /// <summary>Where that is <c>hdr_ip(…)</c>: the address of a field of the request; null: it is not.</summary>
    public SampleExpression? Field { get; init; }

    /// <summary><c>interface</c>; null: any.</summary>
    public string? Interface { get; init; }
}
