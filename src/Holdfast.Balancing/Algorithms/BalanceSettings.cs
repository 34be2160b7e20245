namespace Holdfast.Balancing.Algorithms;

/// <summary>The algorithms of haproxy.cfg's <c>balance</c>, without where a hash comes from.</summary>
public enum BalanceAlgorithm : byte
{
    /// <summary><c>roundrobin</c>.</summary>
    RoundRobin,

    /// <summary><c>static-rr</c>.</summary>
    StaticRoundRobin,

    /// <summary><c>leastconn</c>.</summary>
    LeastConnections,

    /// <summary><c>first</c>.</summary>
    First,

    /// <summary><c>random</c>.</summary>
    Random,

    /// <summary><c>source</c>, <c>uri</c>, <c>url_param</c>, <c>hdr</c>, <c>rdp-cookie</c>, <c>hash</c>, with
    /// <c>hash-type map-based</c>.</summary>
    MapHash,

    /// <summary>The same with <c>hash-type consistent</c>.</summary>
    ConsistentHash,
}

/// <summary>How a backend balances. Names and defaults: haproxy.cfg.</summary>
public sealed record BalanceSettings
{
    /// <summary><c>balance</c> and the first word of <c>hash-type</c>. Default: by turns.</summary>
    public BalanceAlgorithm Algorithm { get; init; }

    /// <summary>Draws of <c>random</c>, at least 1. Default 2.</summary>
    public int Draws { get; init; } = 2;

    /// <summary>
    /// <c>hash-balance-factor</c>: a server of a consistent hash has at most so many percent of the mean load. More
    /// than 100; 0, the default: no limit.
    /// </summary>
    public int HashBalanceFactor { get; init; }

    /// <summary><c>option allbackups</c>: all backup servers are used, not only the first usable one.</summary>
    public bool UsesAllBackups { get; init; }

    /// <summary><c>fullconn</c>: the load of the backend at which servers have their whole limit. 0: no matter.
    /// </summary>
    public int FullConnections { get; init; }

    /// <summary>
    /// Servers that may be added while running; only where weights may change. Each takes 200 bytes. Default 0.
    /// </summary>
    public int SpareServers { get; init; }

    /// <summary>Whether weights may change while running.</summary>
    public bool HasDynamicWeights
        => Algorithm is not (BalanceAlgorithm.StaticRoundRobin or BalanceAlgorithm.MapHash);
}
