using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Namespaces;

namespace Holdfast.Linux.Bpf;

/// <summary>The file system in which BPF objects outlive the process that made them.</summary>
public static class BpfFileSystem
{
    /// <summary>Where it usually is.</summary>
    public const string DefaultPath = "/sys/fs/bpf";

    /// <summary>Mounts it unless it is there. A mount is seen in this mount namespace, and goes with it.</summary>
    /// <param name="path">The directory.</param>
    /// <returns>EPERM: no privilege to mount. ENOENT: no such directory, the kernel has no BPF.</returns>
    public static Errno TryMount(string path = DefaultPath)
        => IsMounted(path) ? Errno.Success : MountTable.MountVirtual("bpf", path);

    /// <summary>Whether a directory is in a BPF file system.</summary>
    public static bool IsMounted(string path) => FileSystems.TypeOf(path) == FileSystemMagic.BPF_FS_MAGIC;
}
