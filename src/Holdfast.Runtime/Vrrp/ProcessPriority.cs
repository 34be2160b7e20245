using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Processes;
using Holdfast.Runtime.Logging;

namespace Holdfast.Runtime.Vrrp;

/// <summary>What keeps the VRRP process on time: real-time scheduling, locked memory, affinity.</summary>
internal static class ProcessPriority
{
    /// <summary>
    /// The real-time priority where the configuration names none: the lowest is above all ordinary work.
    /// </summary>
    private const int DefaultRealtimePriority = 1;

    /// <summary>Applies what the configuration asks for, and our defaults; says what was refused.</summary>
    public static void Apply(GlobalModel global, Log log)
    {
        if (!global.VrrpCpuAffinity.IsEmpty)
        {
            Report(log, OwnProcess.SetAffinity(global.VrrpCpuAffinity.AsSpan()), "set the CPU affinity");
        }
        if (global.VrrpNice is { } nice)
        {
            Report(log, OwnProcess.SetNice(nice), "set the nice value");
        }
        else
        {
            Errno errno = OwnProcess.SetScheduler(
                SchedulingPolicy.SCHED_RR, global.VrrpRealtimePriority ?? DefaultRealtimePriority, resetOnFork: true);
            if (errno != Errno.Success && global.VrrpRealtimePriority is not null)
            {
                Report(log, errno, "get a real-time priority");
            }
            else if (errno != Errno.Success)
            {
                log.Info($"no real-time priority here ({errno}): adverts may be late on a busy host");
            }
        }
        if (global.VrrpRealtimeLimitMicroseconds is { } limit)
        {
            Report(log, OwnProcess.SetLimit(ResourceLimit.RLIMIT_RTTIME, (ulong)limit, (ulong)limit),
                "set the limit of real-time CPU");
        }
        Errno locked = OwnProcess.LockMemory();
        if (locked != Errno.Success && global.VrrpNoSwap)
        {
            Report(log, locked, "lock memory");
        }
    }

    /// <summary>Applies what the configuration asks for the process of the checkers: by default nothing.</summary>
    public static void Apply(CheckerProcessModel process, Log log)
    {
        if (!process.CpuAffinity.IsEmpty)
        {
            Report(log, OwnProcess.SetAffinity(process.CpuAffinity.AsSpan()), "set the CPU affinity");
        }
        if (process.Nice is { } nice)
        {
            Report(log, OwnProcess.SetNice(nice), "set the nice value");
        }
        else if (process.RealtimePriority is { } priority)
        {
            Report(log, OwnProcess.SetScheduler(SchedulingPolicy.SCHED_RR, priority, resetOnFork: true),
                "get a real-time priority");
        }
        if (process.RealtimeLimitMicroseconds is { } limit)
        {
            Report(log, OwnProcess.SetLimit(ResourceLimit.RLIMIT_RTTIME, (ulong)limit, (ulong)limit),
                "set the limit of real-time CPU");
        }
        if (process.NoSwap)
        {
            Report(log, OwnProcess.LockMemory(), "lock memory");
        }
    }

    /// <summary>Gives all of it back, in a process that has inherited it.</summary>
    public static void Reset()
    {
        _ = OwnProcess.SetScheduler(SchedulingPolicy.SCHED_OTHER, 0, resetOnFork: false); // always allowed
        _ = OwnProcess.SetAffinity([]);
        _ = OwnProcess.SetNice(0); // without privilege it has not been lowered either
        _ = OwnProcess.SetLimit(ResourceLimit.RLIMIT_RTTIME, null, null);
    }

    private static void Report(Log log, Errno errno, string what)
    {
        if (errno != Errno.Success)
        {
            log.Warning($"cannot {what}: {errno}");
        }
    }
}
