namespace Holdfast.Layer4.Xdp;

/// <summary>What became of a packet (CAUSE_* of bpf/director.h).</summary>
public enum DirectorCause
{
    /// <summary>Forwarded by the interface that it came in by.</summary>
    SentBack,

    /// <summary>Forwarded by another interface.</summary>
    Redirected,

    /// <summary>To the stack: the chosen server is this machine.</summary>
    Local,

    /// <summary>To the stack: neither IPv4 nor IPv6, or behind a VLAN tag.</summary>
    NotIp,

    /// <summary>To the stack: neither TCP nor UDP.</summary>
    NotTransport,

    /// <summary>To the stack: a header is cut off, or contradicts itself.</summary>
    Malformed,

    /// <summary>To the stack: for no service.</summary>
    NoService,

    /// <summary>To the stack: this node does not schedule for the service.</summary>
    Inactive,

    /// <summary>To the stack, which resets it: TCP of no known connection, and no SYN.</summary>
    UnknownFlow,

    /// <summary>Dropped: no server takes anything new.</summary>
    NoServer,

    /// <summary>Dropped: the connection's server was removed.</summary>
    ServerGone,

    /// <summary>Dropped: the Ethernet address of the server is not known.</summary>
    NoNeighbor,

    /// <summary>Dropped: TTL or hop limit has run out.</summary>
    TtlExpired,

    /// <summary>Dropped: a fragment whose first one has not come.</summary>
    FragmentUnknown,

    /// <summary>Forwarded, but the connection table took no entry.</summary>
    NotStored,

    /// <summary>Sent back as an ICMP error: too big for the tunnel to the server.</summary>
    TooBigAnswered,

    /// <summary>Dropped: too big for the way to the server, and not to be answered.</summary>
    TooBig,

    /// <summary>Forwarded: the answer of a server behind NAT.</summary>
    Answer,

    /// <summary>To the stack, translated: such an answer to a client that has been forgotten.</summary>
    NoHop,

    /// <summary>Dropped: NAT, and no port is free, or the server has the same connection from elsewhere.</summary>
    NoPort,
}
