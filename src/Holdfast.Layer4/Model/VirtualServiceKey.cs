using System.Globalization;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Model;

/// <summary>Transport protocol of a virtual service: the number in the IP header.</summary>
public enum ServiceProtocol : byte
{
    /// <summary>Of a service that is known by its firewall mark: any.</summary>
    Any = 0,

    /// <summary>TCP.</summary>
    Tcp = 6,

    /// <summary>UDP.</summary>
    Udp = 17,

    /// <summary>SCTP.</summary>
    Sctp = 132,
}

/// <summary>What tells one virtual service from another: protocol, address and port, or a firewall mark.</summary>
/// <param name="Family">Family of the clients' addresses.</param>
/// <param name="Protocol">Any for a firewall mark.</param>
/// <param name="Address">None for a firewall mark.</param>
/// <param name="Port">0: every port, only with persistence; and 0 for a firewall mark.</param>
/// <param name="FirewallMark">0 for an address.</param>
public readonly record struct VirtualServiceKey(
    IpFamily Family, ServiceProtocol Protocol, IpAddress Address, ushort Port, uint FirewallMark)
{
    /// <summary>Whether packets are chosen by their mark.</summary>
    public bool IsMark => FirewallMark != 0;

    /// <summary>A service with an address.</summary>
    public static VirtualServiceKey At(ServiceProtocol protocol, IpAddress address, ushort port)
        => new(address.Family, protocol, address, port, 0);

    /// <summary>A service by firewall mark.</summary>
    public static VirtualServiceKey Mark(uint mark, IpFamily family = IpFamily.V4)
        => new(family, ServiceProtocol.Any, IpAddress.None, 0, mark);

    /// <summary>For messages: "TCP 192.0.2.1:80", "UDP [2001:db8::1]:53", "FWM 3" or "FWM 3 IPv6".</summary>
    public override string ToString() => IsMark
        ? string.Create(CultureInfo.InvariantCulture, $"FWM {FirewallMark}{(Family == IpFamily.V6 ? " IPv6" : "")}")
        : $"{Protocol.ToString().ToUpperInvariant()} {new RealServerKey(Address, Port)}";
}

/// <summary>What tells one real server of a virtual service from another.</summary>
/// <param name="Address">Of the server; its family may differ from the service's when packets are tunnelled.</param>
/// <param name="Port">0 in a service for every port.</param>
public readonly record struct RealServerKey(IpAddress Address, ushort Port)
{
    /// <summary>"192.0.2.1:80" or "[2001:db8::1]:80".</summary>
    public override string ToString() => Address.IsV6
        ? string.Create(CultureInfo.InvariantCulture, $"[{Address}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{Address}:{Port}");
}
