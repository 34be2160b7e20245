using Holdfast.Primitives;

namespace Holdfast.Config.HAProxy.Model;

/// <summary>What kind of address a <see cref="EndpointModel"/> is.</summary>
public enum EndpointKind : byte
{
    /// <summary>An IP address or a host name, and a port.</summary>
    Inet,

    /// <summary>A Unix socket with a path.</summary>
    Unix,

    /// <summary>A Unix socket with an abstract name (<c>abns@</c>).</summary>
    AbstractUnix,

    /// <summary>A descriptor that was handed in (<c>fd@N</c>).</summary>
    Descriptor,

    /// <summary>One end of a socket pair (<c>sockpair@N</c>).</summary>
    SocketPair,
}

/// <summary>How a port is meant.</summary>
public enum PortMapping : byte
{
    /// <summary>This very port.</summary>
    Fixed,

    /// <summary>The client's destination port: none is written on a server line.</summary>
    Same,

    /// <summary>The client's destination port plus or minus so many.</summary>
    Offset,
}

/// <summary>An address as bind, server and other lines name it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Host">IP address as text, host name, path, or name; empty: any address.</param>
/// <param name="Span">Where it stands.</param>
public sealed record EndpointModel(EndpointKind Kind, string Host, SourceSpan Span)
{
    /// <summary>The IP address; null when <see cref="Host"/> is a name, or it is no IP endpoint.</summary>
    public IpAddress? Address { get; init; }

    /// <summary>0: not said, 4 or 6: <c>ipv4@</c> or <c>ipv6@</c>.</summary>
    public int Family { get; init; }

    /// <summary>Whether it takes datagrams: <c>udp@ dgram+ quic@</c>. Default false.</summary>
    public bool IsDatagram { get; init; }

    /// <summary>Whether it is QUIC.</summary>
    public bool IsQuic { get; init; }

    /// <summary>Port, first port of a range, offset, or descriptor.</summary>
    public int Port { get; init; }

    /// <summary>Last port of a range; equal to <see cref="Port"/> when it is none.</summary>
    public int LastPort { get; init; }

    /// <summary>How the port is meant.</summary>
    public PortMapping Mapping { get; init; }

    /// <summary>Whether a host name must be looked up.</summary>
    public bool NeedsResolving => Kind == EndpointKind.Inet && Address is null && Host.Length > 0;
}

/// <summary>A line that is kept as words: of a section or option that the proxy does not carry out.</summary>
/// <param name="Keyword">Its first word.</param>
/// <param name="Arguments">The other words.</param>
/// <param name="IsNegated">Whether <c>no</c> stands before it.</param>
/// <param name="Span">Where it stands.</param>
public sealed record GenericStatement(
    string Keyword, System.Collections.Immutable.ImmutableArray<string> Arguments, bool IsNegated, SourceSpan Span);
