using Holdfast.Primitives;

namespace Holdfast.Lab;

/// <summary>The attachment of one node to one segment. Immutable.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="Node">The node.</param>
/// <param name="Name">Name of the interface in the node: eth0, eth1.</param>
/// <param name="Index">Its index in the node.</param>
/// <param name="PortIndex">Index of the other end, in the segment's namespace.</param>
/// <param name="Mac">Ethernet address of the interface: 02:48:46:00, number of the segment, number of the node.</param>
/// <param name="Addresses">The addresses that it has by itself.</param>
public sealed record LabLink(LabSegment Segment, LabNode Node, string Name, int Index, int PortIndex, MacAddress Mac,
    IReadOnlyList<IpPrefix> Addresses);
