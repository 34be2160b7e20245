using Holdfast.Balancing.Algorithms;
using Holdfast.Balancing.Hashing;
using Holdfast.Balancing.Queues;
using Holdfast.Balancing.Retries;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Health.Servers;
using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Programs;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Http;

/// <summary>Which server gets a request: balancing, queues, and what follows when one fails.</summary>
internal sealed partial class HttpSession<TTransport> : IWaiting
{
    private WaitingTicket _ticket;
    private long _waitingNumber;
    private WaitingPriority _priority;
    private Server? _retryOn;
    private long _dequeuedBefore;
    private bool _waitsForServer;

    /// <summary>Whether <c>force-persist</c> holds the request to a server that is down.</summary>
    private bool _isForced;

    /// <summary>The server that something of the request names; null: balancing chooses.</summary>
    private Server? _persistent;

    void IWaiting.OnCalled(Server? server)
    {
        _wait = RequestWait.None;
        NotePosition(isCalled: server is not null);
        _client!.SetTimeout(_request == HttpPhase.Complete ? -1 : Timeouts.Client);
        if (server is null)
        {
            _persistent = null;
            FindServer(avoid: null);
            return;
        }
        UseServer(server);
    }

    private void EnterBackend(HttpExchange exchange)
    {
        exchange.Times.IsInBackend = true;
        CounterBlock counters = _backend.Counters;
        counters.Add(TrafficCounter.Sessions);
        counters.Add(TrafficCounter.Current);
        counters.Add(TrafficCounter.Requests);
        counters.SessionRate.Add(_loop.State.Now);
        _backend.Backend.Counters.SeeSessions(_backend.Backend.Counters[TrafficCounter.Current]);
        _backend.Backend.Pool.Enter();
    }

    private void LeaveBackend(HttpExchange exchange)
    {
        if (!exchange.Times.IsInBackend)
        {
            return;
        }
        exchange.Times.IsInBackend = false;
        CounterBlock counters = _backend.Counters;
        counters.Add(TrafficCounter.Current, -1);
        if (exchange.Times.Status > 0)
        {
            counters.AddStatus(exchange.Times.Status);
        }
        counters.Add(TrafficCounter.BytesIn, exchange.Times.BytesIn);
        counters.Add(TrafficCounter.BytesOut, exchange.Times.BytesOut);
        _backend.Backend.Pool.Leave();
        if (_lastServer is { } server)
        {
            CounterBlock own = _backend.CountersOf(server);
            own.Add(TrafficCounter.BytesIn, exchange.Times.BytesIn);
            own.Add(TrafficCounter.BytesOut, exchange.Times.BytesOut);
            if (exchange.Times.Answered > 0)
            {
                CountTimes(exchange, own);
                CountTimes(exchange, counters);
            }
        }
    }

    private void CountTimes(HttpExchange exchange, CounterBlock counters)
    {
        ref ExchangeTimes times = ref exchange.Times;
        counters.QueueTime.Add(Math.Max(0, times.Queued - times.Received));
        counters.ConnectTime.Add(Math.Max(0, times.Connected - times.Queued));
        counters.ResponseTime.Add(Math.Max(0, times.Answered - times.Connected));
        counters.TotalTime.Add(Math.Max(0, _loop.State.Now - times.First));
    }

    private void FindServer(Server? avoid)
    {
        if (_persistent is { } wanted && avoid is null)
        {
            Admit(wanted, isBalanced: false);
            return;
        }
        SelectionResult result = _backend.Select(KeyOf(), avoid);
        switch (result.Outcome)
        {
            case SelectionOutcome.Chosen:
                Admit(_backend.Backend.ServerOf(result.Server!), isBalanced: true);
                break;
            case SelectionOutcome.AllFull:
                long number = _backend.Room.Enter(this);
                Settle(_backend.Backend.Queue.AdmitAnywhere(_priority, number, _backend.Now), number, of: null);
                break;
            default:
                _backend.Counters.Add(TrafficCounter.ConnectionErrors);
                Fail(503, 'S', 'C');
                break;
        }
    }

    private HashKey KeyOf()
    {
        if (_backend.Backend.Program.Key is not { } key || _exchange!.Subject is not { } subject)
        {
            return default;
        }
        return _backend.Backend.Pool.NeedsKey ? key(subject) : HashKey.Of(0);
    }

    /// <summary>Takes a slot of a server, or waits for one.</summary>
    private void Admit(Server server, bool isBalanced)
    {
        if (isBalanced)
        {
            _backend.Counters.Add(TrafficCounter.Balanced);
            _backend.CountersOf(server).Add(TrafficCounter.Balanced);
        }
        if (server.Balanced.Queued == 0 && _backend.Backend.Pool.TryTake(server.Balanced, _backend.Now))
        {
            UseServer(server);
            return;
        }
        long number = _backend.Room.Enter(this);
        Settle(_backend.Backend.Queue.Admit(server.Balanced, _priority, number, _backend.Now), number, server);
    }

    private void Settle(AdmissionResult result, long number, Server? of)
    {
        switch (result.Outcome)
        {
            case AdmissionOutcome.Queued:
                _ticket = result.Ticket;
                _waitingNumber = number;
                _wait = RequestWait.Queue;
                _waitsForServer = of is not null;
                _dequeuedBefore = _backend.Backend.DequeuedCount - 1;
                _backend.Backend.Counters.SeeQueued(_backend.Backend.Queue.Waiting);
                _client!.SetTimeout(ServerTimeouts.Queue);
                WatchClient();
                break;
            case AdmissionOutcome.Admitted:
                _backend.Room.Leave(number);
                UseServer(_backend.Backend.ServerOf(result.Server!));
                break;
            default:
                _backend.Room.Leave(number);
                Fail(503, 'S', 'Q');
                break;
        }
    }

    /// <summary>As logs count: those that have gone before it, and itself.</summary>
    private void NotePosition(bool isCalled)
    {
        int position = (int)(_backend.Backend.DequeuedCount - _dequeuedBefore) - (isCalled ? 1 : 0);
        if (_waitsForServer)
        {
            _exchange!.Times.ServerQueue = position;
        }
        else
        {
            _exchange!.Times.BackendQueue = position;
        }
    }

    /// <summary>Waits no more.</summary>
    private void LeaveQueue()
    {
        if (_wait == RequestWait.Queue)
        {
            _wait = RequestWait.None;
            NotePosition(isCalled: false);
            // When its turn has just come, the call that is on its way finds nobody, and frees the slot.
            _ = _backend.Backend.Queue.Cancel(_ticket);
            _backend.Room.Leave(_waitingNumber);
        }
    }

    private void UseServer(Server server)
    {
        HttpExchange exchange = _exchange!;
        _chosen = _lastServer = server;
        exchange.Times.Queued = _loop.State.Now;
        CounterBlock counters = _backend.CountersOf(server);
        counters.Add(TrafficCounter.Sessions);
        counters.SessionRate.Add(_loop.State.Now);
        counters.LastSession = _backend.Counters.LastSession = _loop.State.Now;
        server.Counters.SeeSessions(server.Balanced.Served);
        OpenServer(server);
    }

    /// <summary>What is tried again, as the backend says, or a rule of this request.</summary>
    private RetrySettings Retrying(BackendProgram program)
        => _exchange?.Subject is { RetriesMax: >= 0 and var most } ? program.Retry with { Retries = most }
            : program.Retry;

    /// <summary>An attempt has failed before the client got anything: again, elsewhere, or an error.</summary>
    /// <param name="cause">Why it failed.</param>
    /// <param name="status">What the client is told if it was the last attempt.</param>
    /// <param name="who">The letters of the log for that case.</param>
    /// <param name="phase">The second one.</param>
    /// <param name="isSynchronous">Whether the kernel has refused at once.</param>
    private void RetryOrFail(RetryCauses cause, int status, char who, char phase, bool isSynchronous = false)
    {
        Server failed = _chosen!;
        Observe(failed, cause);
        HttpExchange exchange = _exchange!;
        BackendProgram program = _backend.Backend.Program;
        bool isConnection = cause == RetryCauses.ConnectionFailure;
        RetryDecision decision = CanSendAgain() ? RetryRules.Decide(Retrying(program), new RetrySituation
        {
            Cause = cause,
            FailedBefore = exchange.Times.Retries,
            IsReplayable = _isRetryable && !exchange.Times.IsRetryForbidden,
            IsPersistent = _persistent is not null,
            IsForced = _isForced,
            IsServerRunning = failed.Balanced.TakesPersistentWork,
            IsHashed = program.Key is not null,
            ActiveServers = _backend.Backend.Pool.View.UsedCount,
            IsSynchronous = isSynchronous,
            WasReused = _isReused,
        }) : default;
        LetServerGo();
        if (decision.Action == RetryAction.GiveUp)
        {
            CountFailure(failed, isConnection);
            Fail(status, who, phase, isStale: _isReused && cause == RetryCauses.EmptyResponse);
            return;
        }
        exchange.Times.Retries++;
        exchange.Response.Reset();
        exchange.Times.Answered = exchange.Times.Connected = 0;
        _backend.Counters.Add(TrafficCounter.Retries);
        _backend.CountersOf(failed).Add(TrafficCounter.Retries);
        if (decision.Action == RetryAction.Redispatch)
        {
            exchange.Times.IsRedispatched = true;
            _persistent = null;
            _backend.Counters.Add(TrafficCounter.Redispatches);
            _backend.CountersOf(failed).Add(TrafficCounter.Redispatches);
            FindServer(failed);
            return;
        }
        _retryOn = failed;
        if (decision.Delay == TimeSpan.Zero)
        {
            Admit(failed, isBalanced: false);
            return;
        }
        _isWaitingToRetry = true;
        _retry ??= new RetryTimer(this);
        _loop.State.Timers.Set(_retry, _loop.State.Now + (long)decision.Delay.TotalMilliseconds);
    }

    /// <summary>Tells who observes the server's traffic; statuses were told with the response.</summary>
    private static void Observe(Server failed, RetryCauses cause)
    {
        switch (cause)
        {
            case RetryCauses.ConnectionFailure:
                failed.Observe(ObservedResult.ConnectFailed);
                break;
            case RetryCauses.EmptyResponse:
                failed.Observe(ObservedResult.NoResponse);
                break;
            case RetryCauses.JunkResponse:
                failed.Observe(ObservedResult.BadResponse);
                break;
            case RetryCauses.ResponseTimeout:
                failed.Observe(ObservedResult.ResponseTimeout);
                break;
            default:
                break;
        }
    }

    private void CountFailure(Server failed, bool isConnection)
    {
        TrafficCounter counter = isConnection ? TrafficCounter.ConnectionErrors : TrafficCounter.ResponseErrors;
        _backend.Counters.Add(counter);
        _backend.CountersOf(failed).Add(counter);
    }

    /// <summary>Whether all that was sent so far is still in hand.</summary>
    private bool CanSendAgain() => _held > 0;

    private void Retry()
    {
        if (!_isWaitingToRetry)
        {
            return;
        }
        _isWaitingToRetry = false;
        if (_retryOn is { IsUsable: true } server)
        {
            Admit(server, isBalanced: false);
            return;
        }
        FindServer(_retryOn);
    }

    /// <summary>The client has gone while its request waited for a server.</summary>
    private bool AbortsOnClose()
    {
        bool isWaiting = _wait == RequestWait.Queue || _isWaitingToRetry || (_chosen is not null && !_isConnected);
        bool isAsked = _chosen is not null && _isConnected && _response <= HttpPhase.Head;
        if ((!isWaiting && !isAsked) || !_backend.Backend.Program.Has(ProxyOptions.AbortOnClose))
        {
            return false;
        }
        HttpExchange exchange = _exchange!;
        exchange.End = exchange.End.By('C', _wait == RequestWait.Queue ? 'Q' : isAsked ? 'H' : 'C');
        if (_wait == RequestWait.Queue)
        {
            exchange.Times.Queued = _loop.State.Now;
        }
        exchange.Times.Status = isAsked ? 400 : 0;
        _frontend.Counters.Add(TrafficCounter.ClientAborts);
        _backend.Counters.Add(TrafficCounter.ClientAborts);
        End(isReset: false);
        return true;
    }
}
