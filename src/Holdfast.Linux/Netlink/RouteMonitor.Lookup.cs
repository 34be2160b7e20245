using Holdfast.Primitives;

namespace Holdfast.Linux.Netlink;

/// <summary>Whether an entry that was asked for is in the tables.</summary>
public sealed partial class RouteMonitor
{
    private const uint DefaultMetricV6 = 1024; // IP6_RT_PRIO_USER; IPv4 has 0

    /// <summary>Whether the kernel has a route of the monitor's protocol that is the one asked for.</summary>
    /// <param name="wanted">What it leaves open matches anything; several paths are not compared.</param>
    public bool HasRoute(RouteSpec wanted)
    {
        IpFamily family = wanted.Destination.Address.Family;
        uint metric = wanted.Metric ?? 0;
        metric = family == IpFamily.V6 && metric == 0 ? DefaultMetricV6 : metric;
        bool hasPath = wanted.NextHops.IsEmpty;
        foreach (RouteNotice route in _routes)
        {
            if (route.Destination == wanted.Destination.Network && route.Table == wanted.Table
                && route.Metric == metric && route.Tos == wanted.Tos && route.Type == wanted.Type
                && (!hasPath || wanted.InterfaceIndex == 0 || route.InterfaceIndex == wanted.InterfaceIndex
                    || route.InterfaceIndex == 0)
                && (!hasPath || wanted.Gateway.Family != family || route.Gateway == wanted.Gateway
                    || route.Gateway.IsNone))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Whether the kernel has a rule of the monitor's protocol that is the one asked for.</summary>
    public bool HasRule(RuleSpec wanted)
    {
        foreach (RuleSpec rule in _rules)
        {
            if (rule == wanted || (wanted.Priority is null && rule with { Priority = null } == wanted))
            {
                return true;
            }
        }
        return false;
    }
}
