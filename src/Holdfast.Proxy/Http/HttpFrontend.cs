using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Logs;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Programs;
using Holdfast.Proxy.Running;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Http;

/// <summary>Forwards the requests of one listener in one loop.</summary>
/// <typeparam name="TTransport">The loop's transport.</typeparam>
public sealed class HttpFrontend<TTransport> : Acceptor
    where TTransport : struct, ITransport
{
    private readonly Stack<HttpSession<TTransport>> _freeSessions = new();
    private readonly Stack<HttpExchange> _freeExchanges = new();
    private long _failedCount;

    /// <summary>Makes the frontend.</summary>
    /// <param name="loop">The loop.</param>
    /// <param name="options">Timeouts.</param>
    /// <param name="whole">The frontend as the process sees it.</param>
    /// <param name="backends">Where requests may go.</param>
    internal HttpFrontend(
        EventLoop<TTransport> loop, FrontendOptions options, Frontend whole, LoopBackends<TTransport> backends)
    {
        Loop = loop;
        Options = options;
        Timeouts = options.Timeouts;
        ForwardedFor = options.ForwardedFor is { } header ? new ForwardedForHeader(header) : null;
        Whole = whole;
        Program = whole.Program;
        Counters = whole.Counters.Of(loop.State.Index);
        Backends = backends;
        Backend = backends.Find(options.Backend)!;
        Scratch = new byte[loop.State.Settings.BufferSize];
    }

    /// <summary>What this loop has counted, of all listeners of the frontend.</summary>
    internal CounterBlock Counters { get; }

    internal FrontendOptions Options { get; }

    /// <summary>Clients that are connected.</summary>
    public int SessionCount { get; private set; }

    internal EventLoop<TTransport> Loop { get; }

    internal TimeoutOptions Timeouts { get; }

    /// <summary>Adds the client's address to requests; null: nothing does.</summary>
    internal ForwardedForHeader? ForwardedFor { get; }

    internal Frontend Whole { get; }

    internal FrontendProgram Program { get; }

    internal LoopBackends<TTransport> Backends { get; }

    /// <summary>Where requests go that no rule sends elsewhere.</summary>
    internal LoopBackend<TTransport> Backend { get; }

    /// <summary>Told of each connection; null: nothing is logged.</summary>
    internal FrontendLog? Log { get; init; }

    internal ErrorPages Errors { get; init; } = ErrorPages.BuiltIn;

    /// <summary>Where heads are written before it is known where they go.</summary>
    internal byte[] Scratch { get; }

    /// <inheritdoc/>
    public override void OnAccepted(Listener listener, Connection connection)
    {
        if (!_freeSessions.TryPop(out HttpSession<TTransport>? session))
        {
            session = new HttpSession<TTransport>(this);
        }
        SessionCount++;
        Counters.Add(TrafficCounter.Connections);
        Counters.Add(TrafficCounter.Sessions);
        Counters.SessionRate.Add(Loop.State.Now);
        Log?.OnConnect(connection);
        session.Begin(listener, connection);
    }

    /// <summary>Whether each session ends with its present request: the process does, too.</summary>
    internal bool IsDraining { get; private set; }

    internal override FrontendCounters Totals => new(
        Counters[TrafficCounter.Sessions], Counters[TrafficCounter.Requests], Volatile.Read(ref _failedCount),
        Counters[TrafficCounter.BytesIn], Counters[TrafficCounter.BytesOut]);

    internal void CountFailure() => _failedCount++;

    internal override void Drain()
    {
        IsDraining = true;
        foreach (HttpSession<TTransport> session in Loop.State.Owners().OfType<HttpSession<TTransport>>())
        {
            session.EndIfIdle();
        }
    }

    internal HttpExchange RentExchange() => _freeExchanges.TryPop(out HttpExchange? exchange) ? exchange : new();

    internal void Return(HttpExchange exchange)
    {
        exchange.Reset();
        _freeExchanges.Push(exchange);
    }

    internal void Recycle(HttpSession<TTransport> session, Listener listener)
    {
        SessionCount--;
        listener.Leave();
        _freeSessions.Push(session);
        if (listener.IsPaused && listener.HasRoom)
        {
            Loop.Transport.Resume(listener);
        }
    }
}
