using Holdfast.Linux.Memory;
using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Tcp;

/// <summary>Bytes both ways, and their ends.</summary>
internal sealed partial class TcpSession<TTransport>
{
    /// <summary>Whether there is a server to relay to.</summary>
    private bool _isRelaying;

    private void BeginRelay()
    {
        _phase = SessionPhase.Relaying;
        if (_subject is { } subject && _lastServer is { } server && !server.Backend.Program.StickRules.IsEmpty)
        {
            _frontend.Backends.Sticking.Store(server, subject.Context, subject.Stores, _backend.Now);
        }
        SendHeld();
        while (_fromServer.HasBytes)
        {
            _loop.Transport.Send(_client!, _fromServer.Take());
        }
        LogEarly();
        if (_clientEnded)
        {
            PassEnd(_client!);
        }
        if (_serverEnded && _phase == SessionPhase.Relaying)
        {
            PassEnd(_server!);
        }
        if (_phase == SessionPhase.Relaying)
        {
            Pump(_client!, _server!, _clientEnded);
            Pump(_server!, _client!, _serverEnded);
            TouchBoth();
        }
    }

    /// <summary>What has waited for the server.</summary>
    private void SendHeld()
    {
        while (_fromClient.HasBytes)
        {
            _loop.Transport.Send(_server!, _fromClient.Take());
        }
    }

    private void Relay(Connection source, BufferPart data)
    {
        Connection sink = Other(source);
        _loop.Transport.Send(sink, data);
        Pump(source, sink, hasEnded: false);
        TouchBoth();
    }

    private void PassEnd(Connection source)
    {
        if (!(_clientEnded && _serverEnded))
        {
            _loop.Transport.ShutdownSend(Other(source));
            TouchBoth();
        }
        EndIfDone();
    }

    private void PumpAfterSend(Connection sink)
    {
        Connection source = Other(sink);
        if (_phase != SessionPhase.ResponseRules || source == _client)
        {
            Pump(source, sink, source == _client ? _clientEnded : _serverEnded);
        }
        TouchBoth();
        if (_phase == SessionPhase.Relaying)
        {
            EndIfDone();
        }
    }

    private Connection Other(Connection connection) => connection == _client ? _server! : _client!;

    private void Pump(Connection source, Connection sink, bool hasEnded)
    {
        if (!hasEnded && sink.HasRoom)
        {
            _loop.Transport.Receive(source);
        }
    }

    /// <summary>Traffic of either side gives both sides their whole time again.</summary>
    private void TouchBoth()
    {
        bool isTunnel = ServerTimeouts.Tunnel >= 0 && _client!.ReceivedBytes > 0 && _server!.ReceivedBytes > 0;
        TimeoutOptions client = _frontend.Timeouts;
        TimeoutOptions server = ServerTimeouts;
        long clientTime = _serverEnded && client.ClientFin >= 0 ? client.ClientFin
            : isTunnel ? server.Tunnel : client.Client;
        long serverTime = _clientEnded && server.ServerFin >= 0 ? server.ServerFin
            : isTunnel ? server.Tunnel : server.Server;
        _client!.SetTimeout(IsAwaited(_client, _server!, _clientEnded) ? clientTime : -1);
        _server!.SetTimeout(IsAwaited(_server, _client, _serverEnded) ? serverTime : -1);
    }

    /// <summary>
    /// Whether something is expected of a side: that it takes what is sent, or that it sends while the other one takes.
    /// </summary>
    private static bool IsAwaited(Connection side, Connection other, bool hasEnded)
        => side.QueuedCount > 0 || (!hasEnded && other.HasRoom);

    /// <summary>
    /// One side is silent: it is read no more, as if it had ended, and the other one may finish. One that takes no data
    /// ends both.
    /// </summary>
    private void OnRelayTimeout(Connection connection)
    {
        // Where both are due, it is the client's fault.
        if (connection == _server && _client!.Deadline <= _loop.State.Now)
        {
            Blame('c');
        }
        Blame(connection == _client ? 'c' : 's');
        if (connection.QueuedCount > 0 || _phase != SessionPhase.Relaying)
        {
            End(isReset: false);
            return;
        }
        _clientEnded |= connection == _client;
        _serverEnded |= connection == _server;
        PassEnd(connection);
    }

    /// <summary>The server's connection is broken: what it has sent still goes to the client, then an end.</summary>
    private void OnServerBroken()
    {
        Blame('S');
        _backend.Counters.Add(TrafficCounter.ResponseErrors);
        _backend.CountersOf(_lastServer!).Add(TrafficCounter.ResponseErrors);
        while (_phase == SessionPhase.Relaying && _fromServer.HasBytes)
        {
            _loop.Transport.Send(_client!, _fromServer.Take());
        }
        CloseServer(isReset: false);
        EndIfGone();
    }

    private void EndIfGone()
    {
        if (_client!.QueuedCount == 0)
        {
            End(isReset: false);
            return;
        }
        ArmClient();
    }

    private void EndIfDone()
    {
        if (_clientEnded && _serverEnded && _client!.QueuedCount == 0 && _server!.QueuedCount == 0
            && !_fromServer.HasBytes)
        {
            End(isReset: false);
        }
    }
}
