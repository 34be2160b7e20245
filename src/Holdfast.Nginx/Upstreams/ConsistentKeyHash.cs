using System.Buffers.Binary;
using Holdfast.Balancing.Hashing;

namespace Holdfast.Nginx.Upstreams;

/// <summary><c>hash … consistent</c>: 160 points on a ring for each unit of weight.</summary>
internal sealed class ConsistentKeyHash : IPeerMethod
{
    private const int PointsPerWeight = 160;
    private const int MissesMax = 20;

    private readonly (uint Hash, byte[] Name)[] _points;
    private readonly Dictionary<byte[], Func<Peer, bool>> _ofName = [];

    internal ConsistentKeyHash(PeerGroup group)
    {
        List<(uint Hash, byte[] Name)> points = [];
        foreach (Peer peer in group.Peers)
        {
            byte[] name = peer.HashedName;
            _ofName.Add(name, one => one.HashedName.AsSpan().SequenceEqual(name));
            AddPoints(points, name, peer.Settings);
        }
        // Of equal points the first one stays.
        _points = [.. points.OrderBy(static point => point.Hash).DistinctBy(static point => point.Hash)];
    }

    public bool SuitsBackups => false;

    public Peer? Choose(PeerGroup group, PeerVisit visit, long now)
    {
        if (visit.Key.IsEmpty)
        {
            return group.Next(visit.Tried, now);
        }
        if (visit.Rounds++ == 0)
        {
            visit.Hash = (uint)FirstFrom(Hash32.Compute(HashFunction.Crc32, visit.Key));
        }
        for (; visit.Misses <= MissesMax; visit.Misses++, visit.Hash++)
        {
            byte[] name = _points[visit.Hash % (uint)_points.Length].Name;
            if (group.Next(visit.Tried, now, _ofName[name]) is { } peer)
            {
                return peer;
            }
        }
        return group.Next(visit.Tried, now);
    }

    private static void AddPoints(List<(uint Hash, byte[] Name)> points, byte[] name, PeerSettings settings)
    {
        ReadOnlySpan<byte> text = name;
        int colon = text.LastIndexOf((byte)':');
        bool isUnix = text.StartsWith("unix:"u8);
        bool hasPort = !isUnix && colon >= 0 && !text[colon..].Contains((byte)']');
        ReadOnlySpan<byte> host = isUnix ? text[5..] : hasPort ? text[..colon] : text;
        ReadOnlySpan<byte> port = hasPort ? text[(colon + 1)..] : default;
        // Host, a zero byte, port, and the hash of the point before this one.
        byte[] hashed = [.. host, 0, .. port, 0, 0, 0, 0];
        for (int i = 0; i < settings.Weight * PointsPerWeight; i++)
        {
            uint hash = Hash32.Compute(HashFunction.Crc32, hashed);
            points.Add((hash, name));
            BinaryPrimitives.WriteUInt32LittleEndian(hashed.AsSpan(^sizeof(uint)..), hash);
        }
    }

    /// <summary>The first point from a hash on; behind the last one is the first one again.</summary>
    private int FirstFrom(uint hash)
    {
        int low = 0;
        int high = _points.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_points[middle].Hash < hash)
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
