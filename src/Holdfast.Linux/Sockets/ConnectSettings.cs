namespace Holdfast.Linux.Sockets;

/// <summary>Options of a socket for a connection that we make.</summary>
public sealed record ConnectSettings
{
    /// <summary>No options.</summary>
    public static ConnectSettings None { get; } = new();

    /// <summary>Which interface it leaves by; null: as routed.</summary>
    public string? Interface { get; init; }

    /// <summary>TCP_USER_TIMEOUT; null: the system's.</summary>
    public int? UserTimeoutMilliseconds { get; init; }

    /// <summary>Keep-alive packets; null: none.</summary>
    public KeepAliveSettings? KeepAlive { get; init; }

    /// <summary>Whether its source may be an address of another host (IP_TRANSPARENT). Default: no.</summary>
    public bool IsTransparent { get; init; }

    /// <summary>Whether it is reset when it is closed (<c>option nolinger</c>). Default: no.</summary>
    public bool ResetsOnClose { get; init; }

    /// <summary>
    /// Whether the last packet of the handshake waits for data (TCP_QUICKACK off): a connection that is reset at once
    /// is then never seen by who listens. Default: no.
    /// </summary>
    public bool DelaysAcknowledgement { get; init; }

    /// <summary>
    /// Whether what is sent first goes with the first packet, where the server knows us (TCP_FASTOPEN_CONNECT).
    /// Default: no.
    /// </summary>
    public bool OpensFast { get; init; }

    /// <summary>What its packets are marked with, before the first one is routed; null: nothing.</summary>
    public int? Mark { get; init; }

    /// <summary>Type of service, or traffic class, of its packets; null: the system's.</summary>
    public int? TypeOfService { get; init; }

    /// <summary>Whether nothing is to be set: asked for each connection.</summary>
    internal bool IsPlain => Interface is null && UserTimeoutMilliseconds is null && KeepAlive is null
        && !IsTransparent && !ResetsOnClose && !DelaysAcknowledgement && !OpensFast && Mark is null
        && TypeOfService is null;
}
