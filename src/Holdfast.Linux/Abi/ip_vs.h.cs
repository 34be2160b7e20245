using System.Runtime.InteropServices;

namespace Holdfast.Linux.Abi;

/// <summary>Commands of the generic netlink family "IPVS", version 1 (linux/ip_vs.h).</summary>
internal enum IPVS_CMD : byte
{
    IPVS_CMD_NEW_SERVICE = 1,
    IPVS_CMD_SET_SERVICE = 2,
    IPVS_CMD_DEL_SERVICE = 3,
    IPVS_CMD_GET_SERVICE = 4,
    IPVS_CMD_NEW_DEST = 5,
    IPVS_CMD_SET_DEST = 6,
    IPVS_CMD_DEL_DEST = 7,
    IPVS_CMD_GET_DEST = 8,
    IPVS_CMD_NEW_DAEMON = 9,
    IPVS_CMD_DEL_DAEMON = 10,
    IPVS_CMD_GET_DAEMON = 11,
    IPVS_CMD_SET_CONFIG = 12,
    IPVS_CMD_GET_CONFIG = 13,
    IPVS_CMD_SET_INFO = 14,
    IPVS_CMD_GET_INFO = 15,
    IPVS_CMD_ZERO = 16,
    IPVS_CMD_FLUSH = 17,
}

/// <summary>Attributes of the first level.</summary>
internal enum IPVS_CMD_ATTR : ushort
{
    IPVS_CMD_ATTR_SERVICE = 1,
    IPVS_CMD_ATTR_DEST = 2,
    IPVS_CMD_ATTR_DAEMON = 3,
    IPVS_CMD_ATTR_TIMEOUT_TCP = 4,
    IPVS_CMD_ATTR_TIMEOUT_TCP_FIN = 5,
    IPVS_CMD_ATTR_TIMEOUT_UDP = 6,
}

/// <summary>Attributes of a service.</summary>
internal enum IPVS_SVC_ATTR : ushort
{
    IPVS_SVC_ATTR_AF = 1,
    IPVS_SVC_ATTR_PROTOCOL = 2,
    IPVS_SVC_ATTR_ADDR = 3,
    IPVS_SVC_ATTR_PORT = 4,
    IPVS_SVC_ATTR_FWMARK = 5,
    IPVS_SVC_ATTR_SCHED_NAME = 6,
    IPVS_SVC_ATTR_FLAGS = 7,
    IPVS_SVC_ATTR_TIMEOUT = 8,
    IPVS_SVC_ATTR_NETMASK = 9,
    IPVS_SVC_ATTR_STATS = 10,
    IPVS_SVC_ATTR_PE_NAME = 11,
    IPVS_SVC_ATTR_STATS64 = 12,
}

/// <summary>Attributes of a destination, which the documents call a real server.</summary>
internal enum IPVS_DEST_ATTR : ushort
{
    IPVS_DEST_ATTR_ADDR = 1,
    IPVS_DEST_ATTR_PORT = 2,
    IPVS_DEST_ATTR_FWD_METHOD = 3,
    IPVS_DEST_ATTR_WEIGHT = 4,
    IPVS_DEST_ATTR_U_THRESH = 5,
    IPVS_DEST_ATTR_L_THRESH = 6,
    IPVS_DEST_ATTR_ACTIVE_CONNS = 7,
    IPVS_DEST_ATTR_INACT_CONNS = 8,
    IPVS_DEST_ATTR_PERSIST_CONNS = 9,
    IPVS_DEST_ATTR_STATS = 10,
    IPVS_DEST_ATTR_ADDR_FAMILY = 11,
    IPVS_DEST_ATTR_STATS64 = 12,
    IPVS_DEST_ATTR_TUN_TYPE = 13,
    IPVS_DEST_ATTR_TUN_PORT = 14,
    IPVS_DEST_ATTR_TUN_FLAGS = 15,
}

/// <summary>Attributes of a connection synchronisation daemon.</summary>
internal enum IPVS_DAEMON_ATTR : ushort
{
    IPVS_DAEMON_ATTR_STATE = 1,
    IPVS_DAEMON_ATTR_MCAST_IFN = 2,
    IPVS_DAEMON_ATTR_SYNC_ID = 3,
    IPVS_DAEMON_ATTR_SYNC_MAXLEN = 4,
    IPVS_DAEMON_ATTR_MCAST_GROUP = 5,
    IPVS_DAEMON_ATTR_MCAST_GROUP6 = 6,
    IPVS_DAEMON_ATTR_MCAST_PORT = 7,
    IPVS_DAEMON_ATTR_MCAST_TTL = 8,
}

/// <summary>Counters inside STATS and STATS64.</summary>
internal enum IPVS_STATS_ATTR : ushort
{
    IPVS_STATS_ATTR_CONNS = 1,
    IPVS_STATS_ATTR_INPKTS = 2,
    IPVS_STATS_ATTR_OUTPKTS = 3,
    IPVS_STATS_ATTR_INBYTES = 4,
    IPVS_STATS_ATTR_OUTBYTES = 5,
    IPVS_STATS_ATTR_CPS = 6,
    IPVS_STATS_ATTR_INPPS = 7,
    IPVS_STATS_ATTR_OUTPPS = 8,
    IPVS_STATS_ATTR_INBPS = 9,
    IPVS_STATS_ATTR_OUTBPS = 10,
}

/// <summary>Attributes of the answer to GET_INFO.</summary>
internal enum IPVS_INFO_ATTR : ushort
{
    IPVS_INFO_ATTR_VERSION = 1,
    IPVS_INFO_ATTR_CONN_TAB_SIZE = 2,
}

/// <summary>Flags of a service.</summary>
[Flags]
internal enum IP_VS_SVC_F : uint
{
    IP_VS_SVC_F_PERSISTENT = 0x1,
    IP_VS_SVC_F_HASHED = 0x2,
    IP_VS_SVC_F_ONEPACKET = 0x4,
    IP_VS_SVC_F_SCHED1 = 0x8,
    IP_VS_SVC_F_SCHED2 = 0x10,
    IP_VS_SVC_F_SCHED3 = 0x20,
}

/// <summary>How packets are forwarded.</summary>
internal enum IP_VS_CONN_F : uint
{
    IP_VS_CONN_F_MASQ = 0,
    IP_VS_CONN_F_LOCALNODE = 1,
    IP_VS_CONN_F_TUNNEL = 2,
    IP_VS_CONN_F_DROUTE = 3,
    IP_VS_CONN_F_BYPASS = 4,
    IP_VS_CONN_F_FWD_MASK = 7,
}

/// <summary>Kinds of tunnel.</summary>
internal enum IP_VS_CONN_F_TUNNEL_TYPE : byte
{
    IP_VS_CONN_F_TUNNEL_TYPE_IPIP = 0,
    IP_VS_CONN_F_TUNNEL_TYPE_GUE = 1,
    IP_VS_CONN_F_TUNNEL_TYPE_GRE = 2,
}

/// <summary>Flags of a tunnel.</summary>
internal enum IP_VS_TUNNEL_ENCAP_FLAG : ushort
{
    IP_VS_TUNNEL_ENCAP_FLAG_NOCSUM = 0,
    IP_VS_TUNNEL_ENCAP_FLAG_CSUM = 1,
    IP_VS_TUNNEL_ENCAP_FLAG_REMCSUM = 2,
}

/// <summary>What a synchronisation daemon does.</summary>
internal enum IP_VS_STATE : uint
{
    IP_VS_STATE_NONE = 0,
    IP_VS_STATE_MASTER = 1,
    IP_VS_STATE_BACKUP = 2,
}

[StructLayout(LayoutKind.Explicit, Size = 8)]
internal struct ip_vs_flags
{
    [FieldOffset(0)] internal uint flags;
    [FieldOffset(4)] internal uint mask;
}
