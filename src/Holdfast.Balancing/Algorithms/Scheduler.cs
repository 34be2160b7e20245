using Holdfast.Balancing.Servers;

namespace Holdfast.Balancing.Algorithms;

/// <summary>An algorithm with its state for one pool.</summary>
/// <remarks>
/// <see cref="Select"/> and <see cref="OnLoadChanged"/> are called by any thread. <see cref="OnServerChanged"/> is
/// called under the pool's lock, after the server's new weight and state have been written.
/// </remarks>
internal abstract class Scheduler
{
    /// <summary>Chooses. The pool has a usable server when this is called, and more than only a first backup.</summary>
    public abstract BalancedServer? Select(in Selection selection);

    /// <summary>A server's weight or usability has changed.</summary>
    /// <param name="server">The server.</param>
    /// <param name="oldWeight">What its weight was; 0 if it was not usable.</param>
    public abstract void OnServerChanged(BalancedServer server, int oldWeight);

    /// <summary>A server has been added, which is not usable yet. Called under the pool's lock.</summary>
    public virtual void OnServerAdded()
    {
    }

    /// <summary>The number of requests that a server has, or that wait for it, has changed.</summary>
    public virtual void OnLoadChanged(BalancedServer server)
    {
    }

    /// <summary>Makes the algorithm.</summary>
    public static Scheduler Create(ServerPool pool, BalanceSettings settings) => settings.Algorithm switch
    {
        BalanceAlgorithm.StaticRoundRobin => new StaticRoundRobin(pool),
        BalanceAlgorithm.LeastConnections => new LeastConnections(pool),
        BalanceAlgorithm.First => new FirstAvailable(pool),
        BalanceAlgorithm.Random => new RandomDraws(pool, settings.Draws),
        BalanceAlgorithm.MapHash => new MapHash(pool),
        BalanceAlgorithm.ConsistentHash => new ConsistentHash(pool, settings.HashBalanceFactor),
        _ => new RoundRobin(pool),
    };
}
