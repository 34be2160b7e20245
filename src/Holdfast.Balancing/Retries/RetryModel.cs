namespace Holdfast.Balancing.Retries;

/// <summary>What may be tried again: the words of <c>retry-on</c>.</summary>
[Flags]
public enum RetryCauses
{
    /// <summary><c>none</c>.</summary>
    None = 0,

    /// <summary><c>conn-failure</c>: the connection was refused, or took too long.</summary>
    ConnectionFailure = 1,

    /// <summary><c>empty-response</c>: closed before the first byte of the response.</summary>
    EmptyResponse = 1 << 1,

    /// <summary><c>junk-response</c>: not a response.</summary>
    JunkResponse = 1 << 2,

    /// <summary><c>response-timeout</c>: no response within <c>timeout server</c>.</summary>
    ResponseTimeout = 1 << 3,

    /// <summary><c>0rtt-rejected</c>: early data was refused.</summary>
    EarlyDataRejected = 1 << 4,

    /// <summary><c>401</c>.</summary>
    Status401 = 1 << 5,

    /// <summary><c>403</c>.</summary>
    Status403 = 1 << 6,

    /// <summary><c>404</c>.</summary>
    Status404 = 1 << 7,

    /// <summary><c>408</c>.</summary>
    Status408 = 1 << 8,

    /// <summary><c>421</c> (HAProxy 3.1).</summary>
    Status421 = 1 << 9,

    /// <summary><c>425</c>.</summary>
    Status425 = 1 << 10,

    /// <summary><c>429</c> (HAProxy 3.2).</summary>
    Status429 = 1 << 11,

    /// <summary><c>500</c>.</summary>
    Status500 = 1 << 12,

    /// <summary><c>501</c>.</summary>
    Status501 = 1 << 13,

    /// <summary><c>502</c>.</summary>
    Status502 = 1 << 14,

    /// <summary><c>503</c>.</summary>
    Status503 = 1 << 15,

    /// <summary><c>504</c>.</summary>
    Status504 = 1 << 16,

    /// <summary><c>all-retryable-errors</c>.</summary>
    AllRetryable = ConnectionFailure | EmptyResponse | JunkResponse | ResponseTimeout | EarlyDataRejected
        | Status500 | Status502 | Status503 | Status504,
}

/// <summary>What the configuration says of retries. Names and defaults: haproxy.cfg.</summary>
public sealed record RetrySettings
{
    /// <summary><c>retries</c>: how often after the first attempt. Default 3.</summary>
    public int Retries { get; init; } = 3;

    /// <summary><c>retry-on</c>. Default: connection failures.</summary>
    public RetryCauses RetryOn { get; init; } = RetryCauses.ConnectionFailure;

    /// <summary><c>option redispatch</c>. Default: off.</summary>
    public bool Redispatches { get; init; }

    /// <summary>
    /// Its interval: N above 0: every Nth retry goes to another server; below 0: counted from the last one, −1, the
    /// default, being the last; 0: never.
    /// </summary>
    public int RedispatchInterval { get; init; } = -1;

    /// <summary><c>timeout connect</c>; null: none.</summary>
    public TimeSpan? ConnectTimeout { get; init; }
}

/// <summary>What is known when an attempt has failed.</summary>
public readonly record struct RetrySituation
{
    /// <summary>Why it failed: one cause.</summary>
    public required RetryCauses Cause { get; init; }

    /// <summary>Attempts that failed before this one.</summary>
    public int FailedBefore { get; init; }

    /// <summary>Whether the whole request is still in a buffer, and the client has got nothing. Only connection
    /// failures can do without.</summary>
    public bool IsReplayable { get; init; }

    /// <summary>Whether cookie, stick table or <c>use-server</c> chose the server.</summary>
    public bool IsPersistent { get; init; }

    /// <summary>Whether <c>force-persist</c> holds the request to it.</summary>
    public bool IsForced { get; init; }

    /// <summary>Whether the server still gets new work by its state.</summary>
    public bool IsServerRunning { get; init; }

    /// <summary>Whether the algorithm is a hash: then the server is not one of many.</summary>
    public bool IsHashed { get; init; }

    /// <summary>Usable servers that are no backup.</summary>
    public int ActiveServers { get; init; }

    /// <summary>Whether the failure came at once (the kernel refused), not by an event.</summary>
    public bool IsSynchronous { get; init; }

    /// <summary>Whether the connection was one that had been used before.</summary>
    public bool WasReused { get; init; }

    /// <summary>Whether the server's certificate is for another name: that does not get better.</summary>
    public bool IsNameMismatch { get; init; }
}

/// <summary>What to do after a failed attempt.</summary>
public enum RetryAction : byte
{
    /// <summary>Give up: the error goes to the client.</summary>
    GiveUp,

    /// <summary>The same server once more.</summary>
    SameServer,

    /// <summary>Forget server and persistence, and balance again, avoiding the server that failed.</summary>
    Redispatch,
}

/// <summary>The decision.</summary>
/// <param name="Action">What to do.</param>
/// <param name="Delay">How long to wait before.</param>
public readonly record struct RetryDecision(RetryAction Action, TimeSpan Delay);
