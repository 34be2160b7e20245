using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Files;

/// <summary>What kind of file system a path is on (statfs(2)).</summary>
public static unsafe class FileSystems
{
    /// <summary>Whether a path is on a file system of another host, where a call may wait for it.</summary>
    /// <param name="path">A file or directory; one that is not there is on none. Asking may wait, too.</param>
    public static bool IsOnNetwork(string path) => TypeOf(path) is FileSystemMagic.NFS_SUPER_MAGIC
        or FileSystemMagic.CIFS_SUPER_MAGIC or FileSystemMagic.SMB_SUPER_MAGIC or FileSystemMagic.SMB2_SUPER_MAGIC
        or FileSystemMagic.CEPH_SUPER_MAGIC or FileSystemMagic.AFS_SUPER_MAGIC or FileSystemMagic.CODA_SUPER_MAGIC;

    /// <summary>The type of the file system; null when there is no such path.</summary>
    internal static FileSystemMagic? TypeOf(string path)
    {
        // struct statfs begins with the type, a long; it is 120 bytes on 64-bit systems.
        long* status = stackalloc long[32];
        fixed (byte* raw = Utf8Strings.Terminated(path))
        {
            return LibC.statfs(raw, status) == 0 ? (FileSystemMagic)status[0] : null;
        }
    }
}
