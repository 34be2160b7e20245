using Holdfast.Balancing.Algorithms;
using Holdfast.Balancing.Hashing;
using Holdfast.Balancing.Queues;
using Holdfast.Http.H1;
using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Http;

/// <summary>Which server gets a request: balancing, queues, and what follows when one fails.</summary>
internal sealed partial class HttpSession<TTransport> : IWaiting
{
    private WaitingTicket _ticket;
    private long _waitingNumber;
    private WaitingPriority _priority;
    private long _dequeuedBefore;

    /// <summary>The server whose queue it waits in; null: the backend's.</summary>
    private Server? _waitsFor;

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
        counters.AddStatus(exchange.Times.Status);
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
        Server? wanted = _persistent ?? PreferredServer();
        if (wanted is not null && avoid is null)
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
                if (!_backend.Backend.Options.HasSection)
                {
                    _exchange!.Times.Received = 0; // it has got nowhere
                }
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
        if (isBalanced && server != _movesFrom)
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
                _waitsFor = of;
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
                CountQueueFailure(of);
                _lastServer = of;
                _leftBehind = of?.Balanced.Served ?? 0;
                Fail(503, 'S', 'Q');
                break;
        }
    }

    /// <summary>A request that got no place in a queue, or waited there in vain, counts as one without a connection.
    /// </summary>
    private void CountQueueFailure(Server? of)
    {
        _backend.Counters.Add(TrafficCounter.ConnectionErrors);
        if (of is not null)
        {
            _backend.CountersOf(of).Add(TrafficCounter.ConnectionErrors);
        }
    }

    /// <summary>As logs count: those that have gone before it, and itself.</summary>
    private void NotePosition(bool isCalled)
    {
        int position = (int)(_backend.Backend.DequeuedCount - _dequeuedBefore) - (isCalled ? 1 : 0);
        if (_waitsFor is not null)
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
        if (_movesFrom is { } from)
        {
            Moved(from, server);
        }
        exchange.Times.Queued = _loop.State.Now;
        CounterBlock counters = _backend.CountersOf(server);
        counters.Add(TrafficCounter.Sessions);
        counters.SessionRate.Add(_loop.State.Now);
        counters.LastSession = _backend.Counters.LastSession = _loop.State.Now;
        server.Counters.SeeSessions(server.Balanced.Served);
        if (server.Options.RedirectPrefix is { } prefix
            && exchange.Request.Method is RequestMethod.Get or RequestMethod.Head)
        {
            RedirectToServer(prefix);
            return;
        }
        OpenServer(server);
    }
}
