using System.Collections.Immutable;
using Holdfast.Config.HAProxy;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.HAProxy.Syntax;
using Holdfast.HAProxy.Samples;
using Holdfast.Http.H1;
using Holdfast.Linux.Passwords;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Programs;

namespace Holdfast.Proxy.HAProxy;

/// <summary>A typed haproxy.cfg as options of the engine. Pure: what it needs of the host it is given.</summary>
/// <remarks>
/// Words that the engine does not know at all have been refused by the parser. Here values and combinations are
/// refused that it does not carry out.
/// </remarks>
public sealed class ProxyTranslator
{
    private const int ConnectionsDefault = 30_000;
    private const int DescriptorsOfProcess = 256;
    private const int WaitingMax = 65_536;
    private const int HeadBytesMin = 1024;
    private const int BufferSizeMax = 1 << 20;
    private const long MicrosecondsPerMillisecond = 1000;

    private readonly HAProxyModel _model;
    private readonly TranslationProblems _problems = new();
    private readonly EndpointTranslator _endpoints;
    private readonly ListenerTranslator _listeners;
    private readonly TranslationFacts _facts;
    private readonly ProgramCompiler _programs;
    private readonly CompileEnvironment _environment;
    private readonly CheckTranslator _checks;
    private readonly TlsTranslator _tls;

    private ProxyTranslator(HAProxyModel model, TranslationFacts facts)
    {
        _model = model;
        _facts = facts;
        _endpoints = new EndpointTranslator(facts.Resolve, _problems);
        _tls = new TlsTranslator(model.Global, facts.TlsFiles, _problems);
        _listeners = new ListenerTranslator(model.Global, facts, _endpoints, _problems);
        _environment = new CompileEnvironment(model, facts.Regex)
        {
            ReadFile = path => facts.ReadFile(path) ?? facts.TlsFiles.Read(path),
            ReadEnvironment = facts.ReadEnvironment,
            HostName = facts.HostName,
            Crypt = CryptLibrary.Matches,
        };
        _environment.Variables.Limits = VariableLimitsOf(model.Global);
        _checks = new CheckTranslator(_environment, _endpoints, _problems, facts.HostName);
        _programs = new ProgramCompiler(_environment, (span, message) => _problems.Add(span, message));
    }

    /// <summary>Translates a file that was found good.</summary>
    public static ProxyTranslation Translate(HAProxyModel model, TranslationFacts facts)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(facts);
        return new ProxyTranslator(model, facts).Run();
    }

    /// <summary>Translates a server that is added while the process runs.</summary>
    /// <param name="model">The file: its global section counts.</param>
    /// <param name="backend">The backend.</param>
    /// <param name="added">The server.</param>
    /// <param name="facts">What is asked of the host; its TLS files are read as they are now.</param>
    /// <param name="problem">What is wrong; null: nothing.</param>
    public static ServerOptions? TranslateServer(
        HAProxyModel model, ProxyModel backend, AddedServerLine added, TranslationFacts facts, out string? problem)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(added);
        ArgumentNullException.ThrowIfNull(facts);
        var translator = new ProxyTranslator(model, facts);
        var servers = new ServerTranslator(translator._endpoints, translator._problems, translator._checks,
            translator._tls, translator._programs);
        ServerOptions? options = servers.Server(backend, added.Server);
        problem = translator._problems.Errors() is [var first, ..] ? first.Message : null;
        return problem is not null || options is null ? null : added.Track is { } track
            ? options with { Health = options.Health with { Track = track } } : options;
    }

    /// <summary>What is wrong with certificates, keys and settings of TLS; nothing else is looked at.</summary>
    public static ImmutableArray<Diagnostic> FindTls(HAProxyModel model, ITlsFiles files)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(files);
        return TlsTranslator.Find(model, files);
    }

    private ProxyTranslation Run()
    {
        ProxyModel[] frontends = [.. _model.Proxies.Where(static p => p.Kind.HasFlag(ProxyKind.Frontend) && IsOn(p))];
        _programs.SetVariables(_model.Global.Variables);
        ImmutableArray<FrontendOptions> listeners = [.. frontends.SelectMany(Frontend)];
        var servers = new ServerTranslator(_endpoints, _problems, _checks, _tls, _programs);
        int clientsMax = _model.Global.MaxConnections ?? ConnectionsDefault;
        ImmutableArray<BackendOptions> backends =
        [
            .. _model.Proxies.Where(static p => p.Kind.HasFlag(ProxyKind.Backend) && IsOn(p))
                .Select(p => servers.Backend(p, Logs(p)) with
                {
                    Program = _programs.Backend(p, FullConnections(p, frontends)),
                    WaitingMax = Math.Min(clientsMax, WaitingMax),
                }),
            // A frontend without servers answers each request by 503.
            .. frontends.Where(f => BackendOf(f) is null).Select(f => new BackendOptions(NoBackend(f), [])
            {
                HasSection = false,
                Program = _programs.WithoutServers(f),
            }),
            .. Services().Select(ServiceBackend),
        ];
        GlobalModel global = _model.Global;
        int clients = listeners.GroupBy(static l => l.Name).Sum(static g => g.First().ConnectionsMax);
        clients = Math.Min(clients, global.MaxConnections ?? clients);
        var options = new Options.ProxyOptions(listeners, backends)
        {
            Tables = [.. _model.Proxies.Where(static p => p.StickTable is not null && IsOn(p))
                .Select(static p => (p.Name, TableTranslator.Translate(p.StickTable!)))],
            ThreadCount = global.Threads ?? Math.Max(1, _facts.ProcessorCount),
            ConnectionsMax = global.MaxConnections ?? int.MaxValue,
            ConnectionRateMax = global.MaxConnectionRate,
            SessionRateMax = global.MaxSessionRate,
            TlsRateMax = global.MaxTlsRate,
            TlsConnectionsMax = global.MaxTlsConnections,
            Checks = _checks.Settings,
            Compression = Compression(global),
            Engine = Engine(global),
            AcceptsAnyPayload = global.Flag("h1-accept-payload-with-any-method") == true,
            CloseSpreadMilliseconds = SpreadOf(global),
        };
        return new ProxyTranslation(options, Process(global, clients), _problems.Errors())
        {
            Warnings = _problems.Warnings(),
            Services = [.. Services()],
            Model = _model,
            Patterns = _environment.Patterns,
            Variables = _environment.Variables,
        };
    }

    /// <summary>
    /// What limits messages is exactly what the file says; buffers are as large as that needs, with our own headroom.
    /// </summary>
    private static EngineSettings Engine(GlobalModel global)
    {
        var settings = new EngineSettings();
        int rewrite = Math.Min(global.MaxRewrite, global.BufferSize / 2);
        int heads = Math.Clamp(global.BufferSize - rewrite, HeadBytesMin, BufferSizeMax);
        return settings with
        {
            BufferSize = Math.Max(Math.Min(global.BufferSize, BufferSizeMax), heads + BufferPool.Headroom),
            Heads = new H1Limits(heads, global.MaxHeaders,
                EditBytesMax: Math.Max(H1Limits.Default.EditBytesMax, global.BufferSize)),
            LogLineMax = Math.Max(1, global.LogUriLength) + 1,
        };
    }

    private static VariableLimits? VariableLimitsOf(GlobalModel global)
    {
        var limits = new VariableLimits(Size("sess"), Size("txn"), Size("reqres"));
        return limits is { Session: 0, Transaction: 0, OneWay: 0 } ? null : limits;

        long Size(string scope) => global.Setting($"tune.vars.{scope}-max-size") is [{ } text, ..]
            && Units.TrySize(text, out long size) ? size : 0;
    }

    private CompressionSettings Compression(GlobalModel global)
    {
        foreach (ProxyModel proxy in _model.Proxies)
        {
            if (proxy.Compression is { Algorithms.IsEmpty: false } && !Linux.Compression.Deflater.IsAvailable)
            {
                _problems.Add(proxy.Span, "compression needs libz.so.1, which is not installed (package zlib1g)");
            }
            foreach (GenericStatement other in proxy.Compression?.Others ?? [])
            {
                _problems.Add(other.Span,
                    $"compression {string.Join(' ', other.Arguments)} is not carried out yet: only responses are");
            }
        }
        var settings = new CompressionSettings();
        return settings with
        {
            Level = Number("tune.comp.maxlevel", settings.Level, 1, 9),
            BytesPerSecondMax = Number("maxcomprate", 0, 0, int.MaxValue) * 1024L,
            ProcessorPercentMax = Number("maxcompcpuusage", 100, 0, 100),
            MemoryMax = global.Setting("maxzlibmem") is null
                ? settings.MemoryMax : (long)Number("maxzlibmem", 0, 1, int.MaxValue) << 20,
        };

        int Number(string name, int fallback, int min, int max)
            => global.Setting(name) is [{ } text, ..] && int.TryParse(text, out int value)
                ? Math.Clamp(value, min, max) : fallback;
    }

    /// <summary>Over how long idle connections are closed; negative: they are not.</summary>
    private static long SpreadOf(GlobalModel global) => global.Setting("close-spread-time") is not [var text, ..] ? 0
        : text == "infinite" ? -1
        : Config.HAProxy.Syntax.Units.Time(text, MicrosecondsPerMillisecond, out long time, out _)
            == Config.HAProxy.Syntax.UnitFault.None ? time : 0;

    /// <summary>What the file wants of this process itself: pages, and metrics.</summary>
    private IEnumerable<ServiceOptions> Services() =>
    [
        .. _model.Proxies.Where(static p => p.Stats is not null && IsOn(p)
                && p.Mode == Config.HAProxy.Model.ProxyMode.Http)
            .SelectMany(static p => (ServiceOptions[])
            [
                new(ServiceOptions.PageOf(p.Name, false), p.Name, false),
                new(ServiceOptions.PageOf(p.Name, true), p.Name, true),
            ]),
        .. _model.Proxies.Any(static p => p.RulesOf(RuleSet.HttpRequest).Any(static rule
            => rule.Action.Name == "use-service")) ? [new ServiceOptions(ServiceOptions.Metrics, null, false)]
            : (ServiceOptions[])[],
    ];

    /// <summary>Its server's address is not known before the process runs.</summary>
    private static BackendOptions ServiceBackend(ServiceOptions service)
        => new(service.Backend, [new ServerOptions(service.Proxy is null ? "<PROMEX>" : "<STATS>",
            new SocketEndpoint(IpAddress.V4(127, 0, 0, 1), 0))])
        {
            HasSection = false,
            Reuse = HttpReuse.Never,
            IdleConnectionsMax = 0,
            Program = BackendProgram.Plain(service.Proxy ?? service.Backend),
        };

    private ProcessOptions Process(GlobalModel global, int clients) => new()
    {
        User = global.User,
        Group = global.Group,
        Chroot = global.Chroot,
        PidFile = global.PidFile,
        HardStopAfter = global.HardStopAfter,
        GraceMilliseconds = global.Grace,
        NeedsLimits = global.Flag("strict-limits") == true,
        MayGainRights = global.Flag("insecure-setuid-wanted") == true,
        StatsSockets = StatsSockets(global),
        // Each client may have a connection to a server.
        DescriptorsMax = (ulong)(global.DescriptorLimit ?? (2 * clients) + DescriptorsOfProcess),
    };

    /// <summary>Stats sockets are bound as listeners of a frontend that is named so.</summary>
    private ImmutableArray<StatsSocketOptions> StatsSockets(GlobalModel global)
    {
        const string Name = "GLOBAL";
        const int Backlog = 128;
        var frontend = new FrontendOptions(Name, new Linux.Sockets.SocketEndpoint(IpAddress.V4(0), 0), "")
        {
            Backlog = Backlog,
        };
        return [.. global.StatsSockets.SelectMany(bind => _listeners
            .Translate(new ProxyModel(Name, ProxyKind.Frontend, bind.Span), bind, frontend)
            .Select(one => new StatsSocketOptions(
                one.Bind, one.Socket with { Backlog = Backlog, IsPortShared = true }, bind.Level)
            {
                ExposesListeners = bind.ExposesListeners,
                Severity = bind.Severity,
            }))];
    }

    private static bool IsOn(ProxyModel proxy) => !proxy.IsDisabled;

    /// <summary>A tenth of the clients that may come here, unless the file says how many.</summary>
    private int FullConnections(ProxyModel backend, ProxyModel[] frontends)
    {
        if (backend.FullConnections is { } own)
        {
            return own;
        }
        long sum = frontends.Where(f => f == backend || f.DefaultBackend?.Name.Constant == backend.Name
                || f.UseBackend.Any(u => u.Name.Constant is null || u.Name.Constant == backend.Name))
            .Sum(f => (long)(f.MaxConnections ?? _model.Global.MaxConnections ?? ConnectionsDefault));
        return (int)Math.Min(int.MaxValue, Math.Max(1, (sum + 9) / 10));
    }

    private static string NoBackend(ProxyModel frontend) => $"<{frontend.Name}>";

    /// <summary>The proxy whose servers a frontend uses; null: there is none.</summary>
    private ProxyModel? BackendOf(ProxyModel frontend)
    {
        if (frontend.DefaultBackend is { } choice)
        {
            if (choice.Name.Constant is not { } name)
            {
                _problems.Add(choice.Span, "default_backend by an expression is not carried out yet");
                return null;
            }
            return _model.FindBackend(name) is { IsDisabled: false } found ? found : null;
        }
        return frontend.Kind.HasFlag(ProxyKind.Backend) ? frontend : null;
    }

    private IEnumerable<FrontendOptions> Frontend(ProxyModel proxy)
    {
        ProxyModel? backend = BackendOf(proxy);
        Options.ProxyMode? mode = ModeOf(proxy);
        int max = proxy.MaxConnections ?? _model.Global.MaxConnections ?? ConnectionsDefault;
        FrontendOptions template = new(proxy.Name, SocketEndpoint.Given(0), backend?.Name ?? NoBackend(proxy))
        {
            Mode = mode ?? Options.ProxyMode.Tcp,
            MayBecomeHttp = MayBecomeHttp(proxy),
            ConnectionsMax = max,
            SessionRateMax = proxy.SessionRateLimit,
            Backlog = proxy.Backlog ?? max,
            Timeouts = TimeoutTranslator.Translate(proxy),
            Program = _programs.Frontend(proxy),
            Logs = Logs(proxy),
        };
        return proxy.Binds.SelectMany(bind => _listeners.Translate(
                proxy, bind, template with { Tls = _tls.Bind(bind, proxy) }))
            .Select(static (one, at) => one.ListenerId > 0 ? one : one with { ListenerId = at + 1 });
    }

    /// <summary>Streams become HTTP when their backend is one of HTTP, or a rule says so.</summary>
    private bool MayBecomeHttp(ProxyModel proxy)
    {
        bool hasHttp = _model.Proxies.Any(static p => p.Kind.HasFlag(ProxyKind.Backend) && IsHttp(p));
        return proxy.Mode == Config.HAProxy.Model.ProxyMode.Tcp && (
            proxy.RulesOf(RuleSet.TcpContent).Any(static rule => rule.Action.Name == "switch-mode")
            || proxy.UseBackend.Concat(proxy.DefaultBackend is { } fallback ? [fallback] : Array.Empty<BackendChoice>())
                .Any(choice => choice.Name.Constant is { } name
                    ? _model.FindBackend(name) is { } found && IsHttp(found) : hasHttp));
    }

    private static bool IsHttp(ProxyModel proxy)
        => proxy.Mode == Config.HAProxy.Model.ProxyMode.Http && !proxy.IsDisabled;

    private Options.ProxyMode? ModeOf(ProxyModel proxy)
    {
        switch (proxy.Mode)
        {
            case Config.HAProxy.Model.ProxyMode.Tcp:
                return Options.ProxyMode.Tcp;
            case Config.HAProxy.Model.ProxyMode.Http:
                return Options.ProxyMode.Http;
            default:
                _problems.Add(proxy.Span, "this mode is not carried out yet");
                return null;
        }
    }

    private ImmutableArray<LogTargetOptions> Logs(ProxyModel proxy)
    {
        ImmutableArray<LogTargetOptions>.Builder targets = ImmutableArray.CreateBuilder<LogTargetOptions>();
        foreach (LogTarget target in proxy.Logs)
        {
            string tag = proxy.LogTag ?? _model.Global.LogTag;
            string? host = _model.Global.LogHostName is { Length: 0 } ? _facts.HostName : _model.Global.LogHostName;
            if (LogTranslator.Translate(target, tag, host, _endpoints, _problems) is { } one)
            {
                targets.Add(one);
            }
        }
        return targets.ToImmutable();
    }
}
