using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;

namespace Holdfast.Runtime.Vrrp;

/// <summary>
/// <c>static_ipaddress</c>, <c>static_routes</c> and <c>static_rules</c>: there while the daemon runs, whatever the
/// VRRP state.
/// </summary>
internal static class StaticEntries
{
    /// <summary>Puts all in. What is there already stays.</summary>
    public static void Install(KeepalivedModel model, RouteNetlink netlink, RouteWatch links, Action<string> warn)
    {
        foreach (VirtualAddressModel address in model.StaticAddresses)
        {
            Report(netlink.AddAddress(Address(model, address, links), AddMode.Replace), address.Prefix, warn);
        }
        foreach (RouteModel route in model.StaticRoutes)
        {
            Report(netlink.AddRoute(Route(model, route, links), AddMode.Replace), route.Destination, warn);
        }
        foreach (RuleModel rule in model.StaticRules)
        {
            Report(netlink.AddRule(RouteSpecs.Of(rule)), "rule", warn);
        }
    }

    /// <summary>Takes all out.</summary>
    public static void Remove(KeepalivedModel model, RouteNetlink netlink, RouteWatch links, Action<string> warn)
        => Move(model, new KeepalivedModel { Global = model.Global }, netlink, links, warn);

    /// <summary>Goes from one configuration to the next.</summary>
    public static void Move(
        KeepalivedModel before, KeepalivedModel now, RouteNetlink netlink, RouteWatch links, Action<string> warn)
    {
        foreach (RuleSpec rule in before.StaticRules.Select(RouteSpecs.Of)
            .Except(now.StaticRules.Select(RouteSpecs.Of)))
        {
            Report(netlink.DeleteRule(rule), "rule", warn);
        }
        foreach (RouteSpec route in before.StaticRoutes.Select(r => Route(before, r, links))
            .Except(now.StaticRoutes.Select(r => Route(now, r, links))))
        {
            Report(netlink.DeleteRoute(route), route.Destination, warn);
        }
        foreach (AddressSpec address in before.StaticAddresses.Select(a => Address(before, a, links))
            .Except(now.StaticAddresses.Select(a => Address(now, a, links))))
        {
            Report(netlink.DeleteAddress(address), address.Prefix, warn);
        }
        Install(now, netlink, links, warn);
    }

    private static AddressSpec Address(KeepalivedModel model, VirtualAddressModel address, RouteWatch links)
        => AddressKeeper.Spec(address, links.IndexOf(address.Interface ?? model.Global.DefaultInterface));

    private static RouteSpec Route(KeepalivedModel model, RouteModel route, RouteWatch links)
        => RouteSpecs.Of(route, links.IndexOf, links.IndexOf(model.Global.DefaultInterface));

    private static void Report(NetlinkResult result, object what, Action<string> warn)
    {
        // Already there, or already gone with its interface, is what was wanted.
        if (!result.IsSuccess && result.Errno is not (Errno.EEXIST or Errno.ESRCH or Errno.ENOENT
            or Errno.EADDRNOTAVAIL or Errno.ENODEV))
        {
            warn($"static entry {what}: {result}");
        }
    }
}
