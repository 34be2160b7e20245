using System.Collections.Immutable;
using System.Globalization;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Layer4.Ipvs;
using Holdfast.Layer4.Nftables;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Bpf;
using Holdfast.Linux.Netlink;
using Holdfast.Runtime.Readiness;
using Holdfast.Runtime.Readiness.Lvs;

namespace Holdfast.Runtime.Doctor;

/// <summary>What virtual servers need on this host, and whether real servers answer ARP for their addresses.</summary>
internal static class LvsChecks
{
    internal static IEnumerable<DoctorFinding> Run(KeepalivedModel model, NodeFacts node, RouteNetlink netlink)
    {
        ImmutableArray<LvsService> services = LvsService.Of(model);
        if (services.IsEmpty)
        {
            yield break;
        }
        DoctorFinding ipvs = Ipvs(); // first: its settings are there only when it is loaded
        yield return ipvs;
        if (!LvsFacts.TryRead(netlink, services, out LvsFacts? facts))
        {
            yield break;
        }
        ImmutableArray<LvsFinding> findings = LvsJudge.Judge(services, model, facts!);
        foreach (LvsFinding finding in findings)
        {
            yield return new(finding.Code,
                finding.Severity == LvsSeverity.Prevents ? DoctorVerdict.Bad : DoctorVerdict.Note, finding.Text,
                finding.Remedy);
        }
        if (findings.All(static f => f.Severity == LvsSeverity.Advice))
        {
            yield return DoctorFinding.Good("virtual_servers", string.Create(CultureInfo.InvariantCulture,
                $"{services.Length} virtual servers: addresses, routes and settings are as they must be"));
        }
        foreach (DoctorFinding finding in ArpProbe.Run(services, model, facts!, node))
        {
            yield return finding;
        }
    }

    private static bool HasNftables()
    {
        NetlinkResult result = NftablesClient.TryOpen(out NftablesClient? client);
        client?.Dispose();
        return result.IsSuccess;
    }

    private static DoctorFinding Ipvs()
    {
        try
        {
            NetlinkResult result = IpvsClient.TryOpen(out IpvsClient? client);
            using (client)
            {
                return result.IsSuccess ? DoctorFinding.Good("ipvs", "the kernel has IPVS")
                    : result.Errno is Errno.EPERM or Errno.EACCES
                        ? DoctorFinding.Note("ipvs", "IPVS may be looked at by root only", "sudo holdfast doctor")
                    : BpfObject.IsAvailable
                        ? DoctorFinding.Note("ipvs", "the kernel has no IPVS: virtual servers run on the xdp plane",
                            IpvsClient.MissingRemedy)
                    : HasNftables()
                        ? DoctorFinding.Note("ipvs", "the kernel has no IPVS, and the xdp plane lacks libbpf: virtual "
                            + "servers run on the nftables plane",
                            $"{BpfObject.MissingRemedy}; or {IpvsClient.MissingRemedy}")
                    : DoctorFinding.Bad("ipvs",
                        "the kernel has no IPVS and no nftables, and the xdp plane lacks libbpf",
                        $"{BpfObject.MissingRemedy}; or {IpvsClient.MissingRemedy}");
            }
        }
        catch (LinuxException e)
        {
            return DoctorFinding.Bad("ipvs", e.Message, IpvsClient.MissingRemedy);
        }
    }
}
