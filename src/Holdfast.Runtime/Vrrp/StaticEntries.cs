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
    /// <returns>The track groups of entries that the kernel does not take now.</returns>
    public static HashSet<string> Install(
        KeepalivedModel model, RouteNetlink netlink, RouteWatch links, Action<string> warn)
    {
        HashSet<string> broken = new(StringComparer.Ordinal);
        foreach (VirtualAddressModel address in model.StaticAddresses)
        {
            Judge(netlink.AddAddress(Address(model, address, links), AddMode.Replace), address.TrackGroup, broken);
        }
        foreach (RouteModel route in model.StaticRoutes)
        {
            if (Route(model, route, links) is { } spec)
            {
                Judge(netlink.AddRoute(spec, RouteSpecs.ModeOf(route)), route.TrackGroup, broken);
            }
            else
            {
                warn($"static route {route.Destination}: there is no VRF {route.Vrf}");
                _ = route.TrackGroup is { } group && broken.Add(group);
            }
        }
        foreach (RuleModel rule in model.StaticRules)
        {
            Judge(netlink.AddRule(RouteSpecs.Of(rule)), rule.TrackGroup, broken);
        }
        return broken;

        void Judge(NetlinkResult result, string? group, HashSet<string> groups)
        {
            bool isThere = result.IsSuccess || result.Errno == Errno.EEXIST;
            if (!isThere && group is not null)
            {
                groups.Add(group);
            }
            Report(result, "cannot be added", warn);
        }
    }

    /// <summary>
    /// Puts in again what is missing, and tells what came back. What was never there is tried again, too: its
    /// interface may have come.
    /// </summary>
    /// <returns>As <see cref="Install"/>.</returns>
    public static HashSet<string> Restore(
        KeepalivedModel model, RouteNetlink netlink, RouteWatch links, Action<string> warn)
    {
        string[] missing = [.. Missing(model, links)];
        if (missing.Length == 0)
        {
            return [];
        }
        HashSet<string> broken = Install(model, netlink, links, static _ => { });
        links.CatchUp();
        string[] back = [.. missing.Except(Missing(model, links))];
        if (back.Length > 0)
        {
            warn($"static entries were missing and have been added again: {string.Join(", ", back)}");
        }
        return broken;
    }

    /// <summary>The entries that the kernel does not have, in words.</summary>
    private static IEnumerable<string> Missing(KeepalivedModel model, RouteWatch links)
    {
        foreach (VirtualAddressModel address in model.StaticAddresses)
        {
            AddressSpec spec = Address(model, address, links);
            if (!links.HasAddress(spec.Prefix.Address, spec.InterfaceIndex))
            {
                yield return spec.Prefix.ToString();
            }
        }
        foreach (RouteModel route in model.StaticRoutes)
        {
            if (Route(model, route, links) is not { } spec || !links.HasRoute(spec))
            {
                yield return $"route {route.Destination}";
            }
        }
        foreach (RuleSpec rule in model.StaticRules.Select(RouteSpecs.Of))
        {
            if (!links.HasRule(rule))
            {
                yield return $"rule {rule.Priority}";
            }
        }
    }

    /// <summary>Whether a model has any.</summary>
    public static bool Any(KeepalivedModel model)
        => !model.StaticAddresses.IsEmpty || !model.StaticRoutes.IsEmpty || !model.StaticRules.IsEmpty;

    /// <summary>Takes all out.</summary>
    public static void Remove(KeepalivedModel model, RouteNetlink netlink, RouteWatch links, Action<string> warn)
        => _ = Move(model, new KeepalivedModel { Global = model.Global }, netlink, links, warn);

    /// <summary>Goes from one configuration to the next.</summary>
    /// <returns>As <see cref="Install"/>.</returns>
    public static HashSet<string> Move(
        KeepalivedModel before, KeepalivedModel now, RouteNetlink netlink, RouteWatch links, Action<string> warn)
    {
        foreach (RuleSpec rule in before.StaticRules.Select(RouteSpecs.Of)
            .Except(now.StaticRules.Select(RouteSpecs.Of)))
        {
            Report(netlink.DeleteRule(rule), "rule", warn);
        }
        foreach (RouteSpec route in before.StaticRoutes.Select(r => Route(before, r, links)).OfType<RouteSpec>()
            .Except(now.StaticRoutes.Select(r => Route(now, r, links)).OfType<RouteSpec>()))
        {
            Report(netlink.DeleteRoute(route), route.Destination, warn);
        }
        foreach (AddressSpec address in before.StaticAddresses.Select(a => Address(before, a, links))
            .Except(now.StaticAddresses.Select(a => Address(now, a, links))))
        {
            Report(netlink.DeleteAddress(address), address.Prefix, warn);
        }
        return Install(now, netlink, links, warn);
    }

    private static AddressSpec Address(KeepalivedModel model, VirtualAddressModel address, RouteWatch links)
        => AddressKeeper.Spec(address, links.IndexOf(address.Interface ?? model.Global.DefaultInterface));

    private static RouteSpec? Route(KeepalivedModel model, RouteModel route, RouteWatch links)
        => RouteSpecs.Of(route, links.IndexOf, links.TableOf, links.IndexOf(model.Global.DefaultInterface));

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
