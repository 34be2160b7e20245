using System.Runtime.InteropServices;

namespace Holdfast.Linux.Abi;

#pragma warning disable CS1591 // the names are those of sys/resource.h; getrlimit(2) says what they mean

/// <summary>Resources that a process may be limited in. Values of bits/resource.h.</summary>
public enum ResourceLimit
{
    RLIMIT_CPU = 0,
    RLIMIT_FSIZE = 1,
    RLIMIT_DATA = 2,
    RLIMIT_STACK = 3,
    RLIMIT_CORE = 4,
    RLIMIT_RSS = 5,
    RLIMIT_NPROC = 6,
    RLIMIT_NOFILE = 7,
    RLIMIT_MEMLOCK = 8,
    RLIMIT_AS = 9,
    RLIMIT_LOCKS = 10,
    RLIMIT_SIGPENDING = 11,
    RLIMIT_MSGQUEUE = 12,
    RLIMIT_NICE = 13,
    RLIMIT_RTPRIO = 14,
    RLIMIT_RTTIME = 15,
}

/// <summary>Constants of sys/resource.h.</summary>
internal static class SysResource
{
    internal const int PRIO_PROCESS = 0;
    internal const ulong RLIM_INFINITY = ulong.MaxValue;
}

/// <summary>struct rlimit (bits/resource.h, 64-bit).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct rlimit
{
    internal ulong rlim_cur;
    internal ulong rlim_max;
}
