using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Processes;

/// <summary>What a process sets about itself before or while it works.</summary>
public static unsafe class OwnProcess
{
    /// <summary>The effective user id.</summary>
    public static uint EffectiveUid => LibC.geteuid();

    /// <summary>Our effective group.</summary>
    public static uint EffectiveGid => LibC.getegid();

    /// <summary>Process id of the parent; that of a subreaper after it has ended.</summary>
    public static int ParentId => LibC.getppid();

    /// <summary>Sets the name that ps and killall see (comm); at most 15 bytes are kept.</summary>
    public static void SetName(string name)
    {
        fixed (byte* raw = Utf8Strings.Terminated(name))
        {
            _ = LibC.prctl(SysPrctl.PR_SET_NAME, (nuint)raw, 0, 0, 0); // cannot fail
        }
    }

    /// <summary>Sends us <paramref name="signal"/> when the thread that started us ends; forgotten by setuid.</summary>
    public static Errno SetParentDeathSignal(Signal signal)
        => Result(LibC.prctl(SysPrctl.PR_SET_PDEATHSIG, (nuint)signal, 0, 0, 0));

    /// <summary>Makes us the parent of orphaned descendants, so that no script leaves a zombie elsewhere.</summary>
    public static Errno BecomeSubreaper() => Result(LibC.prctl(SysPrctl.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0));

    /// <summary>Gives up for ever the gain of privileges by execve. Linux 3.5 or newer.</summary>
    public static Errno SetNoNewPrivileges() => Result(LibC.prctl(SysPrctl.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));

    /// <summary>Becomes another user, in the order that works: supplementary groups, group, user.</summary>
    public static Errno SetIdentity(uint uid, uint gid, ReadOnlySpan<uint> groups)
    {
        fixed (uint* raw = groups)
        {
            Errno errno = Result(LibC.setgroups((nuint)groups.Length, raw));
            errno = errno != Errno.Success ? errno : Result(LibC.setresgid(gid, gid, gid));
            return errno != Errno.Success ? errno : Result(LibC.setresuid(uid, uid, uid));
        }
    }

    /// <summary>Makes a directory the root of this process, and goes there.</summary>
    public static Errno ChangeRoot(string path)
    {
        fixed (byte* raw = Utf8Strings.Terminated(path))
        {
            Errno errno = Result(LibC.chroot(raw));
            return errno != Errno.Success ? errno : ChangeDirectory("/");
        }
    }

    /// <summary>Sets both the soft and the hard limit; null means infinity.</summary>
    public static Errno SetLimit(ResourceLimit resource, ulong? soft, ulong? hard)
    {
        var limit = new rlimit
        {
            rlim_cur = soft ?? SysResource.RLIM_INFINITY,
            rlim_max = hard ?? SysResource.RLIM_INFINITY,
        };
        return Result(LibC.setrlimit((int)resource, &limit));
    }

    /// <summary>Reads a limit; <see cref="ulong.MaxValue"/> means infinity.</summary>
    public static Errno GetLimit(ResourceLimit resource, out ulong soft, out ulong hard)
    {
        rlimit limit = default;
        Errno errno = Result(LibC.getrlimit((int)resource, &limit));
        soft = limit.rlim_cur;
        hard = limit.rlim_max;
        return errno;
    }

    /// <summary>Sets the scheduling class of the calling thread.</summary>
    /// <param name="policy">The class.</param>
    /// <param name="priority">1 to 99 for SCHED_RR and SCHED_FIFO; 0 for the others.</param>
    /// <param name="resetOnFork">Whether children fall back to SCHED_OTHER.</param>
    public static Errno SetScheduler(SchedulingPolicy policy, int priority, bool resetOnFork)
    {
        var parameter = new sched_param { sched_priority = priority };
        int flags = resetOnFork ? SysSched.SCHED_RESET_ON_FORK : 0;
        return Result(LibC.sched_setscheduler(0, (int)policy | flags, &parameter));
    }

    /// <summary>The scheduling class of the calling thread.</summary>
    public static SchedulingPolicy Scheduler
        => (SchedulingPolicy)(LibC.sched_getscheduler(0) & ~SysSched.SCHED_RESET_ON_FORK);

    /// <summary>Sets the nice value, −20 (most favoured) to 19.</summary>
    public static Errno SetNice(int value) => Result(LibC.setpriority(SysResource.PRIO_PROCESS, 0, value));

    /// <summary>Binds the calling thread to processors; an empty list frees it.</summary>
    public static Errno SetAffinity(ReadOnlySpan<int> processors)
    {
        Span<ulong> mask = stackalloc ulong[SysSched.CpuSetSize / sizeof(ulong)];
        mask.Fill(processors.IsEmpty ? ulong.MaxValue : 0);
        foreach (int processor in processors)
        {
            if ((uint)processor >= SysSched.CpuSetSize * 8)
            {
                return Errno.EINVAL;
            }
            mask[processor / 64] |= 1ul << (processor % 64);
        }
        fixed (ulong* raw = mask)
        {
            return Result(LibC.sched_setaffinity(0, SysSched.CpuSetSize, raw));
        }
    }

    /// <summary>Locks all present and future pages when they are first touched. Linux 4.4 or newer.</summary>
    public static Errno LockMemory()
        => Result(LibC.mlockall(SysMman.MCL_CURRENT | SysMman.MCL_FUTURE | SysMman.MCL_ONFAULT));

    /// <summary>Sets the file mode creation mask.</summary>
    /// <returns>The one before.</returns>
    public static uint SetUmask(uint mask) => LibC.umask(mask);

    /// <summary>Enters the namespace that a descriptor stands for.</summary>
    public static Errno EnterNamespace(int fd, NamespaceKinds kind) => Result(LibC.setns(fd, (int)kind));

    /// <summary>Leaves shared namespaces for new ones.</summary>
    public static Errno Unshare(NamespaceKinds kinds) => Result(LibC.unshare((int)kinds));

    /// <summary>
    /// Lets every descriptor from <paramref name="first"/> on be closed by execve. Not at once: the runtime has some
    /// of its own. Linux 5.11 or newer.
    /// </summary>
    public static Errno CloseOnExecuteFrom(int first)
        => Result(LibC.close_range((uint)first, uint.MaxValue, SysUnistd.CLOSE_RANGE_CLOEXEC));

    /// <summary>Changes the working directory.</summary>
    public static Errno ChangeDirectory(string path)
    {
        fixed (byte* raw = Utf8Strings.Terminated(path))
        {
            return Result(LibC.chdir(raw));
        }
    }

    /// <summary>Becomes the leader of a new session and group, without a terminal.</summary>
    public static Errno NewSession() => Result(LibC.setsid());

    /// <summary>Becomes the leader of a new process group.</summary>
    public static Errno NewGroup() => Result(LibC.setpgid(0, 0));

    /// <summary>Sends a signal to a process.</summary>
    public static Errno Kill(int pid, Signal signal) => Result(LibC.kill(pid, (int)signal));

    /// <summary>Sends a signal to a whole process group.</summary>
    public static Errno KillGroup(int group, Signal signal) => Result(LibC.kill(-group, (int)signal));

    /// <summary>The id of a child that has ended and was not collected yet; 0 when there is none.</summary>
    public static int PeekEndedChild()
    {
        siginfo_t info = default;
        int options = SysWait.WEXITED | SysWait.WNOHANG | SysWait.WNOWAIT;
        return LibC.waitid(SysWait.P_ALL, 0, &info, options) == 0 ? info.si_pid : 0;
    }

    /// <summary>Collects an ended child whose status does not matter, such as an inherited orphan.</summary>
    public static void Collect(int pid)
    {
        siginfo_t info = default;
        _ = LibC.waitid(SysWait.P_PID, (uint)pid, &info, SysWait.WEXITED | SysWait.WNOHANG); // gone is as good
    }

    /// <summary>Gives the signals that .NET ignores or handles their defaults, before an execve.</summary>
    public static void ResetSignals()
    {
        for (var signal = Signal.SIGHUP; signal <= Signal.SIGSYS; signal++)
        {
            if (!FaultSignals.Contains(signal))
            {
                _ = LibC.signal((int)signal, 0); // SIG_DFL; fails for SIGKILL and SIGSTOP, which have no other
            }
        }
    }

    /// <summary>Replaces the program of this process. Returns only when that fails.</summary>
    public static Errno Execute(string path, IReadOnlyList<string> arguments, IReadOnlyList<string> environment)
    {
        using var argv = new Utf8Strings(arguments);
        using var envp = new Utf8Strings(environment);
        fixed (byte* raw = Utf8Strings.Terminated(path))
        {
            return Result(LibC.execve(raw, argv.Pointer, envp.Pointer));
        }
    }

    private static SignalSet FaultSignals
        => SignalSet.Of(Signal.SIGSEGV, Signal.SIGFPE, Signal.SIGILL, Signal.SIGBUS, Signal.SIGTRAP, Signal.SIGABRT);

    private static Errno Result(int value) => value < 0 ? LibC.LastError : Errno.Success;
}
