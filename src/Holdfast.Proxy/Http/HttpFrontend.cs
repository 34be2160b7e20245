using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Logs;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Http;

/// <summary>Forwards the requests of one listener in one loop.</summary>
/// <typeparam name="TTransport">The loop's transport.</typeparam>
public sealed class HttpFrontend<TTransport> : Acceptor
    where TTransport : struct, ITransport
{
    private readonly Stack<HttpSession<TTransport>> _freeSessions = new();
    private readonly Stack<HttpExchange> _freeExchanges = new();
    private HttpCounters _counters;

    /// <summary>Makes the frontend.</summary>
    /// <param name="loop">The loop.</param>
    /// <param name="options">Timeouts.</param>
    /// <param name="backend">Servers.</param>
    /// <param name="chooser">Who chooses among them.</param>
    public HttpFrontend(
        EventLoop<TTransport> loop, FrontendOptions options, Backend backend, ServerChooser chooser)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(backend);
        Loop = loop;
        Timeouts = options.Timeouts;
        ForwardedFor = options.ForwardedFor is { } header ? new ForwardedForHeader(header) : null;
        Backend = backend;
        Chooser = chooser;
        Upstreams = new UpstreamPool<TTransport>(loop, backend);
        Scratch = new byte[loop.State.Settings.BufferSize];
    }

    /// <summary>What was counted.</summary>
    public ref HttpCounters Counters => ref _counters;

    /// <summary>Clients that are connected.</summary>
    public int SessionCount { get; private set; }

    internal EventLoop<TTransport> Loop { get; }

    internal TimeoutOptions Timeouts { get; }

    /// <summary>Adds the client's address to requests; null: nothing does.</summary>
    internal ForwardedForHeader? ForwardedFor { get; }

    internal Backend Backend { get; }

    internal ServerChooser Chooser { get; }

    internal UpstreamPool<TTransport> Upstreams { get; }

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
        _counters.SessionCount++;
        Log?.OnConnect(connection);
        session.Begin(listener, connection);
    }

    /// <summary>Whether each session ends with its present request: the process does, too.</summary>
    internal bool IsDraining { get; private set; }

    internal override FrontendCounters Totals => new(
        _counters.SessionCount, _counters.RequestCount, _counters.FailedCount, _counters.BytesIn, _counters.BytesOut);

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
