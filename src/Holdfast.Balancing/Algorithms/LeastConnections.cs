using Holdfast.Balancing.Servers;

namespace Holdfast.Balancing.Algorithms;

/// <summary><c>leastconn</c>: the server with the fewest requests, running and waiting, for its weight.</summary>
/// <remarks>
/// <para>
/// Each server has a rank, a word: its load in the upper half, in the lower when it came to this load. The lowest rank
/// is next, so equals are served by turns. A server that is full is taken as long as its own queue may grow
/// (<c>maxqueue</c>).
/// </para>
/// <para>
/// Ranks stand in one array and are read without a lock: for the tens of servers that backends have, a scan is faster
/// than any tree under a lock. A rank is written until it agrees with the counters, so it is never left stale; two
/// threads that select at the same time may choose the same server, as in the original.
/// </para>
/// </remarks>
internal sealed class LeastConnections : Scheduler
{
    private const ulong Absent = ulong.MaxValue;

    private readonly ServerPool _pool;
    private readonly ulong[] _ranks;
    private uint _arrivals;

    public LeastConnections(ServerPool pool)
    {
        _pool = pool;
        _ranks = new ulong[pool.Servers.Length];
        foreach (BalancedServer server in pool.Servers)
        {
            _ranks[server.Index] = server.IsUsable ? Rank(server) : Absent;
        }
    }

    public override BalancedServer? Select(in Selection selection)
    {
        PoolView view = _pool.View;
        if (view.LoneBackup is { } backup)
        {
            return backup;
        }
        bool usesBackups = view.UsesBackups;
        uint now = Volatile.Read(ref _arrivals);
        BalancedServer? best = null;
        ulong bestRank = Absent;
        bool canAvoid = false;
        int count = _pool.UsedPlaces;
        for (int index = 0; index < count; index++)
        {
            ulong rank = Volatile.Read(ref _ranks[index]);
            if (rank == Absent)
            {
                continue;
            }
            // Arrivals wrap; how long ago does not (within 2^32 requests). Younger means a higher rank.
            ulong comparable = (rank & 0xFFFF_FFFF_0000_0000) | unchecked(uint.MaxValue - (now - (uint)rank));
            if (comparable >= bestRank)
            {
                continue;
            }
            BalancedServer server = _pool.Servers[index];
            if (server.Settings.IsBackup == usesBackups && server != selection.Avoid && MayWait(server, selection))
            {
                (best, bestRank) = (server, comparable);
                canAvoid = true;
            }
        }
        return canAvoid || selection.Avoid is not { } avoid ? best
            : avoid.IsUsable && avoid.Settings.IsBackup == usesBackups && MayWait(avoid, selection) ? avoid : null;
    }

    public override void OnServerChanged(BalancedServer server, int oldWeight)
        => Volatile.Write(ref _ranks[server.Index], server.IsUsable ? Rank(server) : Absent);

    public override void OnLoadChanged(BalancedServer server)
    {
        ref ulong place = ref _ranks[server.Index];
        while (true)
        {
            ulong seen = Volatile.Read(ref place);
            if (seen == Absent || (uint)(seen >> 32) == Load(server))
            {
                return;
            }
            Interlocked.CompareExchange(ref place, Rank(server), seen);
        }
    }

    private ulong Rank(BalancedServer server)
        => ((ulong)Load(server) << 32) | Interlocked.Increment(ref _arrivals);

    /// <summary>0 for an idle server, whatever its weight; else one more than it has, for its weight.</summary>
    private static uint Load(BalancedServer server)
    {
        long count = (long)server.Served + server.Queued;
        return count <= 0 ? 0
            : (uint)Math.Min(uint.MaxValue - 1, (count + 1) * 256 * SlowStart.Scale / Math.Max(1, server.Weight));
    }

    private bool MayWait(BalancedServer server, in Selection selection)
        => server.Settings.MaxConnections == 0
            || server.Served + server.Queued
                < (long)_pool.LimitOf(server, selection.Now) + server.Settings.MaxQueue;
}
