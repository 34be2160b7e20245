using Holdfast.Http.H1;
using Holdfast.Linux.Abi;
using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Http;

/// <summary>Servers: choosing, connecting, trying again, letting go.</summary>
internal sealed partial class HttpSession<TTransport>
{
    private const long TurnaroundMilliseconds = 1000;

    private RetryTimer? _retry;
    private int _retriesLeft;
    private bool _isConnected;
    private bool _isReused;
    private bool _isWaitingToRetry;

    private void FindServer(Server? avoid)
    {
        _chosen = _backend.Take(avoid);
        if (_chosen is null)
        {
            Fail(503);
            return;
        }
        _server = _backend.Upstreams.Take(_chosen, isFirst: _requestCount == 1);
        _isReused = _server is not null;
        _isConnected = _isReused;
        _serverEnded = false;
        if (_isReused)
        {
            _backend.Counters.Add(TrafficCounter.Reuses);
            _server!.Owner = this;
            _server.Attachment = null;
        }
        else if (!Connect(_chosen))
        {
            RetryOrFail(503);
            return;
        }
        _response = HttpPhase.Head;
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
        server.Enter();
        Errno errno = ServerConnector.Connect(_loop, server, _client!, this, out _server);
        if (errno != Errno.Success)
        {
            server.Leave();
            _server = null;
        }
        return errno == Errno.Success;
    }

    /// <summary>A server's connection has ended without a whole response.</summary>
    private void OnServerEnded()
    {
        _serverEnded = true;
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
            OnServerFailed(isReset: false);
        }
    }

    private void OnServerFailed(bool isReset)
    {
        if (_request == HttpPhase.Tunnel)
        {
            End(isReset: true);
            return;
        }
        if (_response == HttpPhase.Complete)
        {
            LetServerGo();
            CloseWhenSent();
            return;
        }
        if (_response >= HttpPhase.Body)
        {
            CutWhenSent(isReset);
            return;
        }
        bool hadBytes = _fromServer.HasBytes;
        if (!_isConnected)
        {
            RetryOrFail(503);
        }
        else if (_isReused && !hadBytes && _isRetryable && IsSafeToRepeat())
        {
            // It was idle for too long for its server, which never saw the request: not a failure of the server.
            _backend.Counters.Add(TrafficCounter.Retries);
            LetServerGo();
            FindServer(avoid: null);
        }
        else
        {
            Fail(502);
        }
    }

    private void OnServerTimeout()
    {
        if (!_isConnected)
        {
            RetryOrFail(503);
        }
        else if (_request != HttpPhase.Tunnel && _response <= HttpPhase.Head)
        {
            Fail(504);
        }
        else if (_request == HttpPhase.Tunnel)
        {
            End(isReset: false);
        }
        else
        {
            CutWhenSent(isReset: false);
        }
    }

    /// <summary>Whether a request may reach a server twice (RFC 9110 section 9.2.2).</summary>
    private bool IsSafeToRepeat() => _exchange!.Request.Method is RequestMethod.Get or RequestMethod.Head
        or RequestMethod.Options or RequestMethod.Trace or RequestMethod.Put or RequestMethod.Delete;

    private void RetryOrFail(int status)
    {
        Server? failed = _chosen;
        LetServerGo();
        if (_retriesLeft-- <= 0 || !CanSendAgain())
        {
            Fail(status);
            return;
        }
        _backend.Counters.Add(TrafficCounter.Retries);
        Backend backend = _backend.Backend;
        if (backend.Program.Retry is { Redispatches: true, RedispatchInterval: not 0 } && backend.Servers.Length > 1)
        {
            FindServer(failed);
            return;
        }
        // The same server again: it gets a moment. The client's timer counts it.
        _isWaitingToRetry = true;
        _retry ??= new RetryTimer(this);
        long connect = ServerTimeouts.Connect;
        long wait = connect < 0 ? TurnaroundMilliseconds : Math.Min(connect, TurnaroundMilliseconds);
        _loop.State.Timers.Set(_retry, _loop.State.Now + wait);
    }

    /// <summary>Whether all that was sent so far is still in hand.</summary>
    private bool CanSendAgain() => _held > 0;

    private void Retry()
    {
        if (_isWaitingToRetry)
        {
            _isWaitingToRetry = false;
            FindServer(avoid: null);
        }
    }

    /// <summary>Closes the server's connection.</summary>
    private void LetServerGo(bool isReset = false)
    {
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
        _backend.Upstreams.Give(chosen, server, _isReused);
        _backend.Release(chosen);
    }

    private sealed class RetryTimer(HttpSession<TTransport> session) : TimerEntry
    {
        internal override void OnDue() => session.Retry();
    }
}
