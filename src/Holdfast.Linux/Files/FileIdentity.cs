using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Files;

/// <summary>Which file of a file system something is, whatever it is called.</summary>
/// <param name="Inode">Its number there.</param>
/// <param name="LinkCount">How many names it has.</param>
public readonly record struct FileIdentity(ulong Inode, uint LinkCount)
{
    /// <summary>Looks at a path without following a link at its end.</summary>
    public static unsafe Errno TryGet(string path, out FileIdentity identity)
    {
        fixed (byte* raw = Utf8Strings.Terminated(path))
        {
            return TryGet(Fcntl.AT_FDCWD, raw, Fcntl.AT_SYMLINK_NOFOLLOW, out identity);
        }
    }

    /// <summary>Looks at an open descriptor.</summary>
    public static unsafe Errno TryGet(int fd, out FileIdentity identity)
    {
        byte empty = 0;
        return TryGet(fd, &empty, Fcntl.AT_EMPTY_PATH, out identity);
    }

    private static unsafe Errno TryGet(int directory, byte* path, int flags, out FileIdentity identity)
    {
        statx raw = default;
        identity = default;
        if (LibC.StatX(directory, path, flags, SysStat.STATX_BASIC_STATS, &raw) != 0)
        {
            return LibC.LastError;
        }
        identity = new(raw.stx_ino, raw.stx_nlink);
        return Errno.Success;
    }
}
