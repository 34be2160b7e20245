using System.Collections.Immutable;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Layer4.Model;
using Holdfast.Runtime.Vrrp;

namespace Holdfast.Runtime.Checks.Process;

/// <summary>What the plane's table says of virtual servers whose process has ended.</summary>
/// <remarks>
/// A real server that has no entry, or weight 0 where a failed one stays, counts as down; a sorry server that gets
/// traffic means that the quorum was lost. What cannot be told from a table is decided so that nothing that may be
/// dead gets traffic: without the quorum every real server counts as down, and so does one that only some addresses of
/// a group have.
/// </remarks>
internal sealed class PlaneMemory
{
    private readonly KeepalivedModel _model;
    private readonly ServiceMemory?[] _services;

    /// <param name="model">The configuration that the process had.</param>
    /// <param name="seen">The table.</param>
    internal PlaneMemory(KeepalivedModel model, ImmutableArray<ObservedPool> seen)
    {
        _model = model;
        Dictionary<VirtualServiceKey, ObservedPool> byKey = seen.ToDictionary(static p => p.Service.Spec.Key);
        _services = [.. model.VirtualServers.Select(service => Recall(service, byKey))];
    }

    /// <summary>What is known of a virtual server; null when the plane does not have it.</summary>
    internal ServiceMemory? Of(int service) => _services[service];

    /// <summary>What is known of a checker.</summary>
    internal CheckMemory? Of(CheckId id) => _services[id.Service]?.Servers[id.Server][id.Checker];

    private ServiceMemory? Recall(VirtualServerModel service, Dictionary<VirtualServiceKey, ObservedPool> seen)
    {
        ServiceMemory? known = null;
        foreach (VirtualServiceKey key in ServicePools.KeysOf(_model, service))
        {
            if (seen.TryGetValue(key, out ObservedPool? pool))
            {
                ServiceMemory one = Recall(service, key, pool);
                known = known is null ? one : Combine(known, one);
            }
        }
        return known;
    }

    /// <summary>The process may have ended between two addresses of a group: what one of them lacks is down.</summary>
    private static ServiceMemory Combine(ServiceMemory first, ServiceMemory second) => new(
        first.HadQuorum & second.HadQuorum,
        [.. first.Servers.Select((server, i) => server.Select((check, j) =>
            check.IsDown ? check : second.Servers[i][j].IsDown ? second.Servers[i][j] : check).ToImmutableArray())]);

    private static ServiceMemory Recall(VirtualServerModel service, VirtualServiceKey key, ObservedPool pool)
    {
        var servers = new Dictionary<RealServerKey, RealServerSpec>();
        foreach (ObservedServer server in pool.Servers)
        {
            servers[server.Spec.Key] = server.Spec;
        }
        return new ServiceMemory(
            HadQuorum(service, key, servers),
            [.. service.RealServers.Select(s => Recall(s, servers.GetValueOrDefault(ServicePools.KeyOf(s, key))))]);
    }

    private static bool? HadQuorum(
        VirtualServerModel service, VirtualServiceKey key, Dictionary<RealServerKey, RealServerSpec> servers)
    {
        if (service.SorryServer is not { } sorry)
        {
            return null;
        }
        RealServerKey own = ServicePools.KeyOf(sorry, key);
        bool isReal = service.RealServers.Any(s => ServicePools.KeyOf(s, key) == own);
        bool serves = servers.TryGetValue(own, out RealServerSpec? spec) && spec.Weight > 0;
        // One that is a real server, too, serves as such beside others.
        return !serves || (isReal && servers.Values.Count(static s => s.Weight > 0) > 1);
    }

    private static ImmutableArray<CheckMemory> Recall(RealServerModel server, RealServerSpec? spec)
    {
        bool isDown = spec is null || (spec.Weight == 0 && server.InhibitOnFailure && server.Weight != 0);
        long delta = isDown || spec is null ? 0 : spec.Weight - server.Weight;
        int weighs = server.Checkers.FindIndex(static c => c is MiscCheckModel { IsDynamic: true } or FileCheckModel);
        return [.. server.Checkers.Select((_, i) => new CheckMemory(isDown, i == weighs ? delta : 0))];
    }
}
