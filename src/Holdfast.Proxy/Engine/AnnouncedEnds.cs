using Holdfast.HAProxy.Samples;
using Holdfast.Primitives;

namespace Holdfast.Proxy.Engine;

/// <summary>Both ends of a client's connection, as a proxy in front of us has announced them.</summary>
public sealed class AnnouncedEnds
{
    /// <summary>The client; none: a Unix socket.</summary>
    public IpAddress Source { get; internal set; }

    /// <summary>Its port.</summary>
    public int SourcePort { get; internal set; }

    /// <summary>Where the client has connected to.</summary>
    public IpAddress Destination { get; internal set; }

    /// <summary>Its port.</summary>
    public int DestinationPort { get; internal set; }

    /// <summary>The name that the client asked the one in front of us for (SNI).</summary>
    internal StoredBytes Authority { get; } = new();

    /// <summary>The id that the one in front of us gives the connection.</summary>
    internal StoredBytes UniqueId { get; } = new();

    internal bool IsSet { get; set; }
}
