using System.Runtime.InteropServices;

namespace Holdfast.Linux.Abi;

#pragma warning disable CS1591 // the names are those of sched.h; sched(7) says what they mean

/// <summary>Scheduling classes of bits/sched.h.</summary>
public enum SchedulingPolicy
{
    SCHED_OTHER = 0,
    SCHED_FIFO = 1,
    SCHED_RR = 2,
    SCHED_BATCH = 3,
    SCHED_IDLE = 5,
}

/// <summary>Kinds of namespaces for setns(2) and unshare(2). Values of bits/sched.h.</summary>
[Flags]
public enum NamespaceKinds
{
    None = 0,
    CLONE_NEWNS = 0x00020000,
    CLONE_NEWCGROUP = 0x02000000,
    CLONE_NEWUTS = 0x04000000,
    CLONE_NEWIPC = 0x08000000,
    CLONE_NEWUSER = 0x10000000,
    CLONE_NEWPID = 0x20000000,
    CLONE_NEWNET = 0x40000000,
}

/// <summary>Constants of sched.h.</summary>
internal static class SysSched
{
    internal const int SCHED_RESET_ON_FORK = 0x40000000;

    /// <summary>Size of cpu_set_t in bytes: 1024 processors.</summary>
    internal const int CpuSetSize = 128;
}

/// <summary>struct sched_param (bits/types/struct_sched_param.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct sched_param
{
    internal int sched_priority;
}
