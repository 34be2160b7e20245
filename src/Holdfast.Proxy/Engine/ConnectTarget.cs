using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Proxy.Engine;

/// <summary>Where a connection goes, and where it comes from.</summary>
/// <param name="Peer">Where to; null: <see cref="Address"/> and <see cref="Port"/>, which differ each time.</param>
public readonly record struct ConnectTarget(SocketEndpoint? Peer)
{
    /// <summary>Where to, without <see cref="Peer"/>.</summary>
    public IpAddress Address { get; init; }

    /// <summary>Its port.</summary>
    public int Port { get; init; }

    /// <summary>Own address; null: the kernel's choice.</summary>
    public SocketEndpoint? Source { get; init; }

    /// <summary>Own address that differs each time, in place of <see cref="Source"/>; none: that one.</summary>
    public IpAddress SourceAddress { get; init; }

    /// <summary>Its port; 0: the kernel's choice.</summary>
    public int SourcePort { get; init; }

    /// <summary>Options of the socket; null: none.</summary>
    public ConnectSettings? Settings { get; init; }
}
