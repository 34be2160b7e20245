using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Bpf;

/// <summary>How long the kernel has spent in a program. Counted only while somebody asks for it.</summary>
/// <param name="Nanoseconds">All runs together; reading the clock, about 20 ns a run, is in it.</param>
/// <param name="Runs">How many.</param>
public readonly record struct ProgramStatistics(ulong Nanoseconds, ulong Runs)
{
    // struct bpf_prog_info of linux/bpf.h: run_time_ns and run_cnt are words of 8 bytes.
    private const int TimeWord = 24;
    private const int CountWord = 25;
    private const int Words = 26;

    /// <summary>Has the kernel count, for all programs, as the sysctl kernel.bpf_stats_enabled does. Needs
    /// CAP_SYS_ADMIN.</summary>
    /// <param name="counting">It counts until this is closed; null unless it worked.</param>
    /// <returns>ENOSYS: no libbpf. EPERM: no privilege. EINVAL: the kernel is older than 5.8.</returns>
    public static Errno TryEnable(out FdHandle? counting)
    {
        counting = null;
        if (!LibBpf.IsAvailable)
        {
            return Errno.ENOSYS;
        }
        int descriptor = LibBpf.bpf_enable_stats((int)EBPF.BPF_STATS_RUN_TIME);
        counting = descriptor < 0 ? null : new FdHandle(descriptor);
        return descriptor < 0 ? (Errno)(-descriptor) : Errno.Success;
    }

    /// <summary>What was counted of a program so far.</summary>
    /// <exception cref="LinuxException">The descriptor is none of a program.</exception>
    public static unsafe ProgramStatistics Of(FdHandle program)
    {
        ArgumentNullException.ThrowIfNull(program);
        ulong* info = stackalloc ulong[Words];
        new Span<ulong>(info, Words).Clear();
        uint size = Words * sizeof(ulong);
        int result = LibBpf.bpf_obj_get_info_by_fd(program.Number, info, &size);
        LinuxException.ThrowIf((Errno)(-Math.Min(result, 0)), "read the statistics of a BPF program");
        return new(info[TimeWord], info[CountWord]);
    }
}
