using System.Globalization;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Processes;

namespace Holdfast.Runtime.Doctor;

/// <summary>What the kernel and the limits of a process allow. The judgements are functions of what was read.</summary>
internal static class HostChecks
{
    private const ulong MemoryWanted = 64 << 20;
    private const int DescriptorsForInstance = 4;
    private const int DescriptorsBase = 128;

    internal static IEnumerable<DoctorFinding> Run(KeepalivedModel model)
    {
        bool root = OwnProcess.EffectiveUid == 0;
        yield return root ? DoctorFinding.Good("privilege", "run by root")
            : DoctorFinding.Note("privilege", "not run by root: what needs a privilege is judged as this user has it",
                "sudo holdfast doctor");
        yield return Kernel(Text("/proc/sys/kernel/osrelease"));
        yield return Scheduling(TryRealtime(), model.Global.VrrpRealtimePriority is not null);
        _ = OwnProcess.GetLimit(ResourceLimit.RLIMIT_MEMLOCK, out _, out ulong memory);
        yield return Memory(root, memory);
        _ = OwnProcess.GetLimit(ResourceLimit.RLIMIT_NOFILE, out _, out ulong files);
        yield return Files(files, model.Instances.Length);
        yield return Clock(Text("/sys/devices/system/clocksource/clocksource0/current_clocksource"));
    }

    /// <summary>5.11: epoll_pwait2, which gives timers their precision; 5.18: marked addresses.</summary>
    internal static DoctorFinding Kernel(string release)
    {
        string[] parts = release.Split('.', '-');
        bool known = parts.Length > 1 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out _);
        if (!known)
        {
            return DoctorFinding.Note("kernel", $"the kernel's version is not readable: '{release}'");
        }
        var version = new Version(int.Parse(parts[0], CultureInfo.InvariantCulture),
            int.Parse(parts[1], CultureInfo.InvariantCulture));
        return version < new Version(5, 11)
            ? DoctorFinding.Bad("kernel", $"Linux {release} is too old", "use Linux 5.11 or newer")
            : version < new Version(5, 18)
                ? DoctorFinding.Note("kernel", $"Linux {release} does not keep the mark of our addresses, so that "
                    + "leftovers are known by the configuration alone", "use Linux 5.18 or newer")
                : DoctorFinding.Good("kernel", $"Linux {release} has all that is used");
    }

    internal static DoctorFinding Scheduling(Errno errno, bool isConfigured) => errno == Errno.Success
        ? DoctorFinding.Good("scheduling", "real-time scheduling (SCHED_RR) is allowed")
        : new DoctorFinding("scheduling", isConfigured ? DoctorVerdict.Bad : DoctorVerdict.Note,
            $"real-time scheduling is refused ({errno}): on a busy host adverts may be late",
            "give the service CAP_SYS_NICE and LimitRTPRIO=50; with cgroup v1 also a real-time budget: "
            + "echo 950000 > /sys/fs/cgroup/cpu/…/cpu.rt_runtime_us");

    internal static DoctorFinding Memory(bool root, ulong limit) => root || limit >= MemoryWanted
        ? DoctorFinding.Good("memlock", "memory may be locked")
        : DoctorFinding.Note("memlock", string.Create(CultureInfo.InvariantCulture,
            $"only {limit / 1024} KiB of memory may be locked: when the host swaps, adverts may be late"),
            "LimitMEMLOCK=infinity in the unit, or 'ulimit -l unlimited'");

    internal static DoctorFinding Files(ulong limit, int instances)
    {
        ulong wanted = (ulong)(DescriptorsBase + (instances * DescriptorsForInstance));
        return limit >= wanted
            ? DoctorFinding.Good("files", string.Create(CultureInfo.InvariantCulture,
                $"{(limit == ulong.MaxValue ? "unlimited" : limit)} open files are allowed"))
            : DoctorFinding.Bad("files", string.Create(CultureInfo.InvariantCulture,
                $"{limit} open files are allowed, {instances} instances need up to {wanted}"),
                string.Create(CultureInfo.InvariantCulture, $"LimitNOFILE={wanted * 2} in the unit"));
    }

    /// <summary>All timers are monotonic, so that a step of the clock changes nothing; reading it must be cheap.</summary>
    internal static DoctorFinding Clock(string source) => source switch
    {
        "" => DoctorFinding.Note("clock", "the clock source is not readable"),
        "hpet" or "acpi_pm" or "jiffies" or "refined-jiffies" => DoctorFinding.Note("clock",
            $"clock source {source} is slow to read", "find out why the kernel refused the better one: dmesg | grep -i tsc"),
        _ => DoctorFinding.Good("clock", $"clock source {source}; timers are monotonic, steps of the time do not matter"),
    };

    internal static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static Errno TryRealtime()
    {
        if (OwnProcess.Scheduler != SchedulingPolicy.SCHED_OTHER)
        {
            return Errno.Success; // somebody has given it to us already
        }
        Errno errno = OwnProcess.SetScheduler(SchedulingPolicy.SCHED_RR, 1, resetOnFork: true);
        if (errno == Errno.Success)
        {
            _ = OwnProcess.SetScheduler(SchedulingPolicy.SCHED_OTHER, 0, resetOnFork: false);
        }
        return errno;
    }
}
