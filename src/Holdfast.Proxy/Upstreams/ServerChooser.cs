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
    private int _next;

    /// <inheritdoc/>
    public override Server? Choose(Server? avoid)
    {
        Server? second = null;
        for (int count = backend.Servers.Length; count > 0; count--)
        {
            Server server = backend.Servers[_next];
            _next = _next + 1 == backend.Servers.Length ? 0 : _next + 1;
            if (!server.IsUsable)
            {
                continue;
            }
            if (server != avoid)
            {
                return server;
            }
            second = server;
        }
        return second;
    }
}
