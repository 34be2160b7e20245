using Holdfast.Primitives;

namespace Holdfast.Http.ProxyProtocol;

/// <summary>What a PROXY protocol header is about.</summary>
public enum ProxyTransport : byte
{
    /// <summary>Not said: the connection's own addresses count.</summary>
    Unspecified,

    /// <summary>TCP over IPv4 or IPv6, by the addresses.</summary>
    Stream,

    /// <summary>UDP over IPv4 or IPv6 (version 2 only).</summary>
    Datagram,

    /// <summary>A Unix socket (version 2 only); its paths are not kept.</summary>
    Unix,
}

/// <summary>A PROXY protocol header, of version 1 (text) or 2 (binary).</summary>
/// <param name="Version">1 or 2.</param>
/// <param name="IsLocal">
/// The sender speaks for itself (a health check): the connection's own addresses count.
/// </param>
/// <param name="Transport">What the addresses are.</param>
/// <param name="Source">The client; none when the transport is unspecified or Unix.</param>
/// <param name="SourcePort">Its port.</param>
/// <param name="Destination">Where the client connected to.</param>
/// <param name="DestinationPort">Its port.</param>
/// <param name="Extensions">Where the TLVs stand in the header: <see cref="ProxyTlvs"/> reads them.</param>
public readonly record struct ProxyHeader(
    byte Version, bool IsLocal, ProxyTransport Transport, IpAddress Source, ushort SourcePort, IpAddress Destination,
    ushort DestinationPort, Range Extensions)
{
    /// <summary>Whether its addresses replace those of the connection.</summary>
    public bool HasAddresses => !IsLocal && !Source.IsNone;
}
