using System.Runtime.InteropServices;

namespace Holdfast.Linux.Abi;

/// <summary>Attributes of an address (linux/if_addr.h).</summary>
internal enum IFA : ushort
{
    IFA_ADDRESS = 1,
    IFA_LOCAL = 2,
    IFA_LABEL = 3,
    IFA_BROADCAST = 4,
    IFA_ANYCAST = 5,
    IFA_CACHEINFO = 6,
    IFA_MULTICAST = 7,
    IFA_FLAGS = 8,
    IFA_RT_PRIORITY = 9,
    IFA_PROTO = 11,
}

/// <summary>Flags of an address; those above 0x80 fit only into IFA_FLAGS.</summary>
[Flags]
internal enum IFA_F : uint
{
    IFA_F_SECONDARY = 0x01,
    IFA_F_NODAD = 0x02,
    IFA_F_OPTIMISTIC = 0x04,
    IFA_F_DADFAILED = 0x08,
    IFA_F_HOMEADDRESS = 0x10,
    IFA_F_DEPRECATED = 0x20,
    IFA_F_TENTATIVE = 0x40,
    IFA_F_PERMANENT = 0x80,
    IFA_F_MANAGETEMPADDR = 0x100,
    IFA_F_NOPREFIXROUTE = 0x200,
    IFA_F_MCAUTOJOIN = 0x400,
    IFA_F_STABLE_PRIVACY = 0x800,
}

/// <summary>Values of IFA_PROTO that the kernel itself uses.</summary>
internal enum IFAPROT : byte
{
    IFAPROT_UNSPEC = 0,
    IFAPROT_KERNEL_LO = 1,
    IFAPROT_KERNEL_RA = 2,
    IFAPROT_KERNEL_LL = 3,
}

[StructLayout(LayoutKind.Explicit, Size = 8)]
internal struct ifaddrmsg
{
    [FieldOffset(0)] internal byte ifa_family;
    [FieldOffset(1)] internal byte ifa_prefixlen;
    [FieldOffset(2)] internal byte ifa_flags;
    [FieldOffset(3)] internal byte ifa_scope;
    [FieldOffset(4)] internal uint ifa_index;
}

[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct ifa_cacheinfo
{
    [FieldOffset(0)] internal uint ifa_prefered;
    [FieldOffset(4)] internal uint ifa_valid;
    [FieldOffset(8)] internal uint cstamp;
    [FieldOffset(12)] internal uint tstamp;
}
