using System.Runtime.InteropServices;

namespace Holdfast.Linux.Abi;

/// <summary>Pieces of a classic BPF instruction code (linux/bpf_common.h).</summary>
internal enum BPF : ushort
{
    BPF_LD = 0x00,
    BPF_LDX = 0x01,
    BPF_ST = 0x02,
    BPF_ALU = 0x04,
    BPF_JMP = 0x05,
    BPF_RET = 0x06,
    BPF_MISC = 0x07,
    BPF_W = 0x00,
    BPF_H = 0x08,
    BPF_B = 0x10,
    BPF_ABS = 0x20,
    BPF_IND = 0x40,
    BPF_LEN = 0x80,
    BPF_MSH = 0xA0,
    BPF_IMM = 0x00,
    BPF_MEM = 0x60,
    BPF_SUB = 0x10,
    BPF_AND = 0x50,
    BPF_LSH = 0x60,
    BPF_RSH = 0x70,
    BPF_TAX = 0x00,
    BPF_JA = 0x00,
    BPF_JEQ = 0x10,
    BPF_JGT = 0x20,
    BPF_JGE = 0x30,
    BPF_JSET = 0x40,
    BPF_K = 0x00,
    BPF_X = 0x08,
}

[StructLayout(LayoutKind.Explicit, Size = 8)]
internal struct sock_filter
{
    [FieldOffset(0)] internal ushort code;
    [FieldOffset(2)] internal byte jt;
    [FieldOffset(3)] internal byte jf;
    [FieldOffset(4)] internal uint k;
}

[StructLayout(LayoutKind.Explicit, Size = 16)]
internal unsafe struct sock_fprog
{
    [FieldOffset(0)] internal ushort len;
    [FieldOffset(8)] internal sock_filter* filter;
}
