using System.Runtime.InteropServices;

namespace Holdfast.Linux.Abi;

/// <summary>Names of hosts and services, as the C library finds them; each is described in its manual page.</summary>
internal static unsafe partial class LibC
{
    [LibraryImport(Library)]
    internal static partial hostent* gethostbyname(byte* name);

    [LibraryImport(Library)]
    internal static partial hostent* gethostbyaddr(void* address, uint length, int family);

    [LibraryImport(Library)]
    internal static partial servent* getservbyname(byte* name, byte* protocol);

    [LibraryImport(Library)]
    internal static partial servent* getservbyport(int port, byte* protocol);
}
