using System.Runtime.InteropServices;

namespace Holdfast.Linux.Abi;

/// <summary>Attributes of a rule (linux/fib_rules.h).</summary>
internal enum FRA : ushort
{
    FRA_DST = 1,
    FRA_SRC = 2,
    FRA_IIFNAME = 3,
    FRA_GOTO = 4,
    FRA_PRIORITY = 6,
    FRA_FWMARK = 10,
    FRA_FLOW = 11,
    FRA_TUN_ID = 12,
    FRA_SUPPRESS_IFGROUP = 13,
    FRA_SUPPRESS_PREFIXLEN = 14,
    FRA_TABLE = 15,
    FRA_FWMASK = 16,
    FRA_OIFNAME = 17,
    FRA_L3MDEV = 19,
    FRA_UID_RANGE = 20,
    FRA_PROTOCOL = 21,
    FRA_IP_PROTO = 22,
    FRA_SPORT_RANGE = 23,
    FRA_DPORT_RANGE = 24,
}

/// <summary>What a rule does.</summary>
internal enum FR_ACT : byte
{
    FR_ACT_TO_TBL = 1,
    FR_ACT_GOTO = 2,
    FR_ACT_NOP = 3,
    FR_ACT_BLACKHOLE = 6,
    FR_ACT_UNREACHABLE = 7,
    FR_ACT_PROHIBIT = 8,
}

/// <summary>Flags of a rule.</summary>
[Flags]
internal enum FIB_RULE : uint
{
    FIB_RULE_PERMANENT = 0x1,
    FIB_RULE_INVERT = 0x2,
    FIB_RULE_UNRESOLVED = 0x4,
    FIB_RULE_IIF_DETACHED = 0x8,
    FIB_RULE_OIF_DETACHED = 0x10,
}

[StructLayout(LayoutKind.Explicit, Size = 12)]
internal struct fib_rule_hdr
{
    [FieldOffset(0)] internal byte family;
    [FieldOffset(1)] internal byte dst_len;
    [FieldOffset(2)] internal byte src_len;
    [FieldOffset(3)] internal byte tos;
    [FieldOffset(4)] internal byte table;
    [FieldOffset(5)] internal byte res1;
    [FieldOffset(6)] internal byte res2;
    [FieldOffset(7)] internal byte action;
    [FieldOffset(8)] internal uint flags;
}

[StructLayout(LayoutKind.Explicit, Size = 4)]
internal struct fib_rule_port_range
{
    [FieldOffset(0)] internal ushort start;
    [FieldOffset(2)] internal ushort end;
}

[StructLayout(LayoutKind.Explicit, Size = 8)]
internal struct fib_rule_uid_range
{
    [FieldOffset(0)] internal uint start;
    [FieldOffset(4)] internal uint end;
}
