using System.Runtime.InteropServices;

namespace Holdfast.Linux.Abi;

#pragma warning disable CS8981 // C names

/// <summary>Socket options of TCP (netinet/tcp.h).</summary>
internal enum TCP
{
    TCP_NODELAY = 1,
    TCP_MAXSEG = 2,
    TCP_KEEPIDLE = 4,
    TCP_KEEPINTVL = 5,
    TCP_KEEPCNT = 6,
    TCP_DEFER_ACCEPT = 9,
    TCP_QUICKACK = 12,
    TCP_USER_TIMEOUT = 18,
    TCP_REPAIR = 19,
    TCP_FASTOPEN = 23,
}

/// <summary>Directions of shutdown(2).</summary>
internal enum SHUT
{
    SHUT_RD = 0,
    SHUT_WR = 1,
    SHUT_RDWR = 2,
}

[StructLayout(LayoutKind.Explicit, Size = 8)]
internal struct linger
{
    [FieldOffset(0)] internal int l_onoff;
    [FieldOffset(4)] internal int l_linger;
}
