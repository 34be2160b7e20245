namespace Holdfast.Linux.Abi;

// More of linux/netfilter/nf_tables.h: what virtual services need.

/// <summary>Verdicts of nftables itself (linux/netfilter/nf_tables.h).</summary>
internal enum NFT_VERDICT : int
{
    NFT_JUMP = -3,
    NFT_GOTO = -4,
    NFT_RETURN = -5,
}

/// <summary>The ingress hook of an interface (linux/netfilter.h).</summary>
internal enum NFT_HOOK_NETDEV : uint
{
    NF_NETDEV_INGRESS = 0,
}

/// <summary>Attributes of the beginning of a batch (linux/netfilter/nfnetlink.h).</summary>
internal enum NFNL_BATCH : ushort
{
    NFNL_BATCH_GENID = 1,
}

/// <summary>Flags of a set.</summary>
[Flags]
internal enum NFT_SET_FLAGS : uint
{
    NFT_SET_ANONYMOUS = 1,
    NFT_SET_CONSTANT = 2,
    NFT_SET_MAP = 8,
    NFT_SET_TIMEOUT = 16,
    NFT_SET_EVAL = 32,
    NFT_SET_OBJECT = 64,
}

/// <summary>Attributes of the description of a set.</summary>
internal enum NFTA_SET_DESC : ushort
{
    NFTA_SET_DESC_SIZE = 1,
}

/// <summary>Types of data that are no type of the nft program.</summary>
internal enum NFT_DATA : uint
{
    NFT_DATA_VERDICT = 0xFFFFFF00,
}

/// <summary>Kinds of objects.</summary>
internal enum NFT_OBJECT : uint
{
    NFT_OBJECT_COUNTER = 1,
}

/// <summary>Attributes of an object.</summary>
internal enum NFTA_OBJ : ushort
{
    NFTA_OBJ_TABLE = 1,
    NFTA_OBJ_NAME = 2,
    NFTA_OBJ_TYPE = 3,
    NFTA_OBJ_DATA = 4,
}

/// <summary>Attributes of a counter.</summary>
internal enum NFTA_COUNTER : ushort
{
    NFTA_COUNTER_BYTES = 1,
    NFTA_COUNTER_PACKETS = 2,
}

/// <summary>Attributes of the objref expression.</summary>
internal enum NFTA_OBJREF : ushort
{
    NFTA_OBJREF_IMM_TYPE = 1,
    NFTA_OBJREF_IMM_NAME = 2,
    NFTA_OBJREF_SET_SREG = 3,
    NFTA_OBJREF_SET_NAME = 4,
    NFTA_OBJREF_SET_ID = 5,
}

/// <summary>Attributes of the generation of the ruleset.</summary>
internal enum NFTA_GEN : ushort
{
    NFTA_GEN_ID = 1,
}

/// <summary>Attributes of the bitwise expression.</summary>
internal enum NFTA_BITWISE : ushort
{
    NFTA_BITWISE_SREG = 1,
    NFTA_BITWISE_DREG = 2,
    NFTA_BITWISE_LEN = 3,
    NFTA_BITWISE_MASK = 4,
    NFTA_BITWISE_XOR = 5,
}

/// <summary>Attributes of the dynset expression.</summary>
internal enum NFTA_DYNSET : ushort
{
    NFTA_DYNSET_SET_NAME = 1,
    NFTA_DYNSET_SET_ID = 2,
    NFTA_DYNSET_OP = 3,
    NFTA_DYNSET_SREG_KEY = 4,
    NFTA_DYNSET_SREG_DATA = 5,
    NFTA_DYNSET_TIMEOUT = 6,
}

/// <summary>What the dynset expression does.</summary>
internal enum NFT_DYNSET_OP : uint
{
    NFT_DYNSET_OP_UPDATE = 1,
    NFT_DYNSET_OP_DELETE = 2,
}

/// <summary>Attributes of the hash expression.</summary>
internal enum NFTA_HASH : ushort
{
    NFTA_HASH_SREG = 1,
    NFTA_HASH_DREG = 2,
    NFTA_HASH_LEN = 3,
    NFTA_HASH_MODULUS = 4,
    NFTA_HASH_SEED = 5,
}

/// <summary>Attributes of the numgen expression.</summary>
internal enum NFTA_NG : ushort
{
    NFTA_NG_DREG = 1,
    NFTA_NG_MODULUS = 2,
    NFTA_NG_TYPE = 3,
}

/// <summary>Which numbers the numgen expression makes.</summary>
internal enum NFT_NG : uint
{
    NFT_NG_INCREMENTAL = 0,
}

/// <summary>Attributes of the fwd expression.</summary>
internal enum NFTA_FWD : ushort
{
    NFTA_FWD_SREG_DEV = 1,
    NFTA_FWD_SREG_ADDR = 2,
    NFTA_FWD_NFPROTO = 3,
}

/// <summary>Attributes of the nat expression.</summary>
internal enum NFTA_NAT : ushort
{
    NFTA_NAT_TYPE = 1,
    NFTA_NAT_FAMILY = 2,
    NFTA_NAT_REG_ADDR_MIN = 3,
    NFTA_NAT_REG_PROTO_MIN = 5,
}

/// <summary>Kinds of address translation.</summary>
internal enum NFT_NAT : uint
{
    NFT_NAT_DNAT = 1,
}

/// <summary>Attributes of the ct expression.</summary>
internal enum NFTA_CT : ushort
{
    NFTA_CT_DREG = 1,
    NFTA_CT_KEY = 2,
    NFTA_CT_DIRECTION = 3,
}

/// <summary>Keys of the ct expression.</summary>
internal enum NFT_CT : uint
{
    NFT_CT_DIRECTION = 1,
    NFT_CT_STATUS = 2,
    NFT_CT_PROTO_SRC = 11,
    NFT_CT_PROTO_DST = 12,
    NFT_CT_SRC_IP = 19,
    NFT_CT_DST_IP = 20,
    NFT_CT_SRC_IP6 = 21,
    NFT_CT_DST_IP6 = 22,
}

/// <summary>Attributes of the fib expression.</summary>
internal enum NFTA_FIB : ushort
{
    NFTA_FIB_DREG = 1,
    NFTA_FIB_RESULT = 2,
    NFTA_FIB_FLAGS = 3,
}

/// <summary>What the fib expression finds.</summary>
internal enum NFT_FIB_RESULT : uint
{
    NFT_FIB_RESULT_ADDRTYPE = 3,
}

/// <summary>What the fib expression looks up.</summary>
internal enum NFTA_FIB_F : uint
{
    NFTA_FIB_F_DADDR = 2,
}
