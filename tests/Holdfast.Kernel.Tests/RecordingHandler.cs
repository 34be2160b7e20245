using Holdfast.Linux.Netlink;

namespace Holdfast.Kernel.Tests;

/// <summary>Writes down the events of a monitor.</summary>
internal sealed class RecordingHandler : IRouteMonitorHandler
{
    internal List<string> Events { get; } = [];

    internal List<NeighborSpec> Neighbors { get; } = [];

    internal int Count(string start, string end) => Events.Count(line
        => line.StartsWith(start, StringComparison.Ordinal) && line.EndsWith(end, StringComparison.Ordinal));

    public void LinkChanged(LinkInfo link, LinkInfo? previous)
        => Events.Add($"link {link.Name} {(link.Flags.HasFlag(LinkFlags.Up) ? "up" : "down")} mtu {link.Mtu}");

    public void LinkRemoved(LinkInfo link) => Events.Add($"link {link.Name} removed");

    public void AddressChanged(in AddressSpec address, bool isNew)
        => Events.Add($"address {address.Prefix} {(isNew ? "added" : "changed")}");

    public void AddressRemoved(in AddressSpec address) => Events.Add($"address {address.Prefix} removed");

    public void RouteAdded(in RouteNotice route) => Events.Add($"route {route.Destination} added");

    public void RouteRemoved(in RouteNotice route) => Events.Add($"route {route.Destination} removed");

    public void RuleAdded(RuleSpec rule) => Events.Add($"rule {rule.Priority} added");

    public void RuleRemoved(RuleSpec rule) => Events.Add($"rule {rule.Priority} removed");

    public void NeighborChanged(in NeighborSpec neighbor) => Neighbors.Add(neighbor);

    public void NeighborRemoved(in NeighborSpec neighbor) { }
}
