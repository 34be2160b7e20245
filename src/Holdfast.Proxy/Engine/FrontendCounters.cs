namespace Holdfast.Proxy.Engine;

/// <summary>What a listener has counted in one loop, for reports.</summary>
/// <param name="Sessions">Connections of clients.</param>
/// <param name="Requests">HTTP requests; 0 where streams are relayed.</param>
/// <param name="Failed">Requests or sessions for which no server could be reached, or that a server left unanswered.
/// </param>
/// <param name="BytesIn">From clients, of sessions that have ended.</param>
/// <param name="BytesOut">To clients, of sessions that have ended.</param>
public readonly record struct FrontendCounters(
    long Sessions, long Requests, long Failed, long BytesIn, long BytesOut)
{
    /// <summary>Both together.</summary>
    public static FrontendCounters operator +(FrontendCounters one, FrontendCounters other) => new(
        one.Sessions + other.Sessions, one.Requests + other.Requests, one.Failed + other.Failed,
        one.BytesIn + other.BytesIn, one.BytesOut + other.BytesOut);

    /// <summary>Both together.</summary>
    public static FrontendCounters Add(FrontendCounters one, FrontendCounters other) => one + other;
}
