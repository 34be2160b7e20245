using Holdfast.Balancing.Hashing;

namespace Holdfast.Nginx.Upstreams;

/// <summary>A hash that leads to a place among all weights; after too many misses the round robin decides.</summary>
internal abstract class PlaceHash : IPeerMethod
{
    private const int MissesMax = 20;

    public bool SuitsBackups => false;

    public Peer? Choose(PeerGroup group, PeerVisit visit, long now)
    {
        while (visit.Misses <= MissesMax && !visit.Key.IsEmpty)
        {
            Advance(visit);
            Peer peer = group.At(visit.Hash % (uint)group.TotalWeight);
            if (peer.IsEligible(visit.Tried, now))
            {
                return peer;
            }
            visit.Misses++;
        }
        return group.Next(visit.Tried, now);
    }

    /// <summary>Hashes once more.</summary>
    protected abstract void Advance(PeerVisit visit);
}

/// <summary><c>ip_hash</c>: of the first three bytes of an IPv4 address, of a whole IPv6 address.</summary>
internal sealed class IpHash : PlaceHash
{
    private const uint First = 89;
    private const uint Factor = 113;
    private const uint Modulus = 6271;

    protected override void Advance(PeerVisit visit)
    {
        uint hash = visit.Rounds++ == 0 ? First : visit.Hash;
        foreach (byte one in visit.Key)
        {
            hash = ((hash * Factor) + one) % Modulus;
        }
        visit.Hash = hash;
    }
}

/// <summary><c>hash</c>: as Cache::Memcached counts.</summary>
internal sealed class KeyHash : PlaceHash
{
    protected override void Advance(PeerVisit visit)
    {
        uint hash = Hash32.Compute(HashFunction.Crc32, visit.KeyOfRound);
        visit.Rounds++;
        visit.Hash += (hash >> 16) & 0x7FFF;
    }
}
