using Holdfast.Balancing.Servers;

namespace Holdfast.Balancing.Algorithms;

/// <summary><c>random(draws)</c>: of so many servers drawn by weight the one with the least load for its weight.
/// </summary>
/// <remarks>
/// Drawn from a hash ring, so a change of servers moves few. If the best of the draws is full, the request waits for
/// any server. Reads counters only; the generator is the calling loop's own.
/// </remarks>
internal sealed class RandomDraws(ServerPool pool, int draws) : Scheduler
{
    private readonly ConsistentHash _ring = new(pool, balanceFactor: 0);

    public override BalancedServer? Select(in Selection selection)
    {
        RandomSource random = selection.Random
            ?? throw new ArgumentException("'random' needs the generator of the event loop", nameof(selection));
        BalancedServer? best = null;
        for (int draw = 0; draw < Math.Max(1, draws); draw++)
        {
            BalancedServer? drawn = pool.View.LoneBackup ?? _ring.Find(random.Next(), selection.Avoid);
            if (drawn is null)
            {
                break;
            }
            if (best is null || best == drawn
                || (long)drawn.Served * best.Weight <= (long)best.Served * drawn.Weight)
            {
                best = drawn;
            }
        }
        return best is not null && pool.HasRoom(best, selection.Now) ? best : null;
    }

    public override void OnServerChanged(BalancedServer server, int oldWeight)
        => _ring.OnServerChanged(server, oldWeight);
}
