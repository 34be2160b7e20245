namespace Holdfast.Nginx.Upstreams;

/// <summary><c>least_conn</c>: fewest connections for its weight; of several the one whose turn it is.</summary>
internal sealed class LeastConnections : IPeerMethod
{
    public bool SuitsBackups => true;

    public Peer? Choose(PeerGroup group, PeerVisit visit, long now)
    {
        Peer? best = null;
        bool areSeveral = false;
        foreach (Peer peer in group.Peers)
        {
            if (!peer.IsEligible(visit.Tried, now))
            {
                continue;
            }
            long order = best is null ? -1 : Compare(peer, best);
            areSeveral = order == 0 || (order > 0 && areSeveral);
            best = order < 0 ? peer : best;
        }
        if (!areSeveral)
        {
            return best;
        }
        Peer least = best!;
        Peer? next = null;
        int total = 0;
        foreach (Peer peer in group.Peers[least.Index..])
        {
            if (peer.IsEligible(visit.Tried, now) && Compare(peer, least) == 0)
            {
                PeerGroup.Weigh(peer, ref next, ref total);
            }
        }
        next!.CurrentWeight -= total;
        return next;
    }

    private static long Compare(Peer one, Peer other)
        => ((long)one.Connections * other.Settings.Weight) - ((long)other.Connections * one.Settings.Weight);
}
