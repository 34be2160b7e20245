using Holdfast.Layer4.Xdp.Layout;

namespace Holdfast.Layer4.Xdp;

/// <summary>Rates as IPVS has them: measured every two seconds, each new measurement counting for a quarter. Pure.
/// </summary>
internal static class RateEstimator
{
    /// <summary>Bits behind the point of rates of connections and packets.</summary>
    internal const int PacketScale = 10;

    /// <summary>Bits behind the point of rates of bytes.</summary>
    internal const int ByteScale = 5;

    /// <summary>How often it is measured.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>One measurement.</summary>
    /// <param name="rates">The rates, which change.</param>
    /// <param name="now">The counters.</param>
    /// <param name="generation">Of the server; a new one's rates begin at 0.</param>
    internal static void Step(ref RatesRecord rates, in CountersRecord now, uint generation)
    {
        if (rates.Generation != generation)
        {
            rates = new() { Generation = generation, Last = now };
            return;
        }
        CountersRecord delta = now.Since(rates.Last);
        rates.ConnectionRate = Smooth(rates.ConnectionRate, delta.Connections << (PacketScale - 1));
        rates.PacketRate = Smooth(rates.PacketRate, delta.Packets << (PacketScale - 1));
        rates.ByteRate = Smooth(rates.ByteRate, delta.Bytes << (ByteScale - 1));
        rates.OutPacketRate = Smooth(rates.OutPacketRate, delta.OutPackets << (PacketScale - 1));
        rates.OutByteRate = Smooth(rates.OutByteRate, delta.OutBytes << (ByteScale - 1));
        rates.Last = now;
    }

    /// <summary>The whole number of a rate.</summary>
    internal static ulong Rounded(ulong rate, int scale) => (rate + (1UL << (scale - 1))) >> scale;

    private static ulong Smooth(ulong rate, ulong measured)
        => measured >= rate ? rate + ((measured - rate) >> 2) : rate - ((rate - measured) >> 2);
}
