using System.Runtime.InteropServices;

namespace Holdfast.Linux.Abi;

/// <summary>Netlink families of linux/netlink.h.</summary>
internal enum NetlinkFamily
{
    NETLINK_ROUTE = 0,
    NETLINK_CONNECTOR = 11,
    NETLINK_NETFILTER = 12,
    NETLINK_GENERIC = 16,
}

/// <summary>Message types that every family has.</summary>
internal enum NLMSG : ushort
{
    NLMSG_NOOP = 1,
    NLMSG_ERROR = 2,
    NLMSG_DONE = 3,
    NLMSG_OVERRUN = 4,
}

/// <summary>Flags of a message header. Several values have one meaning in GET and another in NEW.</summary>
[Flags]
internal enum NLM_F : ushort
{
    NLM_F_REQUEST = 0x1,
    NLM_F_MULTI = 0x2,
    NLM_F_ACK = 0x4,
    NLM_F_DUMP_INTR = 0x10,
    NLM_F_ROOT = 0x100,
    NLM_F_MATCH = 0x200,
    NLM_F_DUMP = NLM_F_ROOT | NLM_F_MATCH,
    NLM_F_REPLACE = 0x100,
    NLM_F_EXCL = 0x200,
    NLM_F_CREATE = 0x400,
    NLM_F_APPEND = 0x800,
    NLM_F_CAPPED = 0x100,
    NLM_F_ACK_TLVS = 0x200,
}

/// <summary>Socket options of level SOL_NETLINK.</summary>
internal enum NetlinkOption
{
    NETLINK_ADD_MEMBERSHIP = 1,
    NETLINK_DROP_MEMBERSHIP = 2,
    NETLINK_CAP_ACK = 10,
    NETLINK_EXT_ACK = 11,
    NETLINK_GET_STRICT_CHK = 12,
}

/// <summary>Attributes of an extended ack.</summary>
internal enum NLMSGERR_ATTR : ushort
{
    NLMSGERR_ATTR_MSG = 1,
    NLMSGERR_ATTR_OFFS = 2,
    NLMSGERR_ATTR_MISS_TYPE = 5,
    NLMSGERR_ATTR_MISS_NEST = 6,
}

/// <summary>Bits in the type of an attribute.</summary>
internal enum NLA_F : ushort
{
    NLA_F_NESTED = 0x8000,
    NLA_F_NET_BYTEORDER = 0x4000,
}

[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct nlmsghdr
{
    [FieldOffset(0)] internal uint nlmsg_len;
    [FieldOffset(4)] internal ushort nlmsg_type;
    [FieldOffset(6)] internal ushort nlmsg_flags;
    [FieldOffset(8)] internal uint nlmsg_seq;
    [FieldOffset(12)] internal uint nlmsg_pid;
}

[StructLayout(LayoutKind.Explicit, Size = 20)]
internal struct nlmsgerr
{
    [FieldOffset(0)] internal int error;
    [FieldOffset(4)] internal nlmsghdr msg;
}

[StructLayout(LayoutKind.Explicit, Size = 4)]
internal struct nlattr
{
    [FieldOffset(0)] internal ushort nla_len;
    [FieldOffset(2)] internal ushort nla_type;
}

[StructLayout(LayoutKind.Explicit, Size = 12)]
internal struct sockaddr_nl
{
    [FieldOffset(0)] internal ushort nl_family;
    [FieldOffset(2)] internal ushort nl_pad;
    [FieldOffset(4)] internal uint nl_pid;
    [FieldOffset(8)] internal uint nl_groups;
}
