using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Netlink;

/// <summary>Verbs on routes, rules and neighbours.</summary>
public sealed partial class RouteNetlink
{
    /// <summary>Adds a route.</summary>
    /// <returns>EEXIST: there is one with this destination, table, metric and TOS. ENETUNREACH: bad gateway.</returns>
    public NetlinkResult AddRoute(RouteSpec route, AddMode mode = AddMode.Create)
        => Execute<RouteSpec, RouteMessage>(route, RTM.RTM_NEWROUTE, AddFlags(mode));

    /// <summary>Removes a route; what the spec leaves open matches anything.</summary>
    /// <returns>ESRCH: it is not there.</returns>
    public NetlinkResult DeleteRoute(RouteSpec route)
        => Execute<RouteSpec, RouteMessage>(route, RTM.RTM_DELROUTE, 0);

    /// <summary>Adds many routes in few system calls.</summary>
    /// <returns>How many failed; <see cref="FirstBatchFailure"/> says why the first did.</returns>
    public int AddRoutes(ReadOnlySpan<RouteSpec> routes, Span<Errno> results, AddMode mode = AddMode.Create)
        => ExecuteBatch<RouteSpec, RouteMessage>(routes, results, RTM.RTM_NEWROUTE, AddFlags(mode));

    /// <summary>Removes many routes in few system calls.</summary>
    /// <inheritdoc cref="AddRoutes"/>
    public int DeleteRoutes(ReadOnlySpan<RouteSpec> routes, Span<Errno> results)
        => ExecuteBatch<RouteSpec, RouteMessage>(routes, results, RTM.RTM_DELROUTE, 0);

    /// <summary>Adds a rule. The kernel refuses an exact duplicate (EEXIST).</summary>
    public NetlinkResult AddRule(RuleSpec rule)
        => Execute<RuleSpec, RuleMessage>(rule, RTM.RTM_NEWRULE, AddFlags(AddMode.Create));

    /// <summary>Removes a rule; what the spec leaves open matches anything.</summary>
    /// <returns>ENOENT: it is not there.</returns>
    public NetlinkResult DeleteRule(RuleSpec rule)
        => Execute<RuleSpec, RuleMessage>(rule, RTM.RTM_DELRULE, 0);

    /// <summary>Adds many rules in few system calls.</summary>
    /// <inheritdoc cref="AddRoutes"/>
    public int AddRules(ReadOnlySpan<RuleSpec> rules, Span<Errno> results)
        => ExecuteBatch<RuleSpec, RuleMessage>(rules, results, RTM.RTM_NEWRULE, AddFlags(AddMode.Create));

    /// <summary>Removes many rules in few system calls.</summary>
    /// <inheritdoc cref="AddRoutes"/>
    public int DeleteRules(ReadOnlySpan<RuleSpec> rules, Span<Errno> results)
        => ExecuteBatch<RuleSpec, RuleMessage>(rules, results, RTM.RTM_DELRULE, 0);

    /// <summary>Adds or replaces a neighbour.</summary>
    public NetlinkResult AddNeighbor(in NeighborSpec neighbor, AddMode mode = AddMode.Replace)
        => Execute<NeighborSpec, NeighborMessage>(neighbor, RTM.RTM_NEWNEIGH, AddFlags(mode));

    /// <summary>Has the kernel find out, or confirm, the Ethernet address of a neighbour. Does not wait.</summary>
    /// <returns>EINVAL: the interface has none. ENODEV: there is no such interface.</returns>
    public NetlinkResult AskNeighbor(IpAddress address, int interfaceIndex)
        => Execute<NeighborSpec, NeighborMessage>(
            new(address, interfaceIndex, States: NeighborStates.None, IsWanted: true), RTM.RTM_NEWNEIGH,
            NLM_F.NLM_F_CREATE);

    /// <summary>Removes a neighbour.</summary>
    /// <returns>ENOENT: it is not there.</returns>
    public NetlinkResult DeleteNeighbor(in NeighborSpec neighbor)
        => Execute<NeighborSpec, NeighborMessage>(neighbor, RTM.RTM_DELNEIGH, 0);

    /// <summary>Routes of one family.</summary>
    /// <param name="into">Is cleared and filled.</param>
    /// <param name="family">Family.</param>
    /// <param name="protocol">Only those that this protocol made; 0: all.</param>
    /// <param name="table">Only those of this table; 0: all tables.</param>
    public NetlinkResult DumpRoutes(List<RouteSpec> into, IpFamily family, byte protocol = 0, uint table = 0)
    {
        RouteVisitor visitor = new(into, protocol, table);
        rtmsg header = new() { rtm_family = (byte)Family(family), rtm_protocol = protocol };
        return Dump(RTM.RTM_GETROUTE, header, ref visitor);
    }

    /// <summary>Asks which entry of the tables packets to an address follow.</summary>
    /// <param name="destination">The address.</param>
    /// <param name="route">The entry, as it stands in its table; null: there is none.</param>
    /// <returns>ENETUNREACH: there is none.</returns>
    public NetlinkResult FindRoute(IpAddress destination, out RouteSpec? route)
    {
        NetlinkWriter writer = new(_request);
        int message = writer.BeginMessage(RTM.RTM_GETROUTE, NLM_F.NLM_F_REQUEST | NLM_F.NLM_F_ACK, 0, new rtmsg
        {
            rtm_family = (byte)Family(destination.Family),
            rtm_dst_len = (byte)destination.BitCount,
            rtm_flags = (uint)RTM_F.RTM_F_FIB_MATCH,
        });
        writer.PutAddress(RTA.RTA_DST, destination);
        writer.EndMessage(message);
        List<RouteSpec> found = [];
        RouteVisitor visitor = new(found, 0, 0);
        NetlinkResult result = _socket.Dump(_request.AsSpan(0, writer.Length), ref visitor);
        route = found.Count > 0 ? found[0] : null;
        return result;
    }

    /// <summary>Routes of one family and protocol, as events name them.</summary>
    internal NetlinkResult DumpRouteNotices(List<RouteNotice> into, IpFamily family, byte protocol)
    {
        NoticeVisitor visitor = new(into, protocol);
        rtmsg header = new() { rtm_family = (byte)Family(family), rtm_protocol = protocol };
        return Dump(RTM.RTM_GETROUTE, header, ref visitor);
    }

    /// <summary>Rules of one family.</summary>
    /// <param name="into">Is cleared and filled.</param>
    /// <param name="family">Family.</param>
    public NetlinkResult DumpRules(List<RuleSpec> into, IpFamily family)
    {
        RuleVisitor visitor = new(into);
        return Dump(RTM.RTM_GETRULE, new fib_rule_hdr { family = (byte)Family(family) }, ref visitor);
    }

    /// <summary>Neighbours.</summary>
    /// <param name="into">Is cleared and filled.</param>
    /// <param name="family">Family; none: both.</param>
    public NetlinkResult DumpNeighbors(List<NeighborSpec> into, IpFamily family = IpFamily.None)
    {
        NeighborVisitor visitor = new(into);
        return Dump(RTM.RTM_GETNEIGH, new ndmsg { ndm_family = (byte)Family(family) }, ref visitor);
    }

    private readonly struct RouteVisitor(List<RouteSpec> into, byte protocol, uint table) : INetlinkVisitor
    {
        public void Restart() => into.Clear();

        public void Visit(ushort type, ReadOnlySpan<byte> body)
        {
            if (RouteDecoder.TryRead(body, out RouteSpec? route) && route is not null
                && (protocol == 0 || route.Protocol == protocol) && (table == 0 || route.Table == table))
            {
                into.Add(route);
            }
        }
    }

    private readonly struct NoticeVisitor(List<RouteNotice> into, byte protocol) : INetlinkVisitor
    {
        public void Restart() => into.Clear();

        public void Visit(ushort type, ReadOnlySpan<byte> body)
        {
            if (RouteNotice.TryRead(body, protocol, out RouteNotice route))
            {
                into.Add(route);
            }
        }
    }

    private readonly struct RuleVisitor(List<RuleSpec> into) : INetlinkVisitor
    {
        public void Restart() => into.Clear();

        public void Visit(ushort type, ReadOnlySpan<byte> body)
        {
            if (RuleMessage.TryRead(body, out RuleSpec? rule) && rule is not null)
            {
                into.Add(rule);
            }
        }
    }

    private readonly struct NeighborVisitor(List<NeighborSpec> into) : INetlinkVisitor
    {
        public void Restart() => into.Clear();

        public void Visit(ushort type, ReadOnlySpan<byte> body)
        {
            if (NeighborMessage.TryRead(body, out NeighborSpec neighbor))
            {
                into.Add(neighbor);
            }
        }
    }
}
