using System.Collections.Immutable;
using System.Text;
using Holdfast.Linux.Sockets;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Logs;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Checks;

/// <summary>All checks of a process, on one loop.</summary>
internal sealed partial class HealthBoard<TTransport> : IDisposable
    where TTransport : struct, ITransport
{
    /// <summary>Servers with shorter intervals do not decide how far first checks are spread.</summary>
    private static readonly TimeSpan s_spreadMin = TimeSpan.FromSeconds(1);

    private readonly EventLoop<TTransport> _loop;
    private readonly CheckSettings _settings;
    private readonly CheckJitter _jitter;
    private readonly Dictionary<Server, ServerWatch> _watches = [];
    private readonly ExternalRuns _external = new();
    private readonly List<ICheckRunner> _programs = [];
    private readonly ImmutableArray<Backend> _backends;
    private readonly ProxyOptions _options;
    private readonly HealthLog _log;

    /// <summary>Begins to check.</summary>
    /// <param name="loop">The loop that checks.</param>
    /// <param name="backends">All backends.</param>
    /// <param name="options">What holds for all, and who is told.</param>
    /// <param name="log">Says what becomes of servers.</param>
    internal HealthBoard(
        EventLoop<TTransport> loop, ImmutableArray<Backend> backends, ProxyOptions options, HealthLog log)
    {
        _loop = loop;
        (_backends, _options, _log) = (backends, options, log);
        _settings = options.Checks;
        _jitter = new CheckJitter(_settings.SpreadPercent);
        Server[] servers = [.. backends.SelectMany(static one => one.Servers)];
        foreach (Server server in servers)
        {
            Join(server);
        }
        foreach (Server server in servers)
        {
            TrackIfWanted(server);
        }
        Begin(servers);
    }

    /// <summary>Programs that run end at once.</summary>
    public void Dispose()
    {
        foreach (ICheckRunner runner in _programs)
        {
            runner.Cancel();
        }
        _external.Dispose();
    }

    private static Server? Find(ImmutableArray<Backend> backends, (string Backend, string Server) name)
        => backends.FirstOrDefault(b => b.Options.Name == name.Backend)?.Servers
            .FirstOrDefault(s => s.Options.Name == name.Server);

    /// <summary>First checks are spread over the shortest interval, or a server's own where that is longer.</summary>
    private void Begin(Server[] servers)
    {
        int count = servers.Count(static one => one.Options.Check is not null)
            + servers.Count(static one => one.Options.Health.Agent is not null);
        TimeSpan shortest = servers.Select(static one => one.Options.Check?.Interval ?? TimeSpan.Zero)
            .Where(static interval => interval >= s_spreadMin).DefaultIfEmpty(TimeSpan.Zero).Min();
        int place = 0;
        foreach (Server server in servers)
        {
            ServerWatch watch = _watches[server];
            if (server.Options.Check is { } check)
            {
                Check(watch, Delay(check.FastInterval ?? check.Interval));
            }
            if (server.Options.Health.Agent is { } agent)
            {
                Ask(watch, Delay(agent.Interval));
            }
        }

        long Delay(TimeSpan interval)
        {
            double spread = Math.Max(shortest.TotalMilliseconds, interval.TotalMilliseconds);
            if (_settings.FirstMilliseconds > 0)
            {
                spread = Math.Min(spread, _settings.FirstMilliseconds);
            }
            return (long)(spread * place++ / count);
        }
    }

    private void Check(ServerWatch watch, long delay)
    {
        Server server = watch.Server;
        HealthOptions options = server.Options.Health;
        CheckTarget Where() => Target(
            server, server.Options.CheckEndpoint ?? server.Options.Endpoint, server.Options.Check!.Interval);
        CheckProgram program = options.Program ?? CheckProgram.Plain;
        _ = new HealthChecker<TTransport>(_loop, watch, delay, _jitter, onDone =>
        {
            if (options.External is not { } external)
            {
                return new CheckRunner<TTransport>(
                    _loop, Where, new ProxyCheckSession(program, server), program.Script, onDone);
            }
            _programs.Add(new ExternalCheckRunner<TTransport>(_loop, _external, server, external, Where(), onDone));
            return _programs[^1];
        });
    }

    private void Ask(ServerWatch watch, long delay)
    {
        Server server = watch.Server;
        watch.Agent = new AgentChecker<TTransport>(_loop, watch, () =>
        {
            AgentOptions agent = server.Options.Health.Agent!;
            return Target(server, agent.Endpoint, agent.Interval) with
            {
                SendsProxy = false, UsesTls = false, Tls = null,
            };
        }, delay, _jitter);
    }

    private CheckTarget Target(
        Server server, SocketEndpoint endpoint, TimeSpan interval)
    {
        HealthOptions options = server.Options.Health;
        long whole = (long)interval.TotalMilliseconds;
        bool hasOwn = options.ReadMilliseconds >= 0 && options.ConnectMilliseconds >= 0;
        ConnectSettings socket = server.Options.Socket with { IsTransparent = false };
        return new CheckTarget(endpoint, server.Options.Source)
        {
            ConnectMilliseconds = hasOwn ? Math.Min(whole, options.ConnectMilliseconds) : whole,
            ReadMilliseconds = options.ReadMilliseconds,
            Socket = socket,
            BriefSocket = socket with { DelaysAcknowledgement = true },
            Tls = server.CheckTls,
            UsesTls = options.UsesTls,
            ServerName = Encoding.ASCII.GetBytes(server.Options.CheckServerName ?? ""),
            SendsProxy = options.SendsProxy,
            UsesProxyVersion2 = options.UsesProxyVersion2,
            NeverSendsLocal = _settings.NeverSendsLocal,
        };
    }
}
