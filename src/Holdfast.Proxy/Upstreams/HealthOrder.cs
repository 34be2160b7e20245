using Holdfast.Balancing.Servers;

namespace Holdfast.Proxy.Upstreams;

/// <summary>What an operator wants of a server's checks. Traffic has followed already.</summary>
/// <param name="Will">Maintenance and drain as they are now; null: no change.</param>
/// <param name="State">What its health is to be; null: no change.</param>
/// <param name="IsChecked">Whether it is checked from now on; null: no change.</param>
/// <param name="IsAgentDown">What its agent is taken to say; null: no change.</param>
internal sealed record HealthOrder(
    AdministrativeStates? Will = null, ServerState? State = null, bool? IsChecked = null,
    bool? IsAgentDown = null)
{
    /// <summary>What the order has done to traffic; null: nothing.</summary>
    internal TrafficChange? Change { get; init; }
}

/// <summary>What changed for traffic when something became of a server: logs are written later.</summary>
/// <param name="WasUsable">Whether the server got work before.</param>
/// <param name="Before">The backend's servers before.</param>
/// <param name="After">The backend's servers afterwards.</param>
internal sealed record TrafficChange(bool WasUsable, PoolView Before, PoolView After)
{
    /// <summary>Whether there was a server, and is none any more.</summary>
    internal bool LosesLast
        => Before.ActiveCount + Before.BackupCount > 0 && After.ActiveCount + After.BackupCount == 0;

    /// <summary>Does something, and looks at what it changes.</summary>
    internal static TrafficChange Of(Server server, Action action)
    {
        ServerPool pool = server.Backend.Pool;
        bool wasUsable = server.IsUsable;
        PoolView before = pool.View;
        action();
        return new TrafficChange(wasUsable, before, pool.View);
    }
}
