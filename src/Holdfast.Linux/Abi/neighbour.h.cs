using System.Runtime.InteropServices;

namespace Holdfast.Linux.Abi;

/// <summary>Attributes of a neighbour (linux/neighbour.h).</summary>
internal enum NDA : ushort
{
    NDA_DST = 1,
    NDA_LLADDR = 2,
    NDA_PROTOCOL = 12,
}

/// <summary>States of a neighbour.</summary>
[Flags]
internal enum NUD : ushort
{
    NUD_NONE = 0,
    NUD_INCOMPLETE = 0x01,
    NUD_REACHABLE = 0x02,
    NUD_STALE = 0x04,
    NUD_DELAY = 0x08,
    NUD_PROBE = 0x10,
    NUD_FAILED = 0x20,
    NUD_NOARP = 0x40,
    NUD_PERMANENT = 0x80,
}

/// <summary>Flags of a neighbour.</summary>
[Flags]
internal enum NTF : byte
{
    NTF_USE = 0x01,
    NTF_PROXY = 0x08,
    NTF_ROUTER = 0x80,
}

[StructLayout(LayoutKind.Explicit, Size = 12)]
internal struct ndmsg
{
    [FieldOffset(0)] internal byte ndm_family;
    [FieldOffset(4)] internal int ndm_ifindex;
    [FieldOffset(8)] internal ushort ndm_state;
    [FieldOffset(10)] internal byte ndm_flags;
    [FieldOffset(11)] internal byte ndm_type;
}
