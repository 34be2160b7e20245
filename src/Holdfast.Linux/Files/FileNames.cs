using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Files;

/// <summary>Changes of directories: writing a file whole, named pipes, removal, modes.</summary>
public static unsafe class FileNames
{
    /// <summary>Replaces a file so that a reader sees either the old or the new content, never a part.</summary>
    /// <param name="path">Which file; its directory must be writable.</param>
    /// <param name="content">What it will hold.</param>
    /// <param name="mode">Permissions of the new file.</param>
    public static Errno WriteAtomically(string path, ReadOnlySpan<byte> content, uint mode)
    {
        string temporary = $"{path}.{Environment.ProcessId}.new";
        int flags = Fcntl.O_WRONLY | Fcntl.O_CREAT | Fcntl.O_TRUNC;
        Errno errno = DescriptorIo.TryOpen(temporary, flags, mode, out FdHandle handle);
        using (handle)
        {
            errno = errno != Errno.Success ? errno : DescriptorIo.WriteAll(handle.Number, content);
        }
        if (errno == Errno.Success)
        {
            errno = Rename(temporary, path);
        }
        if (errno != Errno.Success)
        {
            _ = Remove(temporary);
        }
        return errno;
    }

    /// <summary>Creates a file, or empties the one that is there.</summary>
    /// <param name="path">Which file.</param>
    /// <param name="mode">Permissions of a new file.</param>
    public static Errno CreateEmpty(string path, uint mode)
    {
        Errno errno = DescriptorIo.TryOpen(
            path, Fcntl.O_WRONLY | Fcntl.O_CREAT | Fcntl.O_TRUNC, mode, out FdHandle handle);
        handle.Dispose();
        return errno;
    }

    /// <summary>Removes a file, a socket or a pipe.</summary>
    public static Errno Remove(string path)
    {
        fixed (byte* raw = Utf8Strings.Terminated(path))
        {
            return LibC.unlink(raw) == 0 ? Errno.Success : LibC.LastError;
        }
    }

    /// <summary>Sets the permissions of a path.</summary>
    public static Errno SetMode(string path, uint mode)
    {
        fixed (byte* raw = Utf8Strings.Terminated(path))
        {
            return LibC.chmod(raw, mode) == 0 ? Errno.Success : LibC.LastError;
        }
    }

    /// <summary>Gives a path to a user and a group; <see cref="uint.MaxValue"/> leaves one as it is.</summary>
    public static Errno SetOwner(string path, uint uid, uint gid)
    {
        fixed (byte* raw = Utf8Strings.Terminated(path))
        {
            return LibC.chown(raw, uid, gid) == 0 ? Errno.Success : LibC.LastError;
        }
    }

    /// <summary>Gives a file another name, in place of a file that has it.</summary>
    public static Errno Rename(string path, string newPath)
    {
        fixed (byte* from = Utf8Strings.Terminated(path))
        fixed (byte* to = Utf8Strings.Terminated(newPath))
        {
            return LibC.rename(from, to) == 0 ? Errno.Success : LibC.LastError;
        }
    }

    /// <summary>Gives an open file to a user and a group.</summary>
    public static Errno SetOwner(int fd, uint uid, uint gid)
        => LibC.fchown(fd, uid, gid) == 0 ? Errno.Success : LibC.LastError;

    /// <summary>Creates a named pipe unless it is there, and opens it so that writing waits for no reader.</summary>
    /// <returns>EEXIST when the path names something else.</returns>
    public static Errno TryOpenFifo(string path, uint mode, out FdHandle handle)
    {
        handle = FdHandle.None;
        fixed (byte* raw = Utf8Strings.Terminated(path))
        {
            if (LibC.mkfifo(raw, mode) != 0 && LibC.LastError != Errno.EEXIST)
            {
                return LibC.LastError;
            }
        }
        // Opened for both directions: otherwise opening fails with ENXIO until a reader comes.
        Errno errno = DescriptorIo.TryOpen(path, Fcntl.O_RDWR | Fcntl.O_NONBLOCK, 0, out handle);
        if (errno == Errno.Success && FileStatus.TryGet(handle.Number, out FileStatus status) == Errno.Success
            && status.Kind != FileKind.Fifo)
        {
            handle.Dispose();
            return Errno.EEXIST;
        }
        return errno;
    }
}
