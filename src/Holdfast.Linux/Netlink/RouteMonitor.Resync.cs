using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Netlink;

/// <summary>After an overrun: read everything again, tell the difference.</summary>
/// <remarks>
/// The events that are still queued are thrown away first: they are older than what the dumps will say. Those that
/// arrive during the dumps are handled after them; what they repeat changes nothing in the tables.
/// </remarks>
public sealed unsafe partial class RouteMonitor
{
    private bool _isStale;

    // IPv4 routes that die with their interface or their source address send no event.
    private bool _routesAreDoubtful;

    private bool HasRoutes => _routes.Count != 0;

    private Errno CheckRoutes(IRouteMonitorHandler handler)
    {
        Errno errno = ResynchronizeRoutes(handler).Errno;
        _routesAreDoubtful = errno != Errno.Success;
        return errno;
    }

    private Errno Recover(IRouteMonitorHandler handler)
    {
        if (!_isStale)
        {
            OverrunCount++;
        }
        _isStale = true;
        Errno errno;
        do
        {
            errno = Receive(out _);
        }
        while (errno is Errno.Success or Errno.EINTR or Errno.ENOBUFS);
        if (errno != Errno.EAGAIN)
        {
            return errno;
        }
        errno = Resynchronize(handler).Errno;
        _isStale = errno != Errno.Success;
        return errno;
    }

    private NetlinkResult Resynchronize(IRouteMonitorHandler handler)
    {
        NetlinkResult result = default;
        if ((_groups & MonitorGroups.Links) != 0)
        {
            result = ResynchronizeLinks(handler);
        }
        if (result.IsSuccess && (_groups & MonitorGroups.Addresses) != 0)
        {
            result = ResynchronizeAddresses(handler);
        }
        if (result.IsSuccess && (_groups & MonitorGroups.Routes) != 0)
        {
            result = ResynchronizeRoutes(handler);
        }
        if (result.IsSuccess && (_groups & MonitorGroups.Rules) != 0)
        {
            result = ResynchronizeRules(handler);
        }
        return result;
    }

    private NetlinkResult ResynchronizeLinks(IRouteMonitorHandler handler)
    {
        List<LinkInfo> seen = [];
        NetlinkResult result = _requests.DumpLinks(seen);
        if (!result.IsSuccess)
        {
            return result;
        }
        HashSet<int> present = [.. seen.Select(static link => link.Index)];
        foreach (LinkInfo gone in _links.Values.Where(link => !present.Contains(link.Index)).ToArray())
        {
            _links.Remove(gone.Index);
            handler.LinkRemoved(gone);
        }
        foreach (LinkInfo link in seen)
        {
            _ = _links.TryGetValue(link.Index, out LinkInfo? known);
            if (link != known)
            {
                _links[link.Index] = link;
                handler.LinkChanged(link, known);
            }
        }
        return result;
    }

    private NetlinkResult ResynchronizeAddresses(IRouteMonitorHandler handler)
    {
        List<AddressSpec> seen = [];
        NetlinkResult result = _requests.DumpAddresses(seen);
        if (!result.IsSuccess)
        {
            return result;
        }
        HashSet<AddressKey> present = [.. seen.Select(static address => AddressKey.Of(address))];
        foreach ((AddressKey key, AddressSpec gone) in _addresses.Where(pair => !present.Contains(pair.Key)).ToArray())
        {
            _addresses.Remove(key);
            handler.AddressRemoved(gone);
        }
        foreach (AddressSpec address in seen)
        {
            UpdateAddress(address, handler);
        }
        return result;
    }

    private NetlinkResult ResynchronizeRoutes(IRouteMonitorHandler handler)
    {
        HashSet<RouteNotice> present = [];
        foreach (IpFamily family in Families)
        {
            List<RouteNotice> seen = [];
            NetlinkResult result = _requests.DumpRouteNotices(seen, family, _protocol);
            if (!result.IsSuccess && !IsUnknownFamily(result))
            {
                return result;
            }
            present.UnionWith(seen);
        }
        foreach (RouteNotice gone in _routes.Where(route => !present.Contains(route)).ToArray())
        {
            _routes.Remove(gone);
            handler.RouteRemoved(gone);
        }
        foreach (RouteNotice route in present)
        {
            if (_routes.Add(route))
            {
                handler.RouteAdded(route);
            }
        }
        return default;
    }

    private NetlinkResult ResynchronizeRules(IRouteMonitorHandler handler)
    {
        HashSet<RuleSpec> present = [];
        foreach (IpFamily family in Families)
        {
            List<RuleSpec> seen = [];
            NetlinkResult result = _requests.DumpRules(seen, family);
            if (!result.IsSuccess && !IsUnknownFamily(result))
            {
                return result;
            }
            present.UnionWith(seen.Where(rule => rule.Protocol == _protocol));
        }
        foreach (RuleSpec gone in _rules.Where(rule => !present.Contains(rule)).ToArray())
        {
            _rules.Remove(gone);
            handler.RuleRemoved(gone);
        }
        foreach (RuleSpec rule in present)
        {
            if (_rules.Add(rule))
            {
                handler.RuleAdded(rule);
            }
        }
        return default;
    }

    /// <summary>A kernel without IPv6, or without policy routing: there is nothing of that kind.</summary>
    private static bool IsUnknownFamily(NetlinkResult result)
        => result.Errno is Errno.EAFNOSUPPORT or Errno.EOPNOTSUPP;

    private static readonly IpFamily[] Families = [IpFamily.V4, IpFamily.V6];

    /// <summary>At the start there is nobody to tell: the tables are the news.</summary>
    private sealed class NoHandler : IRouteMonitorHandler
    {
        internal static readonly NoHandler Instance = new();

        public void LinkChanged(LinkInfo link, LinkInfo? previous) { }

        public void LinkRemoved(LinkInfo link) { }

        public void AddressChanged(in AddressSpec address, bool isNew) { }

        public void AddressRemoved(in AddressSpec address) { }

        public void RouteAdded(in RouteNotice route) { }

        public void RouteRemoved(in RouteNotice route) { }

        public void RuleAdded(RuleSpec rule) { }

        public void RuleRemoved(RuleSpec rule) { }

        public void NeighborChanged(in NeighborSpec neighbor) { }

        public void NeighborRemoved(in NeighborSpec neighbor) { }
    }
}
