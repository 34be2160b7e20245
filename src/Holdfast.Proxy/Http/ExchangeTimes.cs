namespace Holdfast.Proxy.Http;

/// <summary>When steps of an exchange were reached, in milliseconds of the loop's clock; 0: not.</summary>
internal struct ExchangeTimes
{
    /// <summary>The first byte of the request.</summary>
    internal long First;

    /// <summary>The head is whole, and rules have let it go on.</summary>
    internal long Received;

    /// <summary>A server has room.</summary>
    internal long Queued;

    /// <summary>The server's connection stands.</summary>
    internal long Connected;

    /// <summary>The response's head is whole.</summary>
    internal long Answered;

    /// <summary>Bytes to the client, as they are counted for logs.</summary>
    internal long BytesOut;

    /// <summary>Bytes to the server.</summary>
    internal long BytesIn;

    /// <summary>Connections to servers that were tried again.</summary>
    internal int Retries;

    /// <summary>Those that stood before it in the server's queue, and in the backend's.</summary>
    internal int ServerQueue;

    internal int BackendQueue;

    /// <summary>The status that the client has got; -1: none.</summary>
    internal int Status;

    /// <summary>Whether another server than the first one was tried.</summary>
    internal bool IsRedispatched;

    /// <summary>Whether its line was written already, or none is wanted.</summary>
    internal bool IsLogged;

    /// <summary>Whether a rule of the stream has refused it before it counts as a request.</summary>
    internal bool IsUnread;

    /// <summary>Whether it is over: it was counted and logged.</summary>
    internal bool IsClosed;

    /// <summary>Whether a rule has said that only connections are tried again (disable-l7-retry).</summary>
    internal bool IsRetryForbidden;

    /// <summary>Whether it counts among the backend's.</summary>
    internal bool IsInBackend;
}
