using Holdfast.Balancing.Servers;

namespace Holdfast.Balancing.Algorithms;

/// <summary><c>first</c>: the server with the lowest id that is not full. Weights do not count.</summary>
/// <remarks>Reads counters only; two threads that select at the same time may choose the same last slot.</remarks>
internal sealed class FirstAvailable(ServerPool pool) : Scheduler
{
    private volatile BalancedServer[] _byId = InOrder(pool);

    public override BalancedServer? Select(in Selection selection)
    {
        PoolView view = pool.View;
        if (view.LoneBackup is { } backup)
        {
            return backup;
        }
        BalancedServer? avoided = null;
        foreach (BalancedServer server in _byId)
        {
            if (!server.IsUsable || server.Settings.IsBackup != view.UsesBackups
                || !pool.HasRoom(server, selection.Now))
            {
                continue;
            }
            if (server != selection.Avoid)
            {
                return server;
            }
            avoided = server;
        }
        return avoided;
    }

    public override void OnServerChanged(BalancedServer server, int oldWeight)
    {
    }

    public override void OnServerAdded() => _byId = InOrder(pool);

    private static BalancedServer[] InOrder(ServerPool pool)
        => [.. pool.Servers.Where(static s => !s.IsVacant).OrderBy(static s => s.Settings.Id)];
}
