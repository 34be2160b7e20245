using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Files;

/// <summary>What a web server has to know of a file.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="SizeBytes">Its length.</param>
/// <param name="ModifiedSeconds">When it was changed, in seconds since 1970.</param>
/// <param name="Inode">Its number in its file system.</param>
/// <param name="Mode">Permission bits.</param>
/// <param name="Uid">Its owner.</param>
public readonly record struct FileFacts(
    FileKind Kind, long SizeBytes, long ModifiedSeconds, ulong Inode, uint Mode, uint Uid);

/// <summary>Files by paths as bytes, for requests: nothing is allocated.</summary>
public static unsafe class PathIo
{
    /// <summary>Opens a file to read; a pipe without a writer does not make it wait.</summary>
    /// <param name="path">The path, a zero byte behind it.</param>
    /// <param name="fd">The descriptor, which is the caller's; −1 after an error.</param>
    public static Errno Open(ReadOnlySpan<byte> path, out int fd)
        => Open(path, Fcntl.O_RDONLY | Fcntl.O_NONBLOCK, 0, out fd);

    /// <summary>Makes a file that nobody else has, to read and write.</summary>
    /// <param name="path">The path, a zero byte behind it.</param>
    /// <param name="mode">Its permissions.</param>
    /// <param name="fd">The descriptor, which is the caller's; −1 after an error.</param>
    public static Errno Create(ReadOnlySpan<byte> path, uint mode, out int fd)
        => Open(path, Fcntl.O_RDWR | Fcntl.O_CREAT | Fcntl.O_EXCL, mode, out fd);

    /// <summary>Looks at what a path leads to, links followed.</summary>
    /// <param name="path">The path, a zero byte behind it.</param>
    /// <param name="facts">What it is.</param>
    /// <param name="followsLink">Whether a link at the end is followed.</param>
    public static Errno Look(ReadOnlySpan<byte> path, out FileFacts facts, bool followsLink = true)
    {
        Check(path);
        fixed (byte* raw = path)
        {
            return Look(Fcntl.AT_FDCWD, raw, followsLink ? 0 : Fcntl.AT_SYMLINK_NOFOLLOW, out facts);
        }
    }

    /// <summary>Looks at an open descriptor.</summary>
    public static Errno Look(int fd, out FileFacts facts)
    {
        byte empty = 0;
        return Look(fd, &empty, Fcntl.AT_EMPTY_PATH, out facts);
    }

    /// <summary>Reads at an offset.</summary>
    /// <param name="fd">The file.</param>
    /// <param name="buffer">Where to.</param>
    /// <param name="offset">From where.</param>
    /// <param name="count">Bytes read; 0 at the end of the file.</param>
    public static Errno ReadAt(int fd, Span<byte> buffer, long offset, out int count)
    {
        fixed (byte* raw = buffer)
        {
            nint result;
            do
            {
                result = LibC.pread(fd, raw, (nuint)buffer.Length, offset);
            }
            while (result < 0 && LibC.LastError == Errno.EINTR);
            count = result < 0 ? 0 : (int)result;
            return result < 0 ? LibC.LastError : Errno.Success;
        }
    }

    /// <summary>Writes all bytes at an offset.</summary>
    public static Errno WriteAt(int fd, ReadOnlySpan<byte> bytes, long offset)
    {
        fixed (byte* raw = bytes)
        {
            int done = 0;
            while (done < bytes.Length)
            {
                nint result = LibC.pwrite(fd, raw + done, (nuint)(bytes.Length - done), offset + done);
                if (result < 0 && LibC.LastError != Errno.EINTR)
                {
                    return LibC.LastError;
                }
                done += (int)Math.Max(result, 0);
            }
            return Errno.Success;
        }
    }

    /// <summary>Removes a name.</summary>
    /// <param name="path">The path, a zero byte behind it.</param>
    public static Errno Remove(ReadOnlySpan<byte> path)
    {
        Check(path);
        fixed (byte* raw = path)
        {
            return LibC.unlink(raw) == 0 ? Errno.Success : LibC.LastError;
        }
    }

    /// <summary>Closes a descriptor.</summary>
    public static void Close(int fd) => _ = LibC.close(fd);

    private static Errno Open(ReadOnlySpan<byte> path, int flags, uint mode, out int fd)
    {
        Check(path);
        fixed (byte* raw = path)
        {
            fd = LibC.open(raw, flags | Fcntl.O_CLOEXEC, mode);
            return fd < 0 ? LibC.LastError : Errno.Success;
        }
    }

    private static Errno Look(int directory, byte* path, int flags, out FileFacts facts)
    {
        statx raw = default;
        facts = default;
        if (LibC.StatX(directory, path, flags, SysStat.STATX_BASIC_STATS, &raw) != 0)
        {
            return LibC.LastError;
        }
        facts = new(FileStatus.KindOf(raw.stx_mode), (long)raw.stx_size, raw.stx_mtime.tv_sec, raw.stx_ino,
            raw.stx_mode & 0xFFFu, raw.stx_uid);
        return Errno.Success;
    }

    private static void Check(ReadOnlySpan<byte> path)
    {
        if (path is not [.., 0])
        {
            throw new ArgumentException("No zero byte ends the path.", nameof(path));
        }
    }
}
