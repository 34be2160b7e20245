using Holdfast.Balancing.Retries;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Http.H1;
using Holdfast.HAProxy.Samples;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Programs;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Http;

/// <summary>Servers: connecting, what goes wrong, letting go.</summary>
internal sealed partial class HttpSession<TTransport>
{
    private const RetryCauses LostConnection = RetryCauses.EmptyResponse | RetryCauses.ResponseTimeout;

    private RetryTimer? _retry;
    private bool _isConnected;
    private bool _isReused;
    private bool _isWaitingToRetry;

    private void OpenServer(Server server)
    {
        ulong name = ServerConnector.KeyOf(server, _exchange?.Subject);
        // A first request may take a connection that may have died only if that would be made good here.
        bool isFirst = _requestCount == 1
            && (_backend.Backend.Program.Retry.RetryOn & LostConnection) != LostConnection;
        _server = TakePrivate(server, name) ?? _backend.Upstreams.Take(server, isFirst, name);
        _isReused = _server is not null;
        _isConnected = _isReused;
        _serverEnded = false;
        if (_isReused)
        {
            _backend.Counters.Add(TrafficCounter.Reuses);
            _backend.CountersOf(server).Add(TrafficCounter.Reuses);
            _server!.Owner = this;
            _server.Attachment = null;
            _exchange!.Times.Connected = _loop.State.Now;
        }
        else if (!Connect(server))
        {
            RetryOrFail(RetryCauses.ConnectionFailure, 503, 'S', 'C', isSynchronous: true);
            return;
        }
        NoteServerEnds(server);
        _response = HttpPhase.Head;
        BackendProgram program = _backend.Backend.Program;
        _exchange!.Response.Leniency = program.Has(ProxyOptions.AcceptInvalidHttpResponse)
            ? H1Leniency.AcceptInvalidResponse : H1Leniency.HAProxyResponse;
        if (program.SendNameHeader is { } header)
        {
            _ = _exchange.Request.On(_fromClient.Bytes(_pool)).Set(header, server.Identity.NameBytes);
        }
        ArmServerTimer();
        SendRequest();
        if (_server is null)
        {
            return;
        }
        if (_isConnected)
        {
            _loop.Transport.Receive(_server);
        }
        if (_request == HttpPhase.Complete)
        {
            WatchClient();
        }
        else
        {
            PumpRequest();
        }
    }

    private bool Connect(Server server)
    {
        _backend.Counters.Add(TrafficCounter.Connections);
        _backend.CountersOf(server).Add(TrafficCounter.Connections);
        server.Enter();
        Errno errno = _exchange?.Subject is { } subject
            ? ServerConnector.Connect(_loop, server, subject, this, out _server)
            : ServerConnector.Connect(_loop, server, _client!, this, out _server);
        if (errno != Errno.Success)
        {
            server.Leave();
            _server = null;
        }
        return errno == Errno.Success;
    }

    /// <summary>Both ends of the server's connection, for formats and expressions.</summary>
    private void NoteServerEnds(Server server)
    {
        if (_exchange!.Subject is not { } subject)
        {
            return;
        }
        SocketEndpoint place = server.Options.Endpoint;
        IpAddress own = default;
        int port = 0;
        if (_isConnected && (_frontend.Program.NamesOwnEnd || _backend.Backend.Program.NamesOwnEnd))
        {
            _ = TcpSocket.GetLocal(_server!.Fd, out own, out port);
        }
        subject.Server = new EndpointPair(own, port, place.Address, place.Port);
    }

    /// <summary>A server's connection has ended without a whole response.</summary>
    private void OnServerEnded()
    {
        _serverEnded = true;
        if (_isResponseHeld && !ResumeResponse(isOver: true))
        {
            return;
        }
        if (_request == HttpPhase.Tunnel)
        {
            OnTunnelEnded(_server!, _client!);
        }
        else if (_response == HttpPhase.Body && _exchange!.Response.Body.Kind == BodyKind.UntilClose)
        {
            _closesAfterResponse = true;
            CompleteResponse();
        }
        else
        {
            OnServerFailed();
        }
    }

    /// <param name="isReset">By a reset: HAProxy counts one error more where a response was waited for.</param>
    private void OnServerFailed(bool isReset = false)
    {
        if (_request == HttpPhase.Tunnel)
        {
            CutByServer();
            return;
        }
        if (_response == HttpPhase.Complete)
        {
            EndExchange();
            LetServerGo();
            CloseWhenSent();
            return;
        }
        if (_response >= HttpPhase.Body)
        {
            CutByServer();
            return;
        }
        bool hadBytes = _fromServer.HasBytes;
        if (!_isConnected)
        {
            RetryOrFail(RetryCauses.ConnectionFailure, 503, 'S', 'C');
        }
        else if (_isReused && !hadBytes && _isRetryable && IsSafeToRepeat())
        {
            // It was idle for too long for its server, which never saw the request: not a failure of the server.
            _backend.Counters.Add(TrafficCounter.Retries);
            Server server = _chosen!;
            LetServerGo();
            Admit(server, isBalanced: false);
        }
        else
        {
            if (isReset)
            {
                CountFailure(_chosen!, isConnection: false);
            }
            RetryOrFail(hadBytes ? RetryCauses.JunkResponse : RetryCauses.EmptyResponse, 502, 'S', 'H');
        }
    }

    private void OnServerTimeout()
    {
        if (_isResponseHeld)
        {
            EndHeldResponse();
            return;
        }
        if (!_isConnected)
        {
            RetryOrFail(RetryCauses.ConnectionFailure, 503, 's', 'C');
        }
        else if (_request != HttpPhase.Tunnel && _response <= HttpPhase.Head)
        {
            RetryOrFail(RetryCauses.ResponseTimeout, 504, 's', 'H');
        }
        else if (_request == HttpPhase.Tunnel)
        {
            OnTunnelTimeout(isClient: _client!.Deadline <= _loop.State.Now); // where both are due, the client's counts
        }
        else
        {
            CountAbort();
            SayEnd('s', 'D');
            CutWhenSent();
        }
    }

    private void CutByServer()
    {
        CountAbort();
        CountFailure(_chosen!, isConnection: false);
        SayEnd('S', 'D');
        CutWhenSent();
    }

    /// <summary>The server has gone in the middle of its response.</summary>
    private void CountAbort()
    {
        _frontend.Counters.Add(TrafficCounter.ServerAborts);
        _backend.Counters.Add(TrafficCounter.ServerAborts);
        _backend.CountersOf(_chosen!).Add(TrafficCounter.ServerAborts);
    }

    /// <summary>Whether a request may reach a server twice (RFC 9110 section 9.2.2).</summary>
    private bool IsSafeToRepeat() => _exchange!.Request.Method is RequestMethod.Get or RequestMethod.Head
        or RequestMethod.Options or RequestMethod.Trace or RequestMethod.Put or RequestMethod.Delete;

    /// <summary>Closes the server's connection, and frees its slot.</summary>
    private void LetServerGo(bool isReset = false)
    {
        _isResponseHeld = false;
        _fromServer.Clear(_pool);
        if (_chosen is not { } chosen)
        {
            return;
        }
        if (_server is not null)
        {
            chosen.Leave();
            _loop.Transport.Close(_server, isReset);
            _server = null;
        }
        _chosen = null;
        _isConnected = false;
        _leftBehind = chosen.Balanced.Served - 1;
        _backend.Release(chosen);
    }

    /// <summary>Keeps the server's connection for other requests.</summary>
    private void KeepServer()
    {
        Connection server = _server!;
        Server chosen = _chosen!;
        _server = null;
        _chosen = null;
        _isConnected = false;
        if (IsPrivate(chosen))
        {
            KeepPrivate(chosen, server);
        }
        else
        {
            _backend.Upstreams.Give(chosen, server, _isReused);
        }
        _leftBehind = chosen.Balanced.Served - 1;
        _backend.Release(chosen);
    }

    private sealed class RetryTimer(HttpSession<TTransport> session) : TimerEntry
    {
        internal override void OnDue() => session.Retry();
    }
}
