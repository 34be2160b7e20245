using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Running;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Management;

/// <summary>A proxy of the file together with what runs of it.</summary>
/// <param name="Model">What the file says.</param>
/// <param name="Frontend">Its listening half; null: it has none.</param>
/// <param name="Backend">Its half with servers; null: it has none.</param>
/// <param name="Listeners">The addresses where it listens, in order.</param>
internal sealed record ManagedProxy(
    ProxyModel Model, Frontend? Frontend, Backend? Backend, ImmutableArray<FrontendOptions> Listeners)
{
    internal string Name => Model.Name;

    internal int Id => Model.Id;

    internal bool IsHttp => Model.Mode == Config.HAProxy.Model.ProxyMode.Http;

    /// <summary>As the file and reports name the mode.</summary>
    internal string ModeName => IsHttp ? "http" : "tcp";

    /// <summary>What was said of servers that were added, as long as they are there.</summary>
    internal static ConditionalWeakTable<Server, ServerModel> Added { get; } = [];

    /// <summary>What the file, or who added it, says of a server.</summary>
    internal ServerModel? ModelOf(Server server)
        => Added.TryGetValue(server, out ServerModel? added) ? added
            : Model.Servers.FirstOrDefault(one => one.Name == server.Options.Name);
}
