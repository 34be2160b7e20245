using System.Numerics;
using Holdfast.Layer4.Xdp;

namespace Holdfast.Layer4.Nftables;

/// <summary>The table of a scheduler: which server a number means. Pure.</summary>
internal static class NftSlots
{
    /// <summary>The longest cycle; weights beyond are scaled to it.</summary>
    internal const int CycleMax = 1024;

    /// <summary>Slots of sh, as in IPVS.</summary>
    internal const int SourceHashSize = 256;

    /// <summary>Makes it.</summary>
    /// <returns>Places in the list of servers; empty when none gets anything.</returns>
    internal static int[] Build(NftService service)
    {
        uint[] weights = [.. service.Servers.Select(static s => s.Spec.Weight)];
        if (weights.All(static w => w == 0))
        {
            return [];
        }
        return service.Spec.Scheduler switch
        {
            "mh" => Maglev(service),
            "sh" => SourceHash(service, weights),
            "fo" => [Array.IndexOf(weights, weights.Max())],
            "rr" => [.. Enumerable.Range(0, weights.Length).Where(i => weights[i] > 0)],
            _ => Cycle(Scale(weights, CycleMax)),
        };
    }

    // In the order of their addresses, the last first, so that all directors choose the same.
    private static int[] Maglev(NftService service)
    {
        int[] order = Sorted(service);
        ushort[] slots = new ushort[MaglevTable.DefaultSize];
        MaglevTable.Fill(
            [.. order.Select(i => service.Servers[i].Spec)
                .Select(static s => new MaglevServer(s.Key.Address, s.Key.Port, s.Weight))], slots);
        return [.. slots.Select(slot => order[slot])];
    }

    private static int[] SourceHash(NftService service, uint[] weights)
    {
        int[] order = Sorted(service);
        int[] cycle = Cycle(Scale([.. order.Select(i => weights[i])], SourceHashSize));
        return [.. Enumerable.Range(0, SourceHashSize).Select(i => order[cycle[i % cycle.Length]])];
    }

    private static int[] Sorted(NftService service)
        => [.. Enumerable.Range(0, service.Servers.Length).OrderByDescending(i => service.Servers[i].Spec.Key.Address)
            .ThenByDescending(i => service.Servers[i].Spec.Key.Port)];

    /// <summary>Smallest numbers with the same ratio; a server with a weight keeps at least one turn.</summary>
    private static uint[] Scale(uint[] weights, int max)
    {
        ulong divisor = weights.Aggregate(0UL, static (a, b) => (ulong)BigInteger.GreatestCommonDivisor(a, b));
        ulong sum = weights.Aggregate(0UL, static (a, b) => a + b);
        if (sum / divisor <= (ulong)max)
        {
            return [.. weights.Select(w => (uint)(w / divisor))];
        }
        int count = weights.Count(static w => w > 0);
        ulong turns = (ulong)Math.Max(1, max - count);
        return [.. weights.Select(w => w == 0 ? 0 : Math.Max(1, (uint)(w * turns / sum)))];
    }

    /// <summary>
    /// Everybody's share grows by its weight in each turn; who has most takes the turn and pays the sum. So turns of
    /// one server lie as far apart as they can.
    /// </summary>
    private static int[] Cycle(uint[] weights)
    {
        long sum = weights.Sum(static w => (long)w);
        long[] shares = new long[weights.Length];
        int[] cycle = new int[sum];
        for (int turn = 0; turn < cycle.Length; turn++)
        {
            int best = -1;
            for (int i = 0; i < weights.Length; i++)
            {
                shares[i] += weights[i];
                best = weights[i] > 0 && (best < 0 || shares[i] > shares[best]) ? i : best;
            }
            shares[best] -= sum;
            cycle[turn] = best;
        }
        return cycle;
    }
}
