using Holdfast.Config.Nginx.Model;

namespace Holdfast.Nginx.Upstreams;

/// <summary>What became of a request at a peer.</summary>
public enum PeerOutcome
{
    /// <summary>It has answered.</summary>
    Answered,

    /// <summary>It has answered with a status for which another one is asked; that is no failure of it.</summary>
    Passed,

    /// <summary>It could not be reached, or has broken off, or its status counts as a failure.</summary>
    Failed,
}

/// <summary>An upstream of the whole process: chooses peers, and counts their failures. On any thread.</summary>
public sealed class Upstream
{
    private readonly Lock _lock = new();
    private readonly IPeerMethod _method;

    /// <summary>An upstream with all peers well.</summary>
    /// <param name="method">How a peer is chosen.</param>
    /// <param name="peers">Its peers.</param>
    /// <param name="backups">Those that are asked when no other may be chosen.</param>
    /// <param name="seed">Where the numbers of <c>random</c> begin.</param>
    public Upstream(
        UpstreamMethod method, IEnumerable<PeerSettings> peers, IEnumerable<PeerSettings> backups, ulong seed = 1)
    {
        Primary = new PeerGroup(peers);
        Backups = new PeerGroup(backups);
        _method = method switch
        {
            UpstreamMethod.LeastConnections => new LeastConnections(),
            UpstreamMethod.IpHash => new IpHash(),
            UpstreamMethod.Hash => new KeyHash(),
            UpstreamMethod.ConsistentHash => new ConsistentKeyHash(Primary),
            UpstreamMethod.Random or UpstreamMethod.RandomTwo
                => new RandomPeer(seed, ofTwo: method == UpstreamMethod.RandomTwo),
            UpstreamMethod.LeastTime => new LeastTime(),
            _ => new RoundRobin(),
        };
    }

    /// <summary>Peers that are asked first.</summary>
    public PeerGroup Primary { get; }

    /// <summary>Peers that are asked when none of the others may be.</summary>
    public PeerGroup Backups { get; }

    /// <summary>How many may be tried for one request, if nothing else says so.</summary>
    public int Count => Primary.Peers.Length + Backups.Peers.Length;

    /// <summary>Whether there is one peer only, of which failures say nothing: there is no other.</summary>
    public bool IsSingle => Count == 1;

    /// <summary>Chooses a peer, and counts a connection to it.</summary>
    /// <param name="visit">The request's own state of choosing.</param>
    /// <param name="now">In seconds.</param>
    /// <returns>Null: there is no live one.</returns>
    public Peer? Choose(PeerVisit visit, long now)
    {
        ArgumentNullException.ThrowIfNull(visit);
        lock (_lock)
        {
            Peer? peer = visit.IsAtBackups ? null : ChoosePrimary(visit, now);
            if (peer is null && Backups.Peers.Length > 0)
            {
                if (!visit.IsAtBackups)
                {
                    visit.GoToBackups();
                }
                peer = _method.SuitsBackups ? _method.Choose(Backups, visit, now) : Backups.Next(visit.Tried, now);
            }
            return peer is null ? null : Take(peer, visit, now);
        }
    }

    /// <summary>Chooses the peer that a client has had before, and counts a connection to it.</summary>
    /// <param name="visit">The request's own state of choosing.</param>
    /// <param name="route">Its <see cref="Peer.Route"/>, as the client says it.</param>
    /// <param name="now">In seconds.</param>
    /// <returns>Null: there is none of the kind that may be chosen; <see cref="Choose"/> chooses another one.</returns>
    public Peer? ChooseByRoute(PeerVisit visit, ReadOnlySpan<byte> route, long now)
    {
        ArgumentNullException.ThrowIfNull(visit);
        lock (_lock)
        {
            foreach (Peer peer in route.IsEmpty || visit.IsAtBackups ? default : Primary.Peers)
            {
                if (route.SequenceEqual(peer.Route) && peer.IsUsable(visit.Tried, now))
                {
                    return Take(peer, visit, now);
                }
            }
            return null;
        }
    }

    /// <summary>Says how long a peer took to answer, for <c>least_time</c>: to its head, or to its last byte.</summary>
    public void NoteTime(Peer peer, double milliseconds)
    {
        ArgumentNullException.ThrowIfNull(peer);
        lock (_lock)
        {
            peer.NoteTime(milliseconds);
        }
    }

    /// <summary>Says what became of a request.</summary>
    /// <param name="peer">Where it was.</param>
    /// <param name="outcome">What became of it.</param>
    /// <param name="now">In seconds.</param>
    /// <returns>Whether the peer is out of service from now on: <c>max_fails</c> is reached.</returns>
    public bool Leave(Peer peer, PeerOutcome outcome, long now)
    {
        ArgumentNullException.ThrowIfNull(peer);
        lock (_lock)
        {
            peer.Connections--;
            if (IsSingle)
            {
                peer.Failures = 0;
                return false;
            }
            if (outcome != PeerOutcome.Failed)
            {
                peer.Failures = peer.FailedAt < peer.CheckedAt ? 0 : peer.Failures;
                return false;
            }
            peer.Failures++;
            peer.FailedAt = peer.CheckedAt = now;
            int max = peer.Settings.FailuresMax;
            if (max > 0)
            {
                peer.EffectiveWeight = Math.Max(0, peer.EffectiveWeight - (peer.Settings.Weight / max));
            }
            return max > 0 && peer.Failures >= max;
        }
    }

    private Peer Take(Peer peer, PeerVisit visit, long now)
    {
        if (!IsSingle)
        {
            visit.Tried.Add(peer.Index);
            // After its time out it gets one request; the next ones wait for what comes of it.
            peer.CheckedAt = now - peer.CheckedAt > peer.Settings.FailTimeout ? now : peer.CheckedAt;
        }
        peer.Connections++;
        return peer;
    }

    private Peer? ChoosePrimary(PeerVisit visit, long now)
    {
        if (!IsSingle)
        {
            return _method.Choose(Primary, visit, now);
        }
        Peer only = Primary.Peers[0];
        return only.Settings.IsDown
            || (only.Settings.ConnectionsMax > 0 && only.Connections >= only.Settings.ConnectionsMax) ? null : only;
    }
}
