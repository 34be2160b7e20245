using System.Globalization;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Processes;
using Holdfast.Runtime.Logging;

namespace Holdfast.Keepalived;

/// <summary>What options do once at start, and what is said of those that cannot have their effect yet.</summary>
internal static class OptionEffects
{
    /// <summary>Acts on the options that concern the whole process, and reports what is lost.</summary>
    /// <returns>False when running without an option would do something else than was asked for; logged.</returns>
    internal static bool TryApply(KeepalivedOptions options, Log log)
    {
        foreach (string refused in options.Refused)
        {
            log.Warning(refused);
        }
        if (options.RunChecks && !options.RunVrrp)
        {
            log.Error("-C asks for health checks without VRRP, and Holdfast does no health checks yet: not starting");
            return false;
        }
        foreach (string loss in Losses(options))
        {
            log.Warning(loss);
        }
        if (options.CoreDump)
        {
            Errno errno = OwnProcess.SetLimit(ResourceLimit.RLIMIT_CORE, null, null);
            if (errno != Errno.Success)
            {
                log.Warning($"-m: the limit of core dumps cannot be lifted: {errno}");
            }
        }
        return true;
    }

    /// <summary>One sentence for each option that is taken without its effect.</summary>
    internal static IEnumerable<string> Losses(KeepalivedOptions options)
    {
        if (options.Snmp || options.SnmpSocket is not null)
        {
            yield return "-x and -A have no effect yet: there is no SNMP, use 'holdfast status' or the JSON dump";
        }
        if (options.AllProcesses || options.RunChecks)
        {
            yield return "--all and -C start no health checks and no BFD: Holdfast does neither yet";
        }
        if (options.ChecksPidFile is not null || options.BfdPidFile is not null)
        {
            yield return "-c and -b write no pid file: there are no processes for health checks and BFD";
        }
        if (options.CorePattern is { } pattern)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"-M does not set the kernel's core_pattern, which concerns every process; "
                + $"write '{pattern}' to it yourself");
        }
    }
}
