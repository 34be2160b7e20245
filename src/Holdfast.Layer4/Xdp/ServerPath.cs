using Holdfast.Primitives;

namespace Holdfast.Layer4.Xdp;

/// <summary>How frames get to a real server.</summary>
/// <param name="InterfaceIndex">By which interface they leave.</param>
/// <param name="Mac">The Ethernet address of the server, or of the router on the way; zero while it is not known.
/// </param>
/// <param name="SourceMac">That of the interface.</param>
/// <param name="IsLocal">Whether the server is this machine, so that its packets go to the stack.</param>
public readonly record struct ServerPath(
    int InterfaceIndex, MacAddress Mac, MacAddress SourceMac, bool IsLocal = false)
{
    /// <summary>Largest IP packet in bytes. Defaults to 1500.</summary>
    public uint Mtu { get; init; } = 1500;

    /// <summary>Our address on that interface: the outer source of a tunnel. Unspecified: none of the family.</summary>
    public IpAddress Source { get; init; }

    /// <summary>The router on the way, whose Ethernet address <see cref="Mac"/> is; unspecified when there is none.
    /// Only tunnels go through routers.</summary>
    public IpAddress Router { get; init; }
}
