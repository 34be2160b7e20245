using System.Collections.Immutable;
using System.Text;
using Holdfast.Config.Nginx.Model;
using Holdfast.Linux.Sockets;
using Holdfast.Nginx.Texts;
using Holdfast.Nginx.Upstreams;
using Holdfast.Primitives;

namespace Holdfast.Web.Streams;

/// <summary>Where a peer of an upstream is.</summary>
/// <param name="Endpoint">Its address.</param>
/// <param name="Text">The same as logs have it.</param>
internal sealed record PeerPlace(SocketEndpoint Endpoint, byte[] Text)
{
    internal static PeerPlace Of(IpAddress address, int port)
    {
        SocketEndpoint endpoint = new(address, port);
        return new(endpoint, Encoding.ASCII.GetBytes(endpoint.ToString()));
    }

    /// <summary>Null: the path is empty, or too long for a socket.</summary>
    internal static PeerPlace? TryOfUnix(string path)
        => path.Length > 0 && SocketEndpoint.TryUnix(path, out SocketEndpoint? endpoint)
            ? new(endpoint!, Encoding.UTF8.GetBytes("unix:" + path)) : null;

    /// <exception cref="InvalidOperationException">The path is too long.</exception>
    internal static PeerPlace OfUnix(string path) => TryOfUnix(path)
        ?? throw new InvalidOperationException($"the path {path} is too long for a socket");
}

/// <summary>An upstream of stream: who is chosen, and where that is. Of the whole process.</summary>
internal sealed class StreamUpstream
{
    private readonly PeerPlace[] _primary;
    private readonly PeerPlace[] _backups;

    private StreamUpstream(string name, UpstreamMethod method, CompiledText? key,
        IReadOnlyList<(PeerSettings Settings, PeerPlace Place)> primary,
        IReadOnlyList<(PeerSettings Settings, PeerPlace Place)> backups)
    {
        Name = Encoding.UTF8.GetBytes(name);
        Key = key;
        _primary = [.. primary.Select(static one => one.Place)];
        _backups = [.. backups.Select(static one => one.Place)];
        Balancer = primary.Count == 0 && backups.Count == 0 ? null
            : new Upstream(method, primary.Select(static one => one.Settings),
                backups.Select(static one => one.Settings));
    }

    /// <summary>Its name: an upstream block's, or what <c>proxy_pass</c> says.</summary>
    internal byte[] Name { get; }

    /// <summary>Who chooses; null: no server has an address.</summary>
    internal Upstream? Balancer { get; }

    /// <summary>What is hashed; null: nothing.</summary>
    internal CompiledText? Key { get; }

    /// <summary>Where a peer is.</summary>
    internal PeerPlace PlaceOf(Peer peer, bool isBackup) => (isBackup ? _backups : _primary)[peer.Index];

    /// <summary>An upstream block.</summary>
    internal static StreamUpstream Of(
        UpstreamModel model, TextCompiler texts, ImmutableDictionary<string, ImmutableArray<IpAddress>> hosts)
        => new(model.Name, model.Method, model.HashKey is { } key ? texts.Compile(key) : null,
            Peers(model.Servers.Where(static one => !one.IsBackup), hosts),
            Peers(model.Servers.Where(static one => one.IsBackup), hosts));

    /// <summary>What <c>proxy_pass</c> names itself.</summary>
    internal static StreamUpstream Of(
        StreamTarget target, ImmutableDictionary<string, ImmutableArray<IpAddress>> hosts)
    {
        UpstreamServer server = new()
        {
            Written = target.Text.Source, Host = target.Host!, Port = target.Port, IsUnix = target.IsUnix,
            Span = target.Text.Span,
        };
        return new(target.Text.Source, UpstreamMethod.RoundRobin, null, Peers([server], hosts), []);
    }

    private static List<(PeerSettings Settings, PeerPlace Place)> Peers(
        IEnumerable<UpstreamServer> servers, ImmutableDictionary<string, ImmutableArray<IpAddress>> hosts)
    {
        var peers = new List<(PeerSettings Settings, PeerPlace Place)>();
        foreach (UpstreamServer server in servers)
        {
            PeerSettings settings = new(server.Written, server.Weight, server.FailuresMax,
                (long)server.FailTimeout.TotalSeconds, server.ConnectionsMax, server.IsDown);
            if (server.IsUnix)
            {
                peers.Add((settings, PeerPlace.OfUnix(server.Host)));
                continue;
            }
            // Each address of a name is a peer of its own.
            ImmutableArray<IpAddress> addresses = IpAddress.TryParse(server.Host, out IpAddress literal) ? [literal]
                : hosts.GetValueOrDefault(server.Host, []);
            peers.AddRange(addresses.Select(one => (settings, PeerPlace.Of(one, server.Port))));
        }
        return peers;
    }
}
