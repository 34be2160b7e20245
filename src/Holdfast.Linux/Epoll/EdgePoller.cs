using System.Runtime.InteropServices;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Epoll;

/// <summary>What happened on a descriptor that an <see cref="EdgePoller"/> watches.</summary>
/// <param name="Events">What happened.</param>
/// <param name="Token">What the descriptor was added with.</param>
public readonly record struct PolledEvent(EpollEvents Events, ulong Token);

/// <summary>epoll for thousands of connections: tokens instead of handlers, events by number.</summary>
/// <remarks>
/// Unlike <see cref="EpollLoop"/>, which serves a control plane, it keeps no table: the token comes back as it was
/// given, and whoever gave it finds out what it means. Not thread-safe. Nothing is allocated after construction.
/// </remarks>
public sealed unsafe class EdgePoller : IDisposable
{
    /// <summary>How many events one call of <see cref="Wait"/> brings at most.</summary>
    public const int EventsMax = 256;

    private const long NanosecondsPerSecond = 1_000_000_000;

    // struct epoll_event is packed on x86-64 and aligned elsewhere (sys/epoll.h, __EPOLL_PACKED).
    private static readonly int s_eventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private readonly FdHandle _epoll;
    private byte* _events;

    private EdgePoller()
    {
        _epoll = new FdHandle(LibC.epoll_create1(SysEpoll.EPOLL_CLOEXEC));
        LinuxException.ThrowIf(_epoll.IsInvalid ? LibC.LastError : Errno.Success, "create an epoll descriptor");
        _events = (byte*)NativeMemory.AllocZeroed((nuint)(EventsMax * s_eventSize));
    }

    /// <summary>Opens one without descriptors.</summary>
    /// <exception cref="LinuxException">The kernel gives no epoll descriptor.</exception>
    public static EdgePoller Open() => new();

    /// <summary>Starts to watch a descriptor. Closing it ends that.</summary>
    public Errno Add(int fd, EpollEvents events, ulong token) => Control(SysEpoll.EPOLL_CTL_ADD, fd, events, token);

    /// <summary>Replaces what a watched descriptor is watched for; what is ready now is reported.</summary>
    public Errno Modify(int fd, EpollEvents events, ulong token)
        => Control(SysEpoll.EPOLL_CTL_MOD, fd, events, token);

    /// <summary>Stops watching a descriptor.</summary>
    public Errno Remove(int fd) => Control(SysEpoll.EPOLL_CTL_DEL, fd, EpollEvents.None, 0);

    /// <summary>Waits until something has happened, or the deadline has come.</summary>
    /// <param name="deadline">One that has passed does not wait; <see cref="MonotonicTime.Never"/> waits for ever.
    /// </param>
    /// <returns>How many events there are; 0 at the deadline, or after a signal.</returns>
    public int Wait(MonotonicTime deadline)
    {
        timespec timeout = default;
        if (!deadline.IsNever && deadline.Nanoseconds > 0)
        {
            long left = Math.Max(0, deadline.Nanoseconds - MonotonicClock.Now.Nanoseconds);
            timeout.tv_sec = left / NanosecondsPerSecond;
            timeout.tv_nsec = left % NanosecondsPerSecond;
        }
        return Math.Max(0, LibC.epoll_pwait2(
            _epoll.Number, _events, EventsMax, deadline.IsNever ? null : &timeout, null));
    }

    /// <summary>One of the events that <see cref="Wait"/> has brought.</summary>
    /// <param name="index">0 to the number of events − 1.</param>
    public PolledEvent this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)EventsMax, nameof(index));
            byte* item = _events + (index * s_eventSize);
            return new((EpollEvents)(*(uint*)item), *(ulong*)(item + s_eventSize - sizeof(ulong)));
        }
    }

    /// <summary>Closes the epoll descriptor; watched descriptors stay open.</summary>
    public void Dispose()
    {
        _epoll.Dispose();
        NativeMemory.Free(_events);
        _events = null;
    }

    private Errno Control(int operation, int fd, EpollEvents events, ulong token)
    {
        byte* item = stackalloc byte[16];
        *(uint*)item = (uint)events;
        *(ulong*)(item + s_eventSize - sizeof(ulong)) = token;
        return LibC.epoll_ctl(_epoll.Number, operation, fd, item) == 0 ? Errno.Success : LibC.LastError;
    }
}
