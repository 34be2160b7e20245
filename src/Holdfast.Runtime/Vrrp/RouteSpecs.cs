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
    /// <param name="defaultInterface">Interface of a route that names none and has no gateway; 0: none.</param>
    public static RouteSpec Of(RouteModel route, Func<string, int> indexOf, int defaultInterface) => new()
    {
        Destination = route.Destination,
        Type = route.Type,
        InterfaceIndex = route.Interface is { } name ? indexOf(name)
            : route.Gateway.IsNone && route.NextHops.IsEmpty && route.Type == 1 ? defaultInterface : 0,
        Gateway = route.Gateway,
        PreferredSource = route.PreferredSource,
        Source = route.Source,
        Table = route.Table,
        Scope = route.Scope,
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
        NextHops = [.. route.NextHops.Select(hop => new NextHopSpec(
            hop.Gateway, hop.Interface is { } dev ? indexOf(dev) : 0, hop.Weight, hop.OnLink))],
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
