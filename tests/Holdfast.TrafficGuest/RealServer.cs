using Holdfast.Lab;
using Holdfast.Primitives;

namespace Holdfast.TrafficGuest;

/// <summary>What a real server needs.</summary>
internal static class RealServer
{
    /// <summary>Makes a node one, for all ways of forwarding.</summary>
    /// <param name="node">The node.</param>
    /// <param name="gateway">For NAT: the director.</param>
    /// <param name="addresses">For direct routing and tunnels: virtual addresses, which it must not announce.</param>
    internal static void Prepare(LabNode node, string gateway, params ReadOnlySpan<string> addresses)
    {
        node.SetSysctl("ipv4/conf/all/arp_ignore", 1);
        node.SetSysctl("ipv4/conf/all/arp_announce", 2);
        node.SetSysctl("ipv4/conf/all/rp_filter", 0);
        int tunnel = node.IndexOf("tunl0");
        node.SetSysctl("ipv4/conf/tunl0/rp_filter", 0);
        node.Route.SetLinkUp(tunnel, up: true).ThrowIfFailed("set tunl0 up");
        foreach (string address in addresses)
        {
            node.Route.AddAddress(new() { Prefix = new(IpAddress.Parse(address), 32), InterfaceIndex = 1 })
                .ThrowIfFailed($"add {address} to lo");
        }
        IpPrefix anywhere = new(IpAddress.V4(0, 0, 0, 0), 0);
        node.Route.AddRoute(new() { Destination = anywhere, Gateway = IpAddress.Parse(gateway) })
            .ThrowIfFailed($"add the route over {gateway}");
    }
}
