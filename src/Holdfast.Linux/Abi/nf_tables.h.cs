using System.Runtime.InteropServices;

namespace Holdfast.Linux.Abi;

/// <summary>Header of every nfnetlink message (linux/netfilter/nfnetlink.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct nfgenmsg
{
    internal byte nfgen_family;
    internal byte version;
    internal ushort res_id; // network order
}

/// <summary>Subsystem and batch messages (linux/netfilter/nfnetlink.h).</summary>
internal enum NFNL : ushort
{
    NFNL_SUBSYS_CTNETLINK = 1,
    NFNL_SUBSYS_NFTABLES = 10,
    NFNL_MSG_BATCH_BEGIN = 16,
    NFNL_MSG_BATCH_END = 17,
}

/// <summary>Families (linux/netfilter.h).</summary>
internal enum NFPROTO : byte
{
    NFPROTO_INET = 1,
    NFPROTO_IPV4 = 2,
    NFPROTO_NETDEV = 5,
    NFPROTO_IPV6 = 10,
}

/// <summary>Hooks (linux/netfilter.h).</summary>
internal enum NF_INET : uint
{
    NF_INET_PRE_ROUTING = 0,
    NF_INET_LOCAL_IN = 1,
    NF_INET_LOCAL_OUT = 3,
    NF_INET_POST_ROUTING = 4,
}

/// <summary>Verdicts (linux/netfilter.h).</summary>
internal enum NF_VERDICT : uint
{
    NF_DROP = 0,
    NF_ACCEPT = 1,
}

/// <summary>Messages of nftables (linux/netfilter/nf_tables.h).</summary>
internal enum NFT_MSG : ushort
{
    NFT_MSG_NEWTABLE = 0,
    NFT_MSG_GETTABLE = 1,
    NFT_MSG_DELTABLE = 2,
    NFT_MSG_NEWCHAIN = 3,
    NFT_MSG_GETCHAIN = 4,
    NFT_MSG_DELCHAIN = 5,
    NFT_MSG_NEWRULE = 6,
    NFT_MSG_GETRULE = 7,
    NFT_MSG_DELRULE = 8,
    NFT_MSG_NEWSET = 9,
    NFT_MSG_DELSET = 11,
    NFT_MSG_NEWSETELEM = 12,
    NFT_MSG_GETSETELEM = 13,
    NFT_MSG_DELSETELEM = 14,
    NFT_MSG_GETGEN = 16,
    NFT_MSG_NEWOBJ = 18,
    NFT_MSG_GETOBJ = 19,
    NFT_MSG_DELOBJ = 20,
    NFT_MSG_GETOBJ_RESET = 21,
}

/// <summary>Attributes of a table.</summary>
internal enum NFTA_TABLE : ushort
{
    NFTA_TABLE_NAME = 1,
}

/// <summary>Attributes of a chain.</summary>
internal enum NFTA_CHAIN : ushort
{
    NFTA_CHAIN_TABLE = 1,
    NFTA_CHAIN_NAME = 3,
    NFTA_CHAIN_HOOK = 4,
    NFTA_CHAIN_TYPE = 7,
}

/// <summary>Attributes of a chain's hook.</summary>
internal enum NFTA_HOOK : ushort
{
    NFTA_HOOK_HOOKNUM = 1,
    NFTA_HOOK_PRIORITY = 2,
    NFTA_HOOK_DEV = 3,
}

/// <summary>Attributes of a set.</summary>
internal enum NFTA_SET : ushort
{
    NFTA_SET_TABLE = 1,
    NFTA_SET_NAME = 2,
    NFTA_SET_FLAGS = 3,
    NFTA_SET_KEY_TYPE = 4,
    NFTA_SET_KEY_LEN = 5,
    NFTA_SET_DATA_TYPE = 6,
    NFTA_SET_DATA_LEN = 7,
    NFTA_SET_DESC = 9,
    NFTA_SET_ID = 10,
    NFTA_SET_TIMEOUT = 11,
    NFTA_SET_OBJ_TYPE = 15,
}

/// <summary>Attributes of a list of set elements.</summary>
internal enum NFTA_SET_ELEM_LIST : ushort
{
    NFTA_SET_ELEM_LIST_TABLE = 1,
    NFTA_SET_ELEM_LIST_SET = 2,
    NFTA_SET_ELEM_LIST_ELEMENTS = 3,
    NFTA_SET_ELEM_LIST_SET_ID = 4,
}

/// <summary>Attributes of a set element.</summary>
internal enum NFTA_SET_ELEM : ushort
{
    NFTA_SET_ELEM_KEY = 1,
    NFTA_SET_ELEM_DATA = 2,
    NFTA_SET_ELEM_TIMEOUT = 4,
    NFTA_SET_ELEM_EXPIRATION = 5,
    NFTA_SET_ELEM_OBJREF = 9,
}

/// <summary>Attributes of data.</summary>
internal enum NFTA_DATA : ushort
{
    NFTA_DATA_VALUE = 1,
    NFTA_DATA_VERDICT = 2,
}

/// <summary>Attributes of a verdict.</summary>
internal enum NFTA_VERDICT : ushort
{
    NFTA_VERDICT_CODE = 1,
    NFTA_VERDICT_CHAIN = 2,
}

/// <summary>One entry of a list.</summary>
internal enum NFTA_LIST : ushort
{
    NFTA_LIST_ELEM = 1,
}

/// <summary>Attributes of a rule.</summary>
internal enum NFTA_RULE : ushort
{
    NFTA_RULE_TABLE = 1,
    NFTA_RULE_CHAIN = 2,
    NFTA_RULE_EXPRESSIONS = 4,
    NFTA_RULE_USERDATA = 7,
}

/// <summary>Attributes of an expression.</summary>
internal enum NFTA_EXPR : ushort
{
    NFTA_EXPR_NAME = 1,
    NFTA_EXPR_DATA = 2,
}

/// <summary>Attributes of the payload expression.</summary>
internal enum NFTA_PAYLOAD : ushort
{
    NFTA_PAYLOAD_DREG = 1,
    NFTA_PAYLOAD_BASE = 2,
    NFTA_PAYLOAD_OFFSET = 3,
    NFTA_PAYLOAD_LEN = 4,
}

/// <summary>Where a payload begins.</summary>
internal enum NFT_PAYLOAD : uint
{
    NFT_PAYLOAD_LL_HEADER = 0,
    NFT_PAYLOAD_NETWORK_HEADER = 1,
    NFT_PAYLOAD_TRANSPORT_HEADER = 2,
}

/// <summary>Attributes of the meta expression.</summary>
internal enum NFTA_META : ushort
{
    NFTA_META_DREG = 1,
    NFTA_META_KEY = 2,
    NFTA_META_SREG = 3,
}

/// <summary>Keys of the meta expression.</summary>
internal enum NFT_META : uint
{
    NFT_META_PROTOCOL = 1,
    NFT_META_MARK = 3,
    NFT_META_NFPROTO = 15,
    NFT_META_L4PROTO = 16,
}

/// <summary>Attributes of the cmp expression.</summary>
internal enum NFTA_CMP : ushort
{
    NFTA_CMP_SREG = 1,
    NFTA_CMP_OP = 2,
    NFTA_CMP_DATA = 3,
}

/// <summary>Operators of the cmp expression.</summary>
internal enum NFT_CMP : uint
{
    NFT_CMP_EQ = 0,
    NFT_CMP_NEQ = 1,
}

/// <summary>Attributes of the lookup expression.</summary>
internal enum NFTA_LOOKUP : ushort
{
    NFTA_LOOKUP_SET = 1,
    NFTA_LOOKUP_SREG = 2,
    NFTA_LOOKUP_DREG = 3,
    NFTA_LOOKUP_SET_ID = 4,
}

/// <summary>Attributes of the immediate expression.</summary>
internal enum NFTA_IMMEDIATE : ushort
{
    NFTA_IMMEDIATE_DREG = 1,
    NFTA_IMMEDIATE_DATA = 2,
}

/// <summary>Registers.</summary>
internal enum NFT_REG : uint
{
    NFT_REG_VERDICT = 0,
    NFT_REG_1 = 1,
    NFT_REG32_00 = 8,
}
