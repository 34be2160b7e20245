using System.Runtime.InteropServices;

namespace Holdfast.Linux.Abi;

/// <summary>IP protocols; 112 (VRRP) has no name in the C headers.</summary>
internal enum IPPROTO
{
    IPPROTO_IP = 0,
    IPPROTO_ICMP = 1,
    IPPROTO_TCP = 6,
    IPPROTO_UDP = 17,
    IPPROTO_IPV6 = 41,
    IPPROTO_AH = 51,
    IPPROTO_ICMPV6 = 58,
    IPPROTO_RAW = 255,
}

/// <summary>Socket options of IPv4 (linux/in.h).</summary>
internal enum IP
{
    IP_TOS = 1,
    IP_TTL = 2,
    IP_HDRINCL = 3,
    IP_PKTINFO = 8,
    IP_RECVTTL = 12,
    IP_RECVERR = 11,
    IP_FREEBIND = 15,
    IP_TRANSPARENT = 19,
    IP_BIND_ADDRESS_NO_PORT = 24,
    IP_MULTICAST_IF = 32,
    IP_MULTICAST_TTL = 33,
    IP_MULTICAST_LOOP = 34,
    IP_ADD_MEMBERSHIP = 35,
    IP_DROP_MEMBERSHIP = 36,
    IP_MULTICAST_ALL = 49,
}

/// <summary>Socket options of IPv6 (linux/in6.h).</summary>
internal enum IPV6
{
    IPV6_UNICAST_HOPS = 16,
    IPV6_MULTICAST_IF = 17,
    IPV6_MULTICAST_HOPS = 18,
    IPV6_MULTICAST_LOOP = 19,
    IPV6_ADD_MEMBERSHIP = 20,
    IPV6_DROP_MEMBERSHIP = 21,
    IPV6_RECVERR = 25,
    IPV6_V6ONLY = 26,
    IPV6_MULTICAST_ALL = 29,
    IPV6_CHECKSUM = 7,
    IPV6_RECVPKTINFO = 49,
    IPV6_PKTINFO = 50,
    IPV6_RECVHOPLIMIT = 51,
    IPV6_HOPLIMIT = 52,
    IPV6_TCLASS = 67,
    IPV6_TRANSPARENT = 75,
    IPV6_FREEBIND = 78,
}

[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct sockaddr_in
{
    [FieldOffset(0)] internal ushort sin_family;
    [FieldOffset(2)] internal ushort sin_port;
    [FieldOffset(4)] internal uint sin_addr;
}

[StructLayout(LayoutKind.Explicit, Size = 28)]
internal unsafe struct sockaddr_in6
{
    [FieldOffset(0)] internal ushort sin6_family;
    [FieldOffset(2)] internal ushort sin6_port;
    [FieldOffset(4)] internal uint sin6_flowinfo;
    [FieldOffset(8)] internal fixed byte sin6_addr[16];
    [FieldOffset(24)] internal uint sin6_scope_id;
}

[StructLayout(LayoutKind.Explicit, Size = 12)]
internal struct ip_mreqn
{
    [FieldOffset(0)] internal uint imr_multiaddr;
    [FieldOffset(4)] internal uint imr_address;
    [FieldOffset(8)] internal int imr_ifindex;
}

[StructLayout(LayoutKind.Explicit, Size = 20)]
internal unsafe struct ipv6_mreq
{
    [FieldOffset(0)] internal fixed byte ipv6mr_multiaddr[16];
    [FieldOffset(16)] internal int ipv6mr_interface;
}

[StructLayout(LayoutKind.Explicit, Size = 12)]
internal struct in_pktinfo
{
    [FieldOffset(0)] internal int ipi_ifindex;
    [FieldOffset(4)] internal uint ipi_spec_dst;
    [FieldOffset(8)] internal uint ipi_addr;
}

[StructLayout(LayoutKind.Explicit, Size = 20)]
internal unsafe struct in6_pktinfo
{
    [FieldOffset(0)] internal fixed byte ipi6_addr[16];
    [FieldOffset(16)] internal int ipi6_ifindex;
}
