using Holdfast.Balancing.Hashing;
using Holdfast.Balancing.Servers;

namespace Holdfast.Balancing.Algorithms;

/// <summary>Consistent hashing: each server has as many points on a ring of 2^32 as its weight times 16.</summary>
/// <remarks>Never changed once made: a change of servers makes another ring. 8 bytes for each point.</remarks>
internal sealed class HashRing
{
    /// <summary>Points that a server may have at most: the distance of two servers' numbers.</summary>
    private const int PointsMax = 256 * SlowStart.Scale;

    private readonly uint[] _keys;
    private readonly int[] _servers;

    private HashRing(uint[] keys, int[] servers)
    {
        _keys = keys;
        _servers = servers;
    }

    /// <summary>How many points there are.</summary>
    public int Count => _keys.Length;

    /// <summary>The ring of the servers in charge.</summary>
    public static HashRing Build(ServerPool pool)
    {
        PoolView view = pool.View;
        BalancedServer[] servers
            = [.. pool.Servers.Where(s => s.IsUsable && s.Settings.IsBackup == view.UsesBackups)];
        int total = servers.Sum(static s => s.Weight);
        var points = new ulong[total];
        int at = 0;
        foreach (BalancedServer server in servers)
        {
            for (int point = 0; point < server.Weight; point++)
            {
                uint key = Hash32.Avalanche(unchecked((uint)((server.Settings.Id * PointsMax) + point)));
                points[at++] = ((ulong)key << 32) | (uint)server.Index;
            }
        }
        Array.Sort(points);
        return new([.. points.Select(static p => (uint)(p >> 32))], [.. points.Select(static p => (int)(uint)p)]);
    }

    /// <summary>Whose point this is.</summary>
    public int ServerAt(int point) => _servers[point];

    /// <summary>The key of a point and, among equal keys, its server: where a walk by turns stands.</summary>
    public (uint Key, int Server) Position(int point) => (_keys[point], _servers[point]);

    /// <summary>The point after this one.</summary>
    public int After(int point) => point + 1 == _keys.Length ? 0 : point + 1;

    /// <summary>The first point behind a position; the ring's first behind the last.</summary>
    public int After((uint Key, int Server) position)
    {
        int point = FirstAtLeast(position.Key);
        while (point < _keys.Length && _keys[point] == position.Key && _servers[point] <= position.Server)
        {
            point++;
        }
        return point == _keys.Length ? 0 : point;
    }

    /// <summary>The position itself if it has a point, else that of the first point behind it, if there is one.
    /// </summary>
    /// <param name="position">The position.</param>
    /// <param name="except">Index of a server whose points do not count; −1: none.</param>
    public (uint Key, int Server)? AtOrAfter((uint Key, int Server) position, int except)
    {
        int point = FirstAtLeast(position.Key);
        while (point < _keys.Length && (_servers[point] == except
            || (_keys[point] == position.Key && _servers[point] < position.Server)))
        {
            point++;
        }
        return point < _keys.Length ? Position(point) : null;
    }

    /// <summary>The point nearest to a hash, on either side; the lower one where both are as near.</summary>
    public int Nearest(uint hash)
    {
        int next = FirstAtLeast(hash);
        next = next == _keys.Length ? 0 : next;
        int previous = next == 0 ? _keys.Length - 1 : next - 1;
        return unchecked(hash - _keys[previous] <= _keys[next] - hash) ? previous : next;
    }

    private int FirstAtLeast(uint key)
    {
        int low = 0;
        int high = _keys.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_keys[middle] < key)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low;
    }
}
