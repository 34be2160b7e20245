using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Tcp;

/// <summary>A client's connection and the server's, and the bytes between them.</summary>
/// <remarks>
/// Either direction ends by itself; a reset of one side is passed on to the other. A source is read only while its
/// sink has room. Objects are used again.
/// </remarks>
internal sealed class TcpSession<TTransport>(TcpFrontend<TTransport> frontend) : ConnectionOwner
    where TTransport : struct, ITransport
{
    private const long TurnaroundMilliseconds = 1000;

    private readonly EventLoop<TTransport> _loop = frontend.Loop;
    private Listener? _listener;
    private Connection? _client;
    private Connection? _server;
    private Server? _chosen;
    private int _retriesLeft;
    private bool _isRelaying;
    private bool _isWaitingToRetry;
    private bool _clientEnded;
    private bool _serverEnded;

    private static ref TcpCounters CountersOf(TcpFrontend<TTransport> owner) => ref owner.Counters;

    internal void Begin(Listener listener, Connection client)
    {
        _listener = listener;
        _client = client;
        client.Owner = this;
        _retriesLeft = frontend.Backend.Backend.Program.Retry.Retries;
        _isRelaying = false;
        _isWaitingToRetry = false;
        _clientEnded = false;
        _serverEnded = false;
        _chosen = null;
        TryServer(avoid: null);
    }

    public override void OnConnected(Connection connection)
    {
        _isRelaying = true;
        Touch(_client!);
        Touch(connection);
        Pump(_client!, connection, _clientEnded);
        Pump(connection, _client!, _serverEnded);
    }

    public override void OnReceived(Connection connection, BufferPart data)
    {
        Connection sink = Other(connection);
        Touch(connection);
        _loop.Transport.Send(sink, data);
        Touch(sink);
        Pump(connection, sink, hasEnded: false);
    }

    public override void OnReceiveEnded(Connection connection)
    {
        bool isClient = connection == _client;
        _clientEnded |= isClient;
        _serverEnded |= !isClient;
        Connection sink = Other(connection);
        if (!(_clientEnded && _serverEnded))
        {
            _loop.Transport.ShutdownSend(sink);
            Touch(connection);
            Touch(sink);
        }
        EndIfDone();
    }

    public override void OnSent(Connection connection)
    {
        Touch(connection);
        if (_isRelaying)
        {
            Connection source = Other(connection);
            Pump(source, connection, source == _client ? _clientEnded : _serverEnded);
            EndIfDone();
        }
    }

    public override void OnFailed(Connection connection, Errno errno)
    {
        if (connection == _server && !_isRelaying)
        {
            RetryAfterFailure();
            return;
        }
        End(isReset: true);
    }

    public override void OnTimeout(Connection connection)
    {
        if (_isWaitingToRetry)
        {
            _isWaitingToRetry = false;
            TryServer(avoid: null);
        }
        else if (connection == _server && !_isRelaying)
        {
            CountersOf(frontend).TimeoutCount++;
            RetryAfterFailure();
        }
        else
        {
            CountersOf(frontend).TimeoutCount++;
            End(isReset: false);
        }
    }

    private Connection Other(Connection connection) => connection == _client ? _server! : _client!;

    private void TryServer(Server? avoid)
    {
        _chosen = frontend.Backend.Take(avoid);
        if (_chosen is null)
        {
            CountersOf(frontend).RefusedCount++;
            End(isReset: false);
            return;
        }
        _chosen.Enter();
        if (frontend.Connect(_chosen, _client!, this, out _server) == Errno.Success)
        {
            _server!.SetTimeout(frontend.ServerTimeouts.Connect);
        }
        else
        {
            RetryAfterFailure();
        }
    }

    private void RetryAfterFailure()
    {
        Server failed = _chosen!;
        LeaveServer(isReset: false);
        if (_retriesLeft-- <= 0)
        {
            CountersOf(frontend).RefusedCount++;
            End(isReset: false);
            return;
        }
        CountersOf(frontend).RetryCount++;
        Backend backend = frontend.Backend.Backend;
        if (backend.Program.Retry is { Redispatches: true, RedispatchInterval: not 0 } && backend.Servers.Length > 1)
        {
            TryServer(failed);
            return;
        }
        // The same server again: it gets a moment.
        _isWaitingToRetry = true;
        long connect = frontend.ServerTimeouts.Connect;
        _client!.SetTimeout(connect < 0 ? TurnaroundMilliseconds : Math.Min(connect, TurnaroundMilliseconds));
    }

    private void Pump(Connection source, Connection sink, bool hasEnded)
    {
        if (!hasEnded && sink.HasRoom)
        {
            _loop.Transport.Receive(source);
        }
    }

    private void Touch(Connection connection)
    {
        bool isClient = connection == _client;
        Options.TimeoutOptions timeouts = isClient ? frontend.Timeouts : frontend.ServerTimeouts;
        long timeout = isClient ? timeouts.Client : timeouts.Server;
        if (frontend.ServerTimeouts.Tunnel >= 0 && _client!.ReceivedBytes > 0 && _server!.ReceivedBytes > 0)
        {
            timeout = frontend.ServerTimeouts.Tunnel;
        }
        if (_clientEnded || _serverEnded)
        {
            long final = isClient ? timeouts.ClientFin : timeouts.ServerFin;
            timeout = final >= 0 ? final : timeout;
        }
        connection.SetTimeout(timeout);
    }

    private void EndIfDone()
    {
        if (_clientEnded && _serverEnded && _client!.QueuedCount == 0 && _server!.QueuedCount == 0)
        {
            End(isReset: false);
        }
    }

    private void End(bool isReset)
    {
        ref TcpCounters counters = ref CountersOf(frontend);
        counters.BytesIn += _client!.ReceivedBytes;
        counters.BytesOut += _client.SentBytes;
        LeaveServer(isReset);
        _loop.Transport.Close(_client, isReset);
        _client = null;
        Listener listener = _listener!;
        _listener = null;
        frontend.Recycle(this, listener);
    }

    private void LeaveServer(bool isReset)
    {
        if (_server is not null)
        {
            _loop.Transport.Close(_server, isReset);
            _server = null;
        }
        if (_chosen is { } chosen)
        {
            chosen.Leave();
            _chosen = null;
            frontend.Backend.Release(chosen);
        }
    }
}
