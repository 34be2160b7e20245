using System.Collections.Immutable;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Layer4.Model;
using Holdfast.Primitives;
using Holdfast.Runtime.Checks.Reports;

namespace Holdfast.Runtime.Checks.Process;

/// <summary>Connections of real servers, as the plane counts them at one moment.</summary>
internal sealed class PlaneTraffic
{
    private readonly KeepalivedModel _model;
    private readonly Dictionary<VirtualServiceKey, Dictionary<RealServerKey, ServerTraffic>> _pools;

    private PlaneTraffic(
        KeepalivedModel model, Dictionary<VirtualServiceKey, Dictionary<RealServerKey, ServerTraffic>> pools)
    {
        _model = model;
        _pools = pools;
    }

    /// <summary>Counts what was seen.</summary>
    internal static PlaneTraffic Of(KeepalivedModel model, ImmutableArray<ObservedPool> seen)
        => new(model, seen.ToDictionary(
            static pool => pool.Service.Spec.Key,
            static pool => pool.Servers.ToDictionary(static s => s.Spec.Key, static s => new ServerTraffic(
                s.ActiveConnections, s.InactiveConnections, (long)s.Counters.Connections, s.Spec.Weight))));

    /// <summary>All connections of a server, in every service that its virtual server is in the plane.</summary>
    /// <param name="service">0-based index of the virtual server.</param>
    /// <param name="address">Address of the server.</param>
    /// <param name="port">Its port; 0: that of the service.</param>
    /// <returns>Null when it has no entry.</returns>
    internal ServerTraffic? Of(int service, IpAddress address, int port)
    {
        ServerTraffic? sum = null;
        foreach (VirtualServiceKey key in ServicePools.KeysOf(_model, _model.VirtualServers[service]))
        {
            var server = new RealServerKey(address, port == 0 ? key.Port : (ushort)port);
            if (_pools.TryGetValue(key, out Dictionary<RealServerKey, ServerTraffic>? pool)
                && pool.TryGetValue(server, out ServerTraffic one))
            {
                ServerTraffic before = sum ?? new ServerTraffic(0, 0, 0, one.Weight);
                sum = new ServerTraffic(
                    before.Active + one.Active, before.Inactive + one.Inactive, before.Total + one.Total,
                    Math.Min(before.Weight, one.Weight));
            }
        }
        return sum;
    }
}
