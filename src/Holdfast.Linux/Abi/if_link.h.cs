namespace Holdfast.Linux.Abi;

/// <summary>Attributes of a link (linux/if_link.h).</summary>
internal enum IFLA : ushort
{
    IFLA_ADDRESS = 1,
    IFLA_BROADCAST = 2,
    IFLA_IFNAME = 3,
    IFLA_MTU = 4,
    IFLA_LINK = 5,
    IFLA_QDISC = 6,
    IFLA_STATS = 7,
    IFLA_MASTER = 10,
    IFLA_OPERSTATE = 16,
    IFLA_LINKINFO = 18,
    IFLA_NET_NS_PID = 19,
    IFLA_NET_NS_FD = 28,
    IFLA_EXT_MASK = 29,
    IFLA_INET6_ADDR_GEN_MODE = 8,
    IFLA_AF_SPEC = 26,
    IFLA_XDP = 43,
}

/// <summary>Attributes inside IFLA_LINKINFO.</summary>
internal enum IFLA_INFO : ushort
{
    IFLA_INFO_KIND = 1,
    IFLA_INFO_DATA = 2,
}

/// <summary>Attributes of macvlan's IFLA_INFO_DATA.</summary>
internal enum IFLA_MACVLAN : ushort
{
    IFLA_MACVLAN_MODE = 1,
    IFLA_MACVLAN_FLAGS = 2,
}

/// <summary>Modes of a macvlan link.</summary>
internal enum MACVLAN_MODE : uint
{
    MACVLAN_MODE_PRIVATE = 1,
    MACVLAN_MODE_VEPA = 2,
    MACVLAN_MODE_BRIDGE = 4,
    MACVLAN_MODE_PASSTHRU = 8,
}

/// <summary>The one attribute of veth's IFLA_INFO_DATA (linux/veth.h).</summary>
internal enum VETH_INFO : ushort
{
    VETH_INFO_PEER = 1,
}

/// <summary>Values of IFLA_INET6_ADDR_GEN_MODE.</summary>
internal enum IN6_ADDR_GEN_MODE : byte
{
    IN6_ADDR_GEN_MODE_EUI64 = 0,
    IN6_ADDR_GEN_MODE_NONE = 1,
}

/// <summary>Interface flags (linux/if.h).</summary>
[Flags]
internal enum IFF : uint
{
    IFF_UP = 0x1,
    IFF_BROADCAST = 0x2,
    IFF_LOOPBACK = 0x8,
    IFF_POINTOPOINT = 0x10,
    IFF_RUNNING = 0x40,
    IFF_NOARP = 0x80,
    IFF_PROMISC = 0x100,
    IFF_ALLMULTI = 0x200,
    IFF_MULTICAST = 0x1000,
    IFF_LOWER_UP = 0x10000,
    IFF_DORMANT = 0x20000,
}

/// <summary>Operational states, RFC 2863 (linux/if.h).</summary>
internal enum IF_OPER : byte
{
    IF_OPER_UNKNOWN = 0,
    IF_OPER_NOTPRESENT = 1,
    IF_OPER_DOWN = 2,
    IF_OPER_LOWERLAYERDOWN = 3,
    IF_OPER_TESTING = 4,
    IF_OPER_DORMANT = 5,
    IF_OPER_UP = 6,
}

/// <summary>Sizes of linux/if.h.</summary>
internal enum IfSize
{
    IFNAMSIZ = 16,
}

/// <summary>Attributes of a VRF's IFLA_INFO_DATA.</summary>
internal enum IFLA_VRF : ushort
{
    IFLA_VRF_TABLE = 1,
}

/// <summary>Attributes of a bridge's IFLA_INFO_DATA.</summary>
internal enum IFLA_BR : ushort
{
    IFLA_BR_MCAST_SNOOPING = 23,
}
