using System.Globalization;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Processes;
using Holdfast.Runtime.Logging;

namespace Holdfast.Keepalived;

/// <summary>What options do once at start, and what is said of those that cannot have their effect yet.</summary>
internal static class OptionEffects
{
    /// <summary>Acts on the options that concern the whole process, and reports what is lost.</summary>
    internal static void Apply(KeepalivedOptions options, Log log)
    {
        foreach (string refused in options.Refused)
        {
            log.Warning(refused);
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
    }

    /// <summary>One sentence for each option that is taken without its effect.</summary>
    internal static IEnumerable<string> Losses(KeepalivedOptions options)
    {
        if (options.Snmp || options.SnmpSocket is not null)
        {
            yield return "-x and -A have no effect yet: there is no SNMP, use 'holdfast status' or the JSON dump";
        }
        if (options.AllProcesses)
        {
            yield return "--all starts no BFD: Holdfast does none yet";
        }
        if (options.BfdPidFile is not null)
        {
            yield return "-b writes no pid file: there is no process for BFD";
        }
        if (options.CorePattern is { } pattern)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"-M does not set the kernel's core_pattern, which concerns every process; "
                + $"write '{pattern}' to it yourself");
        }
    }
}
