namespace Holdfast.Http.H1;

/// <summary>The Connection field to be written.</summary>
public enum ConnectionField : byte
{
    /// <summary>None: the version's own rule holds.</summary>
    None,

    /// <summary>close.</summary>
    Close,

    /// <summary>keep-alive: what a 1.0 client needs to see.</summary>
    KeepAlive,

    /// <summary>upgrade, with the received Upgrade field.</summary>
    Upgrade,
}

/// <summary>How a head is to be sent.</summary>
public readonly record struct WriteOptions
{
    /// <summary>The body that follows, and that the head announces.</summary>
    public BodyFraming Body { get; init; }

    /// <summary>Version in the start line.</summary>
    public H1Version Version { get; init; }

    /// <summary>The Connection field.</summary>
    public ConnectionField Connection { get; init; }

    /// <summary>Names in lower case, as HAProxy writes them; else as received, as nginx does.</summary>
    public bool LowerCaseNames { get; init; }

    /// <summary>Request: Host before all others, as RFC 9110 section 7.2 advises; else in its place.</summary>
    public bool HostFirst { get; init; }

    /// <summary>Request: "/a" instead of "http://host/a".</summary>
    public bool OriginForm { get; init; }

    /// <summary>Request: "te: trailers" is passed on, when the client said so.</summary>
    public bool ForwardTe { get; init; }

    /// <summary>Request: Expect is not passed on.</summary>
    public bool DropExpect { get; init; }
}
