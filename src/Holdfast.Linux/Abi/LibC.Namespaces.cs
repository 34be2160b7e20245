using System.Runtime.InteropServices;

namespace Holdfast.Linux.Abi;

/// <summary>Calls about namespaces, mounts and BPF; each is described in its manual page.</summary>
/// <remarks>
/// The two with a "raw" name leave errno to <see cref="Marshal.GetLastSystemError"/>: they are called where no
/// managed code may run between two of them (see NamespaceSpawner).
/// </remarks>
internal static unsafe partial class LibC
{
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int mount(byte* source, byte* target, byte* type, nuint flags, byte* data);

    /// <summary>Fills a struct statfs, which begins with the type of the file system, a long.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int statfs(byte* path, long* status);

    /// <summary>The call itself: glibc has no function for bpf(2).</summary>
    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint SystemCall(nint number, nint first, void* second, nint third);

    [LibraryImport(Library, EntryPoint = "unshare")]
    internal static partial int rawunshare(int flags);

    [LibraryImport(Library, EntryPoint = "setns")]
    internal static partial int rawsetns(int fd, int kind);
}
