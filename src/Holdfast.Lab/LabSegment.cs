using System.Globalization;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Lab;

/// <summary>One broadcast domain: a bridge, with a port for each node that is attached.</summary>
public sealed partial class LabSegment : IDisposable
{
    private readonly NetworkNamespace _network;
    private readonly RouteNetlink _route;
    private readonly List<LabLink> _links = [];
    private readonly List<int> _bridges = [];

    private LabSegment(NetworkNamespace network, RouteNetlink route, int number)
    {
        _network = network;
        _route = route;
        Number = number;
    }

    /// <summary>Its place in the lab, from 0.</summary>
    public int Number { get; }

    /// <summary>The attachments, in the order in which they were made.</summary>
    public IReadOnlyList<LabLink> Links => _links;

    internal static LabSegment Create(int number)
    {
        LabSegment segment = NamespaceThread.Run(() =>
        {
            NetworkNamespace.UnshareCurrentThread();
            // The switch itself says nothing on the wire: no router solicitations, no neighbour discovery.
            _ = InterfaceInfo.TryWriteSetting(IpFamily.V6, "default", "disable_ipv6", 1);
            return new LabSegment(NetworkNamespace.OpenCurrent(), RouteNetlink.Open(), number);
        });
        _ = segment.Bridge(0);
        return segment;
    }

    /// <summary>Gives a node a network card on this segment: eth0, for a further one eth1 and so on.</summary>
    /// <param name="node">The node, which is powered on.</param>
    /// <param name="addresses">Addresses as "192.168.1.11/24" or "fd00::11/64"; usable at once.</param>
    /// <exception cref="FormatException">One is not an address with a prefix length.</exception>
    public LabLink Attach(LabNode node, params IReadOnlyList<string> addresses)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(addresses);
        string portName = string.Create(CultureInfo.InvariantCulture, $"port{_links.Count + 1}");
        string name = string.Create(CultureInfo.InvariantCulture, $"eth{node.Links.Count}");
        _route.CreateVeth(portName, name, node.Network.Descriptor).ThrowIfFailed($"create {name} of {node.Name}");
        int port = IndexOf(_route, portName);
        _route.SetLinkMaster(port, Bridge(0)).ThrowIfFailed($"attach {node.Name} to the bridge");
        // The port first: then the node's end has carrier from its first moment.
        _route.SetLinkUp(port, up: true).ThrowIfFailed($"set the port of {node.Name} up");
        var link = new LabLink(this, node, name, IndexOf(node.Route, name), port,
            Mac(node.Number, Number), [.. addresses.Select(Parse)]);
        _links.Add(link);
        node.Add(link);
        return link;
    }

    /// <summary>Pulls or plugs the cable of a node: its interface stays up, but has no carrier.</summary>
    public void SetLink(LabNode node, bool up)
        => _route.SetLinkUp(LinkOf(node).PortIndex, up).ThrowIfFailed("set a port");

    /// <summary>Parts the segment: nodes of different groups do not hear each other. Carrier stays.</summary>
    /// <param name="groups">The groups; nodes that are in none stay with the first.</param>
    public void Partition(params IReadOnlyList<IReadOnlyList<LabNode>> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        foreach (LabLink link in _links)
        {
            int group = 0;
            for (int i = 0; i < groups.Count; i++)
            {
                group = groups[i].Contains(link.Node) ? i : group;
            }
            _route.SetLinkMaster(link.PortIndex, Bridge(group)).ThrowIfFailed("move a port");
        }
    }

    /// <summary>Ends a partition.</summary>
    public void Heal() => Partition();

    /// <summary>The attachment of a node.</summary>
    /// <exception cref="InvalidOperationException">It is not attached here.</exception>
    public LabLink LinkOf(LabNode node) => _links.First(link => link.Node == node);

    /// <summary>Runs something on a thread that is in the segment's network namespace.</summary>
    public T Run<T>(Func<T> work) => NamespaceThread.Run(() =>
    {
        _network.Enter();
        return work();
    });

    /// <summary>Removes the bridge and with it the cards of all nodes.</summary>
    public void Dispose()
    {
        _route.Dispose();
        _network.Dispose();
    }

    internal static int IndexOf(RouteNetlink route, string name)
    {
        var links = new List<LinkInfo>();
        route.DumpLinks(links).ThrowIfFailed("list the interfaces");
        return links.Find(link => link.Name == name)?.Index
            ?? throw new InvalidOperationException($"there is no interface {name}");
    }

    private static IpPrefix Parse(string text)
        => IpPrefix.TryParse(text, out IpPrefix prefix) ? prefix : throw new FormatException($"'{text}' is no prefix");

    private static MacAddress Mac(int node, int segment)
        => new(0x02_48_46_00_00_00UL | ((ulong)segment << 8) | (uint)node); // locally administered, "HF"

    private int Bridge(int group)
    {
        while (_bridges.Count <= group)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"br{_bridges.Count}");
            _route.CreateBridge(name, multicastSnooping: false).ThrowIfFailed("create a bridge");
            int index = IndexOf(_route, name);
            _route.SetLinkUp(index, up: true).ThrowIfFailed("set the bridge up");
            _bridges.Add(index);
        }
        return _bridges[group];
    }
}
