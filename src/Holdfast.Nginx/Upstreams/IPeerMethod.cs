namespace Holdfast.Nginx.Upstreams;

/// <summary>A way to choose among the peers of a group.</summary>
internal interface IPeerMethod
{
    /// <summary>Whether backups are chosen among in the same way; else by round robin.</summary>
    bool SuitsBackups { get; }

    /// <summary>Chooses one of those that may be chosen.</summary>
    /// <param name="group">The peers.</param>
    /// <param name="visit">The request's state.</param>
    /// <param name="now">In seconds.</param>
    Peer? Choose(PeerGroup group, PeerVisit visit, long now);
}

/// <summary>The smooth weighted round robin.</summary>
internal sealed class RoundRobin : IPeerMethod
{
    public bool SuitsBackups => true;

    public Peer? Choose(PeerGroup group, PeerVisit visit, long now) => group.Next(visit.Tried, now);
}
