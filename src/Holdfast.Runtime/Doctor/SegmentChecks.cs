using System.Globalization;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;
using Holdfast.Runtime.Readiness;
using Holdfast.Runtime.Vrrp;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Runtime.Doctor;

/// <summary>What can be heard on the segments of a configuration.</summary>
internal static class SegmentChecks
{
    private static TimeSpan ListenMax => TimeSpan.FromSeconds(5);

    /// <summary>The kernel answers at once; a busy host may need a moment to let us see it.</summary>
    private static TimeSpan AnswerTime => TimeSpan.FromMilliseconds(200);

    /// <summary>Listens until every instance has heard another router, or the longest wait is over.</summary>
    /// <param name="model">The configuration.</param>
    /// <param name="node">Interfaces and addresses.</param>
    /// <param name="isRunning">Whether a daemon of ours runs the configuration.</param>
    /// <param name="limit">The longest wait; null: three intervals and a second, at most five seconds.</param>
    internal static List<DoctorFinding> Run(KeepalivedModel model, NodeFacts node, bool isRunning, TimeSpan? limit)
    {
        List<DoctorFinding> findings = [];
        using var loop = new EpollLoop();
        List<SegmentProbe> probes = Open(loop, model, node, findings);
        TimeSpan longest = probes.Count == 0 ? TimeSpan.Zero : limit ?? probes.Max(static p => p.Instances.Max(
            static i => (3 * i.Plan.Model.AdvertInterval) + TimeSpan.FromSeconds(1)));
        longest = longest > ListenMax && limit is null ? ListenMax : longest;
        longest = probes.Count > 0 && longest < AnswerTime ? AnswerTime : longest;
        MonotonicTime end = MonotonicClock.Now + longest;
        while (MonotonicClock.Now < end && !probes.TrueForAll(static p => p.IsDone))
        {
            _ = loop.RunOnce(end);
        }
        foreach (SegmentProbe probe in probes)
        {
            using (probe)
            {
                findings.AddRange(Judge(probe, longest, i => isRunning && IsActive(i, node)));
            }
        }
        return findings;
    }

    private static List<SegmentProbe> Open(
        EpollLoop loop, KeepalivedModel model, NodeFacts node, List<DoctorFinding> findings)
    {
        VrrpInstancePlan[] plans = VrrpPlan.From(model, TimeSpan.Zero).Instances;
        VrrpInstance[] instances = [.. plans.Select(static (plan, index) => new VrrpInstance(index, plan))];
        List<SegmentProbe> probes = [];
        foreach (IGrouping<(string Interface, IpAddress Local), VrrpInstance> group in instances
            .Where(i => node.Links.ContainsKey(i.Plan.Model.Interface))
            .GroupBy(i => (i.Plan.Model.Interface, Local(i.Plan.Model, node))))
        {
            LinkInfo link = node.Links[group.Key.Interface];
            if (group.Key.Local.IsNone || !link.IsUsable)
            {
                continue; // said by the check of the interface
            }
            IpAddress[] own = [.. node.Addresses.Where(a => a.Value.Exists(p => p.Interface == link.Index))
                .Select(static a => a.Key)];
            try
            {
                probes.Add(SegmentProbe.Open(loop, link, group.Key.Local, [.. group], own));
            }
            catch (LinuxException e)
            {
                findings.Add(DoctorFinding.Bad("raw_socket",
                    $"{link.Name}: adverts cannot be received: {e.Message}",
                    "run it as root, or with the capabilities CAP_NET_RAW and CAP_NET_ADMIN"));
            }
        }
        return probes;
    }

    private static IpAddress Local(VrrpInstanceModel instance, NodeFacts node)
    {
        if (!instance.IsUnicast)
        {
            return instance.MulticastGroup;
        }
        return !instance.SourceAddress.IsNone ? instance.SourceAddress
            : node.Addresses.Where(a => a.Key.Family == instance.Family
                    && a.Value.Exists(p => node.Names.GetValueOrDefault(p.Interface) == instance.Interface))
                .Select(static a => a.Key).FirstOrDefault();
    }

    /// <summary>Our own adverts are not heard here, so an Active is known by what it holds.</summary>
    private static bool IsActive(VrrpInstanceModel instance, NodeFacts node)
        => instance.Addresses.Any(a => node.Addresses.ContainsKey(a.Prefix.Address));

    private static IEnumerable<DoctorFinding> Judge(
        SegmentProbe probe, TimeSpan waited, Func<VrrpInstanceModel, bool> isActive)
    {
        string name = probe.Instances[0].Plan.Model.Interface;
        if (probe.HasAsked)
        {
            yield return probe.IsAnswered
                ? DoctorFinding.Good("firewall", $"{name}: the firewall of this node lets VRRP in and out")
                : DoctorFinding.Bad("firewall",
                    $"{name}: a packet of protocol 112 to the multicast group does not come back: a firewall drops it",
                    "accept it in input and output, as with: nft insert rule inet filter input ip protocol vrrp accept");
        }
        foreach (VrrpInstance instance in probe.Instances)
        {
            VrrpInstanceModel model = instance.Plan.Model;
            foreach (DoctorFinding finding in Judge(probe, model, waited, isActive(model)))
            {
                yield return finding;
            }
        }
    }

    private static IEnumerable<DoctorFinding> Judge(
        SegmentProbe probe, VrrpInstanceModel instance, TimeSpan waited, bool isActive)
    {
        List<IpAddress> others = [];
        foreach (((byte vrid, IpAddress source), (ReceiveVerdict verdict, Priority priority)) in probe.Heard)
        {
            if (vrid != instance.Vrid.Value || verdict == ReceiveVerdict.OwnPacket)
            {
                continue;
            }
            others.Add(source);
            yield return verdict switch
            {
                ReceiveVerdict.Accepted => DoctorFinding.Good("peer",
                    $"{instance.Name}: {source} advertises with priority {priority}"),
                ReceiveVerdict.AcceptedAddressListDiffers => DoctorFinding.Note("peer",
                    $"{instance.Name}: {source} advertises other virtual addresses",
                    "make the virtual_ipaddress blocks of the nodes equal"),
                _ => DoctorFinding.Bad("peer",
                    $"{instance.Name}: adverts from {source} are {VerdictText.Of(verdict)}: both nodes would be Active",
                    "make the vrrp_instance blocks of the nodes equal, but for state and priority"),
            };
        }
        if (others.Count > 1)
        {
            yield return DoctorFinding.Bad("two_actives",
                $"{instance.Name}: {string.Join(" and ", others)} all advertise VRID {instance.Vrid.Value}",
                "give each virtual router of a segment a VRID of its own; two Actives of one do not hear one another");
        }
        else if (others.Count == 0)
        {
            yield return Silence(instance, isActive, waited);
        }
    }

    private static DoctorFinding Silence(VrrpInstanceModel instance, bool isActive, TimeSpan waited)
    {
        string text = string.Create(CultureInfo.InvariantCulture,
            $"{instance.Name}: no other router advertises VRID {instance.Vrid.Value} on {instance.Interface}, listened {
                waited.TotalSeconds:0.#} s");
        if (isActive)
        {
            return DoctorFinding.Good("peer", text + "; right while this node is Active");
        }
        return DoctorFinding.Note("peer", text + "; wrong if another node is Active", instance.IsUnicast
            ? "let the peers send to this node's address, and check their firewall"
            : "if the network does not carry multicast (clouds, IGMP snooping without a querier): unicast_src_ip with the "
                + "own and unicast_peer with the other addresses, on all nodes");
    }
}
