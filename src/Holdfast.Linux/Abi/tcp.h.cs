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
    TCP_INFO = 11,
    TCP_QUICKACK = 12,
    TCP_USER_TIMEOUT = 18,
    TCP_REPAIR = 19,
    TCP_FASTOPEN = 23,
    TCP_FASTOPEN_CONNECT = 30,
}

/// <summary>Directions of shutdown(2).</summary>
internal enum SHUT
{
    SHUT_RD = 0,
    SHUT_WR = 1,
    SHUT_RDWR = 2,
}

/// <summary>The part of <c>struct tcp_info</c> (linux/tcp.h) that is read.</summary>
[StructLayout(LayoutKind.Explicit, Size = 104)]
internal struct tcp_info
{
    [FieldOffset(24)] internal uint tcpi_unacked;
    [FieldOffset(28)] internal uint tcpi_sacked;
    [FieldOffset(32)] internal uint tcpi_lost;
    [FieldOffset(36)] internal uint tcpi_retrans;
    [FieldOffset(40)] internal uint tcpi_fackets;
    [FieldOffset(68)] internal uint tcpi_rtt;
    [FieldOffset(72)] internal uint tcpi_rttvar;
    [FieldOffset(88)] internal uint tcpi_reordering;
}

[StructLayout(LayoutKind.Explicit, Size = 8)]
internal struct linger
{
    [FieldOffset(0)] internal int l_onoff;
    [FieldOffset(4)] internal int l_linger;
}
