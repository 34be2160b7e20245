using System.Globalization;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;
using Holdfast.Runtime.History;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Vrrp;
using Holdfast.Vrrp.Machine;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Runtime.Readiness;

/// <summary>Whether a failover of one instance to this node would work. Decides only; it asks nobody.</summary>
/// <param name="model">The whole configuration.</param>
/// <param name="instance">The instance with its trackers.</param>
/// <param name="node">What the kernel says.</param>
/// <param name="facts">What the VRRP process says.</param>
internal sealed class ReadinessJudge(
    KeepalivedModel model, VrrpInstancePlan instance, NodeFacts node, InstanceFactsMessage facts)
{
    private const uint RecentMillisecondsMin = 15_000;
    private readonly List<ReadinessProblem> _problems = [];
    private readonly VrrpInstanceModel _own = instance.Model;

    /// <summary>Every problem, those that prevent a failover first.</summary>
    internal ReadinessProblem[] Judge()
    {
        JudgeInterface();
        JudgeFaults();
        JudgeAddresses();
        JudgePeer();
        JudgeCommands();
        JudgeServices();
        return [.. _problems.OrderByDescending(static p => p.Prevents)];
    }

    private void Add(string code, string text, string? remedy = null, bool prevents = true)
    {
        if (!_problems.Exists(p => p.Code == code && p.Text == text))
        {
            _problems.Add(new(code, text, remedy, prevents));
        }
    }

    private void JudgeInterface()
    {
        if (!node.MayChangeAddresses)
        {
            Add("no_permission", "the kernel does not let this process change addresses",
                "run it as root, or with the capability CAP_NET_ADMIN");
        }
        if (_own.Interface.Length == 0)
        {
            return;
        }
        if (!node.Links.TryGetValue(_own.Interface, out LinkInfo? link))
        {
            Add("interface_missing", $"there is no interface {_own.Interface}");
        }
        else if (!link.IsUsable && !_own.DontTrackPrimary)
        {
            Add("interface_down", (link.Flags & LinkFlags.Up) != 0 ? $"{link.Name} has no carrier" : $"{link.Name} is down",
                (link.Flags & LinkFlags.Up) != 0 ? null : $"ip link set {link.Name} up");
        }
    }

    private void JudgeFaults()
    {
        FaultCauses rest = facts.Faults & ~FaultCauses.InterfaceDown;
        if (rest != FaultCauses.None)
        {
            string? tracker = facts.Tracker > 0 && facts.Tracker <= instance.Trackers.Length
                ? $"{instance.Trackers[facts.Tracker - 1].Kind.ToString().ToLowerInvariant()} "
                    + instance.Trackers[facts.Tracker - 1].Name
                : null;
            Add("fault", TransitionWords.Faults(rest, tracker));
        }
    }

    private void JudgeAddresses()
    {
        foreach (VirtualAddressModel address in instance.Addresses)
        {
            string name = address.Interface ?? (_own.Interface.Length > 0 ? _own.Interface : model.Global.DefaultInterface);
            IpAddress ip = address.Prefix.Address;
            if (!node.Links.TryGetValue(name, out LinkInfo? link))
            {
                Add("interface_missing", $"there is no interface {name}");
                continue;
            }
            if (ip.IsV6 && node.WithoutIpv6.Contains(name))
            {
                Add("ipv6_disabled", $"IPv6 is disabled on {name}, so that {ip} cannot be added",
                    $"sysctl -w net.ipv6.conf.{name}.disable_ipv6=0");
            }
            foreach ((int index, IpPrefix prefix) in node.Addresses.GetValueOrDefault(ip) ?? [])
            {
                JudgePlace(ip, prefix, index, link);
            }
        }
    }

    /// <summary>The address is on this node already: where it belongs only while it is ours.</summary>
    private void JudgePlace(IpAddress ip, IpPrefix prefix, int index, LinkInfo link)
    {
        string where = node.Names.GetValueOrDefault(index) ?? index.ToString(CultureInfo.InvariantCulture);
        string remedy = $"ip address del {prefix} dev {where}";
        if (index != link.Index)
        {
            Add("address_elsewhere", $"{ip} is on {where} of this node already", remedy);
        }
        else if (facts.Addresses == AddressPhase.Absent && facts.Role != Role.Active)
        {
            Add("address_present", $"{ip} is on {where} although this node is not Active: two nodes answer for it", remedy);
        }
    }

    private void JudgePeer()
    {
        uint recent = Math.Max(RecentMillisecondsMin, 4 * (uint)_own.AdvertInterval.TotalMilliseconds);
        if (facts.DroppedFor != ReceiveVerdict.Accepted && facts.DroppedMilliseconds < recent
            && facts.DroppedFor is not (ReceiveVerdict.OwnerIgnored or ReceiveVerdict.OwnPacket))
        {
            string why = VerdictText.Of(facts.DroppedFor);
            Add("peer_differs", $"adverts from {facts.DroppedFrom} are {why}: both nodes would be Active",
                "make the vrrp_instance blocks of the nodes equal, but for state and priority");
        }
        bool isHeard = !facts.Peer.IsNone && facts.PeerHeardMilliseconds < recent;
        if (!isHeard)
        {
            if (facts.Role is Role.Fault)
            {
                Add("nobody_heard", "no other router is heard", prevents: false);
            }
            return;
        }
        if (!facts.ListIsOurs)
        {
            JudgeList();
        }
        if (facts.PeerIntervalMilliseconds != (uint)_own.AdvertInterval.TotalMilliseconds)
        {
            Add("interval_differs", string.Create(CultureInfo.InvariantCulture,
                $"{facts.Peer} advertises each {facts.PeerIntervalMilliseconds / 1000.0:0.###} s, this node would each "
                + $"{_own.AdvertInterval.TotalSeconds:0.###} s"), prevents: false);
        }
    }

    private void JudgeList()
    {
        string counts = string.Create(CultureInfo.InvariantCulture,
            $"{facts.Peer} advertises {facts.PeerAddressCount} addresses, this node has {_own.Addresses.Length}");
        if (facts.ForeignAddress.IsNone)
        {
            Add("addresses_differ", counts, "make the virtual_ipaddress blocks equal", prevents: false);
        }
        else
        {
            Add("addresses_differ", $"{counts}: {facts.ForeignAddress} is missing here",
                "make the virtual_ipaddress blocks equal");
        }
    }

    private void JudgeCommands()
    {
        IEnumerable<ScriptCommand?> commands = NodeFacts.OfNotify(_own.Notify);
        if (model.SyncGroups.FirstOrDefault(g => g.Members.Contains(_own.Name)) is { } group)
        {
            commands = commands.Concat(NodeFacts.OfNotify(group.Notify));
        }
        commands = commands.Concat(instance.Trackers.Where(static t => t.Kind == TrackedKind.Script && t.Index >= 0)
            .Select(t => model.Scripts[t.Index].Command));
        foreach (ScriptCommand command in commands.OfType<ScriptCommand>())
        {
            if (node.UnusableCommands.TryGetValue(command.Span, out string? why))
            {
                Add("script_unusable", why);
            }
        }
    }

    private void JudgeServices()
    {
        foreach (LocalService service in LocalService.Of(_own))
        {
            foreach (VirtualAddressModel address in instance.Addresses)
            {
                if (!node.Sockets.Listens(service, address.Prefix.Address))
                {
                    Add("service_not_listening", $"service {service} does not listen on {address.Prefix.Address}");
                }
            }
        }
    }
}
