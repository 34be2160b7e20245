using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux;
using Holdfast.Linux.Netlink;
using Holdfast.Runtime.Readiness;

namespace Holdfast.Runtime.Doctor;

/// <summary>Everything that <c>holdfast doctor</c> looks at, in the network namespace of the caller.</summary>
public static class DoctorExamination
{
    /// <summary>Examines this host for a configuration.</summary>
    /// <param name="model">The configuration; an empty one for the host alone.</param>
    /// <param name="isRunning">Whether a daemon of ours runs it already, so that its addresses may be here.</param>
    /// <param name="listen">How long to listen for other routers at most; null: as their intervals ask for.</param>
    public static IReadOnlyList<DoctorFinding> Run(KeepalivedModel model, bool isRunning, TimeSpan? listen)
    {
        List<DoctorFinding> findings = [.. HostChecks.Run(model), .. OtherDaemons.Find()];
        isRunning |= OtherDaemons.ServesHere(); // with another run directory, or the original
        try
        {
            using RouteNetlink netlink = RouteNetlink.Open();
            if (!NodeFacts.TryRead(netlink, model, out NodeFacts? node))
            {
                findings.Add(DoctorFinding.Bad("netlink", "the kernel does not tell its interfaces and addresses"));
                return findings;
            }
            if (model.Instances.IsEmpty && !node!.MayChangeAddresses)
            {
                findings.Add(DoctorFinding.Bad("no_permission", "the kernel does not let this process change addresses",
                    "run it as root, or with the capability CAP_NET_ADMIN"));
            }
            findings.AddRange(NetworkChecks.Settings(model, node!));
            findings.AddRange(NetworkChecks.Instances(model, node!, isRunning));
            findings.AddRange(LvsChecks.Run(model, node!, netlink));
            findings.AddRange(SegmentChecks.Run(model, node!, isRunning, listen));
        }
        catch (LinuxException e)
        {
            findings.Add(DoctorFinding.Bad("netlink", e.Message));
        }
        return findings;
    }
}
