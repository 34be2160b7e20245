using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Checks.Process;

/// <summary>Which virtual servers with <c>ha_suspend</c> have an address on this node.</summary>
/// <remarks>Listens to the kernel only while a configuration has such a virtual server.</remarks>
internal sealed class AddressPresence(EpollLoop loop) : IReadyHandler, IRouteMonitorHandler, IDisposable
{
    private RouteMonitor? _monitor;

    /// <summary>Whether an address has come or gone since this was last set to false.</summary>
    internal bool HasChanged { get; set; }

    /// <summary>Begins to listen, or ends it.</summary>
    /// <exception cref="Linux.LinuxException">The kernel gives no events.</exception>
    internal void Apply(KeepalivedModel model)
    {
        bool isNeeded = model.VirtualServers.Any(static v => v.SuspendWithoutAddress);
        if (isNeeded && _monitor is null)
        {
            _monitor = RouteMonitor.Open(MonitorGroups.Addresses);
            loop.Add(_monitor.Descriptor, EpollEvents.EPOLLIN, this);
        }
        else if (!isNeeded)
        {
            Dispose();
        }
        HasChanged = isNeeded;
    }

    /// <summary>Whether an address of a virtual server is on this node.</summary>
    internal bool Has(KeepalivedModel model, VirtualServerModel service)
        => _monitor is null || _monitor.Addresses.Any(address => Serves(model, service, address.Prefix.Address));

    /// <inheritdoc/>
    public void OnReady(EpollEvents events) => _monitor?.Drain(this);

    /// <inheritdoc/>
    public void AddressChanged(in AddressSpec address, bool isNew) => HasChanged |= isNew;

    /// <inheritdoc/>
    public void AddressRemoved(in AddressSpec address) => HasChanged = true;

    /// <inheritdoc/>
    public void LinkChanged(LinkInfo link, LinkInfo? previous)
    {
        // Not subscribed, like all below.
    }

    /// <inheritdoc/>
    public void LinkRemoved(LinkInfo link)
    {
    }

    /// <inheritdoc/>
    public void RouteAdded(in RouteNotice route)
    {
    }

    /// <inheritdoc/>
    public void RouteRemoved(in RouteNotice route)
    {
    }

    /// <inheritdoc/>
    public void RuleAdded(RuleSpec rule)
    {
    }

    /// <inheritdoc/>
    public void RuleRemoved(RuleSpec rule)
    {
    }

    /// <inheritdoc/>
    public void NeighborChanged(in NeighborSpec neighbor)
    {
    }

    /// <inheritdoc/>
    public void NeighborRemoved(in NeighborSpec neighbor)
    {
    }

    /// <summary>Ends listening.</summary>
    public void Dispose()
    {
        if (_monitor is not null)
        {
            loop.Remove(_monitor.Descriptor);
            _monitor.Dispose();
            _monitor = null;
        }
    }

    private static bool Serves(KeepalivedModel model, VirtualServerModel service, IpAddress address)
        => service.Target.Group is null ? service.Target.Address == address
            : ServicePools.EntriesOf(model, service).Any(entry => !entry.IsMark
                && entry.First.Family == address.Family && entry.First.CompareTo(address) <= 0
                && address.CompareTo(ServicePools.Advance(entry.First, entry.Count - 1)) <= 0);
}
