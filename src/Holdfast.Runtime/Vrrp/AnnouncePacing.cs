using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Vrrp;

/// <summary>Least spacing of announcements per interface, or per group of interfaces that share one budget.</summary>
internal sealed class AnnouncePacing
{
    private readonly Dictionary<string, Budget> _named = [];
    private readonly Dictionary<int, Budget> _byIndex = [];
    private readonly Dictionary<int, bool> _routers = [];
    private readonly GlobalModel _global;

    public AnnouncePacing(KeepalivedModel model)
    {
        _global = model.Global;
        foreach (GarpGroupModel group in model.GarpGroups)
        {
            var shared = new Budget(group.GarpInterval, group.GnaInterval);
            foreach (string name in group.Interfaces)
            {
                _named[name] = shared;
            }
        }
    }

    /// <summary>
    /// Learns an interface: its budget, and whether it forwards IPv6 (the Router flag, RFC 9568 §8.2.4).
    /// </summary>
    public void Learn(int interfaceIndex, string name)
    {
        _byIndex[interfaceIndex] = _named.TryGetValue(name, out Budget? budget) ? budget
            : new Budget(_global.GarpInterval, _global.GnaInterval);
        _routers[interfaceIndex] = InterfaceInfo.TryReadSetting(IpFamily.V6, name, "forwarding", out int forwarding)
            == Errno.Success && forwarding != 0;
    }

    /// <summary>Goes on with the spacing before a reload.</summary>
    public void TakeOver(AnnouncePacing before)
    {
        foreach ((int index, Budget budget) in _byIndex)
        {
            if (before._byIndex.TryGetValue(index, out Budget? old))
            {
                budget.NextGarp = budget.Garp > TimeSpan.Zero ? old.NextGarp : MonotonicTime.Zero;
                budget.NextGna = budget.Gna > TimeSpan.Zero ? old.NextGna : MonotonicTime.Zero;
            }
        }
    }

    /// <summary>When the next announcement may go out by an interface.</summary>
    public MonotonicTime NextAllowed(int interfaceIndex, IpFamily family)
        => _byIndex.TryGetValue(interfaceIndex, out Budget? budget)
            ? (family == IpFamily.V6 ? budget.NextGna : budget.NextGarp) : MonotonicTime.Zero;

    /// <summary>Counts one announcement.</summary>
    public void Sent(int interfaceIndex, IpFamily family, MonotonicTime now)
    {
        if (!_byIndex.TryGetValue(interfaceIndex, out Budget? budget))
        {
            return;
        }
        if (family == IpFamily.V6)
        {
            budget.NextGna = budget.Gna > TimeSpan.Zero ? now + budget.Gna : MonotonicTime.Zero;
        }
        else
        {
            budget.NextGarp = budget.Garp > TimeSpan.Zero ? now + budget.Garp : MonotonicTime.Zero;
        }
    }

    /// <summary>Whether an interface forwards IPv6.</summary>
    public bool IsRouter(int interfaceIndex) => _routers.TryGetValue(interfaceIndex, out bool router) && router;

    private sealed class Budget(TimeSpan garp, TimeSpan gna)
    {
        public TimeSpan Garp => garp;

        public TimeSpan Gna => gna;

        public MonotonicTime NextGarp { get; set; }

        public MonotonicTime NextGna { get; set; }
    }
}
