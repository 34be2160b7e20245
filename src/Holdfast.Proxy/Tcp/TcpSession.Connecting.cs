using Holdfast.Balancing.Retries;
using Holdfast.HAProxy.Samples;
using Holdfast.Health.Servers;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Tcp;

/// <summary>The server's connection, and what follows when it cannot be made.</summary>
internal sealed partial class TcpSession<TTransport>
{
    /// <summary>The server that was tried last, also when it has been let go.</summary>
    private Server? _lastServer;

    /// <summary>The server that is left for another one, until that is chosen; null: it is stayed with.</summary>
    private Server? _movesFrom;

    private int _retries;
    private bool _isRedispatched;
    private bool _connectTimedOut;
    private bool _hasStream;

    private void ForgetAttempts()
    {
        _lastServer = null;
        _retries = 0;
        _isRedispatched = false;
        _movesFrom = null;
        _connectTimedOut = false;
        _hasStream = false;
    }

    /// <summary>A slot of the server is taken.</summary>
    private void UseServer(Server server)
    {
        _chosen = _lastServer = server;
        if (_movesFrom is { } from)
        {
            _movesFrom = null;
            _isRedispatched |= _backend.CountMove(from, server);
        }
        if (_times.Queued < 0)
        {
            _times.Queued = _loop.State.Now;
        }
        CounterBlock counters = _backend.CountersOf(server);
        counters.Add(TrafficCounter.Sessions);
        counters.SessionRate.Add(_loop.State.Now);
        counters.LastSession = _backend.Counters.LastSession = _loop.State.Now;
        server.Counters.SeeSessions(server.Balanced.Served);
        Connect(server);
    }

    private void Connect(Server server)
    {
        _phase = SessionPhase.Connecting;
        _connectTimedOut = false;
        server.Enter();
        _hasStream = true;
        if (_subject is not null)
        {
            SocketEndpoint place = server.Options.Endpoint;
            _subject.Context.Server = new EndpointPair(default, 0, place.Address, place.Port);
        }
        Errno errno = _subject is { } subject
            ? ServerConnector.Connect(_loop, server, subject.Context, this, out _server)
            : ServerConnector.Connect(_loop, server, _client!, this, out _server);
        if (errno == Errno.Success)
        {
            _timer.Start(ServerTimeouts.Connect);
        }
        else
        {
            OnConnectFailed(isSynchronous: true);
        }
    }

    private void OnConnectFailed(bool isSynchronous)
    {
        _timer.Stop();
        Server failed = _chosen!;
        failed.Observe(ObservedResult.ConnectFailed);
        RetryDecision decision = RetryRules.Decide(_backend.Backend.Program.Retry, new RetrySituation
        {
            Cause = RetryCauses.ConnectionFailure,
            FailedBefore = _retries,
            IsPersistent = _persistent is not null,
            IsForced = _isForced,
            IsServerRunning = failed.Balanced.TakesPersistentWork,
            IsHashed = _backend.Backend.Program.Key is not null,
            ActiveServers = _backend.Backend.Pool.View.UsedCount,
            IsSynchronous = isSynchronous,
        });
        LeaveServer(isReset: false);
        if (decision.Action == RetryAction.GiveUp)
        {
            _backend.Counters.Add(TrafficCounter.ConnectionErrors);
            _backend.CountersOf(failed).Add(TrafficCounter.ConnectionErrors);
            Blame(_connectTimedOut ? 's' : 'S');
            Refuse();
            return;
        }
        _retries++;
        CountersOf(_frontend).RetryCount++;
        if (decision.Action == RetryAction.Redispatch)
        {
            _movesFrom = failed; // whether that becomes a retry or a redispatch, the choice says
            _persistent = null;
        }
        else
        {
            _backend.CountRetry(failed);
        }
        if (decision.Delay == TimeSpan.Zero)
        {
            Retry();
            return;
        }
        // It gets a moment.
        _phase = SessionPhase.Turnaround;
        _timer.Start((long)decision.Delay.TotalMilliseconds);
    }

    private void Retry()
    {
        if (_movesFrom is { } from)
        {
            FindServer(from);
            return;
        }
        Admit(_lastServer!);
    }

    /// <summary>Both ends of the server's connection, for formats.</summary>
    private void NoteServerEnds(RequestContext context)
    {
        SocketEndpoint place = _lastServer!.Options.Endpoint;
        _ = TcpSocket.GetLocal(_server!.Fd, out IpAddress own, out int port);
        context.Server = new EndpointPair(own, port, place.Address, place.Port);
    }

    private void LeaveServer(bool isReset)
    {
        CloseServer(isReset);
        ReleaseServer();
    }

    private void CloseServer(bool isReset)
    {
        if (_server is not null)
        {
            _bytesOut = _server.ReceivedBytes;
            _loop.Transport.Close(_server, isReset);
            _server = null;
        }
    }

    /// <summary>Gives the slot to who waits for it.</summary>
    private void ReleaseServer()
    {
        if (_chosen is { } chosen)
        {
            _chosen = null;
            if (_hasStream)
            {
                chosen.Leave();
                _hasStream = false;
            }
            _backend.Release(chosen);
        }
    }
}
