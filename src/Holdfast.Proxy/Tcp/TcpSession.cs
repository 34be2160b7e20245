using Holdfast.Health.Servers;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Proxy.Accept;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Http;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Tcp;

/// <summary>A client's connection and the server's, and the bytes between them.</summary>
/// <remarks>
/// What a client sends before a server is there waits in two buffers at most, where rules look at it. Either direction
/// ends by itself; a reset of one side is passed on to the other. A source is read only while its sink has room.
/// Objects are used again. Files: rules (<c>.Rules.cs</c>), the server (<c>.Choice.cs</c>, <c>.Connecting.cs</c>),
/// bytes (<c>.Relay.cs</c>), the end (<c>.End.cs</c>).
/// </remarks>
internal sealed partial class TcpSession<TTransport> : ConnectionOwner, IClientBytes
    where TTransport : struct, ITransport
{
    private readonly TcpFrontend<TTransport> _frontend;
    private readonly EventLoop<TTransport> _loop;
    private readonly BufferPool _pool;
    private readonly StepTimer _timer;
    private Listener? _listener;
    private Connection? _client;
    private Connection? _server;
    private LoopBackend<TTransport> _backend;
    private Server? _chosen;
    private ClientSubject? _subject;
    private HttpInput _fromClient;
    private HttpInput _fromServer;
    private SessionPhase _phase;
    private TcpTimes _times;
    private bool _clientEnded;
    private bool _serverEnded;

    internal TcpSession(TcpFrontend<TTransport> frontend)
    {
        _frontend = frontend;
        _loop = frontend.Loop;
        _pool = frontend.Loop.State.Buffers;
        _backend = frontend.Backend;
        _timer = new StepTimer(this);
    }

    ReadOnlySpan<byte> IClientBytes.ClientBytes => _fromClient.Bytes(_pool);

    ReadOnlySpan<byte> IClientBytes.ServerBytes => _fromServer.Bytes(_pool);

    private static ref TcpCounters CountersOf(TcpFrontend<TTransport> owner) => ref owner.Counters;

    internal void Begin(Listener listener, Connection client)
    {
        _listener = listener;
        _client = client;
        client.Owner = this;
        _backend = _frontend.Backend;
        _times = TcpTimes.At(_loop.State.Now);
        _clientEnded = false;
        _serverEnded = false;
        _chosen = null;
        _isRelaying = false;
        ForgetChoice();
        ForgetEnd();
        _subject = client.Attachment as ClientSubject
            ?? (_frontend.NeedsSubject ? _frontend.Subjects.Rent(client, _loop.State.Now - client.OpenedAt) : null);
        client.Attachment = null;
        if (_subject is not null)
        {
            _subject.Bytes = this;
            _subject.Context.Session = this;
            _subject.Context.ClientTls = client.TlsFacts; // rules may have begun before the handshake
        }
        ArmClient();
        BeginRules();
    }

    public override void OnConnected(Connection connection)
    {
        _times.Connected = _loop.State.Now;
        _chosen?.Observe(ObservedResult.Connected);
        _timer.Stop();
        BeginResponse();
    }

    public override void OnReceived(Connection connection, BufferPart data)
    {
        if (_isRelaying && _server is null)
        {
            _pool.Return(data.Buffer);
        }
        else if (_phase == SessionPhase.Relaying || (_phase == SessionPhase.ResponseRules && connection == _client))
        {
            Relay(connection, data);
        }
        else if (connection == _client)
        {
            ArmClient();
            _fromClient.Add(_pool, data);
            OnClientData();
        }
        else
        {
            _fromServer.Add(_pool, data);
            TouchBoth();
            RunResponseRules();
        }
    }

    public override void OnReceiveEnded(Connection connection)
    {
        bool isClient = connection == _client;
        if (_isRelaying && _server is null)
        {
            _clientEnded = true;
            return;
        }
        _clientEnded |= isClient;
        _serverEnded |= !isClient;
        if (_phase == SessionPhase.Relaying)
        {
            PassEnd(connection);
        }
        else if (isClient)
        {
            OnClientEnded();
        }
        else
        {
            RunResponseRules();
        }
    }

    public override void OnSent(Connection connection)
    {
        if (_isRelaying && _server is null)
        {
            EndIfGone();
        }
        else if (_isRelaying)
        {
            PumpAfterSend(connection);
        }
        else if (connection == _client)
        {
            ArmClient();
        }
    }

    public override void OnFailed(Connection connection, Errno errno)
    {
        if (connection == _server && !_isRelaying)
        {
            OnConnectFailed(isSynchronous: false);
            return;
        }
        if (connection == _server)
        {
            OnServerBroken();
            return;
        }
        Blame('C');
        End(isReset: true);
    }

    public override void OnTimeout(Connection connection)
    {
        CountersOf(_frontend).TimeoutCount++;
        if (_isRelaying && _server is null)
        {
            End(isReset: false);
            return;
        }
        if (_isRelaying)
        {
            OnRelayTimeout(connection);
            return;
        }
        Blame('c');
        End(isReset: false);
    }

    /// <summary>More of a client's bytes, while there is no server to send them to.</summary>
    private void ReceiveFromClient()
    {
        if (!_clientEnded && !_fromClient.IsFull)
        {
            _loop.Transport.Receive(_client!);
        }
    }

    private void OnClientData()
    {
        if (_phase is SessionPhase.FrontendRules or SessionPhase.BackendRules)
        {
            RunRequestRules();
            return;
        }
        ReceiveFromClient();
    }

    /// <summary>A client that has gone, and left nothing behind, needs no server.</summary>
    private void OnClientEnded()
    {
        switch (_phase)
        {
            case SessionPhase.FrontendRules or SessionPhase.BackendRules:
                RunRequestRules();
                break;
            case SessionPhase.ResponseRules:
                _loop.Transport.ShutdownSend(_server!);
                break;
            default:
                if (!_fromClient.HasBytes || AbortsOnClose)
                {
                    if (_phase == SessionPhase.Queue)
                    {
                        _times.Queued = _loop.State.Now;
                    }
                    Blame('C');
                    End(isReset: false);
                }
                break;
        }
    }

    private void ArmClient() => _client!.SetTimeout(_frontend.Timeouts.Client);

    private void OnStepDue()
    {
        switch (_phase)
        {
            case SessionPhase.FrontendRules or SessionPhase.BackendRules:
                RunRequestRules();
                break;
            case SessionPhase.ResponseRules:
                RunResponseRules();
                break;
            case SessionPhase.Queue:
                LeaveQueue();
                _times.Queued = _loop.State.Now;
                _backend.Counters.Add(Counters.TrafficCounter.ConnectionErrors);
                Blame('s');
                Refuse();
                break;
            case SessionPhase.Turnaround:
                Retry();
                break;
            case SessionPhase.Connecting:
                CountersOf(_frontend).TimeoutCount++;
                _connectTimedOut = true;
                OnConnectFailed(isSynchronous: false);
                break;
            default:
                break;
        }
    }

    /// <summary>The time of the present step: inspecting, queueing, connecting.</summary>
    private sealed class StepTimer(TcpSession<TTransport> session) : TimerEntry
    {
        /// <summary>Whether the time of the step is over.</summary>
        internal bool IsOver { get; private set; }

        internal void Start(long milliseconds)
        {
            IsOver = false;
            session._loop.State.Timers.Set(this, milliseconds < 0 ? Never : session._loop.State.Now + milliseconds);
        }

        internal void Stop() => session._loop.State.Timers.Set(this, Never);

        internal override void OnDue()
        {
            IsOver = true;
            session.OnStepDue();
        }
    }
}
