using System.Runtime.InteropServices;

namespace Holdfast.Linux.Abi;

/// <summary>struct hostent (netdb.h); it and what it points to belong to the C library, until the next call.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct hostent
{
    internal nint h_name;
    internal nint h_aliases;
    internal int h_addrtype;
    internal int h_length;
    internal byte** h_addr_list;
}

/// <summary>struct servent (netdb.h); it and what it points to belong to the C library, until the next call.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct servent
{
    internal nint s_name;
    internal nint s_aliases;
    internal int s_port;
    internal nint s_proto;
}
