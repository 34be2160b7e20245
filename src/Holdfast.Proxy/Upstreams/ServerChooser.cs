namespace Holdfast.Proxy.Upstreams;

/// <summary>Chooses a server for each request or connection of one loop.</summary>
public abstract class ServerChooser
{
    /// <summary>Chooses.</summary>
    /// <param name="avoid">The server that has just failed, taken only if there is no other; null: none.</param>
    /// <returns>The server; null: none is usable.</returns>
    public abstract Server? Choose(Server? avoid);
}

/// <summary>One after the other.</summary>
/// <param name="backend">Among whose servers.</param>
public sealed class RoundRobinChooser(Backend backend) : ServerChooser
{
    /// <inheritdoc/>
    public override Server? Choose(Server? avoid)
    {
        while (true)
        {
            int turn = Volatile.Read(ref backend.Turn);
            int chosen = Find(turn, avoid);
            if (chosen < 0)
            {
                return null;
            }
            int next = chosen + 1 == backend.Servers.Length ? 0 : chosen + 1;
            if (Interlocked.CompareExchange(ref backend.Turn, next, turn) == turn)
            {
                return backend.Servers[chosen];
            }
        }
    }

    private int Find(int turn, Server? avoid)
    {
        int second = -1;
        int length = backend.Servers.Length;
        for (int count = 0; count < length; count++)
        {
            int index = (turn + count) % length;
            Server server = backend.Servers[index];
            if (server.IsUsable && server != avoid)
            {
                return index;
            }
            second = server.IsUsable ? index : second;
        }
        return second;
    }
}
