using System.Collections.Immutable;
using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.Patterns;
using Holdfast.HAProxy.Samples;
using Holdfast.Linux;
using Holdfast.Proxy.HAProxy;
using Holdfast.Proxy.Running;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Management;

/// <summary>What the process is, for <c>show info</c>: it does not change while it runs.</summary>
/// <param name="Version">Version of this program.</param>
/// <param name="VersionDate">Date of that version, as year/month/day.</param>
/// <param name="ProcessId">Number of the process.</param>
/// <param name="Node">Name of this node.</param>
/// <param name="Clock">The wall clock.</param>
public sealed record ProcessIdentity(
    string Version, string VersionDate, int ProcessId, string Node, TimeProvider Clock);

/// <summary>A running proxy process, as commands, statistics and metrics see it.</summary>
public sealed class ManagedProcess
{
    /// <summary>Joins what the file says and what runs.</summary>
    /// <param name="model">The file.</param>
    /// <param name="engine">The engine that runs it.</param>
    /// <param name="patterns">ACLs and maps.</param>
    /// <param name="identity">What the process is.</param>
    public ManagedProcess(
        HAProxyModel model, ProxyEngine engine, PatternRegistry patterns, ProcessIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(identity);
        Model = model;
        Engine = engine;
        Patterns = patterns;
        Identity = identity;
        StartedAt = Now;
        StartedWall = identity.Clock.GetUtcNow();
        ProxyState state = engine.State;
        Proxies = [.. model.Proxies.Where(static p => !p.IsDisabled).Select(proxy => new ManagedProxy(
            proxy,
            proxy.Kind.HasFlag(ProxyKind.Frontend) ? state.FindFrontend(proxy.Name) : null,
            proxy.Kind.HasFlag(ProxyKind.Backend) ? state.FindBackend(proxy.Name) : null,
            proxy.Kind.HasFlag(ProxyKind.Frontend)
                ? [.. state.Options.Frontends.Where(one => one.Name == proxy.Name)] : []))];
    }

    /// <summary>The file.</summary>
    public HAProxyModel Model { get; }

    /// <summary>The engine.</summary>
    public ProxyEngine Engine { get; }

    /// <summary>ACLs and maps by name.</summary>
    public PatternRegistry Patterns { get; }

    /// <summary>What the process is.</summary>
    public ProcessIdentity Identity { get; }

    /// <summary>Stick tables, in the order of the file. Default: none.</summary>
    public ImmutableArray<ManagedTable> Tables { get; init; } = [];

    /// <summary>Descriptors that it may have open. Default: not known.</summary>
    public long DescriptorsMax { get; init; }

    /// <summary>Variables of the process. Default: there are none.</summary>
    public VariableTable Variables { get; init; } = new();

    /// <summary>What translations ask of the host, for servers that are added. Default: it knows nothing.</summary>
    public TranslationFacts Facts { get; init; } = new(1, static (_, _) => null);

    /// <summary>Whether it ends as soon as its sessions have.</summary>
    public bool IsStopping { get; set; }

    /// <summary>The proxies, in the order of the file.</summary>
    internal ImmutableArray<ManagedProxy> Proxies { get; }

    /// <summary>How much of its processors it leaves unused.</summary>
    internal Idleness Idleness { get; } = new();

    /// <summary>When it began, in milliseconds of the monotonic clock.</summary>
    internal long StartedAt { get; }

    /// <summary>When it began.</summary>
    internal DateTimeOffset StartedWall { get; }

    /// <summary>The present in milliseconds of the monotonic clock.</summary>
    internal static long Now => MonotonicClock.Now.Nanoseconds / 1_000_000;

    /// <summary>The proxy with servers of this name, or of this number behind a <c>#</c>; null: there is none.
    /// </summary>
    internal ManagedProxy? FindBackend(string name) => Find(name, static proxy => proxy.Backend is not null);

    /// <summary>The proxy that listens.</summary>
    /// <inheritdoc cref="FindBackend"/>
    internal ManagedProxy? FindFrontend(string name) => Find(name, static proxy => proxy.Frontend is not null);

    /// <summary>Any proxy.</summary>
    /// <inheritdoc cref="FindBackend"/>
    internal ManagedProxy? FindProxy(string name) => Find(name, static _ => true);

    /// <summary>A server of a proxy by its name, or by its number behind a <c>#</c>; null: there is none.</summary>
    internal static Server? FindServer(ManagedProxy proxy, string name)
        => proxy.Backend?.Servers.FirstOrDefault(one => name.StartsWith('#')
            ? int.TryParse(name.AsSpan(1), out int id) && one.Balanced.Settings.Id == id
            : one.Options.Name == name);

    private ManagedProxy? Find(string name, Func<ManagedProxy, bool> fits)
        => Proxies.FirstOrDefault(one => fits(one) && (name.StartsWith('#')
            ? int.TryParse(name.AsSpan(1), out int id) && one.Id == id : one.Name == name));
}
