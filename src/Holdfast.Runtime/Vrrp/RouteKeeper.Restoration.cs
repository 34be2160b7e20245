using Holdfast.Linux.Netlink;

namespace Holdfast.Runtime.Vrrp;

/// <summary>Routes and rules that somebody took away, or that had to wait for their VRF.</summary>
internal sealed partial class RouteKeeper
{
    /// <summary>Finds what the kernel had of an instance, and has no more; installs what can be now.</summary>
    /// <param name="instance">An instance that holds its addresses.</param>
    /// <param name="kernel">What is there.</param>
    /// <param name="missing">
    /// Told each entry that is missing: kind, position, and what it is in words; null: nobody took it, the kernel
    /// refused it before, when an interface was down perhaps.
    /// </param>
    public void FindMissing(VrrpInstance instance, RouteWatch kernel, Action<RestoredKind, int, string?> missing)
    {
        if (instance.Plan.Model.Routes.IsEmpty && instance.Plan.Model.Rules.IsEmpty)
        {
            return;
        }
        Entries possible = Plan(instance);
        if (_held[instance.Index] is not { } held)
        {
            _held[instance.Index] = held = possible;
        }
        else if (!possible.Routes.SequenceEqual(held.Routes))
        {
            // An interface or a VRF that was missing is there, or has come back with another index.
            Install(instance.Index);
            return;
        }
        for (int position = 0; position < held.Routes.Length; position++)
        {
            RouteSpec route = held.Routes[position].Spec;
            if (kernel.HasRoute(route))
            {
                held.SeenRoutes[position] = true;
                held.RefusedRoutes[position] = false;
            }
            else if (held.RefusedRoutes[position])
            {
                missing(RestoredKind.Route, position, null);
            }
            else if (held.SeenRoutes[position])
            {
                missing(RestoredKind.Route, position, $"route {route.Destination}");
            }
        }
        for (int position = 0; position < held.Rules.Length; position++)
        {
            RuleSpec rule = held.Rules[position];
            if (kernel.HasRule(rule))
            {
                held.SeenRules[position] = true;
            }
            else if (held.SeenRules[position])
            {
                missing(RestoredKind.Rule, position, $"rule {rule.Priority}");
            }
        }
    }

    /// <summary>Asks for one route or rule that is missing.</summary>
    public void InstallOne(int instance, RestoredKind kind, int position)
    {
        _single.Add(new RestoredEntry(instance, kind, position));
        _hasWork = true;
    }

    private void AddOne(RestoredEntry entry)
    {
        if (_held[entry.Instance] is not { } held)
        {
            return;
        }
        NetlinkResult result;
        if (entry.Kind == RestoredKind.Rule)
        {
            result = entry.Position < held.Rules.Length ? netlink.AddRule(held.Rules[entry.Position]) : default;
        }
        else
        {
            PlannedRoute route = entry.Position < held.Routes.Length ? held.Routes[entry.Position] : default;
            result = route.Spec is null ? default : netlink.AddRoute(route.Spec, route.Mode);
        }
        bool isRefused = !result.IsSuccess && result.Errno != Linux.Abi.Errno.EEXIST;
        if (entry.Kind == RestoredKind.Route && entry.Position < held.Routes.Length)
        {
            // Nobody took it: what it needs is not there, and is waited for instead of tried again and again.
            held.RefusedRoutes[entry.Position] = isRefused;
        }
        else if (isRefused)
        {
            refused(entry);
        }
    }
}
