namespace Holdfast.Nginx.Upstreams;

/// <summary><c>random</c>: any place among all weights; after too many misses the round robin decides.</summary>
/// <param name="seed">Where the row of numbers begins.</param>
/// <param name="ofTwo">Whether two are taken, and of them the one with fewer connections for its weight.</param>
internal sealed class RandomPeer(ulong seed, bool ofTwo) : IPeerMethod
{
    private const int MissesMax = 20;

    private ulong _state = seed | 1;

    public bool SuitsBackups => false;

    public Peer? Choose(PeerGroup group, PeerVisit visit, long now)
    {
        Peer? first = null;
        while (visit.Misses <= MissesMax)
        {
            Peer peer = group.At(Next() % (uint)group.TotalWeight);
            if (peer == first || !peer.IsEligible(visit.Tried, now))
            {
                visit.Misses++;
                continue;
            }
            if (!ofTwo)
            {
                return peer;
            }
            if (first is not null)
            {
                return (long)peer.Connections * first.Settings.Weight > (long)first.Connections * peer.Settings.Weight
                    ? first : peer;
            }
            first = peer;
        }
        return group.Next(visit.Tried, now);
    }

    /// <summary>xorshift64*: who chooses holds the upstream's lock.</summary>
    private uint Next()
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return (uint)(unchecked(_state * 0x2545_F491_4F6C_DD1D) >> 32);
    }
}
