using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Vrrp;

/// <summary>
/// Keeps a <see cref="LinkBoard"/> up to date from the kernel's events, through reloads and overruns.
/// </summary>
internal sealed class RouteWatch : IReadyHandler, IRouteMonitorHandler, IDisposable
{
    private readonly EpollLoop _loop;
    private readonly RouteMonitor _monitor;
    private readonly Action<string>? _addressLog;
    private LinkBoard? _board;

    /// <param name="loop">Where it waits.</param>
    /// <param name="addressLog">Told of every address that comes or goes (<c>-a</c>); null: nobody is.</param>
    public RouteWatch(EpollLoop loop, Action<string>? addressLog)
    {
        _loop = loop;
        _addressLog = addressLog;
        _monitor = RouteMonitor.Open(
            MonitorGroups.Links | MonitorGroups.Addresses | MonitorGroups.Routes | MonitorGroups.Rules);
        _loop.Add(_monitor.Descriptor, EpollEvents.EPOLLIN, this);
    }

    /// <summary>How often the kernel's event queue overran and everything was read again.</summary>
    public long OverrunCount => _monitor.OverrunCount;

    /// <summary>
    /// Whether something is gone, or has come back, since it was last set to false: what should be there may not be.
    /// </summary>
    public bool HasChanged { get; set; }

    /// <summary>Index of an interface; 0 when there is none of that name.</summary>
    public int IndexOf(string name) => _monitor.FindLink(name)?.Index ?? 0;

    /// <summary>Routing table of a VRF; 0 when there is none of that name.</summary>
    public uint TableOf(string name) => _monitor.FindLink(name)?.VrfTable ?? 0;

    /// <summary>Fills a board with all that is known, and keeps it so from now on.</summary>
    public void Attach(LinkBoard board)
    {
        _board = null;
        _monitor.Drain(this);
        _board = board;
        MonotonicTime now = MonotonicClock.Now;
        foreach (LinkInfo link in _monitor.Links.Values)
        {
            board.SetLink(link, now);
        }
        foreach (AddressSpec address in _monitor.Addresses)
        {
            board.SetAddress(address.InterfaceIndex, address.Prefix, isThere: true);
        }
    }

    /// <inheritdoc/>
    public void OnReady(EpollEvents events) => _monitor.Drain(this);

    /// <summary>Reads all that the kernel has to tell: what was done before this call is known after it.</summary>
    public void CatchUp() => _monitor.Drain(this);

    /// <summary>Whether an interface has an address.</summary>
    public bool HasAddress(IpAddress address, int interfaceIndex)
        => _monitor.Addresses.Any(a => a.InterfaceIndex == interfaceIndex && a.Prefix.Address == address);

    /// <summary>Whether the kernel has a route of ours.</summary>
    public bool HasRoute(RouteSpec route) => _monitor.HasRoute(route);

    /// <summary>Whether the kernel has a rule of ours.</summary>
    public bool HasRule(RuleSpec rule) => _monitor.HasRule(rule);

    /// <inheritdoc/>
    public void LinkChanged(LinkInfo link, LinkInfo? previous)
    {
        HasChanged = true;
        _board?.SetLink(link, MonotonicClock.Now);
    }

    /// <inheritdoc/>
    public void LinkRemoved(LinkInfo link)
    {
        HasChanged = true;
        _board?.RemoveLink(link.Index, MonotonicClock.Now);
    }

    /// <inheritdoc/>
    public void AddressChanged(in AddressSpec address, bool isNew)
    {
        if (isNew)
        {
            HasChanged = true;
            Report("added", address);
        }
        _board?.SetAddress(address.InterfaceIndex, address.Prefix, isThere: true);
    }

    /// <inheritdoc/>
    public void AddressRemoved(in AddressSpec address)
    {
        HasChanged = true;
        Report("removed", address);
        _board?.SetAddress(address.InterfaceIndex, address.Prefix, isThere: false);
    }

    /// <inheritdoc/>
    public void RouteAdded(in RouteNotice route)
    {
        // Only what is gone matters.
    }

    /// <inheritdoc/>
    public void RouteRemoved(in RouteNotice route) => HasChanged = true;

    /// <inheritdoc/>
    public void RuleAdded(RuleSpec rule)
    {
        // Only what is gone matters.
    }

    /// <inheritdoc/>
    public void RuleRemoved(RuleSpec rule) => HasChanged = true;

    /// <inheritdoc/>
    public void NeighborChanged(in NeighborSpec neighbor)
    {
        // Not subscribed.
    }

    /// <inheritdoc/>
    public void NeighborRemoved(in NeighborSpec neighbor)
    {
        // Not subscribed.
    }

    private void Report(string what, in AddressSpec address)
    {
        if (_addressLog is not null)
        {
            string name = _monitor.Links.TryGetValue(address.InterfaceIndex, out LinkInfo? link) ? link.Name : "?";
            _addressLog($"Netlink: address {address.Prefix} {what} on {name}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _loop.Remove(_monitor.Descriptor);
        _monitor.Dispose();
    }
}
