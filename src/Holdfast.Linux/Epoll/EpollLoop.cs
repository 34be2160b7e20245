using System.Runtime.InteropServices;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Epoll;

/// <summary>One thread's readiness loop over epoll, with deadlines in nanoseconds.</summary>
/// <remarks>
/// Not thread-safe: everything is called on the one thread that runs the loop. Waiting and dispatching allocate
/// nothing; <see cref="Add"/> may grow the slot table. A slot's generation travels through the kernel with the
/// event, so that an event of a descriptor that was removed (and perhaps opened again) in the same batch is dropped.
/// </remarks>
public sealed unsafe class EpollLoop : IDisposable
{
    private const int EventsPerWait = 64;
    private const long NanosecondsPerSecond = 1_000_000_000;

    // struct epoll_event is packed on x86-64 and aligned elsewhere (sys/epoll.h, __EPOLL_PACKED).
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int DataOffset = EventSize - sizeof(ulong);

    private readonly FdHandle _epoll;
    private readonly byte* _events;
    private Slot[] _slots = new Slot[64];
    private int _ready;
    private bool _disposed;

    /// <summary>Creates an empty loop.</summary>
    /// <exception cref="LinuxException">The kernel gives no epoll descriptor.</exception>
    public EpollLoop()
    {
        _epoll = new FdHandle(LibC.epoll_create1(SysEpoll.EPOLL_CLOEXEC));
        LinuxException.ThrowIf(_epoll.IsInvalid ? LibC.LastError : Errno.Success, "create an epoll descriptor");
        _events = (byte*)NativeMemory.AllocZeroed((nuint)(EventsPerWait * EventSize));
    }

    /// <summary>How many descriptors are watched.</summary>
    public int Count { get; private set; }

    /// <summary>Starts to watch a descriptor, which the caller keeps and must remove before closing it.</summary>
    /// <exception cref="LinuxException">The descriptor cannot be watched, or already is.</exception>
    public void Add(int fd, EpollEvents events, IReadyHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentOutOfRangeException.ThrowIfNegative(fd);
        if (fd >= _slots.Length)
        {
            Array.Resize(ref _slots, Math.Max(fd + 1, _slots.Length * 2));
        }
        ref Slot slot = ref _slots[fd];
        slot.Generation++;
        Errno errno = Control(SysEpoll.EPOLL_CTL_ADD, fd, events);
        if (errno != Errno.Success)
        {
            throw new LinuxException($"watch descriptor {fd}", errno);
        }
        slot.Handler = handler;
        Count++;
    }

    /// <summary>Replaces the events that are waited for.</summary>
    /// <exception cref="LinuxException">The descriptor is not watched.</exception>
    public void Modify(int fd, EpollEvents events)
    {
        Errno errno = Control(SysEpoll.EPOLL_CTL_MOD, fd, events);
        if (errno != Errno.Success)
        {
            throw new LinuxException($"change what is watched of {fd}", errno);
        }
    }

    /// <summary>Stops watching a descriptor; nothing happens when it was not watched.</summary>
    public void Remove(int fd)
    {
        if ((uint)fd >= (uint)_slots.Length || _slots[fd].Handler is null)
        {
            return;
        }
        _slots[fd].Handler = null;
        _slots[fd].Generation++;
        Count--;
        _ = Control(SysEpoll.EPOLL_CTL_DEL, fd, EpollEvents.None); // EBADF when the owner closed it first
    }

    /// <summary>Waits until something is ready or <paramref name="deadline"/> comes; calls the handlers.</summary>
    /// <param name="deadline">
    /// When to return at the latest; one that has passed polls; <see cref="MonotonicTime.Never"/> waits for ever.
    /// </param>
    /// <returns>Success, also at the deadline; EINTR when a signal handler ran.</returns>
    public Errno RunOnce(MonotonicTime deadline)
    {
        Errno errno = Wait(deadline);
        Dispatch();
        return errno;
    }

    /// <summary>
    /// The first half of <see cref="RunOnce"/>: for a caller that must see the clock before any handler acts.
    /// </summary>
    /// <inheritdoc cref="RunOnce"/>
    public Errno Wait(MonotonicTime deadline)
    {
        timespec timeout = default;
        if (!deadline.IsNever)
        {
            long left = Math.Max(0, deadline.Nanoseconds - MonotonicClock.Now.Nanoseconds);
            timeout.tv_sec = left / NanosecondsPerSecond;
            timeout.tv_nsec = left % NanosecondsPerSecond;
        }
        int count = LibC.epoll_pwait2(_epoll.Number, _events, EventsPerWait, deadline.IsNever ? null : &timeout, null);
        _ready = Math.Max(count, 0);
        return count < 0 ? LibC.LastError : Errno.Success;
    }

    /// <summary>
    /// The second half: calls the handlers of what was ready. One that was removed since then is not called.
    /// </summary>
    public void Dispatch()
    {
        int count = _ready;
        _ready = 0;
        for (int i = 0; i < count; i++)
        {
            byte* item = _events + (i * EventSize);
            ulong data = *(ulong*)(item + DataOffset);
            ref Slot slot = ref _slots[(int)(uint)data];
            if (slot.Handler is { } handler && slot.Generation == (uint)(data >> 32))
            {
                handler.OnReady((EpollEvents)(*(uint*)item));
            }
        }
    }

    /// <summary>Closes the epoll descriptor; watched descriptors stay open.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _epoll.Dispose();
            NativeMemory.Free(_events);
        }
    }

    private Errno Control(int operation, int fd, EpollEvents events)
    {
        byte* item = stackalloc byte[16];
        *(uint*)item = (uint)events;
        *(ulong*)(item + DataOffset) = (uint)fd | ((ulong)_slots[fd].Generation << 32);
        return LibC.epoll_ctl(_epoll.Number, operation, fd, item) == 0 ? Errno.Success : LibC.LastError;
    }

    private struct Slot
    {
        internal IReadyHandler? Handler;
        internal uint Generation;
    }
}
