using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Sockets;

/// <summary>What the kernel has measured of a TCP connection.</summary>
/// <param name="RoundTrip">Round trip time in microseconds.</param>
/// <param name="RoundTripVariance">How much that varies, in microseconds.</param>
/// <param name="Unacknowledged">Segments that were sent and not acknowledged.</param>
/// <param name="Selected">Of those, acknowledged out of their order.</param>
/// <param name="Lost">Of those, taken for lost.</param>
/// <param name="Retransmitted">Of those, sent again.</param>
/// <param name="Forward">Segments up to the highest one acknowledged out of order.</param>
/// <param name="Reordering">By how many segments the network may change their order.</param>
public readonly record struct TcpFacts(
    uint RoundTrip, uint RoundTripVariance, uint Unacknowledged, uint Selected, uint Lost, uint Retransmitted,
    uint Forward, uint Reordering)
{
    /// <summary>Asks the kernel.</summary>
    /// <param name="fd">The connection.</param>
    /// <returns>Null: it is not one of TCP.</returns>
    public static unsafe TcpFacts? Of(int fd)
    {
        tcp_info info;
        uint length = (uint)sizeof(tcp_info);
        return LibC.getsockopt(fd, (int)IPPROTO.IPPROTO_TCP, (int)TCP.TCP_INFO, &info, &length) != 0 ? null
            : new(info.tcpi_rtt, info.tcpi_rttvar, info.tcpi_unacked, info.tcpi_sacked, info.tcpi_lost,
                info.tcpi_retrans, info.tcpi_fackets, info.tcpi_reordering);
    }
}
