using System.Collections.Immutable;
using Holdfast.Balancing.Servers;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Health.Servers;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.HAProxy;

/// <summary>Backends and their servers.</summary>
/// <param name="endpoints">Translates addresses.</param>
/// <param name="problems">Where to report.</param>
/// <param name="ports">Ports where the clients of a backend arrive.</param>
internal sealed class ServerTranslator(
    EndpointTranslator endpoints, TranslationProblems problems, IReadOnlyDictionary<string, ImmutableArray<int>> ports)
{
    internal BackendOptions Backend(ProxyModel proxy, ImmutableArray<LogTargetOptions> logs)
    {
        if (proxy.HealthCheck.Kind != HealthCheckKind.Tcp && proxy.Servers.Any(static s => s.Check.IsEnabled))
        {
            problems.Add(proxy.HealthCheck.Span ?? proxy.Span, "checks that do more than connect are not made yet");
        }
        ImmutableArray<ServerOptions>.Builder servers = ImmutableArray.CreateBuilder<ServerOptions>();
        foreach (ServerModel server in proxy.Servers)
        {
            if (Server(proxy, server) is { } one)
            {
                servers.Add(one);
            }
        }
        return new BackendOptions(proxy.Name, servers.ToImmutable())
        {
            Logs = logs,
            Timeouts = TimeoutTranslator.Translate(proxy),
            Reuse = proxy.HttpReuse switch
            {
                "never" => HttpReuse.Never,
                "aggressive" => HttpReuse.Aggressive,
                "always" => HttpReuse.Always,
                _ => HttpReuse.Safe,
            },
        };
    }

    private ServerOptions? Server(ProxyModel proxy, ServerModel server)
    {
        if (endpoints.AddressOf(server.Endpoint) is not { } address || PortOf(proxy, server.Endpoint) is not { } port)
        {
            return null;
        }
        if (address.IsUnspecified)
        {
            problems.Add(server.Endpoint.Span, "servers at the client's destination address are not reached yet");
            return null;
        }
        return new ServerOptions(server.Name, new SocketEndpoint(address, port))
        {
            Source = SourceOf(server.Source ?? proxy.Source),
            Check = server.Check.IsEnabled ? CheckOf(server.Check) : null,
            CheckEndpoint = server.Check.IsEnabled ? CheckEndpointOf(server.Check, address, port) : null,
            CheckTimeoutMilliseconds = proxy.Timeouts.Check is null ? -1 : proxy.Timeouts.Connect ?? -1,
            IsDisabled = server.IsDisabled,
            Cookie = server.Cookie is { } cookie ? ByteText.ToBytes(cookie) : null,
            Balancing = new ServerSettings
            {
                Name = server.Name,
                Id = server.Id,
                Weight = server.Weight,
                IsBackup = server.IsBackup,
                MaxConnections = server.MaxConnections,
                MinConnections = server.MinConnections,
                MaxQueue = server.MaxQueue,
                SlowStart = TimeSpan.FromMilliseconds(server.SlowStart),
            },
        };
    }

    /// <summary>Where the file leaves the port to the client, that of the one port where clients arrive.</summary>
    private int? PortOf(ProxyModel proxy, EndpointModel endpoint)
    {
        if (endpoint.Mapping == PortMapping.Fixed)
        {
            return endpoint.Port;
        }
        if (ports.TryGetValue(proxy.Name, out ImmutableArray<int> own) && own.Length == 1
            && own[0] + endpoint.Port is var port and > 0 and <= 65_535)
        {
            return port;
        }
        problems.Add(endpoint.Span, "a server's port by that of the client is carried out only where clients arrive at "
            + "one port", "write the port");
        return null;
    }

    private SocketEndpoint? SourceOf(SourceAddressModel? source)
    {
        if (source is null || endpoints.AddressOf(source.Endpoint) is not { } address || address.IsUnspecified)
        {
            return null;
        }
        if (source.UseSource is not null || source.Interface is not null || source.Endpoint.LastPort > 0)
        {
            problems.Add(source.Span, "of 'source' only an address is carried out yet");
        }
        return new SocketEndpoint(address, 0);
    }

    private static ServerCheckModel CheckOf(ServerCheck check) => new()
    {
        Interval = TimeSpan.FromMilliseconds(check.Interval),
        FastInterval = check.FastInterval is { } fast ? TimeSpan.FromMilliseconds(fast) : null,
        DownInterval = check.DownInterval is { } down ? TimeSpan.FromMilliseconds(down) : null,
        Rise = check.Rise,
        Fall = check.Fall,
    };

    private SocketEndpoint? CheckEndpointOf(ServerCheck check, IpAddress address, int port)
    {
        if (check.Address is null && check.Port is null)
        {
            return null;
        }
        IpAddress? at = check.Address is null ? address : endpoints.AddressOf(check.Address);
        return at is { } found ? new SocketEndpoint(found, check.Port ?? port) : null;
    }
}
