namespace Holdfast.Linux.Sockets;

/// <summary>How a listener is opened.</summary>
public sealed record ListenSettings
{
    /// <summary>Connections that wait to be accepted. Default 4096; net.core.somaxconn bounds it.</summary>
    public int Backlog { get; init; } = 4096;

    /// <summary>Whether datagrams are received, and no connections accepted. Default: no.</summary>
    public bool IsDatagram { get; init; }

    /// <summary>Whether several sockets share the port, and the kernel spreads connections. Default: no.</summary>
    public bool IsPortShared { get; init; }

    /// <summary>Whether the address need not be on this host (yet), as with virtual addresses. Default: yes.</summary>
    public bool IsFreeBind { get; init; } = true;

    /// <summary>Whether connections to any address are taken that the host is routed (IP_TRANSPARENT). Default: no.
    /// </summary>
    public bool IsTransparent { get; init; }

    /// <summary>Only what comes by this interface; null: all.</summary>
    public string? Interface { get; init; }

    /// <summary>Bytes of the largest segment; null: the system's.</summary>
    public int? MaximumSegmentSize { get; init; }

    /// <summary>TCP_USER_TIMEOUT; null: the system's.</summary>
    public int? UserTimeoutMilliseconds { get; init; }

    /// <summary>Whether an IPv6 listener leaves IPv4 out; null: as net.ipv6.bindv6only says.</summary>
    public bool? IsV6Only { get; init; }

    /// <summary>Whether a connection is told of when it has sent something. Default: no.</summary>
    public bool DefersAccept { get; init; }

    /// <summary>Connections that may begin with data (TCP Fast Open). Default 0: it is off.</summary>
    public int FastOpenQueue { get; init; }

    /// <summary>Keep-alive packets of accepted connections; null: none.</summary>
    public KeepAliveSettings? KeepAlive { get; init; }

    /// <summary>Whether accepted connections are reset when they are closed (<c>option nolinger</c>). Default: no.
    /// </summary>
    public bool ResetsOnClose { get; init; }

    /// <summary>Permissions of a Unix socket; null: by the umask.</summary>
    public uint? Mode { get; init; }

    /// <summary>Owner of a Unix socket; null: this process's.</summary>
    public uint? Uid { get; init; }

    /// <summary>Group of a Unix socket; null: this process's.</summary>
    public uint? Gid { get; init; }
}

/// <summary>Keep-alive packets of TCP; null: the system's figure.</summary>
/// <param name="Count">Probes without an answer that end a connection.</param>
/// <param name="IdleSeconds">Silence before the first.</param>
/// <param name="IntervalSeconds">Time between them.</param>
public sealed record KeepAliveSettings(int? Count = null, int? IdleSeconds = null, int? IntervalSeconds = null);
