using System.Collections.Immutable;
using Holdfast.Balancing.Persistence;
using Holdfast.Balancing.Servers;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Health.Servers;
using Holdfast.Linux.OpenSsl;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.HAProxy;

/// <summary>Backends and their servers.</summary>
/// <param name="endpoints">Translates addresses.</param>
/// <param name="problems">Where to report.</param>
/// <param name="checks">Translates checks.</param>
/// <param name="tls">Translates TLS.</param>
/// <param name="programs">Compiles expressions.</param>
internal sealed class ServerTranslator(
    EndpointTranslator endpoints, TranslationProblems problems, CheckTranslator checks, TlsTranslator tls,
    Programs.ProgramCompiler programs)
{
    internal BackendOptions Backend(ProxyModel proxy, ImmutableArray<LogTargetOptions> logs)
    {
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
            IsHttp = proxy.Mode == Config.HAProxy.Model.ProxyMode.Http,
            LogsChecks = proxy.Options.HasFlag(Config.HAProxy.Model.ProxyOptions.LogHealthChecks),
            IsListen = proxy.Kind.HasFlag(ProxyKind.Frontend),
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

    internal ServerOptions? Server(ProxyModel proxy, ServerModel server)
    {
        bool isUnresolved = false;
        SocketEndpoint? endpoint = server.Endpoint.Kind switch
        {
            EndpointKind.Inet => InetOf(server, out isUnresolved),
            EndpointKind.Unix or EndpointKind.AbstractUnix => endpoints.UnixOf(server.Endpoint),
            _ => Refuse(server.Endpoint, "servers are reached by IP addresses and Unix sockets only"),
        };
        if (endpoint is null)
        {
            return null;
        }
        SourceAddressModel? source = endpoint.IsUnix ? null : server.Source ?? proxy.Source;
        bool checksTls = server.Check is { IsEnabled: true }
            && (server.Check.UsesTls ?? (server.IsTls && server.Check.Address is null && server.Check.Port is null));
        bool needsCheckTls = checksTls || (server.Check.IsEnabled
            && proxy.HealthCheck.Steps.Any(static step => step is CheckConnect { IsTls: true }));
        bool isHttp = proxy.Mode == Config.HAProxy.Model.ProxyMode.Http;
        TlsClientSettings? settings = server.IsTls || needsCheckTls ? tls.Server(server, isHttp) : null;
        return new ServerOptions(server.Name, endpoint)
        {
            Tls = server.IsTls ? settings : null,
            ServerName = server.IsTls ? TlsTranslator.ConstantName(server) : null,
            Sni = TlsTranslator.HasOwnName(server) ? programs.Expression(proxy, server.Tls.Sni!) : null,
            CheckTls = needsCheckTls && settings is not null
                ? settings with { Profile = settings.Profile with { Alpn = server.Check.Alpn } } : null,
            CheckServerName = server.Check.Sni,
            Source = ShareTranslator.OwnSource(source?.UseSource) ?? SourceOf(source),
            SourceField = source?.Field is { } field ? programs.Expression(proxy, field) : null,
            EndsSessionsWhenDown = server.ShutsDownSessions,
            EndsBackupSessionsWhenUp = server.ShutsDownBackupSessions,
            Share = ShareTranslator.Translate(server, source, endpoint, problems) is var share && isUnresolved
                ? share with { IsDestination = false } : share,
            IsUnresolved = isUnresolved,
            RedirectPrefix = server.RedirectPrefix is { } prefix ? ByteText.ToBytes(prefix) : null,
            ReusesMax = server.MaxReuse,
            Socket = new ConnectSettings
            {
                Interface = source?.Interface,
                UserTimeoutMilliseconds = (int?)server.UserTimeout,
                KeepAlive = ListenerTranslator.KeepAlive(
                    proxy.ServerKeepAlive, proxy.Options.HasFlag(Config.HAProxy.Model.ProxyOptions.SrvTcpKa)),
                OpensFast = server.OpensFast,
                IsTransparent = source?.UseSource is not null,
                ResetsOnClose = proxy.Options.HasFlag(Config.HAProxy.Model.ProxyOptions.NoLinger),
            },
            Check = server.Check.IsEnabled ? CheckOf(server.Check) : null,
            CheckEndpoint = server.Check.IsEnabled ? CheckEndpointOf(server, endpoint) : null,
            Health = checks.Health(proxy, server, endpoint) with { UsesTls = checksTls },
            IsDisabled = server.IsDisabled,
            IsNonStick = server.IsNonStick,
            Cookie = server.Cookie is { } cookie ? ByteText.ToBytes(cookie)
                : CookieKeyOf(proxy, server) is { } secret && !endpoint.IsUnix
                    ? DynamicCookie.Of(secret, endpoint.Address, endpoint.Port) : null,
            CookieKey = CookieKeyOf(proxy, server),
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

    private SocketEndpoint? Refuse(EndpointModel endpoint, string problem)
    {
        problems.Add(endpoint.Span, problem);
        return null;
    }

    /// <summary>Address and port; what the client decides is left 0, and stands in the server's share.</summary>
    private SocketEndpoint? InetOf(ServerModel server, out bool isUnresolved)
        => endpoints.ServerAddressOf(server.Endpoint, server.InitialAddress, out isUnresolved) is { } address
            ? new SocketEndpoint(address, server.Endpoint.Mapping == PortMapping.Fixed ? server.Endpoint.Port : 0)
            : null;

    /// <summary>What values of cookies are made with; null: there are none to make.</summary>
    private static byte[]? CookieKeyOf(ProxyModel proxy, ServerModel server)
        => proxy is { Cookie.IsDynamic: true, DynamicCookieKey: { } key } && server.Cookie is null
            ? ByteText.ToBytes(key) : null;

    private SocketEndpoint? SourceOf(SourceAddressModel? source)
    {
        if (source is null || endpoints.AddressOf(source.Endpoint) is not { } address
            || (address.IsUnspecified && source.Endpoint.Port == 0))
        {
            return null;
        }
        bool isRange = source.Endpoint.LastPort > source.Endpoint.Port;
        return new SocketEndpoint(address, isRange ? 0 : source.Endpoint.Port);
    }

    private static ServerCheckModel CheckOf(ServerCheck check) => new()
    {
        Interval = TimeSpan.FromMilliseconds(check.Interval),
        FastInterval = check.FastInterval is { } fast ? TimeSpan.FromMilliseconds(fast) : null,
        DownInterval = check.DownInterval is { } down ? TimeSpan.FromMilliseconds(down) : null,
        Rise = check.Rise,
        Fall = check.Fall,
    };

    private SocketEndpoint? CheckEndpointOf(ServerModel server, SocketEndpoint endpoint)
    {
        ServerCheck check = server.Check;
        if (check.Address is null && check.Port is null)
        {
            return null;
        }
        IpAddress? at = check.Address is null ? endpoint.Address : endpoints.AddressOf(check.Address);
        return at is { } found ? new SocketEndpoint(found, check.Port ?? endpoint.Port) : null;
    }
}
