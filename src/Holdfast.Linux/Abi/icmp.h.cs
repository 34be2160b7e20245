using System.Runtime.InteropServices;

namespace Holdfast.Linux.Abi;

/// <summary>ICMP types and raw socket option (linux/icmp.h).</summary>
internal enum ICMP
{
    ICMP_ECHOREPLY = 0,
    ICMP_ECHO = 8,
    ICMP_FILTER = 1,
}

/// <summary>ICMPv6 types and raw socket option (linux/icmpv6.h, netinet/icmp6.h).</summary>
internal enum ICMP6
{
    ICMP6_ECHO_REQUEST = 128,
    ICMP6_ECHO_REPLY = 129,
    ND_NEIGHBOR_SOLICIT = 135,
    ND_NEIGHBOR_ADVERT = 136,
    ICMP6_FILTER = 1,
}

/// <summary>Options of neighbour discovery (netinet/icmp6.h).</summary>
internal enum ND_OPT : byte
{
    ND_OPT_SOURCE_LINKADDR = 1,
    ND_OPT_TARGET_LINKADDR = 2,
}

[StructLayout(LayoutKind.Explicit, Size = 4)]
internal struct icmp_filter
{
    [FieldOffset(0)] internal uint data;
}

[StructLayout(LayoutKind.Explicit, Size = 32)]
internal unsafe struct icmp6_filter
{
    [FieldOffset(0)] internal fixed uint icmp6_filt[8];
}
