using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;

namespace Holdfast.Runtime.Vrrp;

/// <summary>
/// Puts virtual routes and rules into the kernel and takes them out, after the addresses of the same turn: a route
/// may need an address as its source.
/// </summary>
/// <param name="netlink">Where to.</param>
/// <param name="instances">All instances.</param>
/// <param name="indexOf">Index of an interface by name; 0 when it is missing.</param>
/// <param name="tableOf">Table of a VRF by name; 0 when it is missing.</param>
/// <param name="warn">Told what the kernel refuses.</param>
/// <param name="refused">Told each restored entry that the kernel did not take back.</param>
internal sealed partial class RouteKeeper(
    RouteNetlink netlink, VrrpInstance[] instances, Func<string, int> indexOf, Func<string, uint> tableOf,
    Action<string> warn, Action<RestoredEntry> refused)
{
    private readonly bool[] _install = new bool[instances.Length];
    private readonly bool[] _release = new bool[instances.Length];
    private readonly Entries?[] _held = new Entries?[instances.Length];
    private readonly List<RestoredEntry> _single = [];
    private bool _hasWork;

    /// <summary>Asks for the routes and rules of an instance.</summary>
    public void Install(int instance)
    {
        _install[instance] = true;
        _release[instance] = false;
        _hasWork = true;
    }

    /// <summary>Asks for their removal.</summary>
    public void Release(int instance)
    {
        _release[instance] = true;
        _install[instance] = false;
        _hasWork = true;
    }

    /// <summary>Goes from the routes and rules before a reload to those after it.</summary>
    /// <param name="instance">As it is now.</param>
    /// <param name="old">As it was.</param>
    /// <param name="before">The keeper that it had.</param>
    /// <param name="isHere">Whether its addresses are here, and so its routes.</param>
    public void Move(VrrpInstance instance, VrrpInstance old, RouteKeeper before, bool isHere)
    {
        Entries was = before._held[old.Index] ?? before.Plan(old);
        Entries now = Plan(instance);
        foreach (PlannedRoute gone in was.Routes.Except(now.Routes))
        {
            Report("remove", gone.Spec.Destination, netlink.DeleteRoute(gone.Spec), Errno.ESRCH);
        }
        foreach (RuleSpec gone in was.Rules.Except(now.Rules))
        {
            Report("remove", "rule", netlink.DeleteRule(gone), Errno.ENOENT);
        }
        if (!isHere)
        {
            return;
        }
        now.TakeOver(was);
        _held[instance.Index] = now;
        if (now.Routes.Except(was.Routes).Any() || now.Rules.Except(was.Rules).Any())
        {
            Install(instance.Index);
        }
    }

    /// <summary>Carries out what was asked for.</summary>
    public void Flush()
    {
        if (!_hasWork)
        {
            return;
        }
        _hasWork = false;
        foreach (VrrpInstance instance in instances)
        {
            if (_release[instance.Index])
            {
                _release[instance.Index] = false;
                Remove(instance);
            }
        }
        foreach (VrrpInstance instance in instances)
        {
            if (_install[instance.Index])
            {
                _install[instance.Index] = false;
                Add(instance);
            }
        }
        foreach (RestoredEntry entry in _single)
        {
            AddOne(entry);
        }
        _single.Clear();
    }

    private void Add(VrrpInstance instance)
    {
        Entries entries = Plan(instance);
        entries.TakeOver(_held[instance.Index]);
        _held[instance.Index] = entries;
        for (int position = 0; position < entries.Routes.Length; position++)
        {
            (RouteSpec route, AddMode mode) = entries.Routes[position];
            NetlinkResult result = netlink.AddRoute(route, mode);
            entries.RefusedRoutes[position] = !result.IsSuccess && result.Errno != Errno.EEXIST;
            Report("add", route.Destination, result, Errno.EEXIST);
        }
        foreach (RuleSpec rule in entries.Rules)
        {
            Report("add", "rule", netlink.AddRule(rule), Errno.EEXIST);
        }
        foreach (RouteModel route in instance.Plan.Model.Routes)
        {
            if (route.Vrf is { } vrf && tableOf(vrf) == 0)
            {
                warn($"({instance.Name}) route {route.Destination}: there is no VRF {vrf}; it is added when there is");
            }
        }
    }

    private void Remove(VrrpInstance instance)
    {
        Entries entries = _held[instance.Index] ?? Plan(instance);
        _held[instance.Index] = null;
        foreach (RuleSpec rule in entries.Rules)
        {
            Report("remove", "rule", netlink.DeleteRule(rule), Errno.ENOENT);
        }
        foreach ((RouteSpec route, _) in entries.Routes)
        {
            // Gone with its address or its interface: that is what was wanted.
            Report("remove", route.Destination, netlink.DeleteRoute(route), Errno.ESRCH);
        }
    }

    /// <summary>Takes out what the kernel has of an instance that put in nothing.</summary>
    /// <returns>How much it was.</returns>
    public int RemoveLeftovers(VrrpInstance instance, RouteWatch kernel)
    {
        Entries entries = Plan(instance);
        int count = 0;
        foreach (RuleSpec rule in entries.Rules.Where(kernel.HasRule))
        {
            count += netlink.DeleteRule(rule).IsSuccess ? 1 : 0;
        }
        foreach (PlannedRoute route in entries.Routes.Where(route => kernel.HasRoute(route.Spec)))
        {
            count += netlink.DeleteRoute(route.Spec).IsSuccess ? 1 : 0;
        }
        return count;
    }

    // A route of a VRF that is missing is left out, as its table is.
    private Entries Plan(VrrpInstance instance) => new(
        [.. instance.Plan.Model.Routes
            .Select(r => (Spec: RouteSpecs.Of(r, indexOf, tableOf, instance.InterfaceIndex), Model: r))
            .Where(static r => r.Spec is not null)
            .Select(static r => new PlannedRoute(r.Spec!, RouteSpecs.ModeOf(r.Model)))],
        [.. instance.Plan.Model.Rules.Select(RouteSpecs.Of)]);

    private void Report(string verb, object what, NetlinkResult result, Errno expected)
    {
        if (!result.IsSuccess && result.Errno != expected && result.Errno != Errno.ENODEV)
        {
            warn($"cannot {verb} {what}: {result}");
        }
    }

    private readonly record struct PlannedRoute(RouteSpec Spec, AddMode Mode);

    /// <summary>What an instance has put in, and of each whether the kernel had it since then.</summary>
    private sealed class Entries(PlannedRoute[] routes, RuleSpec[] rules)
    {
        public PlannedRoute[] Routes => routes;

        public RuleSpec[] Rules => rules;

        public bool[] SeenRoutes { get; } = new bool[routes.Length];

        /// <summary>For each route whether the kernel did not take it when it was added.</summary>
        public bool[] RefusedRoutes { get; } = new bool[routes.Length];

        public bool[] SeenRules { get; } = new bool[rules.Length];

        /// <summary>What was there before and still belongs to it is missed when it is gone.</summary>
        public void TakeOver(Entries? before)
        {
            if (before is null)
            {
                return;
            }
            for (int i = 0; i < routes.Length; i++)
            {
                int at = Array.IndexOf(before.Routes, routes[i]);
                SeenRoutes[i] = at >= 0 && before.SeenRoutes[at];
            }
            for (int i = 0; i < rules.Length; i++)
            {
                int at = Array.IndexOf(before.Rules, rules[i]);
                SeenRules[i] = at >= 0 && before.SeenRules[at];
            }
        }
    }
}
