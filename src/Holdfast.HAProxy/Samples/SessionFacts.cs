namespace Holdfast.HAProxy.Samples;

/// <summary>Figures of <see cref="ISessionFacts"/>, in milliseconds: each is the fetch of the same name.</summary>
#pragma warning disable CS1591 // Each is the fetch of the same name.
public enum SessionFigure : byte
{
    BeServerTimeout,
    BeTunnelTimeout,
    CurClientTimeout,
    CurConnectTimeout,
    CurQueueTimeout,
    CurServerTimeout,
    CurTarpitTimeout,
    CurTunnelTimeout,
    FeClientTimeout,
}

/// <summary>Figures that the kernel has of a TCP connection: fc_rtt and the like. Times are in microseconds.</summary>
public enum TcpFigure : byte
{
    Rtt,
    RttVar,
    Unacked,
    Sacked,
    Lost,
    Retrans,
    Fackets,
    Reordering,
}
#pragma warning restore CS1591

/// <summary>What a session knows of itself at this moment.</summary>
public interface ISessionFacts
{
    /// <summary>A figure; null: there is none.</summary>
    long? Read(SessionFigure figure);

    /// <summary>A figure of the kernel; null: there is no such connection, or it is not of TCP.</summary>
    /// <param name="figure">Which one.</param>
    /// <param name="isServer">Whether the server's connection is meant, and not the client's.</param>
    long? Read(TcpFigure figure, bool isServer);

    /// <summary>Whether it forwards requests.</summary>
    bool IsHttp { get; }

    /// <summary>Whether the server's connection stands, or stood.</summary>
    bool HasServerConnection { get; }

    /// <summary>Brings <see cref="RequestContext.Log"/> up to date: times, status, how it goes.</summary>
    void RefreshLog();
}
