namespace Holdfast.Linux.Abi;

/// <summary>Constants of linux/bpf.h and linux/bpf_common.h that a small program needs.</summary>
internal enum EBPF
{
    BPF_PROG_LOAD = 5,
    BPF_PROG_TYPE_XDP = 6,
    BPF_FUNC_get_prandom_u32 = 7,
    XDP_DROP = 1,
    XDP_PASS = 2,
}

/// <summary>Attributes inside IFLA_XDP.</summary>
internal enum IFLA_XDP : ushort
{
    IFLA_XDP_FD = 1,
    IFLA_XDP_FLAGS = 3,
}

/// <summary>Flags of IFLA_XDP_FLAGS.</summary>
internal enum XDP_FLAGS : uint
{
    XDP_FLAGS_SKB_MODE = 2,
}
