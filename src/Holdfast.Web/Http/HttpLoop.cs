using Holdfast.Nginx.Texts;
using Holdfast.Proxy.Engine;
using Holdfast.Web.Http.Passing;
using Holdfast.Web.Http.Places;
using Holdfast.Web.Http.Sessions;
using Holdfast.Web.Loops;

namespace Holdfast.Web.Http;

/// <summary>What one loop has of http: objects to be used again, and the sessions that are open.</summary>
internal sealed class HttpLoop
{
    internal HttpLoop(HttpProgram program, WebLoop loop)
    {
        Program = program;
        Loop = loop;
        program.Counts.Add(this);
    }

    /// <summary>Connections that are open; as are the following figures, for reading on any thread.</summary>
    internal long OpenCount { get; private set; }

    /// <summary>Connections that were accepted.</summary>
    internal long AcceptedCount { get; private set; }

    /// <summary>Requests that have begun.</summary>
    internal long RequestCount { get; set; }

    /// <summary>Connections of which a head is read.</summary>
    internal long ReadingCount { get; set; }

    /// <summary>Connections that wait for a further request.</summary>
    internal long WaitingCount { get; set; }

    /// <summary>Objects that are kept; what more are needed in a burst are the collector's.</summary>
    private const int KeptMax = 4096;

    private readonly Stack<ClientSession> _freeSessions = new();
    private readonly Stack<Exchange> _freeExchanges = new();
    private readonly HashSet<ClientSession> _open = [];

    /// <summary>The http block.</summary>
    internal HttpProgram Program { get; }

    /// <summary>The loop.</summary>
    internal WebLoop Loop { get; }

    /// <summary>A text that is put together, and used before anything else is.</summary>
    internal TextBuilder Scratch { get; } = new();

    private IdleConnections?[] _idle = [];

    /// <summary>Connections to peers of an upstream that wait for a request.</summary>
    internal IdleConnections IdleOf(UpstreamProgram upstream)
    {
        if (upstream.Index >= _idle.Length)
        {
            Array.Resize(ref _idle, upstream.Index + 8);
        }
        return _idle[upstream.Index] ??= new IdleConnections(Loop, upstream);
    }

    /// <summary>A client has come.</summary>
    internal void Begin(Listener listener, Connection client, ListenerProgram listening)
    {
        if (!_freeSessions.TryPop(out ClientSession? session))
        {
            session = new ClientSession(this);
        }
        _ = _open.Add(session);
        OpenCount++;
        AcceptedCount++;
        session.Begin(listener, client, listening);
    }

    /// <summary>A client is gone.</summary>
    internal void OnClosed(ClientSession session, Listener listener)
    {
        _ = _open.Remove(session);
        OpenCount--;
        if (_freeSessions.Count < KeptMax)
        {
            _freeSessions.Push(session);
        }
        listener.Leave();
        if (listener.IsPaused && listener.HasRoom)
        {
            Loop.Resume(listener);
        }
    }

    /// <summary>An exchange for a client's next request.</summary>
    internal Exchange Rent(ClientSession session)
    {
        if (!_freeExchanges.TryPop(out Exchange? exchange))
        {
            exchange = new Exchange();
        }
        exchange.Begin(session);
        return exchange;
    }

    /// <summary>Takes it back.</summary>
    internal void Return(Exchange exchange)
    {
        exchange.Clear();
        if (_freeExchanges.Count < KeptMax)
        {
            _freeExchanges.Push(exchange);
        }
    }

    /// <summary>Closes the connections of clients that wait for no answer.</summary>
    internal void Drain()
    {
        foreach (ClientSession session in _open.ToArray())
        {
            session.OnDraining();
        }
    }
}

/// <summary>Takes the clients of a listener of http.</summary>
internal sealed class HttpAcceptor(HttpLoop http, ListenerProgram listening) : Acceptor
{
    /// <inheritdoc/>
    public override void OnAccepted(Listener listener, Connection connection)
        => http.Begin(listener, connection, listening);

    /// <inheritdoc/>
    internal override void Drain() => http.Drain();

    /// <inheritdoc/>
    internal override FrontendCounters Totals => default;
}
