using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Config.HAProxy.Model;

/// <summary>What is demanded of a certificate of the other side.</summary>
public enum TlsVerify : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A client may show one; if it does, it must be good.</summary>
    Optional,

    /// <summary>There must be a good one.</summary>
    Required,
}

/// <summary>Versions, ciphers and names of TLS that bind and server lines share.</summary>
public sealed record TlsSettings
{
    /// <summary><c>ciphers</c>; null: the default of global.</summary>
    public string? Ciphers { get; init; }

    /// <summary><c>ciphersuites</c> of TLS 1.3; null: the default of global.</summary>
    public string? Ciphersuites { get; init; }

    /// <summary><c>curves</c> or <c>ecdhe</c>; null: the library's.</summary>
    public string? Curves { get; init; }

    /// <summary><c>alpn</c>, in this order. Default: none is offered.</summary>
    public ImmutableArray<string> Alpn { get; init; } = [];

    /// <summary><c>ssl-min-ver</c>, such as "TLSv1.2"; null: the default of global.</summary>
    public string? MinimumVersion { get; init; }

    /// <summary><c>ssl-max-ver</c>; null: the default of global.</summary>
    public string? MaximumVersion { get; init; }

    /// <summary>Versions that <c>no-tlsvXX</c> and <c>no-sslv3</c> switch off, as "TLSv1.0".</summary>
    public ImmutableArray<string> DisabledVersions { get; init; } = [];

    /// <summary><c>ca-file</c>; null when there is none.</summary>
    public string? CaFile { get; init; }

    /// <summary><c>crl-file</c>; null when there is none.</summary>
    public string? CrlFile { get; init; }

    /// <summary>Whether session tickets are used. Default true.</summary>
    public bool Tickets { get; init; } = true;
}

/// <summary>A <c>bind</c> line.</summary>
/// <param name="Endpoints">Its addresses, one or more.</param>
/// <param name="Span">Where it stands.</param>
public sealed record BindModel(ImmutableArray<EndpointModel> Endpoints, SourceSpan Span)
{
    /// <summary><c>name</c>; null: "sock-N".</summary>
    public string? Name { get; init; }

    /// <summary><c>id</c>; null: given by position.</summary>
    public int? Id { get; init; }

    /// <summary><c>ssl</c>: TLS is terminated here. Default false.</summary>
    public bool IsTls { get; init; }

    /// <summary>Settings of TLS.</summary>
    public TlsSettings Tls { get; init; } = new();

    /// <summary><c>crt</c>: files or directories of certificates.</summary>
    public ImmutableArray<string> Certificates { get; init; } = [];

    /// <summary><c>crt-list</c> files.</summary>
    public ImmutableArray<string> CertificateLists { get; init; } = [];

    /// <summary><c>verify</c>: what is demanded of clients. Default none.</summary>
    public TlsVerify Verify { get; init; }

    /// <summary><c>strict-sni</c>: no certificate for an unknown name. Default false.</summary>
    public bool StrictSni { get; init; }

    /// <summary><c>tls-ticket-keys</c>; null: keys of our own.</summary>
    public string? TicketKeyFile { get; init; }

    /// <summary><c>accept-proxy</c>: each connection begins with the PROXY protocol. Default false.</summary>
    public bool AcceptsProxy { get; init; }

    /// <summary><c>backlog</c>; null: that of the frontend.</summary>
    public int? Backlog { get; init; }

    /// <summary><c>maxconn</c>; null: no limit of its own.</summary>
    public int? MaxConnections { get; init; }

    /// <summary><c>interface</c>; null: all.</summary>
    public string? Interface { get; init; }

    /// <summary><c>mss</c>; null: the system's.</summary>
    public int? MaximumSegmentSize { get; init; }

    /// <summary><c>tcp-ut</c>, TCP_USER_TIMEOUT in milliseconds; null: the system's.</summary>
    public long? UserTimeout { get; init; }

    /// <summary><c>transparent</c>: foreign addresses may be bound. Default false.</summary>
    public bool IsTransparent { get; init; }

    /// <summary><c>v6only</c> true, <c>v4v6</c> false; null: the system's.</summary>
    public bool? V6Only { get; init; }

    /// <summary><c>defer-accept</c>: only with data. Default false.</summary>
    public bool DefersAccept { get; init; }

    /// <summary>Permissions of a Unix socket, such as 0x1B0 for 0660; null: of <c>unix-bind</c> or the umask.</summary>
    public int? Mode { get; init; }

    /// <summary>Owner of a Unix socket by name or number; null: ours.</summary>
    public string? User { get; init; }

    /// <summary>Group of a Unix socket by name or number; null: ours.</summary>
    public string? Group { get; init; }

    /// <summary><c>severity-output</c> of a stats socket: none, number or string. Default: none.</summary>
    public string Severity { get; init; } = "none";

    /// <summary><c>level</c> of a stats socket: user, operator, admin. Default operator.</summary>
    public string Level { get; init; } = "operator";

    /// <summary><c>expose-fd listeners</c>. Default false.</summary>
    public bool ExposesListeners { get; init; }

    /// <summary>Options that are kept as words.</summary>
    public ImmutableArray<GenericStatement> Others { get; init; } = [];
}
