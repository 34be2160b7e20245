using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;

namespace Holdfast.Runtime.Vrrp;

/// <summary>
/// Puts virtual routes and rules into the kernel and takes them out, after the addresses of the same turn: a route
/// may need an address as its source.
/// </summary>
internal sealed class RouteKeeper(
    RouteNetlink netlink, VrrpInstance[] instances, Func<string, int> indexOf, Func<string, uint> tableOf,
    Action<string> warn)
{
    private readonly bool[] _install = new bool[instances.Length];
    private readonly bool[] _release = new bool[instances.Length];
    private readonly PlannedRoute[][] _routes = new PlannedRoute[instances.Length][];
    private readonly RuleSpec[][] _rules = new RuleSpec[instances.Length][];
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
    /// <param name="instance">After it.</param>
    /// <param name="old">The same before it.</param>
    /// <param name="isHere">Whether its addresses are here, and so its routes.</param>
    public void Move(VrrpInstance instance, VrrpInstance old, bool isHere)
    {
        foreach ((RouteSpec gone, _) in Routes(old).Except(Routes(instance)))
        {
            Report("remove", gone.Destination, netlink.DeleteRoute(gone), Errno.ESRCH);
        }
        foreach (RuleSpec gone in Rules(old).Except(Rules(instance)))
        {
            Report("remove", "rule", netlink.DeleteRule(gone), Errno.ENOENT);
        }
        if (!isHere)
        {
            return;
        }
        if (Routes(instance).Except(Routes(old)).Any() || Rules(instance).Except(Rules(old)).Any())
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
    }

    private void Add(VrrpInstance instance)
    {
        foreach ((RouteSpec route, AddMode mode) in _routes[instance.Index] = Routes(instance))
        {
            Report("add", route.Destination, netlink.AddRoute(route, mode), Errno.EEXIST);
        }
        foreach (RuleSpec rule in _rules[instance.Index] = Rules(instance))
        {
            Report("add", "rule", netlink.AddRule(rule), Errno.EEXIST);
        }
    }

    private void Remove(VrrpInstance instance)
    {
        foreach (RuleSpec rule in _rules[instance.Index] ?? Rules(instance))
        {
            Report("remove", "rule", netlink.DeleteRule(rule), Errno.ENOENT);
        }
        foreach ((RouteSpec route, _) in _routes[instance.Index] ?? Routes(instance))
        {
            // Gone with its address or its interface: that is what was wanted.
            Report("remove", route.Destination, netlink.DeleteRoute(route), Errno.ESRCH);
        }
    }

    // A route of a VRF that is missing is left out, as its table is.
    private PlannedRoute[] Routes(VrrpInstance instance)
        => [.. instance.Plan.Model.Routes
            .Select(r => (Spec: RouteSpecs.Of(r, indexOf, tableOf, instance.InterfaceIndex), Model: r))
            .Where(static r => r.Spec is not null)
            .Select(static r => new PlannedRoute(r.Spec!, RouteSpecs.ModeOf(r.Model)))];

    private static RuleSpec[] Rules(VrrpInstance instance) => [.. instance.Plan.Model.Rules.Select(RouteSpecs.Of)];

    private void Report(string verb, object what, NetlinkResult result, Errno expected)
    {
        if (!result.IsSuccess && result.Errno != expected && result.Errno != Errno.ENODEV)
        {
            warn($"cannot {verb} {what}: {result}");
        }
    }

    private readonly record struct PlannedRoute(RouteSpec Spec, AddMode Mode);
}
