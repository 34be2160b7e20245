using System.Collections.Immutable;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux.Netlink;

namespace Holdfast.Runtime.Vrrp;

/// <summary>Configured routes and rules in the kernel's numbers.</summary>
internal static class RouteSpecs
{
    /// <summary>The kernel's form of a route.</summary>
    /// <param name="route">As configured.</param>
    /// <param name="indexOf">Index of an interface by name; 0 when it is missing.</param>
    /// <param name="tableOf">Table of a VRF by name; 0 when it is missing.</param>
    /// <param name="defaultInterface">Interface of a route that names none and has no gateway; 0: none.</param>
    /// <returns>
    /// Null while its VRF is missing: the kernel would take table 0 for the main one, where it must not be.
    /// </returns>
    public static RouteSpec? Of(
        RouteModel route, Func<string, int> indexOf, Func<string, uint> tableOf, int defaultInterface)
    {
        uint table = route.Vrf is { } vrf ? tableOf(vrf) : route.Table;
        return route.Vrf is not null && table == 0 ? null : Of(route, table, indexOf, defaultInterface);
    }

    /// <summary>How a route is added beside those of the same destination.</summary>
    public static AddMode ModeOf(RouteModel route) => route.Placement switch
    {
        RoutePlacement.OnlyOne => AddMode.Create,
        RoutePlacement.Last => AddMode.Append,
        _ => AddMode.Prepend,
    };

    private static RouteSpec Of(RouteModel route, uint table, Func<string, int> indexOf, int defaultInterface) => new()
    {
        Destination = route.Destination,
        Type = route.Type,
        InterfaceIndex = route.Interface is { } name ? indexOf(name)
            : route.Gateway.IsNone && route.NextHops.IsEmpty && route.Type == 1 ? defaultInterface : 0,
        Gateway = route.Gateway,
        PreferredSource = route.PreferredSource,
        Source = route.Source,
        Table = table,
        // As the original: of an on-link route, too. Other types have the only scope that the kernel takes.
        Scope = route.Scope ?? (route.Type == 1 ? (byte)0 : null),
        Metric = route.Metric,
        Protocol = route.Protocol,
        Tos = route.Tos,
        OnLink = route.OnLink,
        Metrics = route.Metrics.ToImmutableSortedDictionary(),
        LockedMetrics = route.LockedMetrics,
        CongestionControl = route.CongestionControl,
        Realms = route.Realms,
        Preference = route.Preference,
        ExpiresSeconds = route.ExpiresSeconds,
        Encapsulation = route.Encapsulation,
        PropagateTimeToLive = route.PropagateTimeToLive,
        NextHops = [.. route.NextHops.Select(hop => new NextHopSpec(
            hop.Gateway, hop.Interface is { } dev ? indexOf(dev) : 0, hop.Weight, hop.OnLink,
            hop.Encapsulation, hop.Realms))],
    };

    /// <summary>The kernel's form of a rule.</summary>
    public static RuleSpec Of(RuleModel rule) => new()
    {
        Family = rule.Family,
        Source = rule.Source,
        Destination = rule.Destination,
        Action = rule.Action,
        Table = rule.Table,
        GotoPriority = rule.GotoPriority,
        Priority = rule.Priority,
        FirewallMark = rule.FirewallMark,
        FirewallMask = rule.FirewallMask,
        InputInterface = rule.InputInterface,
        OutputInterface = rule.OutputInterface,
        Tos = rule.Tos,
        Invert = rule.Invert,
        Realms = rule.Realms,
        SuppressPrefixLength = rule.SuppressPrefixLength,
        SuppressInterfaceGroup = rule.SuppressInterfaceGroup,
        IpProtocol = rule.IpProtocol,
        SourcePorts = rule.SourcePorts,
        DestinationPorts = rule.DestinationPorts,
        UserIds = rule.UserIds,
        TunnelId = rule.TunnelId,
        L3MasterDevice = rule.L3MasterDevice,
        Protocol = rule.Protocol,
    };
}
