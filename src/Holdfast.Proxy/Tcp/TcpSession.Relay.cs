using Holdfast.Linux.Memory;
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
        SendHeld();
        while (_fromServer.HasBytes)
        {
            _loop.Transport.Send(_client!, _fromServer.Take());
        }
        LogEarly();
        Touch(_client!);
        Touch(_server!);
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
        Touch(source);
        _loop.Transport.Send(sink, data);
        Touch(sink);
        Pump(source, sink, hasEnded: false);
    }

    private void PassEnd(Connection source)
    {
        Connection sink = Other(source);
        if (!(_clientEnded && _serverEnded))
        {
            _loop.Transport.ShutdownSend(sink);
            Touch(source);
            Touch(sink);
        }
        EndIfDone();
    }

    private void PumpAfterSend(Connection sink)
    {
        Touch(sink);
        Connection source = Other(sink);
        if (_phase == SessionPhase.ResponseRules && source == _server)
        {
            return;
        }
        Pump(source, sink, source == _client ? _clientEnded : _serverEnded);
        EndIfDone();
    }

    private Connection Other(Connection connection) => connection == _client ? _server! : _client!;

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
        TimeoutOptions timeouts = isClient ? _frontend.Timeouts : ServerTimeouts;
        long timeout = isClient ? timeouts.Client : timeouts.Server;
        if (ServerTimeouts.Tunnel >= 0 && _client!.ReceivedBytes > 0 && _server!.ReceivedBytes > 0)
        {
            timeout = ServerTimeouts.Tunnel;
        }
        if (_clientEnded || _serverEnded)
        {
            long final = isClient ? timeouts.ClientFin : timeouts.ServerFin;
            timeout = final >= 0 ? final : timeout;
        }
        connection.SetTimeout(timeout);
    }

    /// <summary>One side neither sends nor takes data.</summary>
    private void OnRelayTimeout(Connection connection)
    {
        Blame(connection == _client ? 'c' : 's');
        End(isReset: false);
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
