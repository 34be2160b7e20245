using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Files;

/// <summary>A lock on a directory among processes (flock(2)); it ends with the process that holds it.</summary>
public sealed unsafe class DirectoryLock : IDisposable
{
    private readonly FdHandle _handle;

    private DirectoryLock(FdHandle handle) => _handle = handle;

    /// <summary>Waits until nobody else holds it, and takes it.</summary>
    /// <param name="path">The directory.</param>
    /// <exception cref="LinuxException">There is no such directory.</exception>
    public static DirectoryLock Acquire(string path)
    {
        FdHandle handle;
        fixed (byte* raw = Utf8Strings.Terminated(path))
        {
            handle = new(LibC.open(raw, (int)(O.O_RDONLY | O.O_CLOEXEC), 0));
        }
        LinuxException.ThrowIf(handle.IsInvalid ? LibC.LastError : Errno.Success, $"open the directory {path}");
        while (LibC.flock(handle.Number, Fcntl.LOCK_EX) != 0)
        {
            Errno errno = LibC.LastError;
            if (errno != Errno.EINTR)
            {
                handle.Dispose();
                throw new LinuxException($"lock the directory {path}", errno);
            }
        }
        return new(handle);
    }

    /// <summary>Takes it unless somebody else holds it.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="isShared">Whether others may hold it as well, as long as all share it.</param>
    /// <returns>Null: somebody holds it, or there is no such directory.</returns>
    public static DirectoryLock? TryAcquire(string path, bool isShared = false)
    {
        FdHandle handle;
        fixed (byte* raw = Utf8Strings.Terminated(path))
        {
            handle = new(LibC.open(raw, (int)(O.O_RDONLY | O.O_CLOEXEC), 0));
        }
        if (!handle.IsInvalid && TryLock(handle, isShared))
        {
            return new(handle);
        }
        handle.Dispose();
        return null;
    }

    /// <summary>Makes a lock that was shared one that is not.</summary>
    /// <returns>False: others share it. Then it may be lost.</returns>
    public bool TryMakeExclusive() => TryLock(_handle, isShared: false);

    /// <summary>Gives it back.</summary>
    public void Dispose() => _handle.Dispose();

    private static bool TryLock(FdHandle handle, bool isShared)
        => LibC.flock(handle.Number, (isShared ? Fcntl.LOCK_SH : Fcntl.LOCK_EX) | Fcntl.LOCK_NB) == 0;
}
