using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Primitives;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Http;
using Holdfast.Web.Http.Answers;
using Holdfast.Web.Http.Places;
using Holdfast.Web.Loops;

namespace Holdfast.Web.Http.Sessions;

/// <summary>A client's connection, and one request after the other on it.</summary>
/// <remarks>
/// One request is worked on at a time; what a client sends ahead stays in its buffer, and then in the kernel. Objects
/// are used again. Files: PROXY header and TLS (<c>.Greeting.cs</c>), heads (<c>.Heads.cs</c>),
/// bodies of requests (<c>.Bodies.cs</c>), what is sent
/// (<c>.Sending.cs</c>), what comes between two requests, and the end (<c>.Ending.cs</c>).
/// </remarks>
internal sealed partial class ClientSession(HttpLoop http) : ConnectionOwner, IAnswerSink
{
    private readonly WebLoop _loop = http.Loop;
    private readonly BufferPool _pool = http.Loop.Buffers;
    private Listener? _listener;
    private Connection? _client;
    private HttpInput _input;
    private Exchange? _exchange;
    private ClientPhase _phase = ClientPhase.Closed;
    private bool _hasEnded;
    private bool _isAnswerOver;
    private bool _isGone;
    private bool _knowsPeer;
    private bool _knowsLocal;
    private IpAddress _peer;
    private IpAddress _local;
    private int _peerPort;
    private int _localPort;

    /// <summary>The loop's part of http.</summary>
    internal HttpLoop Http => http;

    /// <summary>What the address that it came to has.</summary>
    internal AddressProgram Address { get; private set; } = null!;

    /// <summary>The connection; null once it is closed.</summary>
    internal Connection? Client => _client;

    /// <summary>Its number in the process, from 1.</summary>
    internal long Number { get; private set; }

    /// <summary>Requests so far, the present one counted.</summary>
    internal long RequestCount { get; private set; }

    /// <summary>When it began, in milliseconds since 1970.</summary>
    internal long ConnectedAt { get; private set; }

    /// <summary>Whether it waits for a request that has not begun.</summary>
    internal bool IsIdle => _phase == ClientPhase.Waiting;

    /// <summary>The client's address; none: of a Unix socket.</summary>
    internal IpAddress PeerAddress
    {
        get
        {
            LookAtPeer();
            return _peer;
        }
    }

    /// <summary>The client's port.</summary>
    internal int PeerPort
    {
        get
        {
            LookAtPeer();
            return _peerPort;
        }
    }

    /// <summary>Our own address; none: of a Unix socket.</summary>
    internal IpAddress LocalAddress
    {
        get
        {
            LookAtLocal();
            return _local;
        }
    }

    /// <summary>Our own port.</summary>
    internal int LocalPort
    {
        get
        {
            LookAtLocal();
            return _localPort;
        }
    }

    private ClientPhase Phase
    {
        set
        {
            Count(_phase, -1);
            Count(value, 1);
            _phase = value;
        }
    }

    private void Count(ClientPhase phase, int by)
    {
        if (phase == ClientPhase.Head || (phase == ClientPhase.Waiting && RequestCount == 0))
        {
            http.ReadingCount += by;
        }
        else if (phase == ClientPhase.Waiting)
        {
            http.WaitingCount += by;
        }
    }

    /// <summary>Begins with a client.</summary>
    internal void Begin(Listener listener, Connection client, ListenerProgram program)
    {
        _listener = listener;
        _client = client;
        client.Owner = this;
        _hasEnded = _knowsPeer = _knowsLocal = false;
        RequestCount = 0;
        Number = http.Program.NextConnection();
        ConnectedAt = _loop.Clock.UnixMilliseconds;
        Address = program.IsSimple ? program.Default : program.Of(LocalAddress);
        BeginGreeting(client);
    }

    /// <summary>TLS stands.</summary>
    public override void OnConnected(Connection connection)
    {
        OnHandshake(connection);
        Settle();
    }

    public override void OnReceived(Connection connection, BufferPart data)
    {
        switch (_phase)
        {
            case ClientPhase.Header or ClientPhase.Greeting:
                _input.Add(_pool, data);
                Greet(connection);
                break;
            case ClientPhase.Waiting or ClientPhase.Head:
                TakeHeadBytes(data);
                break;
            case ClientPhase.Tunnel:
                _exchange!.Passing!.OnTunnelData(data);
                break;
            case ClientPhase.Ending:
                _pool.Return(data.Buffer);
                _loop.Receive(connection);
                break;
            default:
                _input.Add(_pool, data);
                PumpBody();
                break;
        }
        Settle();
    }

    public override void OnReceiveEnded(Connection connection)
    {
        _hasEnded = true;
        switch (_phase)
        {
            case ClientPhase.Header or ClientPhase.Greeting or ClientPhase.Handshake:
                RefuseGreeting(connection);
                break;
            case ClientPhase.Waiting or ClientPhase.Head or ClientPhase.Discarding:
                Close(isReset: false);
                break;
            case ClientPhase.Ending when connection.QueuedCount == 0:
                Close(isReset: false);
                break;
            case ClientPhase.Tunnel:
                _exchange!.Passing!.OnTunnelEnded();
                break;
            case ClientPhase.Request when !_isAnswerOver:
                _exchange!.OnClientGone();
                break;
            default:
                break;
        }
        Settle();
    }

    public override void OnSent(Connection connection)
    {
        switch (_phase)
        {
            case ClientPhase.Request:
                ArmSendTimer();
                _exchange!.OnRoom();
                break;
            case ClientPhase.Leaving when connection.QueuedCount == 0:
                FinishExchange();
                break;
            case ClientPhase.Ending when connection.QueuedCount == 0:
                OnLastSent();
                break;
            case ClientPhase.Tunnel:
                _exchange!.Passing!.OnTunnelSent();
                break;
            default:
                break;
        }
        Settle();
    }

    public override void OnFailed(Connection connection, Errno errno)
    {
        _hasEnded = true;
        if (_phase == ClientPhase.Request)
        {
            _exchange!.OnClientGone();
        }
        else if (_phase == ClientPhase.Handshake)
        {
            RefuseGreeting(connection);
        }
        else
        {
            Close(isReset: false);
        }
        Settle();
    }

    public override void OnTimeout(Connection connection)
    {
        switch (_phase)
        {
            case ClientPhase.Head:
                OnHeadTimeout();
                break;
            case ClientPhase.Request:
                _exchange!.OnClientTimeout(isReading: _client!.QueuedCount == 0);
                break;
            case ClientPhase.Tunnel:
                _exchange!.Passing!.OnTunnelTimeout();
                break;
            default:
                Close(isReset: _phase == ClientPhase.Leaving);
                break;
        }
        Settle();
    }

    /// <summary>The process ends with its requests: who waits for none is closed.</summary>
    internal void OnDraining()
    {
        if (_phase == ClientPhase.Waiting && RequestCount > 0)
        {
            Close(isReset: false);
            Settle();
        }
    }

    /// <summary>
    /// Does what was put off while an event was handled: the end of a request, the next one, the end of the session.
    /// Whoever is called by the loop on behalf of the session calls this last, so that no object is used again while
    /// something further up still works with it.
    /// </summary>
    internal void Settle()
    {
        bool goesOn = true;
        while (goesOn)
        {
            if (_isGone)
            {
                _isGone = false;
                Recycle();
                return;
            }
            if (_isAnswerOver)
            {
                _isAnswerOver = false;
                LeaveAnswer();
            }
            else
            {
                goesOn = _phase is ClientPhase.Waiting or ClientPhase.Head && TryBeginRequest();
                goesOn |= _isGone || _isAnswerOver;
            }
        }
    }

    private void LookAtPeer()
    {
        if (!_knowsPeer && _client is { } client)
        {
            _knowsPeer = true;
            if (client.GetPeer(out _peer, out _peerPort) != Errno.Success || _peer.IsNone)
            {
                (_peer, _peerPort) = (default, 0);
            }
        }
    }

    private void LookAtLocal()
    {
        if (!_knowsLocal && _client is { } client)
        {
            _knowsLocal = true;
            if (client.GetLocal(out _local, out _localPort) != Errno.Success || _local.IsNone)
            {
                (_local, _localPort) = (default, 0);
            }
        }
    }
}
