using System.Runtime.InteropServices;

namespace Holdfast.Linux.Abi;

/// <summary>Message types of the route family (linux/rtnetlink.h).</summary>
internal enum RTM : ushort
{
    RTM_NEWLINK = 16,
    RTM_DELLINK = 17,
    RTM_GETLINK = 18,
    RTM_SETLINK = 19,
    RTM_NEWADDR = 20,
    RTM_DELADDR = 21,
    RTM_GETADDR = 22,
    RTM_NEWROUTE = 24,
    RTM_DELROUTE = 25,
    RTM_GETROUTE = 26,
    RTM_NEWNEIGH = 28,
    RTM_DELNEIGH = 29,
    RTM_GETNEIGH = 30,
    RTM_NEWRULE = 32,
    RTM_DELRULE = 33,
    RTM_GETRULE = 34,
}

/// <summary>Multicast groups.</summary>
internal enum RTNLGRP : uint
{
    RTNLGRP_LINK = 1,
    RTNLGRP_NEIGH = 3,
    RTNLGRP_IPV4_IFADDR = 5,
    RTNLGRP_IPV4_ROUTE = 7,
    RTNLGRP_IPV4_RULE = 8,
    RTNLGRP_IPV6_IFADDR = 9,
    RTNLGRP_IPV6_ROUTE = 11,
    RTNLGRP_IPV6_RULE = 19,
}

/// <summary>Route types.</summary>
internal enum RTN : byte
{
    RTN_UNSPEC = 0,
    RTN_UNICAST = 1,
    RTN_LOCAL = 2,
    RTN_BROADCAST = 3,
    RTN_ANYCAST = 4,
    RTN_MULTICAST = 5,
    RTN_BLACKHOLE = 6,
    RTN_UNREACHABLE = 7,
    RTN_PROHIBIT = 8,
    RTN_THROW = 9,
}

/// <summary>Who made a route, rule or neighbour.</summary>
internal enum RTPROT : byte
{
    RTPROT_UNSPEC = 0,
    RTPROT_KERNEL = 2,
    RTPROT_BOOT = 3,
    RTPROT_STATIC = 4,
    RTPROT_KEEPALIVED = 18,
}

/// <summary>Distance to a destination.</summary>
internal enum RT_SCOPE : byte
{
    RT_SCOPE_UNIVERSE = 0,
    RT_SCOPE_SITE = 200,
    RT_SCOPE_LINK = 253,
    RT_SCOPE_HOST = 254,
    RT_SCOPE_NOWHERE = 255,
}

/// <summary>Tables that always exist.</summary>
internal enum RT_TABLE : uint
{
    RT_TABLE_UNSPEC = 0,
    RT_TABLE_COMPAT = 252,
    RT_TABLE_MAIN = 254,
    RT_TABLE_LOCAL = 255,
}

/// <summary>Flags of a route.</summary>
[Flags]
internal enum RTM_F : uint
{
    RTM_F_CLONED = 0x200,
    RTM_F_FIB_MATCH = 0x2000,
}

/// <summary>Flags of a next hop.</summary>
[Flags]
internal enum RTNH_F : byte
{
    RTNH_F_DEAD = 1,
    RTNH_F_ONLINK = 4,
    RTNH_F_LINKDOWN = 16,
}

/// <summary>Attributes of a route.</summary>
internal enum RTA : ushort
{
    RTA_DST = 1,
    RTA_SRC = 2,
    RTA_IIF = 3,
    RTA_OIF = 4,
    RTA_GATEWAY = 5,
    RTA_PRIORITY = 6,
    RTA_PREFSRC = 7,
    RTA_METRICS = 8,
    RTA_MULTIPATH = 9,
    RTA_FLOW = 11,
    RTA_CACHEINFO = 12,
    RTA_TABLE = 15,
    RTA_VIA = 18,
    RTA_PREF = 20,
    RTA_ENCAP_TYPE = 21,
    RTA_ENCAP = 22,
    RTA_EXPIRES = 23,
    RTA_TTL_PROPAGATE = 26,
}

/// <summary>Attributes inside RTA_METRICS.</summary>
internal enum RTAX : ushort
{
    RTAX_LOCK = 1,
    RTAX_MTU = 2,
    RTAX_WINDOW = 3,
    RTAX_RTT = 4,
    RTAX_RTTVAR = 5,
    RTAX_SSTHRESH = 6,
    RTAX_CWND = 7,
    RTAX_ADVMSS = 8,
    RTAX_REORDERING = 9,
    RTAX_HOPLIMIT = 10,
    RTAX_INITCWND = 11,
    RTAX_FEATURES = 12,
    RTAX_RTO_MIN = 13,
    RTAX_INITRWND = 14,
    RTAX_QUICKACK = 15,
    RTAX_CC_ALGO = 16,
    RTAX_FASTOPEN_NO_COOKIE = 17,
}

[StructLayout(LayoutKind.Explicit, Size = 12)]
internal struct rtmsg
{
    [FieldOffset(0)] internal byte rtm_family;
    [FieldOffset(1)] internal byte rtm_dst_len;
    [FieldOffset(2)] internal byte rtm_src_len;
    [FieldOffset(3)] internal byte rtm_tos;
    [FieldOffset(4)] internal byte rtm_table;
    [FieldOffset(5)] internal byte rtm_protocol;
    [FieldOffset(6)] internal byte rtm_scope;
    [FieldOffset(7)] internal byte rtm_type;
    [FieldOffset(8)] internal uint rtm_flags;
}

[StructLayout(LayoutKind.Explicit, Size = 8)]
internal struct rtnexthop
{
    [FieldOffset(0)] internal ushort rtnh_len;
    [FieldOffset(2)] internal byte rtnh_flags;
    [FieldOffset(3)] internal byte rtnh_hops;
    [FieldOffset(4)] internal int rtnh_ifindex;
}

/// <summary>Expiry and use of a route; only <see cref="rta_expires"/> matters here.</summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
internal struct rta_cacheinfo
{
    [FieldOffset(0)] internal uint rta_clntref;
    [FieldOffset(4)] internal uint rta_lastuse;
    [FieldOffset(8)] internal int rta_expires;
    [FieldOffset(12)] internal uint rta_error;
    [FieldOffset(16)] internal uint rta_used;
}

[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct ifinfomsg
{
    [FieldOffset(0)] internal byte ifi_family;
    [FieldOffset(2)] internal ushort ifi_type;
    [FieldOffset(4)] internal int ifi_index;
    [FieldOffset(8)] internal uint ifi_flags;
    [FieldOffset(12)] internal uint ifi_change;
}
