using Holdfast.Layer4.Xdp.Layout;

namespace Holdfast.Layer4.Xdp;

/// <summary>The table of a service: places in the list of its servers, by slot. Pure.</summary>
internal static class SchedulerTables
{
    /// <summary>The longest cycle of a weighted service; weights beyond are scaled down to it.</summary>
    private const int CycleMax = 8192;

    /// <summary>Makes a table.</summary>
    /// <param name="scheduler">One that is known.</param>
    /// <param name="maglevSize">Slots of a Maglev table.</param>
    /// <param name="servers">In an order that all directors share.</param>
    internal static ushort[] Build(string scheduler, int maglevSize, ReadOnlySpan<ServerRecord> servers)
    {
        switch (Schedulers.ChoiceOf(scheduler))
        {
            case ChoiceKind.Hash:
                return Lookup(maglevSize, servers);
            case ChoiceKind.Source:
                return Tile(Weights(servers));
            case ChoiceKind.Target:
                return Tile(new uint[servers.Length]);
            case ChoiceKind.Sequence when scheduler == "rr":
                return Cycle([.. Weights(servers).Select(static weight => Math.Min(weight, 1))]);
            case ChoiceKind.Sequence:
            case ChoiceKind.TwoByLot:
                return Cycle(Weights(servers));
            default:
                // The program compares the servers: one slot for each.
                return [.. Enumerable.Range(0, servers.Length).Select(static place => (ushort)place)];
        }
    }

    private static ushort[] Lookup(int size, ReadOnlySpan<ServerRecord> servers)
    {
        var seen = new MaglevServer[servers.Length];
        for (int i = 0; i < seen.Length; i++)
        {
            seen[i] = new(servers[i].IpAddress, servers[i].Port, servers[i].LastWeight);
        }
        ushort[] slots = new ushort[size];
        MaglevTable.Fill(seen, slots);
        return slots;
    }

    private static ushort[] Tile(ReadOnlySpan<uint> weights)
    {
        ushort[] slots = new ushort[AddressTable.Size];
        AddressTable.Fill(weights, slots);
        return slots;
    }

    private static uint[] Weights(ReadOnlySpan<ServerRecord> servers)
    {
        uint[] weights = new uint[servers.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = servers[i].Weight;
        }
        return weights;
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
