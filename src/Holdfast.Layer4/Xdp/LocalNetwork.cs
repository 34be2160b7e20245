using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Xdp;

/// <summary>What the director wants to know of the network that this host is in. Immutable; pure.</summary>
/// <param name="links">All interfaces.</param>
/// <param name="addresses">All addresses.</param>
/// <param name="neighbors">All neighbours.</param>
/// <param name="routes">Routes to servers that are on none of our links.</param>
internal sealed class LocalNetwork(
    IReadOnlyList<LinkInfo> links, IReadOnlyList<AddressSpec> addresses, IReadOnlyList<NeighborSpec> neighbors,
    IReadOnlyDictionary<IpAddress, RouteSpec>? routes = null)
{
    private const ushort Ethernet = 1; // ARPHRD_ETHER

    private readonly Dictionary<int, LinkInfo> _links = links.ToDictionary(static link => link.Index);

    /// <summary>Reads it.</summary>
    /// <param name="route">Of the network namespace.</param>
    /// <param name="servers">Servers that are looked up in the routing tables when they are on none of our links.
    /// </param>
    /// <exception cref="Linux.LinuxException">The kernel refused.</exception>
    internal static LocalNetwork Read(RouteNetlink route, IEnumerable<IpAddress>? servers = null)
    {
        List<LinkInfo> links = [];
        List<AddressSpec> addresses = [];
        List<NeighborSpec> neighbors = [];
        route.DumpLinks(links).ThrowIfFailed("xdp plane: list the interfaces");
        route.DumpAddresses(addresses, IpFamily.None).ThrowIfFailed("xdp plane: list the addresses");
        route.DumpNeighbors(neighbors).ThrowIfFailed("xdp plane: list the neighbours");
        var near = new LocalNetwork(links, addresses, neighbors);
        Dictionary<IpAddress, RouteSpec> routes = [];
        foreach (IpAddress server in servers ?? [])
        {
            // No route is an answer, too.
            if (near.PathTo(server) is null && route.FindRoute(server, out RouteSpec? found).IsSuccess
                && found is not null)
            {
                routes[server] = found;
            }
        }
        return routes.Count == 0 ? near : new(links, addresses, neighbors, routes);
    }

    /// <summary>
    /// Whether this node schedules for an address. One that is on the loopback only is a real server's: to schedule for
    /// it would send frames of another director in a circle.
    /// </summary>
    internal ServiceGate GateOf(IpAddress address)
    {
        var gate = ServiceGate.Ajar;
        foreach (AddressSpec entry in addresses)
        {
            if (entry.Prefix.Address == address && LinkOf(entry) is { } link)
            {
                if (!IsLoopback(link))
                {
                    return ServiceGate.Open;
                }
                gate = ServiceGate.Closed;
            }
        }
        return gate;
    }

    /// <summary>Whether there are VLAN interfaces, at which the program sees the frames of their VLANs.</summary>
    internal bool HasVlans { get; } = links.Any(static link => link.Kind == "vlan");

    /// <summary>All addresses of this host.</summary>
    internal IEnumerable<IpAddress> Addresses => addresses.Select(static entry => entry.Prefix.Address).Distinct();

    /// <summary>How frames get to a server; null when no way is known.</summary>
    internal ServerPath? PathTo(IpAddress server)
    {
        if (addresses.Any(entry => entry.Prefix.Address == server))
        {
            return new(0, default, default, IsLocal: true);
        }
        return OnLink(server) is { } near ? Path(near.InterfaceIndex, server, near.Prefix.Address)
            : routes is not null && routes.TryGetValue(server, out RouteSpec? route) ? Along(route, server) : null;
    }

    // Of several next hops the first is taken: a tunnel to one server has one flow of addresses anyway.
    private ServerPath? Along(RouteSpec route, IpAddress server)
    {
        (int index, IpAddress router) = route.NextHops.IsEmpty ? (route.InterfaceIndex, route.Gateway)
            : (route.NextHops[0].InterfaceIndex, route.NextHops[0].Gateway);
        if (_links.GetValueOrDefault(index) is not { IsUsable: true, HardwareType: Ethernet })
        {
            return null;
        }
        IpAddress source = route.PreferredSource;
        IpAddress neighbor = router.IsNone ? server : router;
        if (source.IsNone)
        {
            AddressSpec[] ours = [.. addresses.Where(entry => entry.InterfaceIndex == index
                && entry.Prefix.Address.Family == server.Family && !entry.Prefix.Address.IsLinkLocalV6)];
            source = ours.FirstOrDefault(entry => entry.Prefix.Contains(neighbor) && entry.Prefix.Length
                < entry.Prefix.Address.BitCount, ours.FirstOrDefault()).Prefix.Address;
        }
        return Path(index, neighbor, source) with { Router = router };
    }

    private ServerPath Path(int index, IpAddress neighbor, IpAddress source)
    {
        NeighborSpec known = neighbors.FirstOrDefault(
            entry => entry.Address == neighbor && entry.InterfaceIndex == index && entry.IsResolved);
        return new(index, known.Mac, _links[index].Mac) { Mtu = _links[index].Mtu, Source = source };
    }

    private AddressSpec? OnLink(IpAddress server)
    {
        AddressSpec? nearest = null;
        foreach (AddressSpec entry in addresses)
        {
            bool isBetter = nearest is null || entry.Prefix.Length > nearest.Value.Prefix.Length;
            if (isBetter && entry.Prefix.Contains(server) && LinkOf(entry) is { IsUsable: true } link
                && !IsLoopback(link))
            {
                nearest = entry;
            }
        }
        return nearest;
    }

    /// <summary>Whether the kernel should be asked to find out, or confirm, a server's Ethernet address.</summary>
    internal bool NeedsQuestion(IpAddress server, int interfaceIndex)
    {
        const NeighborStates InHand = NeighborStates.Reachable | NeighborStates.Incomplete | NeighborStates.Delay
            | NeighborStates.Probe | NeighborStates.Permanent | NeighborStates.NoArp;
        return !neighbors.Any(entry => entry.Address == server && entry.InterfaceIndex == interfaceIndex
            && (entry.States & InHand) != 0);
    }

    /// <summary>Interfaces by which clients and servers may come: Ethernet, up, with an address of their own.</summary>
    internal IEnumerable<LinkInfo> Entrances() => links.Where(link => link.HardwareType == Ethernet
        && (link.Flags & LinkFlags.Up) != 0 && link.MasterIndex == 0
        && addresses.Any(entry => entry.InterfaceIndex == link.Index && !entry.Prefix.Address.IsLinkLocalV6));

    private static bool IsLoopback(LinkInfo link) => (link.Flags & LinkFlags.Loopback) != 0;

    private LinkInfo? LinkOf(in AddressSpec entry) => _links.GetValueOrDefault(entry.InterfaceIndex);
}
