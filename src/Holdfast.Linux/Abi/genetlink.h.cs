using System.Runtime.InteropServices;

namespace Holdfast.Linux.Abi;

/// <summary>Message types of the generic netlink family that are fixed (linux/genetlink.h).</summary>
internal enum GENL_ID : ushort
{
    GENL_ID_CTRL = 0x10,
}

/// <summary>Commands of the controller, which knows all families.</summary>
internal enum CTRL_CMD : byte
{
    CTRL_CMD_GETFAMILY = 3,
}

/// <summary>Attributes of the controller.</summary>
internal enum CTRL_ATTR : ushort
{
    CTRL_ATTR_FAMILY_ID = 1,
    CTRL_ATTR_FAMILY_NAME = 2,
}

[StructLayout(LayoutKind.Explicit, Size = 4)]
internal struct genlmsghdr
{
    [FieldOffset(0)] internal byte cmd;
    [FieldOffset(1)] internal byte version;
    [FieldOffset(2)] internal ushort reserved;
}
