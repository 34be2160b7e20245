using Holdfast.Layer4.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;

namespace Holdfast.Layer4.Ipvs;

/// <summary>STATS64, and STATS of kernels before 4.1: between the wire and the model.</summary>
internal static class CounterCodec
{
    internal static TrafficCounters Read64(NetlinkReader reader)
    {
        TrafficCounters counters = default;
        while (reader.MoveNext())
        {
            counters = With(counters, (IPVS_STATS_ATTR)reader.Type, reader.Read<ulong>());
        }
        return counters;
    }

    internal static TrafficCounters Read32(NetlinkReader reader)
    {
        TrafficCounters counters = default;
        while (reader.MoveNext())
        {
            // Only the bytes have 64 bits here.
            bool isWide = reader.Value.Length == sizeof(ulong);
            counters = With(counters, (IPVS_STATS_ATTR)reader.Type,
                isWide ? reader.Read<ulong>() : reader.Read<uint>());
        }
        return counters;
    }

    private static TrafficCounters With(in TrafficCounters counters, IPVS_STATS_ATTR attribute, ulong value)
        => attribute switch
        {
            IPVS_STATS_ATTR.IPVS_STATS_ATTR_CONNS => counters with { Connections = value },
            IPVS_STATS_ATTR.IPVS_STATS_ATTR_INPKTS => counters with { InPackets = value },
            IPVS_STATS_ATTR.IPVS_STATS_ATTR_OUTPKTS => counters with { OutPackets = value },
            IPVS_STATS_ATTR.IPVS_STATS_ATTR_INBYTES => counters with { InBytes = value },
            IPVS_STATS_ATTR.IPVS_STATS_ATTR_OUTBYTES => counters with { OutBytes = value },
            IPVS_STATS_ATTR.IPVS_STATS_ATTR_CPS => counters with { ConnectionsPerSecond = value },
            IPVS_STATS_ATTR.IPVS_STATS_ATTR_INPPS => counters with { InPacketsPerSecond = value },
            IPVS_STATS_ATTR.IPVS_STATS_ATTR_OUTPPS => counters with { OutPacketsPerSecond = value },
            IPVS_STATS_ATTR.IPVS_STATS_ATTR_INBPS => counters with { InBytesPerSecond = value },
            IPVS_STATS_ATTR.IPVS_STATS_ATTR_OUTBPS => counters with { OutBytesPerSecond = value },
            _ => counters,
        };
}
