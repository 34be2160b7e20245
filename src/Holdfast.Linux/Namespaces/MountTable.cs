using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Namespaces;

/// <summary>Mounts of the calling thread's mount namespace (mount(2)). Needs CAP_SYS_ADMIN.</summary>
public static unsafe class MountTable
{
    /// <summary>Moves the calling thread into a mount namespace of its own, with a copy of all mounts.</summary>
    public static Errno UnshareCurrentThread()
        => LibC.unshare((int)CLONE.CLONE_NEWNS) < 0 ? LibC.LastError : Errno.Success;

    /// <summary>Stops every later mount from reaching other mount namespaces, and theirs from reaching us.</summary>
    public static Errno MakeAllPrivate() => Mount(null, "/", null, SysMount.MS_REC | SysMount.MS_PRIVATE);

    /// <summary>Mounts a file system that needs no device: tmpfs, proc, sysfs.</summary>
    /// <returns>ENODEV: the kernel does not know the type. ENOENT: there is no such directory.</returns>
    public static Errno MountVirtual(string type, string target) => Mount(type, target, type, SysMount.MS_NOSUID);

    /// <summary>Makes a directory, with what is mounted below it, visible at a second place.</summary>
    public static Errno Bind(string source, string target)
        => Mount(source, target, null, SysMount.MS_BIND | SysMount.MS_REC);

    private static Errno Mount(string? source, string target, string? type, int flags)
    {
        fixed (byte* from = source is null ? null : Utf8Strings.Terminated(source))
        fixed (byte* to = Utf8Strings.Terminated(target))
        fixed (byte* kind = type is null ? null : Utf8Strings.Terminated(type))
        {
            return LibC.mount(from, to, kind, (nuint)flags, null) < 0 ? LibC.LastError : Errno.Success;
        }
    }
}
