using System.Collections.Immutable;
using Holdfast.Proxy.Accept;
using Holdfast.Proxy.Checks;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Http;
using Holdfast.Proxy.Logs;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Programs;
using Holdfast.Proxy.Tcp;
using Holdfast.Proxy.Tls;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Running;

/// <summary>One event loop of a proxy with its frontends, on a thread of its own.</summary>
internal abstract class ProxyWorker
{
    /// <summary>Runs on the calling thread until <see cref="Stop"/>.</summary>
    /// <param name="onStarted">Called once listeners are open to clients.</param>
    internal abstract void Run(Action onStarted);

    /// <summary>Buffers, timers and connections; null before the loop stands. For its thread.</summary>
    internal abstract LoopState? State { get; }

    /// <summary>Has the loop call something soon. May be called on any thread, once the loop stands.</summary>
    internal abstract void Post(Action action);

    /// <summary>
    /// Accepts no more, and has sessions end with what they are doing. May be called on any thread.
    /// </summary>
    internal abstract void CloseListeners();

    /// <summary>The sessions of its loop. For its thread.</summary>
    internal abstract IEnumerable<SessionReport> Sessions();

    /// <summary>Ends sessions that fit. For its thread.</summary>
    /// <returns>How many.</returns>
    internal abstract int Abort(Func<SessionReport, bool> fits, char cause);

    /// <summary>Looks after a server that was added. May be called on any thread, for the first loop.</summary>
    internal abstract void Watch(Server server);

    /// <summary>Looks after a server no more. May be called on any thread, for the first loop.</summary>
    internal abstract void Unwatch(Server server);

    /// <summary>Closes what is idle of a server. May be called on any thread.</summary>
    internal abstract void CloseIdle(Server server);

    /// <summary>Makes its listeners follow what a frontend does. May be called on any thread.</summary>
    internal abstract void SetStatus(Frontend frontend);

    /// <summary>Clients that are connected. May be called on any thread.</summary>
    internal abstract int ClientCount { get; }

    /// <summary>Whether its listeners are closed, and all that the kernel has accepted has come and gone. May be called
    /// on any thread.</summary>
    internal abstract bool IsDrained { get; }

    /// <summary>What the frontend's listeners have counted in this loop. May be called on any thread.</summary>
    internal abstract FrontendCounters CountersOf(int frontend);

    /// <summary>Ends <see cref="Run"/>. May be called on any thread.</summary>
    internal abstract void Stop();
}

/// <summary>The same for one transport.</summary>
internal sealed class ProxyWorker<TTransport>(
    ProxyOptions options, ProxyState state, ImmutableArray<int> listeners, LogSenders senders, int index)
    : ProxyWorker
    where TTransport : struct, ITransport
{
    private readonly List<Listener> _listeners = [];
    private volatile EventLoop<TTransport>? _loop;
    private HealthBoard<TTransport>? _board;
    private LoopBackends<TTransport>? _backends;
    private volatile bool _isStopping;
    private volatile bool _isClosed;

    internal override void Run(Action onStarted)
    {
        using EventLoop<TTransport> loop = new(options.Engine, index);
        _loop = loop;
        if (_isStopping)
        {
            return;
        }
        loop.State.TlsUse = state.TlsUse;
        var backends = new LoopBackends<TTransport>(loop, state);
        for (int i = 0; i < options.Frontends.Length; i++)
        {
            FrontendOptions frontend = options.Frontends[i];
            ConnectionLimit limit = state.Limits[i];
            Acceptor acceptor = Gate(loop, i, backends);
            Listener listener = new(listeners[i], acceptor, frontend.ConnectionsMax, limit)
            {
                Rates = state.Rates.Of(state.FindFrontend(frontend.Name)!.Rate, frontend.Tls is not null),
                Counters = state.FindFrontend(frontend.Name)!.Counters.Of(index),
            };
            var timer = new RateTimer(() => ResumeIfRoom(loop, listener));
            listener.LookAgain = () => loop.State.Timers.Set(timer, loop.State.Now + SessionRateLimit.Pause);
            limit.Watch(() => loop.Post(() => ResumeIfRoom(loop, listener)));
            _listeners.Add(listener);
            loop.Transport.Listen(listener);
        }
        using HealthBoard<TTransport>? board = index == 0 ? StartChecks(loop) : null;
        (_board, _backends) = (board, backends);
        _ = index == 0 ? new SecondTick(loop.State, state) : null; // the loop's timers hold it
        onStarted();
        loop.Run();
        loop.State.CloseAll(ref loop.Transport);
    }

    internal override LoopState? State => _loop?.State;

    internal override int ClientCount => _listeners.Sum(static one => one.ConnectionCount);

    internal override bool IsDrained
        => _isClosed && !_listeners.Exists(static one => one.IsArmed) && ClientCount == 0;

    internal override FrontendCounters CountersOf(int frontend) => _listeners[frontend].Acceptor.Totals;

    internal override void Post(Action action) => _loop!.Post(action);

    internal override void Watch(Server server) => Post(() => _board?.Add(server));

    internal override void Unwatch(Server server) => Post(() => _board?.Remove(server));

    internal override void CloseIdle(Server server)
        => Post(() => _backends?[server.Backend.Index].Upstreams.CloseAll(server));

    internal override void Stop()
    {
        _isStopping = true;
        _loop?.Stop();
    }

    internal override void CloseListeners() => Post(() =>
    {
        EventLoop<TTransport> loop = _loop!;
        foreach (Listener listener in _listeners)
        {
            listener.IsClosed = true;
            if (!listener.IsPaused)
            {
                loop.Transport.Pause(listener);
            }
            listener.Acceptor.Drain();
        }
        _isClosed = true;
    });

    internal override IEnumerable<SessionReport> Sessions() => Reports().Select(static one => one.Report);

    internal override int Abort(Func<SessionReport, bool> fits, char cause)
    {
        int count = 0;
        foreach ((ConnectionOwner owner, SessionReport report) in Reports())
        {
            if (fits(report))
            {
                owner.Abort(cause);
                count++;
            }
        }
        return count;
    }

    private List<(ConnectionOwner Owner, SessionReport Report)> Reports()
    {
        var found = new List<(ConnectionOwner, SessionReport)>();
        foreach (ConnectionOwner owner in _loop!.State.Owners().Distinct())
        {
            int at = owner.View is { } view ? _listeners.IndexOf(view.Listener) : -1;
            if (at >= 0)
            {
                found.Add((owner, SessionReport.Of(owner.View!, index, options.Frontends[at], _loop.State.Now)));
            }
        }
        return found;
    }

    internal override void SetStatus(Frontend frontend) => Post(() =>
    {
        EventLoop<TTransport> loop = _loop!;
        for (int i = 0; i < _listeners.Count; i++)
        {
            Listener listener = _listeners[i];
            if (options.Frontends[i].Name != frontend.Name)
            {
                continue;
            }
            listener.IsHeld = frontend.Status != FrontendStatus.Open;
            if (listener.IsHeld && !listener.IsPaused)
            {
                loop.Transport.Pause(listener);
            }
            ResumeIfRoom(loop, listener);
        }
    });

    private static void ResumeIfRoom(EventLoop<TTransport> loop, Listener listener)
    {
        if (listener.IsPaused && listener.HasRoom)
        {
            loop.Transport.Resume(listener);
        }
    }

    private HealthBoard<TTransport> StartChecks(EventLoop<TTransport> loop)
        => new(loop, state.Backends, options,
            new HealthLog(backend => senders.Of(backend.Options.Logs), options.OnHealthLine));

    private FrontendLog? LogOf(FrontendOptions frontend)
        => frontend.Logs.IsEmpty ? null : new FrontendLog(frontend, senders.Of(frontend.Logs));

    /// <summary>Who takes clients: first, where there is something to be done, what comes before sessions.</summary>
    private Acceptor Gate(EventLoop<TTransport> loop, int number, LoopBackends<TTransport> backends)
    {
        FrontendOptions options = state.Options.Frontends[number];
        Frontend frontend = state.FindFrontend(options.Name)!;
        ulong seed = ((ulong)backends.Random.Next() << 32) | backends.Random.Next();
        SubjectPool subjects = new(options, frontend.Program, state, seed);
        Acceptor acceptor = MakeAcceptor(loop, options, backends, subjects);
        bool hasRules = ProgramNeeds.OfConnections(frontend.Program.Rules);
        ClientExit<TTransport> exit = new(loop, subjects, RefusalsOf(options, frontend.Program),
            logsNull: !frontend.Program.Has(Config.HAProxy.Model.ProxyOptions.DontLogNull));
        // From the last to the first: session rules know what the handshake has shown, which the header comes before.
        if (hasRules)
        {
            acceptor = new SessionGate<TTransport>(loop, frontend, subjects, exit, acceptor);
        }
        if (state.Tls.OfListener(number) is { } tls)
        {
            acceptor = new TlsAcceptor<TTransport>(loop, acceptor, tls, options.Timeouts.Handshake, exit);
        }
        return options.ExpectsProxyHeader || options.SegmentReduction > 0 || hasRules
            ? new ClientGate<TTransport>(loop, options, frontend, subjects, exit, acceptor) : acceptor;
    }

    /// <summary>Logs who never had a session; null: nobody does.</summary>
    private RefusalLog? RefusalsOf(FrontendOptions frontend, FrontendProgram program)
        => frontend.Logs.IsEmpty || program.LogFormat is null ? null : new(
            frontend, program.Has(Config.HAProxy.Model.ProxyOptions.LogSeparateErrors), senders.Of(frontend.Logs));

    private Acceptor MakeAcceptor(
        EventLoop<TTransport> loop, FrontendOptions frontend, LoopBackends<TTransport> backends,
        SubjectPool subjects)
        => frontend.Mode switch
        {
            ProxyMode.Tcp => new TcpFrontend<TTransport>(
                loop, frontend, state.FindFrontend(frontend.Name)!, backends, subjects)
            {
                Log = LogOf(frontend),
                Upgraded = frontend.MayBecomeHttp ? MakeHttp(loop, frontend, backends, subjects) : null,
            },
            ProxyMode.Http => MakeHttp(loop, frontend, backends, subjects),
            _ => throw new ArgumentOutOfRangeException(nameof(frontend), frontend.Mode, "unknown mode"),
        };

    private HttpFrontend<TTransport> MakeHttp(
        EventLoop<TTransport> loop, FrontendOptions frontend, LoopBackends<TTransport> backends,
        SubjectPool subjects)
        => new(loop, frontend, state.FindFrontend(frontend.Name)!, backends, subjects) { Log = LogOf(frontend) };

    /// <summary>Looks again at a listener whose rate of sessions was reached.</summary>
    private sealed class RateTimer(Action action) : TimerEntry
    {
        internal override void OnDue() => action();
    }
}
