using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Readiness;
using Holdfast.Runtime.Vrrp;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Runtime.Doctor;

/// <summary>Interfaces, addresses and settings that the instances of a configuration need.</summary>
internal static class NetworkChecks
{
    /// <summary>Judges every instance as a standby that nobody has talked to yet.</summary>
    internal static IEnumerable<DoctorFinding> Instances(KeepalivedModel model, NodeFacts node, bool isRunning)
    {
        VrrpInstancePlan[] plans = VrrpPlan.From(model, TimeSpan.Zero).Instances;
        foreach (VrrpInstancePlan plan in plans)
        {
            // Of a daemon that runs, readiness tells where its addresses should be; here they may be anywhere.
            var facts = new InstanceFactsMessage(
                0, 0, isRunning ? Role.Active : Role.Backup, isRunning ? AddressPhase.Held : AddressPhase.Absent,
                FaultCauses.None, 0, default, 0, 0, 0, true, default, default, default, 0);
            ReadinessProblem[] problems = new ReadinessJudge(model, plan, node, facts).Judge();
            foreach (ReadinessProblem problem in problems)
            {
                yield return new DoctorFinding(problem.Code, problem.Prevents ? DoctorVerdict.Bad : DoctorVerdict.Note,
                    $"{plan.Model.Name}: {problem.Text}", problem.Remedy);
            }
            if (problems.Length == 0)
            {
                yield return DoctorFinding.Good("instance",
                    $"{plan.Model.Name}: interface, addresses, scripts and services are as they must be");
            }
            foreach (DoctorFinding finding in Multicast(plan.Model, node))
            {
                yield return finding;
            }
        }
    }

    /// <summary>Settings of the kernel for each interface of the configuration.</summary>
    internal static IEnumerable<DoctorFinding> Settings(KeepalivedModel model, NodeFacts node)
    {
        foreach (string name in Interfaces(model))
        {
            if (Read(name, "promote_secondaries") == 0 && Read("all", "promote_secondaries") == 0
                && ShareNetwork(model, node, name))
            {
                yield return DoctorFinding.Note("promote_secondaries",
                    $"{name}: when the first of several addresses of a network goes, the kernel removes the others",
                    $"sysctl -w net.ipv4.conf.{name}.promote_secondaries=1, or the keyword promote_secondaries");
            }
            if (Math.Max(Read(name, "rp_filter"), Read("all", "rp_filter")) == 1)
            {
                yield return DoctorFinding.Note("rp_filter",
                    $"{name}: strict reverse path filtering drops what comes in by another way than answers go out",
                    $"sysctl -w net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.{name}.rp_filter=2");
            }
        }
        yield return Nonlocal();
    }

    /// <summary>The interfaces that instances use.</summary>
    internal static string[] Interfaces(KeepalivedModel model)
        => [.. model.Instances.SelectMany(static i => i.Addresses.Concat(i.ExcludedAddresses)
                .Select(a => a.Interface ?? i.Interface).Append(i.Interface))
            .Where(static name => name.Length > 0).Distinct()];

    private static IEnumerable<DoctorFinding> Multicast(VrrpInstanceModel instance, NodeFacts node)
    {
        if (!instance.IsUnicast && node.Links.TryGetValue(instance.Interface, out LinkInfo? link)
            && (link.Flags & LinkFlags.Multicast) == 0)
        {
            yield return DoctorFinding.Bad("multicast",
                $"{instance.Name}: {link.Name} does no multicast, on which adverts go",
                $"ip link set {link.Name} multicast on, or unicast_peer in the vrrp_instance");
        }
    }

    private static DoctorFinding Nonlocal()
    {
        Errno errno = InterfaceInfo.TryReadSysctl("ipv4/ip_nonlocal_bind", out int value);
        return DoctorFinding.Good("ip_nonlocal_bind", errno == Errno.Success && value != 0
            ? "ip_nonlocal_bind is on, which services that bind to a virtual address on a standby need"
            : "ip_nonlocal_bind is off; VRRP does not need it, only services that bind to a virtual address do");
    }

    private static int Read(string name, string setting)
        => InterfaceInfo.TryReadSetting(IpFamily.V4, name, setting, out int value) == Errno.Success ? value : 0;

    /// <summary>
    /// Whether two virtual addresses are in a network in which the interface has no address of its own: then one of
    /// them is the kernel's first.
    /// </summary>
    private static bool ShareNetwork(KeepalivedModel model, NodeFacts node, string name)
    {
        IpPrefix[] ours = [.. model.Instances.SelectMany(i => i.Addresses.Concat(i.ExcludedAddresses)
                .Where(a => (a.Interface ?? i.Interface) == name).Select(static a => a.Prefix))
            .Where(static p => p.Address.IsV4 && p.Length < 32)];
        int index = node.Links.GetValueOrDefault(name)?.Index ?? 0;
        IpPrefix[] others = [.. node.Addresses.Where(a => !Array.Exists(ours, o => o.Address == a.Key))
            .SelectMany(static a => a.Value).Where(p => p.Interface == index).Select(static p => p.Prefix)];
        return ours.GroupBy(static p => p.Network).Any(g => g.Count() > 1
            && !Array.Exists(others, o => o.Network == g.Key));
    }
}
