using Holdfast.Linux.Abi;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Linux.Netlink;

/// <summary>Follows the interfaces, addresses, routes and rules of a network namespace by netlink events.</summary>
/// <remarks>
/// <para>Keeps a table of links and addresses, and of the routes and rules of one protocol, so that an overrun of
/// the event queue (ENOBUFS) costs nothing but time: everything is read again and the difference comes as events.
/// </para>
/// <para>Messages that change nothing in the tables allocate nothing. One thread at a time.</para>
/// </remarks>
public sealed unsafe partial class RouteMonitor : IDisposable
{
    private const int ReceiveBufferSize = 64 * 1024;

    private readonly SocketHandle _handle;
    private readonly RouteNetlink _requests;
    private readonly MonitorGroups _groups;
    private readonly byte _protocol;
    private readonly NameTable _names = new();
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(ReceiveBufferSize, pinned: true);
    private readonly Dictionary<int, LinkInfo> _links = [];
    private readonly Dictionary<AddressKey, AddressSpec> _addresses = [];
    private readonly HashSet<RouteNotice> _routes = [];
    private readonly HashSet<RuleSpec> _rules = [];

    private RouteMonitor(SocketHandle handle, RouteNetlink requests, MonitorGroups groups, byte protocol)
    {
        _handle = handle;
        _requests = requests;
        _groups = groups;
        _protocol = protocol;
    }

    /// <summary>The descriptor, for epoll: readable when there are events.</summary>
    public int Descriptor => _handle.Descriptor;

    /// <summary>How often the event queue overran and everything was read again.</summary>
    public long OverrunCount { get; private set; }

    /// <summary>All interfaces by index.</summary>
    public IReadOnlyDictionary<int, LinkInfo> Links => _links;

    /// <summary>All addresses.</summary>
    public IReadOnlyCollection<AddressSpec> Addresses => _addresses.Values;

    /// <summary>Subscribes and reads the present state.</summary>
    /// <param name="groups">What to watch.</param>
    /// <param name="protocol">Protocol of the routes and rules that matter. Default 18 (RTPROT_KEEPALIVED).</param>
    /// <param name="receiveBufferBytes">Event queue. Default 1 MiB, some two thousand events.</param>
    /// <exception cref="LinuxException">A step failed; the message says which.</exception>
    public static RouteMonitor Open(MonitorGroups groups, byte protocol = 18, int receiveBufferBytes = 1024 * 1024)
    {
        SocketHandle handle = NetlinkSocket.OpenHandle((int)NetlinkFamily.NETLINK_ROUTE, receiveBufferBytes);
        RouteNetlink? requests = null;
        try
        {
            Subscribe(handle, groups);
            requests = RouteNetlink.Open();
            RouteMonitor monitor = new(handle, requests, groups, protocol);
            monitor.Resynchronize(NoHandler.Instance).ThrowIfFailed("netlink: read the present state");
            return monitor;
        }
        catch
        {
            requests?.Dispose();
            handle.Dispose();
            throw;
        }
    }

    /// <summary>The interface with a name; null when there is none.</summary>
    public LinkInfo? FindLink(string name)
    {
        foreach (LinkInfo link in _links.Values)
        {
            if (string.Equals(link.Name, name, StringComparison.Ordinal))
            {
                return link;
            }
        }
        return null;
    }

    /// <summary>Reads all events that are there, without waiting.</summary>
    /// <param name="handler">Gets them, in order.</param>
    /// <param name="datagramsMax">Bound on one call, so that a storm of events does not starve the loop.</param>
    /// <returns>
    /// Success: the queue is empty. EAGAIN: the bound was reached, call again. Else why reading failed; after a
    /// failed resynchronisation the next call tries it again.
    /// </returns>
    public Errno Drain(IRouteMonitorHandler handler, int datagramsMax = 1024)
    {
        if (_isStale)
        {
            return Recover(handler);
        }
        for (int count = 0; count < datagramsMax; count++)
        {
            Errno errno = Receive(out int length);
            switch (errno)
            {
                case Errno.Success:
                    Handle(_buffer.AsSpan(0, length), handler);
                    break;
                case Errno.EINTR:
                    break;
                case Errno.EAGAIN:
                    return _routesAreDoubtful ? CheckRoutes(handler) : Errno.Success;
                case Errno.ENOBUFS:
                    errno = Recover(handler);
                    if (errno != Errno.Success)
                    {
                        return errno;
                    }
                    break;
                default:
                    return errno;
            }
        }
        return Errno.EAGAIN;
    }

    /// <summary>Closes the sockets.</summary>
    public void Dispose()
    {
        _requests.Dispose();
        _handle.Dispose();
    }

    private static void Subscribe(SocketHandle handle, MonitorGroups groups)
    {
        Join(MonitorGroups.Links, RTNLGRP.RTNLGRP_LINK);
        Join(MonitorGroups.Addresses, RTNLGRP.RTNLGRP_IPV4_IFADDR);
        Join(MonitorGroups.Addresses, RTNLGRP.RTNLGRP_IPV6_IFADDR);
        Join(MonitorGroups.Routes, RTNLGRP.RTNLGRP_IPV4_ROUTE);
        Join(MonitorGroups.Routes, RTNLGRP.RTNLGRP_IPV6_ROUTE);
        Join(MonitorGroups.Rules, RTNLGRP.RTNLGRP_IPV4_RULE);
        Join(MonitorGroups.Rules, RTNLGRP.RTNLGRP_IPV6_RULE);
        Join(MonitorGroups.Neighbors, RTNLGRP.RTNLGRP_NEIGH);

        void Join(MonitorGroups wanted, RTNLGRP group)
        {
            if ((groups & wanted) != 0)
            {
                LinuxException.ThrowIf(handle.Set((int)SOL.SOL_NETLINK,
                    (int)NetlinkOption.NETLINK_ADD_MEMBERSHIP, (int)group), $"netlink: subscribe to {group}");
            }
        }
    }

    private Errno Receive(out int length)
    {
        sockaddr_nl sender = default;
        uint senderLength = (uint)sizeof(sockaddr_nl);
        fixed (byte* pointer = _buffer)
        {
            length = (int)LibC.recvfrom(Descriptor, pointer, ReceiveBufferSize, 0, &sender, &senderLength);
        }
        Errno errno = length < 0 ? LibC.LastError : Errno.Success;
        length = sender.nl_pid == 0 ? length : 0; // what another process sends is not an event
        return errno;
    }

    private void Handle(ReadOnlySpan<byte> datagram, IRouteMonitorHandler handler)
    {
        NetlinkMessages messages = new(datagram);
        while (messages.MoveNext())
        {
            ReadOnlySpan<byte> body = messages.Body;
            switch ((RTM)messages.Header.nlmsg_type)
            {
                case RTM.RTM_NEWLINK: UpdateLink(body, handler); break;
                case RTM.RTM_DELLINK: RemoveLink(body, handler); break;
                case RTM.RTM_NEWADDR: UpdateAddress(body, handler); break;
                case RTM.RTM_DELADDR: RemoveAddress(body, handler); break;
                case RTM.RTM_NEWROUTE: AddRoute(body, handler, (NLM_F)messages.Header.nlmsg_flags); break;
                case RTM.RTM_DELROUTE: RemoveRoute(body, handler); break;
                case RTM.RTM_NEWRULE: UpdateRule(body, handler, removed: false); break;
                case RTM.RTM_DELRULE: UpdateRule(body, handler, removed: true); break;
                case RTM.RTM_NEWNEIGH when NeighborMessage.TryRead(body, out NeighborSpec neighbor):
                    handler.NeighborChanged(neighbor);
                    break;
                case RTM.RTM_DELNEIGH when NeighborMessage.TryRead(body, out NeighborSpec neighbor):
                    handler.NeighborRemoved(neighbor);
                    break;
                default: break;
            }
        }
    }

    private void UpdateLink(ReadOnlySpan<byte> body, IRouteMonitorHandler handler)
    {
        if (!LinkMessage.TryRead(body, _names, out LinkMessage message))
        {
            return;
        }
        _ = _links.TryGetValue(message.Index, out LinkInfo? known);
        if (known is null || !message.Matches(known))
        {
            LinkInfo link = message.ToInfo();
            _links[link.Index] = link;
            _routesAreDoubtful |= HasRoutes && (link.Flags & LinkFlags.Up) == 0;
            handler.LinkChanged(link, known);
        }
    }

    private void RemoveLink(ReadOnlySpan<byte> body, IRouteMonitorHandler handler)
    {
        if (LinkMessage.TryRead(body, _names, out LinkMessage message)
            && _links.Remove(message.Index, out LinkInfo? known))
        {
            _routesAreDoubtful |= HasRoutes;
            handler.LinkRemoved(known);
        }
    }

    private void UpdateAddress(ReadOnlySpan<byte> body, IRouteMonitorHandler handler)
    {
        if (AddressMessage.TryRead(body, _names, out AddressSpec address))
        {
            UpdateAddress(address, handler);
        }
    }

    private void UpdateAddress(in AddressSpec address, IRouteMonitorHandler handler)
    {
        AddressKey key = AddressKey.Of(address);
        bool isNew = !_addresses.TryGetValue(key, out AddressSpec known);
        _addresses[key] = address;
        if (isNew || WithoutLifetimes(known) != WithoutLifetimes(address))
        {
            handler.AddressChanged(address, isNew);
        }
    }

    private void RemoveAddress(ReadOnlySpan<byte> body, IRouteMonitorHandler handler)
    {
        if (AddressMessage.TryRead(body, _names, out AddressSpec address)
            && _addresses.Remove(AddressKey.Of(address), out AddressSpec known))
        {
            _routesAreDoubtful |= HasRoutes;
            handler.AddressRemoved(known);
        }
    }

    private void AddRoute(ReadOnlySpan<byte> body, IRouteMonitorHandler handler, NLM_F flags)
    {
        if (!RouteNotice.TryRead(body, _protocol, out RouteNotice route))
        {
            return;
        }
        if ((flags & NLM_F.NLM_F_REPLACE) != 0)
        {
            // The one that it replaces goes without an event of its own.
            _routes.RemoveWhere(known => known.Destination == route.Destination && known.Table == route.Table
                && known.Metric == route.Metric && known.Tos == route.Tos);
        }
        _routes.Add(route);
        handler.RouteAdded(route);
    }

    private void RemoveRoute(ReadOnlySpan<byte> body, IRouteMonitorHandler handler)
    {
        if (RouteNotice.TryRead(body, _protocol, out RouteNotice route) && _routes.Remove(route))
        {
            handler.RouteRemoved(route);
        }
    }

    private void UpdateRule(ReadOnlySpan<byte> body, IRouteMonitorHandler handler, bool removed)
    {
        if (!RuleMessage.IsOf(_protocol, body) || !RuleMessage.TryRead(body, out RuleSpec? rule) || rule is null)
        {
            return;
        }
        if (!removed && _rules.Add(rule))
        {
            handler.RuleAdded(rule);
        }
        else if (removed && _rules.Remove(rule))
        {
            handler.RuleRemoved(rule);
        }
    }

    private static AddressSpec WithoutLifetimes(in AddressSpec address)
        => address with { ValidLifetimeSeconds = null, PreferredLifetimeSeconds = null };

    private readonly record struct AddressKey(int InterfaceIndex, IpPrefix Prefix, IpAddress Peer)
    {
        internal static AddressKey Of(in AddressSpec address)
            => new(address.InterfaceIndex, address.Prefix, address.Peer);
    }
}
