namespace Holdfast.Proxy.Tcp;

/// <summary>When steps of a session were reached, in milliseconds of the loop's clock; -1: not.</summary>
internal struct TcpTimes
{
    /// <summary>The session begins.</summary>
    internal long Begun;

    /// <summary>A server has room.</summary>
    internal long Queued;

    /// <summary>The server's connection stands.</summary>
    internal long Connected;

    internal static TcpTimes At(long now) => new() { Begun = now, Queued = -1, Connected = -1 };
}
