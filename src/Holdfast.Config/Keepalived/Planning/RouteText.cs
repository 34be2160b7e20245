using System.Globalization;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Primitives;
using static Holdfast.Config.Keepalived.Planning.ModelText;

namespace Holdfast.Config.Keepalived.Planning;

/// <summary>Routes and rules as text, in the words of ip-route(8) and ip-rule(8).</summary>
internal static class RouteText
{
    public static (string Key, string Text) Route(RouteModel route)
    {
        string table = route.Vrf is { } vrf ? $" vrf {vrf}" : route.Table != 254 ? $" table {Number(route.Table)}" : "";
        string key = $"{(route.Type == 1 ? "" : $"type {Number(route.Type)} ")}{route.Destination}{table}"
            + Word(" metric ", Number(route.Metric)) + (route.Tos != 0 ? $" tos {Number(route.Tos)}" : "");
        string text = key
            + Word(" via ", Optional(route.Gateway)) + Word(" dev ", route.Interface)
            + Word(" src ", Optional(route.PreferredSource)) + Word(" from ", route.Source?.ToString())
            + (route.Vrf is not null && route.Table != 254 ? $" table {Number(route.Table)}" : "")
            + (route.Placement switch
            {
                RoutePlacement.OnlyOne => " add",
                RoutePlacement.Last => " append",
                _ => "",
            })
            + Word(" encap ", Encapsulation(route.Encapsulation))
            + (route.PropagateTimeToLive is { } ttl ? $" ttl-propagate {Switch(ttl)}" : "")
            + Word(" scope ", Number(route.Scope)) + (route.Protocol != 18 ? $" protocol {Number(route.Protocol)}" : "")
            + Flag(route.OnLink, "onlink") + Metrics(route) + Word(" congctl ", route.CongestionControl)
            + Word(" realms ", Number(route.Realms)) + Word(" pref ", Number(route.Preference))
            + Word(" expires ", Number(route.ExpiresSeconds))
            + string.Concat(route.NextHops.Select(NextHop))
            + Flag(route.NoTrack, "no_track") + Word(" track_group ", route.TrackGroup);
        return (key, text);
    }

    public static (string Key, string Text) Rule(RuleModel rule)
    {
        string text = (rule.Family == IpFamily.V6 ? "inet6" : "inet") + Flag(rule.Invert, "not")
            + Word(" from ", rule.Source?.ToString()) + Word(" to ", rule.Destination?.ToString())
            + Word(" iif ", rule.InputInterface) + Word(" oif ", rule.OutputInterface)
            + Word(" fwmark ", Number(rule.FirewallMark)) + Word("/", Number(rule.FirewallMask))
            + (rule.Tos != 0 ? $" tos {Number(rule.Tos)}" : "") + Word(" ipproto ", Number(rule.IpProtocol))
            + Word(" sport ", Range(rule.SourcePorts?.First, rule.SourcePorts?.Last))
            + Word(" dport ", Range(rule.DestinationPorts?.First, rule.DestinationPorts?.Last))
            + Word(" uidrange ", Range(rule.UserIds?.First, rule.UserIds?.Last))
            + Word(" tun_id ", rule.TunnelId?.ToString(CultureInfo.InvariantCulture))
            + Flag(rule.L3MasterDevice, "l3mdev")
            + (rule.Action != 1 ? $" action {Number(rule.Action)}" : "") + Word(" lookup ", Number(rule.Table))
            + Word(" goto ", Number(rule.GotoPriority)) + Word(" priority ", Number(rule.Priority))
            + Word(" realms ", Number(rule.Realms))
            + Word(" suppress_prefixlength ", Number(rule.SuppressPrefixLength))
            + Word(" suppress_ifgroup ", Number(rule.SuppressInterfaceGroup))
            + (rule.Protocol != 18 ? $" protocol {Number(rule.Protocol)}" : "");
        // The kernel tells rules apart by everything in them; what only we look at is no part of the key.
        return (text, text + Flag(rule.NoTrack, "no_track") + Word(" track_group ", rule.TrackGroup));
    }

    private static string NextHop(NextHopModel hop)
        => " nexthop" + Word(" via ", Optional(hop.Gateway)) + Word(" dev ", hop.Interface)
            + $" weight {Number(hop.Weight)}" + Flag(hop.OnLink, "onlink")
            + Word(" encap ", Encapsulation(hop.Encapsulation)) + Word(" realms ", Number(hop.Realms));

    private static string Metrics(RouteModel route)
        => string.Concat(route.Metrics.OrderBy(static m => m.Key)
                .Select(static m => $" metric{Number(m.Key)} {Number(m.Value)}"))
            + (route.LockedMetrics != 0 ? $" lock {Number(route.LockedMetrics)}" : "");

    private static string Encapsulation(RouteEncapsulation? encapsulation) => encapsulation switch
    {
        null => "",
        MplsEncapsulation mpls
            => $"mpls {string.Join('/', mpls.Labels.Select(static l => Number(l)))} ttl {Number(mpls.TimeToLive)}",
        _ => encapsulation.ToString(), // values alone, so that the record's own text says all
    };

    private static string Range(long? first, long? last) => first is null ? "" : $"{Number(first)}-{Number(last)}";
}
