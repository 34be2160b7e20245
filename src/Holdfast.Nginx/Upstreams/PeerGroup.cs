namespace Holdfast.Nginx.Upstreams;

/// <summary>The peers of an upstream, or its backups: the smooth round robin, and what failures mean.</summary>
/// <remarks>The figures are nginx's; choices are made under the lock of <see cref="Upstream"/>.</remarks>
public sealed class PeerGroup
{
    private readonly Peer[] _peers;

    internal PeerGroup(IEnumerable<PeerSettings> peers)
    {
        _peers = [.. peers.Select(static (settings, index) => new Peer(settings, index))];
        TotalWeight = _peers.Sum(static peer => peer.Settings.Weight);
    }

    /// <summary>All of them, in the order of the file.</summary>
    public ReadOnlySpan<Peer> Peers => _peers;

    /// <summary>The sum of their weights.</summary>
    internal int TotalWeight { get; }

    /// <summary>The one whose turn it is among those that may be chosen.</summary>
    /// <param name="tried">Those that the request has tried.</param>
    /// <param name="now">In seconds.</param>
    /// <param name="among">Whether one takes part at all; null: all do.</param>
    internal Peer? Next(TriedPeers tried, long now, Func<Peer, bool>? among = null)
    {
        Peer? best = null;
        int total = 0;
        foreach (Peer peer in _peers)
        {
            if (!peer.IsEligible(tried, now) || among?.Invoke(peer) == false)
            {
                continue;
            }
            Weigh(peer, ref best, ref total);
        }
        if (best is not null)
        {
            best.CurrentWeight -= total;
        }
        return best;
    }

    /// <summary>One takes part in a choice.</summary>
    internal static void Weigh(Peer peer, ref Peer? best, ref int total)
    {
        peer.CurrentWeight += peer.EffectiveWeight;
        total += peer.EffectiveWeight;
        if (peer.EffectiveWeight < peer.Settings.Weight)
        {
            peer.EffectiveWeight++;
        }
        if (best is null || peer.CurrentWeight > best.CurrentWeight)
        {
            best = peer;
        }
    }

    /// <summary>The one at a place among all weights.</summary>
    internal Peer At(uint place)
    {
        foreach (Peer peer in _peers)
        {
            if (place < (uint)peer.Settings.Weight)
            {
                return peer;
            }
            place -= (uint)peer.Settings.Weight;
        }
        return _peers[^1];
    }
}
