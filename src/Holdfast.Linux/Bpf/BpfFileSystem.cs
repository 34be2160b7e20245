using Holdfast.Linux.Abi;
using Holdfast.Linux.Namespaces;

namespace Holdfast.Linux.Bpf;

/// <summary>The file system in which BPF objects outlive the process that made them.</summary>
public static unsafe class BpfFileSystem
{
    /// <summary>Where it usually is.</summary>
    public const string DefaultPath = "/sys/fs/bpf";

    /// <summary>Mounts it unless it is there. A mount is seen in this mount namespace, and goes with it.</summary>
    /// <param name="path">The directory.</param>
    /// <returns>EPERM: no privilege to mount. ENOENT: no such directory, the kernel has no BPF.</returns>
    public static Errno TryMount(string path = DefaultPath)
        => IsMounted(path) ? Errno.Success : MountTable.MountVirtual("bpf", path);

    /// <summary>Whether a directory is in a BPF file system.</summary>
    public static bool IsMounted(string path)
    {
        // struct statfs begins with the type, a long; it is 120 bytes on 64-bit systems.
        long* status = stackalloc long[32];
        fixed (byte* raw = Utf8Strings.Terminated(path))
        {
            return LibC.statfs(raw, status) == 0 && status[0] == (long)FileSystemMagic.BPF_FS_MAGIC;
        }
    }
}
