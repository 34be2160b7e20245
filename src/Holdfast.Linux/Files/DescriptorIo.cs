using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Files;

/// <summary>Reading and writing of descriptors that epoll watches: one call, one <see cref="Errno"/>.</summary>
public static unsafe class DescriptorIo
{
    /// <summary>Reads once.</summary>
    /// <param name="fd">From where.</param>
    /// <param name="buffer">To where.</param>
    /// <param name="count">How many bytes came; 0 with success means the end.</param>
    public static Errno Read(int fd, Span<byte> buffer, out int count)
    {
        fixed (byte* raw = buffer)
        {
            nint result = LibC.read(fd, raw, (nuint)buffer.Length);
            count = (int)Math.Max(0, result);
            return result < 0 ? LibC.LastError : Errno.Success;
        }
    }

    /// <summary>Writes once.</summary>
    /// <param name="fd">To where.</param>
    /// <param name="bytes">What.</param>
    /// <param name="count">How many bytes were taken.</param>
    public static Errno Write(int fd, ReadOnlySpan<byte> bytes, out int count)
    {
        fixed (byte* raw = bytes)
        {
            nint result = LibC.write(fd, raw, (nuint)bytes.Length);
            count = (int)Math.Max(0, result);
            return result < 0 ? LibC.LastError : Errno.Success;
        }
    }

    /// <summary>Writes everything to a blocking descriptor or a regular file.</summary>
    public static Errno WriteAll(int fd, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            Errno errno = Write(fd, bytes, out int count);
            if (errno is not (Errno.Success or Errno.EINTR))
            {
                return errno;
            }
            bytes = bytes[count..];
        }
        return Errno.Success;
    }

    /// <summary>Writes a line of at most 4096 bytes where that does not wait, also on a blocking pipe.</summary>
    /// <returns>EAGAIN when the reader is too slow; nothing is written then.</returns>
    public static Errno TryWriteLine(int fd, ReadOnlySpan<byte> line)
    {
        var poll = new pollfd { fd = fd, events = (short)POLL.POLLOUT };
        if (LibC.poll(&poll, 1, 0) <= 0 || (poll.revents & (short)POLL.POLLOUT) == 0)
        {
            return Errno.EAGAIN; // a writable pipe has room for PIPE_BUF bytes, which are written at once
        }
        return Write(fd, line, out _);
    }

    /// <summary>Another descriptor of the same open file. Close-on-exec.</summary>
    public static Errno TryDuplicate(int fd, out FdHandle copy)
    {
        copy = new(LibC.fcntl(fd, Fcntl.F_DUPFD_CLOEXEC, 0));
        return copy.IsInvalid ? LibC.LastError : Errno.Success;
    }

    /// <summary>Another descriptor of the same open file, which an execve keeps; never one of 0 to 2.</summary>
    public static Errno TryDuplicateInheritable(int fd, out FdHandle copy)
    {
        copy = new(LibC.fcntl(fd, Fcntl.F_DUPFD, 3));
        return copy.IsInvalid ? LibC.LastError : Errno.Success;
    }

    /// <summary>Makes a number stand for an open file; what it stood for before is closed. An execve keeps it.
    /// </summary>
    public static Errno Replace(int number, int fd)
        => LibC.dup2(fd, number) == number ? Errno.Success : LibC.LastError;

    /// <summary>Opens /dev/null for reading and writing.</summary>
    /// <exception cref="LinuxException">It cannot be opened.</exception>
    public static FdHandle OpenNull()
    {
        Errno errno = TryOpen("/dev/null", Fcntl.O_RDWR, 0, out FdHandle handle);
        LinuxException.ThrowIf(errno, "open /dev/null");
        return handle;
    }

    /// <summary>Opens a file to append to, creating it.</summary>
    public static Errno TryOpenAppend(string path, uint mode, out FdHandle handle)
        => TryOpen(path, Fcntl.O_WRONLY | Fcntl.O_CREAT | Fcntl.O_APPEND, mode, out handle);

    /// <summary>Opens a file to read; a pipe without a writer does not make it wait.</summary>
    public static Errno TryOpenRead(string path, out FdHandle handle)
        => TryOpen(path, Fcntl.O_RDONLY | Fcntl.O_NONBLOCK, 0, out handle);

    /// <summary>Creates a pipe: what is written to the second comes out of the first.</summary>
    public static Errno TryCreatePipe(out FdHandle reader, out FdHandle writer)
    {
        int* descriptors = stackalloc int[2];
        bool failed = LibC.pipe2(descriptors, Fcntl.O_CLOEXEC) != 0;
        reader = new(failed ? -1 : descriptors[0]);
        writer = new(failed ? -1 : descriptors[1]);
        return failed ? LibC.LastError : Errno.Success;
    }

    internal static Errno TryOpen(string path, int flags, uint mode, out FdHandle handle)
    {
        fixed (byte* raw = Utf8Strings.Terminated(path))
        {
            handle = new(LibC.open(raw, flags | Fcntl.O_CLOEXEC, mode));
            return handle.IsInvalid ? LibC.LastError : Errno.Success;
        }
    }
}
