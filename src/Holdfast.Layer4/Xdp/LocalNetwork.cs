using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Xdp;

/// <summary>What the director wants to know of the network that this host is in. Immutable; pure.</summary>
/// <param name="links">All interfaces.</param>
/// <param name="addresses">All addresses.</param>
/// <param name="neighbors">All neighbours.</param>
internal sealed class LocalNetwork(
    IReadOnlyList<LinkInfo> links, IReadOnlyList<AddressSpec> addresses, IReadOnlyList<NeighborSpec> neighbors)
{
    private const ushort Ethernet = 1; // ARPHRD_ETHER

    private readonly Dictionary<int, LinkInfo> _links = links.ToDictionary(static link => link.Index);

    /// <summary>Reads it.</summary>
    /// <exception cref="Linux.LinuxException">The kernel refused.</exception>
    internal static LocalNetwork Read(RouteNetlink route)
    {
        List<LinkInfo> links = [];
        List<AddressSpec> addresses = [];
        List<NeighborSpec> neighbors = [];
        route.DumpLinks(links).ThrowIfFailed("xdp plane: list the interfaces");
        route.DumpAddresses(addresses, IpFamily.None).ThrowIfFailed("xdp plane: list the addresses");
        route.DumpNeighbors(neighbors).ThrowIfFailed("xdp plane: list the neighbours");
        return new(links, addresses, neighbors);
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

    /// <summary>How frames get to a server; null when it is on none of our links.</summary>
    internal ServerPath? PathTo(IpAddress server)
    {
        if (addresses.Any(entry => entry.Prefix.Address == server))
        {
            return new(0, default, default, IsLocal: true);
        }
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
        if (nearest is not { } way)
        {
            return null;
        }
        NeighborSpec known = neighbors.FirstOrDefault(
            entry => entry.Address == server && entry.InterfaceIndex == way.InterfaceIndex && entry.IsResolved);
        return new(way.InterfaceIndex, known.Mac, _links[way.InterfaceIndex].Mac);
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
