namespace Holdfast.Nginx.Upstreams;

/// <summary>
/// <c>least_time</c>: the shortest mean time to answer, times the connections with this one, for its weight; of several
/// the one whose turn it is. Who has never answered comes first.
/// </summary>
/// <remarks>The time that counts is the one that <see cref="Upstream.NoteTime"/> is told.</remarks>
internal sealed class LeastTime : IPeerMethod
{
    public bool SuitsBackups => true;

    public Peer? Choose(PeerGroup group, PeerVisit visit, long now)
    {
        double least = double.PositiveInfinity;
        foreach (Peer peer in group.Peers)
        {
            if (peer.IsEligible(visit.Tried, now))
            {
                least = Math.Min(least, peer.TimeCost);
            }
        }
        Peer? next = null;
        int total = 0;
        foreach (Peer peer in group.Peers)
        {
            if (peer.TimeCost <= least && peer.IsEligible(visit.Tried, now))
            {
                PeerGroup.Weigh(peer, ref next, ref total);
            }
        }
        if (next is not null)
        {
            next.CurrentWeight -= total;
        }
        return next;
    }
}
