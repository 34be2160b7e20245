namespace Holdfast.Linux.Abi;

/// <summary>Messages of connection tracking (linux/netfilter/nfnetlink_conntrack.h).</summary>
internal enum IPCTNL_MSG : byte
{
    IPCTNL_MSG_CT_NEW = 0,
    IPCTNL_MSG_CT_GET = 1,
    IPCTNL_MSG_CT_DELETE = 2,
}

/// <summary>Attributes of a tracked connection.</summary>
internal enum CTA : ushort
{
    CTA_TUPLE_ORIG = 1,
    CTA_TUPLE_REPLY = 2,
    CTA_STATUS = 3,
    CTA_PROTOINFO = 4,
    CTA_TIMEOUT = 7,
    CTA_ID = 12,
    CTA_ZONE = 18,
}

/// <summary>Attributes of one direction of a connection.</summary>
internal enum CTA_TUPLE : ushort
{
    CTA_TUPLE_IP = 1,
    CTA_TUPLE_PROTO = 2,
}

/// <summary>Addresses of one direction.</summary>
internal enum CTA_IP : ushort
{
    CTA_IP_V4_SRC = 1,
    CTA_IP_V4_DST = 2,
    CTA_IP_V6_SRC = 3,
    CTA_IP_V6_DST = 4,
}

/// <summary>Protocol and ports of one direction.</summary>
internal enum CTA_PROTO : ushort
{
    CTA_PROTO_NUM = 1,
    CTA_PROTO_SRC_PORT = 2,
    CTA_PROTO_DST_PORT = 3,
}

/// <summary>Attributes of a protocol's state.</summary>
internal enum CTA_PROTOINFO : ushort
{
    CTA_PROTOINFO_TCP = 1,
}

/// <summary>Attributes of the state of TCP.</summary>
internal enum CTA_PROTOINFO_TCP : ushort
{
    CTA_PROTOINFO_TCP_STATE = 1,
}

/// <summary>States of TCP connections (linux/netfilter/nf_conntrack_tcp.h).</summary>
internal enum TCP_CONNTRACK : byte
{
    TCP_CONNTRACK_NONE = 0,
    TCP_CONNTRACK_SYN_SENT = 1,
    TCP_CONNTRACK_SYN_RECV = 2,
    TCP_CONNTRACK_ESTABLISHED = 3,
    TCP_CONNTRACK_FIN_WAIT = 4,
    TCP_CONNTRACK_CLOSE_WAIT = 5,
    TCP_CONNTRACK_LAST_ACK = 6,
    TCP_CONNTRACK_TIME_WAIT = 7,
    TCP_CONNTRACK_CLOSE = 8,
}

/// <summary>Status of a connection (linux/netfilter/nf_conntrack_common.h).</summary>
[Flags]
internal enum IPS : uint
{
    IPS_DST_NAT = 32,
}
