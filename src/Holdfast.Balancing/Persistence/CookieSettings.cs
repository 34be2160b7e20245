namespace Holdfast.Balancing.Persistence;

/// <summary>How a cookie holds clients to a server: haproxy.cfg's <c>cookie</c>.</summary>
public enum CookieMode : byte
{
    /// <summary><c>insert</c>: a cookie of our own.</summary>
    Insert,

    /// <summary><c>rewrite</c>: the value of a cookie that the server sets is replaced.</summary>
    Rewrite,

    /// <summary><c>prefix</c>: the server's name is put before the value of a cookie that the server sets.</summary>
    Prefix,
}

/// <summary>What the configuration says of cookie persistence. Names and defaults: haproxy.cfg.</summary>
public sealed record CookieSettings
{
    /// <summary>The cookie's name.</summary>
    public required string Name { get; init; }

    /// <summary>How it works.</summary>
    public CookieMode Mode { get; init; }

    /// <summary><c>indirect</c>: the server does not see it, and it is not sent to clients that have it.</summary>
    public bool IsIndirect { get; init; }

    /// <summary><c>nocache</c>: a response that caches may keep (whether they may is the caller's to say)
    /// gets <c>Cache-Control: private</c> with the cookie.</summary>
    public bool IsNoCache { get; init; }

    /// <summary><c>postonly</c>: sent in responses to POST only.</summary>
    public bool IsPostOnly { get; init; }

    /// <summary><c>preserve</c>: a cookie that the server itself sets stays.</summary>
    public bool IsPreserved { get; init; }

    /// <summary><c>httponly</c>.</summary>
    public bool IsHttpOnly { get; init; }

    /// <summary><c>secure</c>.</summary>
    public bool IsSecure { get; init; }

    /// <summary><c>domain</c>, each with a dot in it; none by default.</summary>
    public IReadOnlyList<string> Domains { get; init; } = [];

    /// <summary><c>attr</c>: more attributes, as they are; none by default.</summary>
    public IReadOnlyList<string> Attributes { get; init; } = [];

    /// <summary><c>maxidle</c>: longer unused it does not count. Null, the default: no limit.</summary>
    public TimeSpan? MaxIdle { get; init; }

    /// <summary><c>maxlife</c>: older it does not count. Null, the default: no limit.</summary>
    public TimeSpan? MaxLife { get; init; }
}
