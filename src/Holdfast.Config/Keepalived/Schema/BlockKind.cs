namespace Holdfast.Config.Keepalived.Schema;

/// <summary>The blocks that have keywords of their own.</summary>
internal enum BlockKind : byte
{
    /// <summary>None: a value, or a list of lines.</summary>
    None,

    /// <summary>Outside all braces.</summary>
    Top,

    /// <summary><c>global_defs</c>.</summary>
    Global,

    /// <summary><c>track_group</c>.</summary>
    TrackGroup,

    /// <summary><c>vrrp_sync_group</c>.</summary>
    SyncGroup,

    /// <summary><c>garp_group</c>.</summary>
    GarpGroup,

    /// <summary><c>vrrp_instance</c>.</summary>
    Instance,

    /// <summary><c>authentication</c>.</summary>
    Authentication,

    /// <summary><c>auth_hmac</c>.</summary>
    AuthHmac,

    /// <summary><c>vrrp_script</c>.</summary>
    Script,

    /// <summary><c>vrrp_track_process</c>.</summary>
    TrackProcess,

    /// <summary><c>track_file</c>.</summary>
    TrackFile,

    /// <summary><c>bfd_instance</c>.</summary>
    Bfd,

    /// <summary><c>SSL</c>.</summary>
    Ssl,

    /// <summary><c>virtual_server</c>.</summary>
    VirtualServer,

    /// <summary><c>real_server</c>.</summary>
    RealServer,

    /// <summary><c>TCP_CHECK</c>.</summary>
    TcpCheck,

    /// <summary><c>PING_CHECK</c>.</summary>
    PingCheck,

    /// <summary><c>HTTP_GET</c> and <c>SSL_GET</c>.</summary>
    HttpCheck,

    /// <summary><c>url</c>.</summary>
    Url,

    /// <summary><c>SMTP_CHECK</c>.</summary>
    SmtpCheck,

    /// <summary><c>host</c> of an SMTP check.</summary>
    SmtpHost,

    /// <summary><c>DNS_CHECK</c>.</summary>
    DnsCheck,

    /// <summary><c>MISC_CHECK</c>.</summary>
    MiscCheck,

    /// <summary><c>UDP_CHECK</c>.</summary>
    UdpCheck,

    /// <summary><c>FILE_CHECK</c>.</summary>
    FileCheck,

    /// <summary><c>BFD_CHECK</c>.</summary>
    BfdCheck,
}
