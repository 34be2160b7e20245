using System.Runtime.InteropServices;

namespace Holdfast.Linux.Abi;

#pragma warning disable CS1591 // the names are those of signal.h; signal(7) says what they mean

/// <summary>Signals of bits/signum-generic.h and bits/signum-arch.h (x86-64 and arm64).</summary>
public enum Signal
{
    None = 0,
    SIGHUP = 1,
    SIGINT = 2,
    SIGQUIT = 3,
    SIGILL = 4,
    SIGTRAP = 5,
    SIGABRT = 6,
    SIGBUS = 7,
    SIGFPE = 8,
    SIGKILL = 9,
    SIGUSR1 = 10,
    SIGSEGV = 11,
    SIGUSR2 = 12,
    SIGPIPE = 13,
    SIGALRM = 14,
    SIGTERM = 15,
    SIGSTKFLT = 16,
    SIGCHLD = 17,
    SIGCONT = 18,
    SIGSTOP = 19,
    SIGTSTP = 20,
    SIGTTIN = 21,
    SIGTTOU = 22,
    SIGURG = 23,
    SIGXCPU = 24,
    SIGXFSZ = 25,
    SIGVTALRM = 26,
    SIGPROF = 27,
    SIGWINCH = 28,
    SIGPOLL = 29,
    SIGPWR = 30,
    SIGSYS = 31,

    /// <summary>The first real-time signal that glibc leaves to programs; .NET uses it to stop threads.</summary>
    SIGRTMIN = 34,

    /// <summary>The last real-time signal.</summary>
    SIGRTMAX = 64,
}

/// <summary>Constants of signal.h.</summary>
internal static class SysSignal
{
    internal const int SIG_BLOCK = 0;
    internal const int SIG_UNBLOCK = 1;
    internal const int SIG_SETMASK = 2;
    internal const int SFD_NONBLOCK = 0x800;
    internal const int SFD_CLOEXEC = 0x80000;
    internal const int CLD_EXITED = 1;
    internal const int CLD_KILLED = 2;
    internal const int CLD_DUMPED = 3;

    /// <summary>Size of glibc's sigset_t in bytes; the kernel uses the first eight of them.</summary>
    internal const int SigsetSize = 128;
}

/// <summary>The first fields of signalfd_siginfo (linux/signalfd.h), which is 128 bytes long.</summary>
[StructLayout(LayoutKind.Sequential, Size = 128)]
internal struct signalfd_siginfo
{
    internal uint ssi_signo;
    internal int ssi_errno;
    internal int ssi_code;
    internal uint ssi_pid;
    internal uint ssi_uid;
}

/// <summary>siginfo_t as waitid(2) fills it (bits/types/siginfo_t.h), 128 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Size = 128)]
internal struct siginfo_t
{
    internal int si_signo;
    internal int si_errno;
    internal int si_code;
    internal int si_padding;
    internal int si_pid;
    internal uint si_uid;
    internal int si_status;
}
