using Holdfast.Proxy.Engine;
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

    internal Backend Backend { get; }

    internal ServerChooser Chooser { get; }

    internal UpstreamPool<TTransport> Upstreams { get; }

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
        listener.ConnectionCount++;
        _counters.SessionCount++;
        session.Begin(listener, connection);
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
        listener.ConnectionCount--;
        _freeSessions.Push(session);
        if (listener.IsPaused && listener.HasRoom)
        {
            Loop.Transport.Resume(listener);
        }
    }
}
