namespace Holdfast.Linux.Abi;

/// <summary>Constants of linux/bpf.h and linux/bpf_common.h.</summary>
internal enum EBPF
{
    BPF_PROG_LOAD = 5,
    BPF_PROG_TYPE_XDP = 6,
    BPF_FUNC_get_prandom_u32 = 7,
    XDP_ABORTED = 0,
    XDP_DROP = 1,
    XDP_PASS = 2,
    XDP_TX = 3,
    XDP_REDIRECT = 4,
    BPF_XDP = 37,
    BPF_LINK_TYPE_XDP = 6,
    BPF_MAP_TYPE_ARRAY = 2,
    BPF_MAP_TYPE_PERCPU_HASH = 5,
    BPF_MAP_TYPE_PERCPU_ARRAY = 6,
    BPF_MAP_TYPE_LRU_PERCPU_HASH = 10,
    BPF_ANY = 0,
    BPF_NOEXIST = 1,
    BPF_EXIST = 2,
    BPF_F_INNER_MAP = 4096,
    BPF_STATS_RUN_TIME = 0,
    BPF_F_XDP_HAS_FRAGS = 32,
}

/// <summary>Attributes inside IFLA_XDP.</summary>
internal enum IFLA_XDP : ushort
{
    IFLA_XDP_FD = 1,
    IFLA_XDP_FLAGS = 3,
}

/// <summary>Flags of IFLA_XDP_FLAGS, and of a link to an XDP program.</summary>
internal enum XDP_FLAGS : uint
{
    XDP_FLAGS_SKB_MODE = 2,
    XDP_FLAGS_DRV_MODE = 4,
}
