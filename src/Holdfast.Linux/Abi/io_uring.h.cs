using System.Runtime.InteropServices;

namespace Holdfast.Linux.Abi;

#pragma warning disable CS8981 // C names

/// <summary>System calls of io_uring, which the C library does not wrap (the same numbers on every architecture).
/// </summary>
internal enum UringCalls
{
    SYS_io_uring_setup = 425,
    SYS_io_uring_enter = 426,
    SYS_io_uring_register = 427,
}

/// <summary>Operations of linux/io_uring.h that this project uses.</summary>
internal enum UringOp : byte
{
    IORING_OP_NOP = 0,
    IORING_OP_POLL_ADD = 6,
    IORING_OP_SENDMSG = 9,
    IORING_OP_ACCEPT = 13,
    IORING_OP_ASYNC_CANCEL = 14,
    IORING_OP_CONNECT = 16,
    IORING_OP_CLOSE = 19,
    IORING_OP_SEND = 26,
    IORING_OP_RECV = 27,
}

/// <summary>Flags and numbers of linux/io_uring.h.</summary>
internal enum Uring : uint
{
    IOSQE_FIXED_FILE = 1u << 0,
    IOSQE_IO_LINK = 1u << 2,
    IOSQE_BUFFER_SELECT = 1u << 5,
    IOSQE_CQE_SKIP_SUCCESS = 1u << 6,
    IORING_SETUP_CQSIZE = 1u << 3,
    IORING_SETUP_CLAMP = 1u << 4,
    IORING_SETUP_SUBMIT_ALL = 1u << 7,
    IORING_SETUP_COOP_TASKRUN = 1u << 8,
    IORING_SETUP_SINGLE_ISSUER = 1u << 12,
    IORING_SETUP_DEFER_TASKRUN = 1u << 13,
    IORING_ASYNC_CANCEL_ALL = 1u << 0,
    IORING_ASYNC_CANCEL_FD = 1u << 1,
    IORING_ASYNC_CANCEL_ANY = 1u << 2,
    IORING_RECVSEND_POLL_FIRST = 1u << 0,
    IORING_RECV_MULTISHOT = 1u << 1,
    IORING_ACCEPT_MULTISHOT = 1u << 0,
    IORING_POLL_ADD_MULTI = 1u << 0,
    IORING_CQE_F_BUFFER = 1u << 0,
    IORING_CQE_F_MORE = 1u << 1,
    IORING_CQE_F_SOCK_NONEMPTY = 1u << 2,
    IORING_CQE_BUFFER_SHIFT = 16,
    IORING_OFF_SQ_RING = 0,
    IORING_OFF_SQES = 0x10000000,
    IORING_SQ_CQ_OVERFLOW = 1u << 1,
    IORING_ENTER_GETEVENTS = 1u << 0,
    IORING_ENTER_EXT_ARG = 1u << 3,
    IORING_ENTER_REGISTERED_RING = 1u << 4,
    IORING_FEAT_SINGLE_MMAP = 1u << 0,
    IORING_FEAT_NODROP = 1u << 1,
    IORING_FEAT_SUBMIT_STABLE = 1u << 2,
    IORING_FEAT_EXT_ARG = 1u << 8,
    IORING_FEAT_CQE_SKIP = 1u << 11,
    IORING_REGISTER_RING_FDS = 20,
    IORING_REGISTER_PBUF_RING = 22,
    IORING_UNREGISTER_PBUF_RING = 23,
}

[StructLayout(LayoutKind.Explicit, Size = 64)]
internal struct io_uring_sqe
{
    [FieldOffset(0)] internal UringOp opcode;
    [FieldOffset(1)] internal byte flags;
    [FieldOffset(2)] internal ushort ioprio;
    [FieldOffset(4)] internal int fd;
    [FieldOffset(8)] internal ulong off;
    [FieldOffset(16)] internal ulong addr;
    [FieldOffset(24)] internal uint len;
    [FieldOffset(28)] internal uint msg_flags;
    [FieldOffset(32)] internal ulong user_data;
    [FieldOffset(40)] internal ushort buf_group;
    [FieldOffset(42)] internal ushort personality;
    [FieldOffset(44)] internal uint file_index;
    [FieldOffset(48)] internal ulong addr3;
}

[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct io_uring_cqe
{
    [FieldOffset(0)] internal ulong user_data;
    [FieldOffset(8)] internal int res;
    [FieldOffset(12)] internal uint flags;
}

[StructLayout(LayoutKind.Explicit, Size = 40)]
internal struct io_sqring_offsets
{
    [FieldOffset(0)] internal uint head;
    [FieldOffset(4)] internal uint tail;
    [FieldOffset(8)] internal uint ring_mask;
    [FieldOffset(12)] internal uint ring_entries;
    [FieldOffset(16)] internal uint flags;
    [FieldOffset(20)] internal uint dropped;
    [FieldOffset(24)] internal uint array;
}

[StructLayout(LayoutKind.Explicit, Size = 40)]
internal struct io_cqring_offsets
{
    [FieldOffset(0)] internal uint head;
    [FieldOffset(4)] internal uint tail;
    [FieldOffset(8)] internal uint ring_mask;
    [FieldOffset(12)] internal uint ring_entries;
    [FieldOffset(16)] internal uint overflow;
    [FieldOffset(20)] internal uint cqes;
    [FieldOffset(24)] internal uint flags;
}

[StructLayout(LayoutKind.Explicit, Size = 120)]
internal struct io_uring_params
{
    [FieldOffset(0)] internal uint sq_entries;
    [FieldOffset(4)] internal uint cq_entries;
    [FieldOffset(8)] internal uint flags;
    [FieldOffset(20)] internal uint features;
    [FieldOffset(40)] internal io_sqring_offsets sq_off;
    [FieldOffset(80)] internal io_cqring_offsets cq_off;
}

[StructLayout(LayoutKind.Explicit, Size = 24)]
internal struct io_uring_getevents_arg
{
    [FieldOffset(0)] internal ulong sigmask;
    [FieldOffset(8)] internal uint sigmask_sz;
    [FieldOffset(16)] internal ulong ts;
}

[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct io_uring_buf
{
    [FieldOffset(0)] internal ulong addr;
    [FieldOffset(8)] internal uint len;
    [FieldOffset(12)] internal ushort bid;
}

[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct io_uring_buf_ring
{
    [FieldOffset(14)] internal ushort tail;
}

[StructLayout(LayoutKind.Explicit, Size = 40)]
internal struct io_uring_buf_reg
{
    [FieldOffset(0)] internal ulong ring_addr;
    [FieldOffset(8)] internal uint ring_entries;
    [FieldOffset(12)] internal ushort bgid;
}

[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct io_uring_rsrc_update
{
    [FieldOffset(0)] internal uint offset;
    [FieldOffset(8)] internal ulong data;
}
