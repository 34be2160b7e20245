namespace Holdfast.Proxy.Engine;

/// <summary>What the whole process takes in a second; operators may change it while it runs.</summary>
/// <param name="connections"><c>maxconnrate</c>; 0: no limit.</param>
/// <param name="sessions"><c>maxsessrate</c>; 0: no limit.</param>
/// <param name="tls"><c>maxsslrate</c>; 0: no limit.</param>
public sealed class RateLimits(int connections, int sessions, int tls)
{
    /// <summary>Connections of clients.</summary>
    public SessionRateLimit Connections { get; } = new(connections);

    /// <summary>Sessions of clients.</summary>
    public SessionRateLimit Sessions { get; } = new(sessions);

    /// <summary>Connections of clients that speak TLS.</summary>
    public SessionRateLimit Tls { get; } = new(tls);

    /// <summary>Those that hold for a listener, with one of its own; null: it has none.</summary>
    internal SessionRateLimit[] Of(SessionRateLimit? own, bool isTls)
    {
        List<SessionRateLimit> all = [Connections, Sessions];
        if (own is not null)
        {
            all.Add(own);
        }
        if (isTls)
        {
            all.Add(Tls);
        }
        return [.. all];
    }
}
