using System.Collections.Immutable;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Upstreams;

/// <summary>A backend as the whole process sees it.</summary>
public sealed class Backend
{
    /// <summary>Makes the backend; every server begins usable.</summary>
    public Backend(BackendOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        Servers = [.. options.Servers.Select(static (server, index) => new Server(server, index))];
    }

    /// <summary>Its configuration.</summary>
    public BackendOptions Options { get; }

    /// <summary>The servers, in the order of the configuration.</summary>
    public ImmutableArray<Server> Servers { get; }
}
