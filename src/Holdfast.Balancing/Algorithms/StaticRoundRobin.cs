using Holdfast.Balancing.Servers;

namespace Holdfast.Balancing.Algorithms;

/// <summary><c>static-rr</c>: by turns over a table made beforehand; any number of servers, weights do not change.
/// </summary>
/// <remarks>
/// The table is replaced as a whole; the place in it is one atomic, so the order is exact with several threads, and
/// nobody waits.
/// </remarks>
internal class StaticRoundRobin : Scheduler
{
    private int _next;

    public StaticRoundRobin(ServerPool pool)
    {
        Pool = pool;
        Map = ServerMap.Build(pool);
    }

    protected ServerPool Pool { get; }

    protected BalancedServer[] Map
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }

    public override BalancedServer? Select(in Selection selection)
    {
        BalancedServer[] map = Map;
        while (map.Length > 0)
        {
            int seen = Volatile.Read(ref _next);
            BalancedServer? server = Turn(map, seen, selection, out int next);
            if (server is null || Interlocked.CompareExchange(ref _next, next, seen) == seen)
            {
                return server;
            }
        }
        return null;
    }

    public override void OnServerChanged(BalancedServer server, int oldWeight) => Map = ServerMap.Build(Pool);

    private BalancedServer? Turn(BalancedServer[] map, int seen, in Selection selection, out int next)
    {
        BalancedServer? avoided = null;
        int begin = seen >= map.Length ? 0 : seen;
        int afterAvoided = 0;
        int at = begin;
        do
        {
            BalancedServer server = map[at++];
            if (Pool.HasRoom(server, selection.Now))
            {
                if (server != selection.Avoid)
                {
                    next = at;
                    return server;
                }
                avoided = server;
                afterAvoided = at;
            }
            at = at == map.Length ? 0 : at;
        }
        while (at != begin);
        next = afterAvoided;
        return avoided;
    }
}
