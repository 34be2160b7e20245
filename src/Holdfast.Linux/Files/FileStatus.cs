using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Files;

/// <summary>What kind of thing a path names.</summary>
public enum FileKind : byte
{
    /// <summary>A socket, a device or something else.</summary>
    Other,

    /// <summary>A regular file.</summary>
    Regular,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link.</summary>
    SymbolicLink,

    /// <summary>A named pipe.</summary>
    Fifo,
}

/// <summary>Owner, kind and permissions of a file.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Mode">Permission bits with set-id and sticky bits (octal 7777).</param>
/// <param name="Uid">Owner.</param>
/// <param name="Gid">Group.</param>
/// <param name="SizeBytes">Size in bytes.</param>
public readonly record struct FileStatus(FileKind Kind, uint Mode, uint Uid, uint Gid, long SizeBytes)
{
    /// <summary>Looks at a path without following a link at its end.</summary>
    public static unsafe Errno TryGet(string path, out FileStatus status)
    {
        fixed (byte* raw = Utf8Strings.Terminated(path))
        {
            return TryGet(Fcntl.AT_FDCWD, raw, Fcntl.AT_SYMLINK_NOFOLLOW, out status);
        }
    }

    /// <summary>Looks at what a path leads to, links followed.</summary>
    public static unsafe Errno TryGetTarget(string path, out FileStatus status)
    {
        fixed (byte* raw = Utf8Strings.Terminated(path))
        {
            return TryGet(Fcntl.AT_FDCWD, raw, 0, out status);
        }
    }

    /// <summary>Looks at an open descriptor.</summary>
    public static unsafe Errno TryGet(int fd, out FileStatus status)
    {
        byte empty = 0;
        return TryGet(fd, &empty, Fcntl.AT_EMPTY_PATH, out status);
    }

    private static unsafe Errno TryGet(int directory, byte* path, int flags, out FileStatus status)
    {
        statx raw = default;
        status = default;
        if (LibC.StatX(directory, path, flags, SysStat.STATX_BASIC_STATS, &raw) != 0)
        {
            return LibC.LastError;
        }
        status = new(KindOf(raw.stx_mode), raw.stx_mode & 0xFFFu, raw.stx_uid, raw.stx_gid, (long)raw.stx_size);
        return Errno.Success;
    }

    /// <summary>The kind that a mode of the kernel says.</summary>
    internal static FileKind KindOf(uint mode) => (mode & SysStat.S_IFMT) switch
    {
        SysStat.S_IFREG => FileKind.Regular,
        SysStat.S_IFDIR => FileKind.Directory,
        SysStat.S_IFLNK => FileKind.SymbolicLink,
        SysStat.S_IFIFO => FileKind.Fifo,
        _ => FileKind.Other,
    };
}
