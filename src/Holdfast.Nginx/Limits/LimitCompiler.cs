using Holdfast.Config.Nginx.Model;
using Holdfast.Nginx.Texts;

namespace Holdfast.Nginx.Limits;

/// <summary>The zones of an http or stream block, and the lines that name them, at load.</summary>
/// <param name="texts">Compiles the keys.</param>
public sealed class LimitCompiler(TextCompiler texts)
{
    private readonly Dictionary<string, (RequestZone Zone, CompiledText Key)> _requests = new(StringComparer.Ordinal);

    private readonly Dictionary<string, (ConnectionZone Zone, CompiledText Key)> _connections =
        new(StringComparer.Ordinal);

    /// <summary>Makes the zones.</summary>
    public void Define(HttpModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        foreach (LimitRequestZone zone in model.LimitRequestZones)
        {
            long rate = Math.Max(1, zone.RatePerMinute * 1000 / 60);
            _requests[zone.Name] = (new RequestZone(zone.Name, zone.SizeBytes, rate), texts.Compile(zone.Key));
        }
        Define(model.LimitConnectionZones);
    }

    /// <summary>Makes those of <c>limit_conn</c> alone, which stream has, too.</summary>
    public void Define(IEnumerable<LimitConnectionZone> zones)
    {
        ArgumentNullException.ThrowIfNull(zones);
        foreach (LimitConnectionZone zone in zones)
        {
            _connections[zone.Name] = (new ConnectionZone(zone.Name, zone.SizeBytes), texts.Compile(zone.Key));
        }
    }

    /// <summary>The <c>limit_req</c> lines of a place; null: there are none.</summary>
    public RequestLimits? Requests(LimitSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Requests.IsEmpty ? null : new RequestLimits(
            [.. settings.Requests.Select(line => new RequestLimitLine(
                _requests[line.Zone].Zone, _requests[line.Zone].Key, line.Burst, line.Delay))],
            settings.IsRequestDryRun);
    }

    /// <summary>The <c>limit_conn</c> lines of a place; null: there are none.</summary>
    public ConnectionLimits? Connections(LimitSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Connections.IsEmpty ? null : new ConnectionLimits(
            [.. settings.Connections.Select(line => new ConnectionLimitLine(
                _connections[line.Zone].Zone, _connections[line.Zone].Key, line.Max))],
            settings.IsConnectionDryRun);
    }
}
