using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Epoll;

/// <summary>A counter that another thread raises to wake a loop (eventfd(2)).</summary>
public sealed unsafe class EventFd : IDisposable
{
    private const int NonBlockingCloseOnExec = 0x800 | 0x80000; // EFD_NONBLOCK | EFD_CLOEXEC

    private readonly FdHandle _handle;

    /// <summary>Creates it with the value 0.</summary>
    /// <exception cref="LinuxException">No descriptor is left.</exception>
    public EventFd()
    {
        _handle = new FdHandle(LibC.eventfd(0, NonBlockingCloseOnExec));
        LinuxException.ThrowIf(_handle.IsInvalid ? LibC.LastError : Errno.Success, "create an event descriptor");
    }

    /// <summary>The descriptor; readable while the value is not 0.</summary>
    public int Fd => _handle.Number;

    /// <summary>Adds one. May be called on any thread.</summary>
    public void Raise()
    {
        ulong one = 1;
        _ = LibC.write(Fd, &one, sizeof(ulong)); // EAGAIN at 2^64 − 2: it is readable already
    }

    /// <summary>Sets the value to 0.</summary>
    /// <returns>The value that it had.</returns>
    public ulong Drain()
    {
        ulong value = 0;
        return LibC.read(Fd, &value, sizeof(ulong)) == sizeof(ulong) ? value : 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}
