using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Processes;
using Holdfast.Runtime.Logging;

namespace Holdfast.Runtime.Checks.Process;

/// <summary>Makes sure that every check may have its socket at the same time.</summary>
internal static class DescriptorLimit
{
    /// <summary>What the process itself needs: loop, log, channel, scripts, netlink.</summary>
    private const ulong Own = 256;

    /// <summary>Raises the limit of open files to what a configuration needs; never lowers it.</summary>
    internal static void Raise(KeepalivedModel model, Log log)
    {
        ulong checks = (ulong)model.VirtualServers.Sum(static v => v.RealServers.Sum(static r => r.Checkers.Length));
        // A script has two: its pidfd and the pipe of its launcher.
        ulong wanted = Own + (2 * checks);
        if (OwnProcess.GetLimit(ResourceLimit.RLIMIT_NOFILE, out ulong soft, out ulong hard) != Errno.Success
            || soft >= wanted)
        {
            return;
        }
        ulong most = Math.Max(wanted, hard);
        Errno errno = OwnProcess.SetLimit(ResourceLimit.RLIMIT_NOFILE, wanted, most);
        if (errno != Errno.Success)
        {
            _ = OwnProcess.SetLimit(ResourceLimit.RLIMIT_NOFILE, hard, hard); // as far as it goes
            log.Warning($"{checks} checks need {wanted} open files, and only {hard} are allowed ({errno}): "
                + "checks that find none are made later; raise LimitNOFILE");
        }
    }
}
