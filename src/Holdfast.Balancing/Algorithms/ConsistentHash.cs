using Holdfast.Balancing.Servers;

namespace Holdfast.Balancing.Algorithms;

/// <summary><c>hash-type consistent</c>, with bounded load if <c>hash-balance-factor</c> is set.</summary>
/// <remarks>
/// Looking up reads a ring that never changes: exact with several threads, and nobody waits. Only requests without a
/// key share a place on the ring, under a short lock of their own.
/// </remarks>
internal sealed class ConsistentHash : Scheduler
{
    private readonly ServerPool _pool;
    private readonly int _balanceFactor;
    private readonly Lock _turns = new();
    private readonly int[] _most;
    private HashRing _ring;
    private (uint Key, int Server)? _last;

    public ConsistentHash(ServerPool pool, int balanceFactor)
    {
        _pool = pool;
        _balanceFactor = balanceFactor;
        _most = [.. pool.Servers.Select(static s => s.Settings.Weight * SlowStart.Scale)];
        _ring = HashRing.Build(pool);
    }

    public override BalancedServer? Select(in Selection selection)
        => _pool.View.LoneBackup
            ?? (selection.Key.HasValue ? Find(selection.Key.Value, selection.Avoid) : Turn(selection));

    public override void OnServerChanged(BalancedServer server, int oldWeight)
    {
        HashRing ring = HashRing.Build(_pool);
        lock (_turns)
        {
            // As in the original, a walk whose point has gone stands on the next one left, as if that had been served.
            // A server that outgrows the points it ever had loses all of them for a moment.
            bool outgrows = server.Weight > _most[server.Index];
            _most[server.Index] = Math.Max(_most[server.Index], server.Weight);
            _last = _last is { } last ? ring.AtOrAfter(last, except: outgrows ? server.Index : -1) : null;
            Volatile.Write(ref _ring, ring);
        }
    }

    /// <summary>The server of a hash: the nearest point's; where that one is to be avoided, or has its share of the
    /// load, the next one's on the ring.</summary>
    internal BalancedServer? Find(uint hash, BalancedServer? avoid)
    {
        HashRing ring = Volatile.Read(ref _ring);
        if (ring.Count == 0)
        {
            return null;
        }
        int point = ring.Nearest(hash);
        BalancedServer server = _pool.Servers[ring.ServerAt(point)];
        int limit = ring.Count;
        while ((server == avoid || !HasShare(server)) && limit-- > 0)
        {
            point = ring.After(point);
            server = _pool.Servers[ring.ServerAt(point)];
        }
        return server;
    }

    /// <summary>Whether one more request leaves the server within its share of the allowed load, at least 1.</summary>
    private bool HasShare(BalancedServer server)
    {
        if (_balanceFactor == 0)
        {
            return true;
        }
        long slots = (((_pool.Served + 1L) * _balanceFactor) + 99) / 100;
        long total = Math.Max(1, _pool.View.UsedWeight);
        long rest = slots % total;
        long before = server.CumulativeWeight;

        // Whole slots for each unit of weight; what is left is laid out in the order of the file.
        long share = (server.Weight * (slots / total))
            + ((before + server.Weight) * rest / total) - (before * rest / total);
        return server.Served < Math.Max(1, share);
    }

    private BalancedServer? Turn(in Selection selection)
    {
        BalancedServer? avoided = null;
        lock (_turns)
        {
            HashRing ring = _ring;
            if (ring.Count == 0)
            {
                return null;
            }
            int point = _last is { } last ? ring.After(last) : 0;
            for (int count = 0; count < ring.Count; count++, point = ring.After(point))
            {
                BalancedServer server = _pool.Servers[ring.ServerAt(point)];
                _last = ring.Position(point);
                if (!_pool.HasRoom(server, selection.Now))
                {
                    continue;
                }
                if (server != selection.Avoid)
                {
                    return server;
                }
                avoided = server;
            }
        }
        return avoided;
    }
}
