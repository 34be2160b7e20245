using Holdfast.Primitives;

namespace Holdfast.Layer4.Xdp;

/// <summary>How frames get to a real server.</summary>
/// <param name="InterfaceIndex">By which interface they leave.</param>
/// <param name="Mac">The server's Ethernet address; zero while it is not known.</param>
/// <param name="SourceMac">That of the interface.</param>
/// <param name="IsLocal">Whether the server is this machine, so that its packets go to the stack.</param>
public readonly record struct ServerPath(
    int InterfaceIndex, MacAddress Mac, MacAddress SourceMac, bool IsLocal = false);
