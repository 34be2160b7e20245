using Holdfast.Balancing.Algorithms;
using Holdfast.Balancing.Hashing;
using Holdfast.Balancing.Queues;
using Holdfast.HAProxy.Patterns;
using Holdfast.HAProxy.Samples;
using Holdfast.Proxy.Accept;
using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Programs;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Tcp;

/// <summary>Which backend, which server, and the wait for one.</summary>
internal sealed partial class TcpSession<TTransport> : IWaiting
{
    private WaitingTicket _ticket;
    private long _waitingNumber;
    private bool _isQueuedForServer;
    private long _dequeuedBefore;
    private int _serverQueue;
    private int _backendQueue;
    private bool _isWaiting;
    private bool _isInBackend;
    private bool _isForced;

    /// <summary>The server that something of the connection names; null: balancing chooses.</summary>
    private Server? _persistent;

    /// <summary>Its place among those that wait, as rules have set it.</summary>
    private WaitingPriority Priority => _subject is { Context: { } context }
        ? WaitingPriority.Clamp(context.PriorityClass, context.PriorityOffset) : default;

    private TimeoutOptions ServerTimeouts => _backend.Backend.Options.Timeouts ?? _frontend.Timeouts;

    private bool AbortsOnClose => _backend.Backend.Program.Has(Config.HAProxy.Model.ProxyOptions.AbortOnClose);

    void IWaiting.OnCalled(Server? server)
    {
        _isWaiting = false;
        _timer.Stop();
        NoteQueue(isCalled: server is not null);
        if (server is null)
        {
            _persistent = null;
            FindServer(avoid: null);
            return;
        }
        UseServer(server);
    }

    /// <summary>The place in the queue as logs count it: those that have gone before it, and itself.</summary>
    private void NoteQueue(bool isCalled)
    {
        int place = (int)(_backend.Backend.DequeuedCount - _dequeuedBefore) - (isCalled ? 1 : 0);
        _serverQueue += _isQueuedForServer ? place : 0;
        _backendQueue += _isQueuedForServer ? 0 : place;
    }

    private void ForgetChoice()
    {
        _serverQueue = _backendQueue = 0;
        _isInBackend = false;
        _isForced = false;
        _persistent = null;
        ForgetAttempts();
    }

    private void ChooseBackend()
    {
        if (_subject is { } subject)
        {
            RequestContext context = subject.Context;
            int choice = 0;
            if (_frontend.Program.UseBackend is { } rules
                && rules.TryNext(context, ref choice, out ReadOnlySpan<byte> name)
                && _frontend.Backends.Find(name) is { } found)
            {
                _backend = found;
            }
            context.Backend = _backend.Backend.Identity;
        }
        if (_backend.Backend.Options.IsHttp && _frontend.Upgraded is { } upgraded)
        {
            Upgrade(upgraded, _backend);
            return;
        }
        EnterBackend();
        ProxyRules own = _backend.Backend.Program.Rules;
        if (own.TcpContent is null || ReferenceEquals(own, _frontend.Program.Rules))
        {
            ChooseServer();
            return;
        }
        _phase = SessionPhase.BackendRules;
        BeginList(own.RequestInspectDelay);
        RunRequestRules();
    }

    private void EnterBackend()
    {
        _isInBackend = true;
        CounterBlock counters = _backend.Counters;
        counters.Add(TrafficCounter.Sessions);
        counters.Add(TrafficCounter.Current);
        counters.SessionRate.Add(_loop.State.Now);
        _backend.Backend.Counters.SeeSessions(_backend.Backend.Counters[TrafficCounter.Current]);
        _backend.Backend.Pool.Enter();
    }

    private void LeaveBackend()
    {
        if (!_isInBackend)
        {
            return;
        }
        _isInBackend = false;
        _backend.Counters.Add(TrafficCounter.Current, -1);
        _backend.Counters.Add(TrafficCounter.BytesIn, _client!.ReceivedBytes);
        _backend.Counters.Add(TrafficCounter.BytesOut, _bytesOut);
        _backend.Backend.Pool.Leave();
    }

    private void ChooseServer()
    {
        if (_subject is { } subject)
        {
            FindPersistence(subject, _backend.Backend.Program);
        }
        ReceiveFromClient();
        FindServer(avoid: null);
    }

    private void FindPersistence(ClientSubject subject, BackendProgram program)
    {
        RequestContext context = subject.Context;
        _isForced = AnyHolds(program.ForcePersist, context);
        bool ignores = !_isForced && AnyHolds(program.IgnorePersist, context);
        if (program.UseServer is { } rules)
        {
            for (int at = 0; _persistent is null && rules.TryNext(context, ref at, out ReadOnlySpan<byte> name); at++)
            {
                _persistent = FindUsable(name);
            }
        }
        if (_persistent is null && !ignores && program.PersistRdpCookie is { } rdp
            && rdp.TryFind(_fromClient.Bytes(_pool), out ReadOnlySpan<byte> cookie))
        {
            _persistent = RdpToken.Find(cookie, _backend.Backend) is { } server && MayStick(server) ? server : null;
        }
        if (!program.StickRules.IsEmpty)
        {
            Server? known = _frontend.Backends.Sticking.Match(
                _backend.Backend, context, subject.Stores, _isForced, _backend.Now);
            _persistent ??= ignores ? null : known;
        }
    }

    private static bool AnyHolds(
        System.Collections.Immutable.ImmutableArray<CompiledCondition> conditions, RequestContext context)
    {
        foreach (CompiledCondition condition in conditions)
        {
            if (condition.Evaluate(context) == AclAnswer.Pass)
            {
                return true;
            }
        }
        return false;
    }

    private Server? FindUsable(ReadOnlySpan<byte> name)
    {
        foreach (Server server in _backend.Backend.Servers)
        {
            if (name.SequenceEqual(server.Identity.NameBytes))
            {
                return MayStick(server) ? server : null;
            }
        }
        return null;
    }

    /// <summary>A server that is down keeps those that are held to it.</summary>
    private bool MayStick(Server server) => StickPersistence.Takes(server, _isForced);

    private void FindServer(Server? avoid)
    {
        if (_persistent is { } wanted && avoid is null)
        {
            Admit(wanted);
            return;
        }
        SelectionResult result = _backend.Select(KeyOf(), avoid);
        switch (result.Outcome)
        {
            case SelectionOutcome.Chosen:
                Server server = _backend.Backend.ServerOf(result.Server!);
                if (server != _movesFrom)
                {
                    _backend.Counters.Add(TrafficCounter.Balanced);
                    _backend.CountersOf(server).Add(TrafficCounter.Balanced);
                }
                Admit(server);
                break;
            case SelectionOutcome.AllFull:
                long number = _backend.Room.Enter(this);
                Settle(_backend.Backend.Queue.AdmitAnywhere(Priority, number, _backend.Now), number,
                    isForServer: false);
                break;
            default:
                _times.Queued = -1;
                _phase = SessionPhase.Connecting;
                _backend.Counters.Add(TrafficCounter.ConnectionErrors);
                Blame('S');
                Refuse();
                break;
        }
    }

    private HashKey KeyOf()
    {
        if (_backend.Backend.Program.Key is not { } key || _subject is not { } subject)
        {
            return default;
        }
        return _backend.Backend.Pool.NeedsKey ? key(subject.Context) : HashKey.Of(0);
    }

    /// <summary>Takes a slot of a server, or waits for one.</summary>
    private void Admit(Server server)
    {
        if (server.Balanced.Queued == 0 && _backend.Backend.Pool.TryTake(server.Balanced, _backend.Now))
        {
            UseServer(server);
            return;
        }
        long number = _backend.Room.Enter(this);
        Settle(_backend.Backend.Queue.Admit(server.Balanced, Priority, number, _backend.Now), number,
            isForServer: true);
    }

    /// <param name="result">What came of asking for a slot.</param>
    /// <param name="number">Who is called.</param>
    /// <param name="isForServer">Whether the wait is for one server.</param>
    private void Settle(AdmissionResult result, long number, bool isForServer)
    {
        switch (result.Outcome)
        {
            case AdmissionOutcome.Queued:
                _ticket = result.Ticket;
                _waitingNumber = number;
                _isWaiting = true;
                _isQueuedForServer = isForServer;
                _dequeuedBefore = _backend.Backend.DequeuedCount - 1;
                _phase = SessionPhase.Queue;
                _backend.Backend.Counters.SeeQueued(_backend.Backend.Queue.Waiting);
                _timer.Start(ServerTimeouts.Queue);
                if (_clientEnded)
                {
                    OnClientEnded();
                }
                break;
            case AdmissionOutcome.Admitted:
                _backend.Room.Leave(number);
                UseServer(_backend.Backend.ServerOf(result.Server!));
                break;
            default:
                _backend.Room.Leave(number);
                _phase = SessionPhase.Queue;
                _backend.Counters.Add(TrafficCounter.ConnectionErrors);
                Blame('S');
                Refuse();
                break;
        }
    }

    private void LeaveQueue()
    {
        if (_isWaiting)
        {
            _isWaiting = false;
            NoteQueue(isCalled: false);
            // When its turn has just come, the call that is on its way finds nobody, and frees the slot.
            _ = _backend.Backend.Queue.Cancel(_ticket);
            _backend.Room.Leave(_waitingNumber);
        }
    }
}
