using System.Collections.Immutable;
using Holdfast.Balancing.Servers;

namespace Holdfast.Balancing.Algorithms;

/// <summary>A table of as many slots as the weights of the servers in charge together; each server fills its share.
/// </summary>
/// <remarks>
/// For each slot every server's score grows by its weight; the slot goes to the highest score, counted in whole turns,
/// among equals to the first in the file, and costs it a whole turn. So the first slot is always the first server's.
/// </remarks>
internal static class ServerMap
{
    /// <summary>Makes the table; empty if no server is usable.</summary>
    public static BalancedServer[] Build(ServerPool pool)
    {
        PoolView view = pool.View;
        if (view.LoneBackup is { } backup)
        {
            return [backup];
        }
        ImmutableArray<BalancedServer> servers
            = [.. pool.Servers.Where(s => s.IsUsable && s.Settings.IsBackup == view.UsesBackups)];
        int total = servers.Sum(static s => s.Weight);
        var map = new BalancedServer[total];
        var scores = new int[servers.Length];
        for (int slot = 0; slot < total; slot++)
        {
            int best = 0;
            int most = -1;
            for (int index = 0; index < scores.Length; index++)
            {
                scores[index] += servers[index].Weight;
                int turns = (scores[index] + total) / total;
                if (turns > most)
                {
                    (best, most) = (index, turns);
                }
            }
            map[slot] = servers[best];
            scores[best] -= total;
        }
        return map;
    }
}
