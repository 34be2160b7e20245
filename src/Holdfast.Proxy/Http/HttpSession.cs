using Holdfast.Health.Servers;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Proxy.Accept;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Http;

/// <summary>Where one direction of an exchange stands.</summary>
internal enum HttpPhase : byte
{
    /// <summary>Nothing has arrived; for a response: nothing was asked.</summary>
    Idle,

    /// <summary>The head is not all there.</summary>
    Head,

    /// <summary>The body goes by.</summary>
    Body,

    /// <summary>All has gone by.</summary>
    Complete,

    /// <summary>No messages any more: bytes both ways.</summary>
    Tunnel,

    /// <summary>The session ends; what comes is dropped.</summary>
    Ending,
}

/// <summary>A client's connection, and one request after the other on it.</summary>
/// <remarks>
/// One request is worked on at a time; what a client sends ahead stays in its buffer, and then in the kernel. The
/// bytes of a request stay until its response begins, so that it can be sent again on another connection when one
/// that was idle turns out to be dead. Objects are used again. Files: what clients send (<c>.Request.cs</c>), what
/// servers send (<c>.Response.cs</c>), servers (<c>.Upstream.cs</c>), upgraded connections (<c>.Tunnel.cs</c>), the
/// end (<c>.End.cs</c>). Between two requests a client has an <see cref="IdleClient{TTransport}"/>.
/// </remarks>
internal sealed partial class HttpSession<TTransport>(HttpFrontend<TTransport> frontend) : ConnectionOwner
    where TTransport : struct, ITransport
{
    private readonly HttpFrontend<TTransport> _frontend = frontend;
    private readonly EventLoop<TTransport> _loop = frontend.Loop;
    private readonly BufferPool _pool = frontend.Loop.State.Buffers;
    private Listener? _listener;
    private Connection? _client;
    private Connection? _server;
    private LoopBackend<TTransport> _backend = frontend.Backend;
    private Server? _chosen;
    private HttpExchange? _exchange;
    private HttpInput _fromClient;
    private HttpInput _fromServer;
    private HttpPhase _request;
    private HttpPhase _response;
    private long _requestCount;
    private long _handshake;
    private bool _clientEnded;
    private bool _serverEnded;

    private TimeoutOptions Timeouts => _frontend.Timeouts;

    /// <summary>Those of the backend, which may be the frontend's.</summary>
    private TimeoutOptions ServerTimeouts => _backend.Backend.Options.Timeouts ?? _frontend.Timeouts;

    internal void Begin(Listener listener, Connection client)
    {
        Prepare(listener, client);
        WaitForRequest();
        RestIfIdle();
    }

    private void Prepare(Listener listener, Connection client)
    {
        Forget(listener, client);
        _requestCount = 0;
        _idleFrom = _loop.State.Now;
        _handshake = _idleFrom - client.OpenedAt;
        _shared = client.Attachment as ClientSubject;
        client.Attachment = null;
        if (_frontend.NeedsContext)
        {
            _facts = ReadFacts();
        }
    }

    /// <summary>Whatever it was before, it is the session of a client that waits for a request.</summary>
    private void Forget(Listener listener, Connection client)
    {
        _listener = listener;
        _client = client;
        client.Owner = this;
        _wait = RequestWait.None;
        _isParsing = false;
        _backend = _frontend.Backend;
        _leftBehind = 0;
        _request = HttpPhase.Idle;
        _response = HttpPhase.Idle;
        _clientEnded = false;
        _clientHasFailed = false;
        _isAuthenticated = false;
        _serverEnded = false;
        _closesAfterResponse = false;
        _given = null;
        _isTakenOver = false;
    }

    public override void OnConnected(Connection connection)
    {
        _isConnected = true;
        _chosen?.Observe(ObservedResult.Connected);
        _exchange!.Times.Connected = _loop.State.Now;
        if (_frontend.Program.NamesOwnEnd || _backend.Backend.Program.NamesOwnEnd)
        {
            NoteServerEnds(_chosen!);
        }
        ArmServerTimer();
        _loop.Transport.Receive(connection);
        PumpRequest();
    }

    public override void OnReceived(Connection connection, BufferPart data)
    {
        if (connection == _client)
        {
            OnClientData(data);
        }
        else if (connection == _server)
        {
            OnServerData(data);
        }
        else
        {
            _pool.Return(data.Buffer);
            DropPrivate(connection);
        }
        RestIfIdle();
    }

    public override void OnReceiveEnded(Connection connection)
    {
        if (connection == _client)
        {
            OnClientEnded();
        }
        else if (connection == _server)
        {
            OnServerEnded();
        }
        else
        {
            DropPrivate(connection);
        }
    }

    public override void OnSent(Connection connection)
    {
        if (connection != _client && connection != _server)
        {
            return; // a kept connection's last request has gone at last
        }
        if (_request == HttpPhase.Tunnel)
        {
            OnTunnelSent(connection);
        }
        else if (connection == _server)
        {
            ArmServerTimer();
            PumpRequest();
            FinishIfBothOver();
        }
        else if (_response == HttpPhase.Ending)
        {
            FinishIfSent();
        }
        else if (_request == HttpPhase.Idle)
        {
            ArmIdleTimer();
            RestIfIdle();
        }
        else
        {
            PumpResponse();
        }
    }

    public override void OnFailed(Connection connection, Errno errno)
    {
        if (connection == _client)
        {
            OnClientFailed();
        }
        else if (connection == _server)
        {
            OnServerFailed(isReset: errno == Errno.ECONNRESET);
        }
        else
        {
            DropPrivate(connection);
        }
    }

    public override void OnTimeout(Connection connection)
    {
        if (connection == _client)
        {
            OnClientTimeout();
        }
        else if (connection == _server)
        {
            OnServerTimeout();
        }
        else
        {
            DropPrivate(connection);
        }
    }

    /// <summary>A client's time: for what it has to do next.</summary>
    private void ArmClientTimer()
    {
        long timeout = _client!.QueuedCount > 0 || _request == HttpPhase.Body ? Timeouts.Client : -1;
        _client.SetTimeout(timeout);
    }

    private void ArmServerTimer() => _server!.SetTimeout(!_isConnected ? ServerTimeouts.Connect
        : _exchange?.Subject is { ServerTimeout: >= 0 } subject ? subject.ServerTimeout : ServerTimeouts.Server);

    private static long FirstOf(long one, long other) => one >= 0 ? one : other;
}
