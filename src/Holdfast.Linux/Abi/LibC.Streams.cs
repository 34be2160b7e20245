using System.Runtime.InteropServices;

namespace Holdfast.Linux.Abi;

/// <summary>Calls about streams, their memory, and io_uring; each is described in its manual page.</summary>
internal static unsafe partial class LibC
{
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int shutdown(int fd, int how);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int getpeername(int fd, void* address, uint* length);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint io_uring_setup(nint number, uint entries, io_uring_params* parameters);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint io_uring_enter(
        nint number, uint fd, uint toSubmit, uint minComplete, uint flags, void* argument, nuint argumentSize);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint io_uring_register(nint number, int fd, uint opcode, void* argument, uint count);
}
