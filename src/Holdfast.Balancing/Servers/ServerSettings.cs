namespace Holdfast.Balancing.Servers;

/// <summary>What the configuration says of a server, as far as balancing needs it. Names and defaults: haproxy.cfg.
/// </summary>
public sealed record ServerSettings
{
    /// <summary>The server's name.</summary>
    public required string Name { get; init; }

    /// <summary><c>id</c>: a number above 0, unique in the backend. 0, the default: its place in the file, from 1.
    /// </summary>
    public int Id { get; init; }

    /// <summary><c>weight</c>, 0 to 256; 0 drains. Default 1.</summary>
    public int Weight { get; init; } = 1;

    /// <summary><c>backup</c>: used only when no other server is usable.</summary>
    public bool IsBackup { get; init; }

    /// <summary><c>disabled</c>: it begins in maintenance.</summary>
    public bool IsDisabled { get; init; }

    /// <summary><c>maxconn</c>: requests (HTTP) or connections (TCP) at a time. 0, the default: no limit.</summary>
    public int MaxConnections { get; init; }

    /// <summary><c>minconn</c>: the limit while the backend is idle; it grows with the backend's load up to
    /// <see cref="MaxConnections"/>. 0, the default: the limit does not move.</summary>
    public int MinConnections { get; init; }

    /// <summary><c>maxqueue</c>: requests that may wait for this server. 0, the default: no limit.</summary>
    public int MaxQueue { get; init; }

    /// <summary><c>slowstart</c>: how long weight and limit grow after the server has come up. Default: not at all.
    /// </summary>
    public TimeSpan SlowStart { get; init; }
}
