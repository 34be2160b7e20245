namespace Holdfast.Linux.Abi;

#pragma warning disable CS1591 // the names are those of sys/epoll.h; epoll_ctl(2) says what they mean

/// <summary>What happened, or is waited for, on a descriptor. Values of sys/epoll.h.</summary>
[Flags]
public enum EpollEvents : uint
{
    None = 0,
    EPOLLIN = 0x1,
    EPOLLPRI = 0x2,
    EPOLLOUT = 0x4,
    EPOLLERR = 0x8,
    EPOLLHUP = 0x10,
    EPOLLRDHUP = 0x2000,
    EPOLLEXCLUSIVE = 1u << 28,
    EPOLLWAKEUP = 1u << 29,
    EPOLLONESHOT = 1u << 30,
    EPOLLET = 1u << 31,
}

/// <summary>Constants of sys/epoll.h.</summary>
internal static class SysEpoll
{
    internal const int EPOLL_CLOEXEC = 0x80000;
    internal const int EPOLL_CTL_ADD = 1;
    internal const int EPOLL_CTL_DEL = 2;
    internal const int EPOLL_CTL_MOD = 3;
}
