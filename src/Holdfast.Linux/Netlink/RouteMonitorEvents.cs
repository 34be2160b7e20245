using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Netlink;

/// <summary>What a <see cref="RouteMonitor"/> watches.</summary>
[Flags]
public enum MonitorGroups
{
    /// <summary>Interfaces.</summary>
    Links = 1,

    /// <summary>IPv4 and IPv6 addresses.</summary>
    Addresses = 2,

    /// <summary>Routes of the monitor's protocol.</summary>
    Routes = 4,

    /// <summary>Rules of the monitor's protocol.</summary>
    Rules = 8,

    /// <summary>Neighbours. There is no table of them, so what an overrun swallows is lost.</summary>
    Neighbors = 16,
}

/// <summary>A route in an event: enough to know which it is.</summary>
/// <param name="Destination">Destination.</param>
/// <param name="Table">Table.</param>
/// <param name="Metric">Metric.</param>
/// <param name="Tos">Type of service.</param>
/// <param name="Protocol">Who made it.</param>
/// <param name="Type">RTN_*.</param>
/// <param name="InterfaceIndex">Interface; 0: none, or several.</param>
/// <param name="Gateway">Next router; none: on the link, or several.</param>
public readonly record struct RouteNotice(
    IpPrefix Destination, uint Table, uint Metric, byte Tos, byte Protocol, byte Type,
    int InterfaceIndex, IpAddress Gateway)
{
    /// <summary>Reads a message without allocating.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> body, byte protocol, out RouteNotice route)
    {
        route = default;
        NetlinkReader reader = NetlinkReader.After(body, out rtmsg header);
        IpFamily family = RouteDecoder.Family(header.rtm_family);
        if (family == IpFamily.None || header.rtm_protocol != protocol
            || (header.rtm_flags & (uint)RTM_F.RTM_F_CLONED) != 0)
        {
            return false;
        }
        IpAddress destination = RouteDecoder.Zero(family), gateway = default;
        uint table = header.rtm_table, metric = 0;
        int interfaceIndex = 0;
        while (reader.MoveNext())
        {
            switch ((RTA)reader.Type)
            {
                case RTA.RTA_DST: destination = reader.ReadAddress(); break;
                case RTA.RTA_GATEWAY: gateway = reader.ReadAddress(); break;
                case RTA.RTA_OIF: interfaceIndex = reader.Read<int>(); break;
                case RTA.RTA_TABLE: table = reader.Read<uint>(); break;
                case RTA.RTA_PRIORITY: metric = reader.Read<uint>(); break;
                default: break;
            }
        }
        route = new(new(destination, header.rtm_dst_len), table, metric, header.rtm_tos, header.rtm_protocol,
            header.rtm_type, interfaceIndex, gateway);
        return true;
    }
}

/// <summary>Takes the events of a <see cref="RouteMonitor"/>, inside <see cref="RouteMonitor.Drain"/>.</summary>
public interface IRouteMonitorHandler
{
    /// <summary>An interface is new, or something of it changed.</summary>
    /// <param name="link">As it is now.</param>
    /// <param name="previous">As it was; null when it is new.</param>
    void LinkChanged(LinkInfo link, LinkInfo? previous);

    /// <summary>An interface went away.</summary>
    void LinkRemoved(LinkInfo link);

    /// <summary>An address is new, or its flags, label, scope or broadcast changed (not its lifetimes).</summary>
    void AddressChanged(in AddressSpec address, bool isNew);

    /// <summary>An address went away.</summary>
    void AddressRemoved(in AddressSpec address);

    /// <summary>A route of our protocol was added or replaced.</summary>
    void RouteAdded(in RouteNotice route);

    /// <summary>A route of our protocol went away.</summary>
    void RouteRemoved(in RouteNotice route);

    /// <summary>A rule of our protocol was added.</summary>
    void RuleAdded(RuleSpec rule);

    /// <summary>A rule of our protocol went away.</summary>
    void RuleRemoved(RuleSpec rule);

    /// <summary>A neighbour is new or changed.</summary>
    void NeighborChanged(in NeighborSpec neighbor);

    /// <summary>A neighbour went away.</summary>
    void NeighborRemoved(in NeighborSpec neighbor);
}
