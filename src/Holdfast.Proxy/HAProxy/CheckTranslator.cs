using System.Collections.Immutable;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Health.Scripts.Protocols;
using Holdfast.Health.Servers;
using Holdfast.HAProxy.Samples;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Proxy.Checks;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.HAProxy;

/// <summary>Checks, agents and observed traffic of a haproxy.cfg.</summary>
/// <param name="environment">What expressions are compiled with.</param>
/// <param name="endpoints">Translates addresses.</param>
/// <param name="problems">Where to report.</param>
/// <param name="hostName">Name of this host.</param>
internal sealed class CheckTranslator(
    CompileEnvironment environment, EndpointTranslator endpoints, TranslationProblems problems, string hostName)
{
    private readonly GlobalModel _global = environment.Model.Global;
    private readonly Dictionary<ProxyModel, CheckProgram> _programs = [];

    /// <summary>What holds for all checks.</summary>
    internal CheckSettings Settings => new()
    {
        SpreadPercent = _global.SpreadChecks, FirstMilliseconds = _global.MaxSpreadChecks ?? 0,
        NeverSendsLocal = _global.Flag("pp2-never-send-local") == true,
    };

    /// <summary>How the health of a server is found out.</summary>
    /// <param name="proxy">Its backend.</param>
    /// <param name="server">The server.</param>
    /// <param name="endpoint">Where it listens.</param>
    internal HealthOptions Health(ProxyModel proxy, ServerModel server, SocketEndpoint endpoint)
    {
        ServerCheck check = server.Check;
        // Where a check goes elsewhere, it does not speak what the server speaks.
        bool isElsewhere = check.Port is not null || check.Address is not null;
        return new HealthOptions
        {
            Program = check.IsEnabled && proxy.HealthCheck.Kind != HealthCheckKind.External ? ProgramOf(proxy) : null,
            External = check.IsEnabled && proxy.HealthCheck.Kind == HealthCheckKind.External
                ? External(proxy, server) : null,
            ConnectMilliseconds = proxy.Timeouts.Check is null ? -1 : proxy.Timeouts.Connect ?? -1,
            ReadMilliseconds = proxy.Timeouts.Check ?? -1,
            SendsProxy = check.SendsProxy ?? (server.SendsProxy != ProxyHeader.None && !isElsewhere),
            UsesProxyVersion2 = server.SendsProxy >= ProxyHeader.Version2,
            Agent = server.Agent is { IsEnabled: true, Port: { } port } agent ? Agent(agent, endpoint, port, server)
                : null,
            Observer = new ErrorObserverModel(
                server.Observe switch
                {
                    "layer4" => ObservedLayer.Layer4,
                    "layer7" => ObservedLayer.Layer7,
                    _ => ObservedLayer.None,
                },
                server.ErrorLimit,
                server.OnError switch
                {
                    "fastinter" => ErrorReaction.FastInterval,
                    "sudden-death" => ErrorReaction.SuddenDeath,
                    "mark-down" => ErrorReaction.MarkDown,
                    _ => ErrorReaction.FailCheck,
                }),
            Track = server.Track is { } track
                ? (track.Backend.Length == 0 ? proxy.Name : track.Backend, track.Server) : null,
        };
    }

    private CheckProgram ProgramOf(ProxyModel proxy)
    {
        if (!_programs.TryGetValue(proxy, out CheckProgram? program))
        {
            environment.CurrentProxy = proxy.Name;
            _programs[proxy] = program = Compile(proxy.HealthCheck);
        }
        return program;
    }

    private CheckProgram Compile(HealthCheckModel check)
    {
        ImmutableArray<string> words = check.Arguments;
        switch (check.Kind)
        {
            case HealthCheckKind.Http or HealthCheckKind.TcpScript:
                var compiler = new CheckScriptCompiler(
                    new CheckStepCompiler(environment, endpoints, problems), check);
                return new CheckProgram(compiler.Compile())
                {
                    NeedsContext = compiler.NeedsContext, HostName = _global.Node ?? hostName,
                };
            case HealthCheckKind.MySql:
                return new CheckProgram(MySqlCheck.Build(
                    words.Length > 1 ? ByteText.ToBytes(words[1]) : null, words.Length > 2 && words[2] == "pre-41"));
            case HealthCheckKind.Postgres:
                return new CheckProgram(PostgresCheck.Build(ByteText.ToBytes(words[1])));
            case HealthCheckKind.Redis:
                return new CheckProgram(RedisCheck.Script);
            case HealthCheckKind.Smtp:
                return new CheckProgram(SmtpCheck.Build(ByteText.ToBytes(
                    words is ["HELO" or "EHLO", var domain] ? $"{words[0]} {domain}" : "HELO localhost")));
            case HealthCheckKind.Ldap:
                return new CheckProgram(LdapCheck.Script);
            case HealthCheckKind.TlsHello:
                return new CheckProgram(TlsHelloCheck.Script);
            case HealthCheckKind.Spop:
                return new CheckProgram(SpopCheck.Build(CheckProgram.Plain.SizeMax));
            default:
                return CheckProgram.Plain;
        }
    }

    private AgentOptions? Agent(ServerAgent agent, SocketEndpoint server, int port, ServerModel model)
    {
        IpAddress? address = server.IsUnix ? null : server.Address;
        if (server.IsUnix && agent.Address is null)
        {
            problems.Add(model.Span, "'agent-check' of a server at a Unix socket needs 'agent-addr'");
        }
        if (agent.Address is { } name)
        {
            address = endpoints.AddressOf(new EndpointModel(EndpointKind.Inet, name, model.Span)
            {
                Address = IpAddress.TryParse(name, out IpAddress literal) ? literal : null,
            });
        }
        CheckProgram program = AgentPrograms.Asking(ByteText.ToBytes(agent.Send));
        return address is { } found ? new AgentOptions(new SocketEndpoint(found, port), program)
        {
            Interval = TimeSpan.FromMilliseconds(agent.Interval),
        }
        : null;
    }

    private static ExternalCheckOptions? External(ProxyModel proxy, ServerModel server)
    {
        if (proxy.HealthCheck.Command is not { } command)
        {
            return null; // the parser has refused it
        }
        EndpointModel? first = proxy.Binds.SelectMany(static b => b.Endpoints)
            .FirstOrDefault(static e => e.Kind is EndpointKind.Inet or EndpointKind.Unix);
        bool isInet = first?.Kind == EndpointKind.Inet;
        return new ExternalCheckOptions(command, proxy.HealthCheck.Path ?? "")
        {
            ProxyAddress = first is null ? "" : !isInet ? first.Host
                : first.Address?.ToString() ?? (first.Family == 6 ? "::" : "0.0.0.0"),
            ProxyPort = isInet ? first!.Port : 0,
            Protocol = proxy.Mode == Config.HAProxy.Model.ProxyMode.Http ? "h1" : "tcp",
            IsTls = server.IsTls,
        };
    }
}
