using System.Collections.Immutable;
using System.Globalization;
using Holdfast.Config.Nginx.Model;
using Holdfast.Linux.Sockets;
using Holdfast.Nginx.Texts;
using Holdfast.Nginx.Upstreams;
using Holdfast.Primitives;
using Holdfast.Web.Running;

namespace Holdfast.Web.Http.Passing;

/// <summary>All upstreams of an http block: those that have a block, and those that are only named.</summary>
internal sealed class UpstreamTable
{
    private const int KeptByDefault = 32;

    private readonly WebConfiguration _configuration;
    private readonly TextCompiler _texts;
    private readonly Dictionary<string, UpstreamProgram> _byName = new(StringComparer.Ordinal);

    internal UpstreamTable(WebConfiguration configuration, HttpModel http, TextCompiler texts)
    {
        _configuration = configuration;
        _texts = texts;
        foreach (UpstreamModel model in http.Upstreams)
        {
            _byName.Add(model.Name, ProgramOf(model));
        }
    }

    /// <summary>How many there are.</summary>
    internal int Count => _byName.Count;

    /// <summary>The one of a name; null: there is none.</summary>
    internal UpstreamProgram? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>That of a host and port, or of an upstream block.</summary>
    internal UpstreamProgram Of(string host, int port, bool hasPort, bool isUnix)
    {
        if (!isUnix && !hasPort && Find(host.ToLowerInvariant()) is { } block)
        {
            return block;
        }
        string name = isUnix ? "unix:" + host
            : string.Create(CultureInfo.InvariantCulture, $"{host.ToLowerInvariant()}:{port}");
        if (!_byName.TryGetValue(name, out UpstreamProgram? program))
        {
            program = new UpstreamProgram(name, _byName.Count);
            ImmutableArray<PeerTarget> targets = TargetsOf(host, port, isUnix);
            program.Peers = targets.IsEmpty ? null : new Upstream(UpstreamMethod.RoundRobin,
                targets.Select(one => new PeerSettings(name) { Target = one }), []);
            _byName.Add(name, program);
        }
        return program;
    }

    /// <summary>The same for a name that a request has made: of names only those that are known; of addresses as many
    /// as there is room for.</summary>
    internal UpstreamProgram? FindOrLook(string host, int port, bool hasPort, bool isUnix)
    {
        lock (_byName)
        {
            bool isKnown = (!hasPort && Find(host.ToLowerInvariant()) is not null) || isUnix
                || IpAddress.TryParse(host.Trim('[', ']'), out _)
                || _configuration.Hosts.ContainsKey(host.ToLowerInvariant());
            return isKnown && _byName.Count < Max ? Of(host, port, hasPort, isUnix) : null;
        }
    }

    private const int Max = 65536;

    private UpstreamProgram ProgramOf(UpstreamModel model)
    {
        int kept = model.KeepAlive ?? (_configuration.IsCompatible122 ? 0 : KeptByDefault);
        var program = new UpstreamProgram(model.Name, _byName.Count)
        {
            Method = model.Method,
            HashKey = model.HashKey is { } key ? _texts.Compile(key) : null,
            KeepAlive = kept,
            KeepAliveRequests = model.KeepAliveRequests,
            KeepAliveTime = (long)model.KeepAliveTime.TotalMilliseconds,
            KeepAliveTimeout = (long)model.KeepAliveTimeout.TotalMilliseconds,
        };
        PeerSettings[] primary = [.. model.Servers.Where(static one => !one.IsBackup).SelectMany(PeersOf)];
        PeerSettings[] backups = [.. model.Servers.Where(static one => one.IsBackup).SelectMany(PeersOf)];
        program.Peers = primary.Length == 0 ? null : new Upstream(model.Method, primary, backups);
        return program;
    }

    private IEnumerable<PeerSettings> PeersOf(UpstreamServer server)
        => TargetsOf(server.Host, server.Port, server.IsUnix).Select(target => new PeerSettings(
            server.Written, server.Weight, server.FailuresMax, (long)server.FailTimeout.TotalSeconds,
            server.ConnectionsMax, server.IsDown)
        {
            Target = target,
        });

    private ImmutableArray<PeerTarget> TargetsOf(string host, int port, bool isUnix)
    {
        if (isUnix)
        {
            return SocketEndpoint.TryUnix(host, out SocketEndpoint? path) ? [new PeerTarget(path!)] : [];
        }
        if (IpAddress.TryParse(host.Trim('[', ']'), out IpAddress address))
        {
            return [new PeerTarget(new SocketEndpoint(address, port))];
        }
        return _configuration.Hosts.TryGetValue(host.ToLowerInvariant(), out ImmutableArray<IpAddress> found)
            ? [.. found.Select(one => new PeerTarget(new SocketEndpoint(one, port)))] : [];
    }
}
