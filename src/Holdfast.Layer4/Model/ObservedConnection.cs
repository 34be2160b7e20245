using Holdfast.Primitives;

namespace Holdfast.Layer4.Model;

/// <summary>A connection that a plane remembers.</summary>
/// <param name="Protocol">TCP or UDP.</param>
/// <param name="Client">The client.</param>
/// <param name="ClientPort">Its port.</param>
/// <param name="Address">The virtual address.</param>
/// <param name="Port">The port that the client asked for.</param>
/// <param name="Server">Where it goes.</param>
/// <param name="State">IPVS's word: ESTABLISHED, SYN_RECV, FIN_WAIT, TIME_WAIT, CLOSE, UDP.</param>
/// <param name="Expires">How long it is still remembered without a packet.</param>
public readonly record struct ObservedConnection(
    ServiceProtocol Protocol, IpAddress Client, ushort ClientPort, IpAddress Address, ushort Port,
    RealServerKey Server, string State, TimeSpan Expires)
{
    /// <summary>Whether it counts as active: established, and UDP never.</summary>
    public bool IsActive => State == "ESTABLISHED";
}
