using System.Runtime.InteropServices;

namespace Holdfast.Linux.Abi;

#pragma warning disable CS8981 // C names

/// <summary>Address families of sys/socket.h.</summary>
internal enum AF : ushort
{
    AF_UNSPEC = 0,
    AF_UNIX = 1,
    AF_INET = 2,
    AF_BRIDGE = 7,
    AF_INET6 = 10,
    AF_NETLINK = 16,
    AF_PACKET = 17,
}

/// <summary>Socket types and flags of sys/socket.h.</summary>
[Flags]
internal enum SOCK
{
    SOCK_STREAM = 1,
    SOCK_DGRAM = 2,
    SOCK_RAW = 3,
    SOCK_NONBLOCK = 0x800,
    SOCK_CLOEXEC = 0x80000,
}

/// <summary>Levels for setsockopt.</summary>
internal enum SOL
{
    SOL_IP = 0,
    SOL_SOCKET = 1,
    SOL_RAW = 255,
    SOL_PACKET = 263,
    SOL_NETLINK = 270,
}

/// <summary>Options of level SOL_SOCKET (asm-generic/socket.h: right for x86-64, arm64 and riscv64).</summary>
internal enum SO
{
    SO_REUSEADDR = 2,
    SO_TYPE = 3,
    SO_ERROR = 4,
    SO_SNDBUF = 7,
    SO_RCVBUF = 8,
    SO_KEEPALIVE = 9,
    SO_PRIORITY = 12,
    SO_LINGER = 13,
    SO_REUSEPORT = 15,
    SO_BINDTODEVICE = 25,
    SO_ATTACH_FILTER = 26,
    SO_DETACH_FILTER = 27,
    SO_SNDBUFFORCE = 32,
    SO_RCVBUFFORCE = 33,
    SO_ACCEPTCONN = 30,
    SO_TIMESTAMPNS = 35,
    SO_MARK = 36,
    SO_RXQ_OVFL = 40,
    SO_LOCK_FILTER = 44,
    SO_BUSY_POLL = 46,
    SO_MEMINFO = 55,
    SO_BINDTOIFINDEX = 62,
    SO_NETNS_COOKIE = 71,
    SCM_TIMESTAMPNS = 35,
}

/// <summary>What SO_MEMINFO gives, by index (linux/sock_diag.h).</summary>
internal enum SK_MEMINFO
{
    SK_MEMINFO_RMEM_ALLOC = 0,
    SK_MEMINFO_DROPS = 8,
    SK_MEMINFO_VARS = 9,
}

/// <summary>Flags of send and receive calls and of received messages.</summary>
[Flags]
internal enum MSG
{
    MSG_PEEK = 0x2,
    MSG_DONTROUTE = 0x4,
    MSG_CTRUNC = 0x8,
    MSG_TRUNC = 0x20,
    MSG_DONTWAIT = 0x40,
    MSG_ERRQUEUE = 0x2000,
    MSG_NOSIGNAL = 0x4000,
    MSG_WAITALL = 0x100,
    MSG_MORE = 0x8000,
}

/// <summary>Events of poll.h.</summary>
[Flags]
internal enum POLL : short
{
    POLLIN = 0x1,
    POLLOUT = 0x4,
    POLLERR = 0x8,
    POLLHUP = 0x10,
}

/// <summary>Clocks of time.h.</summary>
internal enum CLOCK
{
    CLOCK_REALTIME = 0,
    CLOCK_MONOTONIC = 1,
    CLOCK_THREAD_CPUTIME_ID = 3,
    CLOCK_BOOTTIME = 7,
}

/// <summary>Namespace flags of sched.h that this project enters.</summary>
internal enum CLONE
{
    CLONE_NEWNS = 0x00020000,
    CLONE_NEWNET = 0x40000000,
}

/// <summary>Flags of open(2) that this folder uses (x86-64, arm64 and riscv64 agree on them).</summary>
[Flags]
internal enum O
{
    O_RDONLY = 0,
    O_WRONLY = 1,
    O_CLOEXEC = 0x80000,
}

[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct timespec
{
    [FieldOffset(0)] internal long tv_sec;
    [FieldOffset(8)] internal long tv_nsec;
}

[StructLayout(LayoutKind.Explicit, Size = 8)]
internal struct pollfd
{
    [FieldOffset(0)] internal int fd;
    [FieldOffset(4)] internal short events;
    [FieldOffset(6)] internal short revents;
}

[StructLayout(LayoutKind.Explicit, Size = 16)]
internal unsafe struct iovec
{
    [FieldOffset(0)] internal void* iov_base;
    [FieldOffset(8)] internal nuint iov_len;
}

[StructLayout(LayoutKind.Explicit, Size = 56)]
internal unsafe struct msghdr
{
    [FieldOffset(0)] internal void* msg_name;
    [FieldOffset(8)] internal uint msg_namelen;
    [FieldOffset(16)] internal iovec* msg_iov;
    [FieldOffset(24)] internal nuint msg_iovlen;
    [FieldOffset(32)] internal void* msg_control;
    [FieldOffset(40)] internal nuint msg_controllen;
    [FieldOffset(48)] internal int msg_flags;
}

[StructLayout(LayoutKind.Explicit, Size = 64)]
internal struct mmsghdr
{
    [FieldOffset(0)] internal msghdr msg_hdr;
    [FieldOffset(56)] internal uint msg_len;
}

[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct cmsghdr
{
    [FieldOffset(0)] internal nuint cmsg_len;
    [FieldOffset(8)] internal int cmsg_level;
    [FieldOffset(12)] internal int cmsg_type;
}
