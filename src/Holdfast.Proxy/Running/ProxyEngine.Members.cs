using Holdfast.Proxy.Options;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Running;

// Servers that operators add and remove while it runs.
public sealed partial class ProxyEngine
{
    /// <summary>
    /// Adds a server, in maintenance: its checks and its agent begin when somebody wants that. May be called on one
    /// thread alone.
    /// </summary>
    /// <returns>The server; null: the backend has no room, or its algorithm takes none.</returns>
    /// <exception cref="InvalidOperationException">A certificate or setting of its TLS cannot be used.</exception>
    public Server? Add(Backend backend, ServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(options);
        using Tls.PreparedClients clients = State.Tls.Prepare(options, State.Options.ThreadCount);
        if (!backend.TryAdd(options, out Server? server))
        {
            return null;
        }
        clients.Give(server);
        using var isWatched = new ManualResetEventSlim();
        _workers[0].Watch(server);
        _workers[0].Post(isWatched.Set);
        _ = isWatched.Wait(LoopPatience); // orders for its checks find who carries them out
        return server;
    }

    private const int LoopPatience = 2000;

    /// <summary>Removes a server that is in maintenance and has no connections. May be called on one thread alone.
    /// </summary>
    /// <returns>False: it has some; those that are idle are being closed.</returns>
    public bool TryRemove(Server server)
    {
        ArgumentNullException.ThrowIfNull(server);
        if (!server.Backend.TryRemove(server))
        {
            foreach (ProxyWorker worker in _workers)
            {
                worker.CloseIdle(server);
            }
            return false;
        }
        _workers[0].Unwatch(server);
        PostAfterLoops(() => State.Tls.Release(server));
        return true;
    }
}
