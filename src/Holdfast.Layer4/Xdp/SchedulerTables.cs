using Holdfast.Layer4.Xdp.Layout;

namespace Holdfast.Layer4.Xdp;

/// <summary>The table of a service: places in the list of its servers, by slot. Pure.</summary>
internal static class SchedulerTables
{
    internal const string Maglev = "mh";
    internal const string RoundRobin = "rr";
    internal const string WeightedRoundRobin = "wrr";

    /// <summary>The longest cycle of a weighted service; weights beyond are scaled down to it.</summary>
    private const int CycleMax = 8192;

    /// <summary>Schedulers that work on this plane.</summary>
    internal static IReadOnlyList<string> Supported { get; } = [Maglev, RoundRobin, WeightedRoundRobin];

    /// <summary>Makes a table.</summary>
    /// <param name="scheduler">One of those that are supported.</param>
    /// <param name="maglevSize">Slots of a Maglev table.</param>
    /// <param name="servers">In an order that all directors share.</param>
    internal static ushort[] Build(string scheduler, int maglevSize, ReadOnlySpan<ServerRecord> servers)
    {
        if (scheduler == Maglev)
        {
            var seen = new MaglevServer[servers.Length];
            for (int i = 0; i < seen.Length; i++)
            {
                seen[i] = new(servers[i].IpAddress, servers[i].Port, servers[i].LastWeight);
            }
            ushort[] slots = new ushort[maglevSize];
            MaglevTable.Fill(seen, slots);
            return slots;
        }
        bool isWeighted = scheduler == WeightedRoundRobin;
        uint[] weights = new uint[servers.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = isWeighted ? servers[i].Weight : Math.Min(servers[i].Weight, 1);
        }
        return Cycle(weights);
    }

    /// <summary>
    /// One cycle of weighted round robin: in each turn those servers that the threshold has reached, which sinks from
    /// the largest weight by the greatest common divisor.
    /// </summary>
    private static ushort[] Cycle(uint[] weights)
    {
        uint divisor = 0;
        ulong sum = 0;
        foreach (uint weight in weights)
        {
            (uint a, uint b) = (weight, divisor);
            while (b != 0)
            {
                (a, b) = (b, a % b);
            }
            divisor = a;
            sum += weight;
        }
        if (sum == 0)
        {
            return [];
        }
        ulong turns = sum / divisor;
        uint step = divisor;
        uint[] scaled = weights;
        if (turns > CycleMax)
        {
            step = 1;
            scaled = [.. weights.Select(weight => weight == 0 ? 0
                : (uint)Math.Max(1, (ulong)weight * (ulong)(CycleMax - weights.Length) / sum))];
        }
        List<ushort> cycle = [];
        for (long threshold = scaled.Max(); threshold > 0; threshold -= step)
        {
            for (int i = 0; i < scaled.Length; i++)
            {
                if (scaled[i] >= threshold)
                {
                    cycle.Add((ushort)i);
                }
            }
        }
        return [.. cycle];
    }
}
