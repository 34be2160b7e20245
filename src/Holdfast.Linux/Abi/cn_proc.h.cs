using System.Runtime.InteropServices;

namespace Holdfast.Linux.Abi;

/// <summary>The id of the process connector (linux/connector.h).</summary>
internal enum CN
{
    CN_IDX_PROC = 1,
    CN_VAL_PROC = 1,
}

/// <summary>What to do with process events (linux/cn_proc.h).</summary>
internal enum PROC_CN
{
    PROC_CN_MCAST_LISTEN = 1,
    PROC_CN_MCAST_IGNORE = 2,
}

[StructLayout(LayoutKind.Explicit, Size = 8)]
internal struct cb_id
{
    [FieldOffset(0)] internal uint idx;
    [FieldOffset(4)] internal uint val;
}

/// <summary>The header of a connector message; its data follows.</summary>
[StructLayout(LayoutKind.Explicit, Size = 20)]
internal struct cn_msg
{
    [FieldOffset(0)] internal cb_id id;
    [FieldOffset(8)] internal uint seq;
    [FieldOffset(12)] internal uint ack;
    [FieldOffset(16)] internal ushort len;
    [FieldOffset(18)] internal ushort flags;
}

[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct fork_proc_event
{
    [FieldOffset(0)] internal int parent_pid;
    [FieldOffset(4)] internal int parent_tgid;
    [FieldOffset(8)] internal int child_pid;
    [FieldOffset(12)] internal int child_tgid;
}

/// <summary>The events of struct proc_event, whose enum has a name in newer headers only.</summary>
internal enum PROC_EVENT : uint
{
    PROC_EVENT_NONE = 0,
    PROC_EVENT_FORK = 1,
    PROC_EVENT_EXEC = 2,
    PROC_EVENT_COMM = 0x200,
    PROC_EVENT_EXIT = 0x80000000,
}
