using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Holdfast.Balancing.Servers;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Upstreams;

// Servers that operators add and remove while it runs.
public sealed partial class Backend
{
    /// <summary>How many servers may be there besides those of the file, at the same time.</summary>
    public const int SpareServers = 256;

    private readonly Lock _members = new();
    private readonly Server[] _places;
    private volatile Server[] _servers;

    /// <summary>The servers: those of the configuration in its order, then those that were added.</summary>
    public ImmutableArray<Server> Servers => ImmutableCollectionsMarshal.AsImmutableArray(_servers);

    /// <summary>The server that balancing has chosen.</summary>
    /// <remarks>Who was removed in this very moment is still given: its connection fails, or not.</remarks>
    internal Server ServerOf(BalancedServer balanced) => Volatile.Read(ref _places[balanced.Index]);

    /// <summary>Adds a server, in maintenance. May be called on any thread; checks and TLS are the engine's.</summary>
    /// <returns>Whether there was room.</returns>
    internal bool TryAdd(ServerOptions options, [NotNullWhen(true)] out Server? added)
    {
        lock (_members)
        {
            added = null;
            int id = options.Balancing.Id;
            for (int free = 1; id == 0; free++)
            {
                id = Array.Exists(_servers, one => one.Balanced.Settings.Id == free) ? 0 : free;
            }
            ServerSettings settings = options.Balancing with { Name = options.Name, Id = id };
            if (!Pool.TryAdd(settings, out BalancedServer? balanced))
            {
                return false;
            }
            added = new Server(this, options, balanced, _loops, isDynamic: true);
            Volatile.Write(ref _places[balanced.Index], added);
            _servers = [.. _servers, added];
            return true;
        }
    }

    /// <summary>Takes out a server that is in maintenance and has nothing to do. May be called on any thread.</summary>
    /// <returns>Whether it has.</returns>
    internal bool TryRemove(Server server)
    {
        lock (_members)
        {
            if (!Array.Exists(_servers, one => one == server) || server.ConnectionCount > 0
                || !Pool.TryRemove(server.Balanced))
            {
                return false;
            }
            _servers = Array.FindAll(_servers, one => one != server);
            return true;
        }
    }
}
