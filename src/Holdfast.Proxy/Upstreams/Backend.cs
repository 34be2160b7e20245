using System.Collections.Immutable;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Upstreams;

/// <summary>A backend as the whole process sees it.</summary>
public sealed class Backend
{
    private int _turn;

    /// <summary>Makes the backend; every server begins usable.</summary>
    public Backend(BackendOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        Servers = [.. options.Servers.Select(static (server, index) => new Server(server, index))];
        foreach (Server server in Servers)
        {
            server.Backend = this;
        }
    }

    /// <summary>Its configuration.</summary>
    public BackendOptions Options { get; }

    /// <summary>Whose turn is next: one for all loops, so that servers alternate strictly.</summary>
    internal ref int Turn => ref _turn;

    /// <summary>The servers, in the order of the configuration.</summary>
    public ImmutableArray<Server> Servers { get; }
}
