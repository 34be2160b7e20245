using Holdfast.Linux.Memory;
using Holdfast.Proxy.Engine;

namespace Holdfast.Proxy.Http;

/// <summary>Upgraded connections, and CONNECT: bytes both ways.</summary>
internal sealed partial class HttpSession<TTransport>
{
    private void BeginTunnel()
    {
        _request = HttpPhase.Tunnel;
        ArmTunnelTimers();
        while (_fromClient.HasBytes)
        {
            CountPayload(_server!, _fromClient.First.Length);
            _loop.Transport.Send(_server!, _fromClient.Take());
        }
        while (_fromServer.HasBytes)
        {
            CountPayload(_client!, _fromServer.First.Length);
            _loop.Transport.Send(_client!, _fromServer.Take());
        }
        if (_clientEnded)
        {
            OnTunnelEnded(_client!, _server!);
        }
        PumpTunnel(_client!, _server!, _clientEnded);
        PumpTunnel(_server!, _client!, _serverEnded);
    }

    private void RelayTunnel(Connection source, Connection sink, BufferPart data)
    {
        ArmTunnelTimers();
        CountPayload(sink, data.Length);
        _loop.Transport.Send(sink, data);
        PumpTunnel(source, sink, hasEnded: false);
    }

    private void OnTunnelSent(Connection sink)
    {
        ArmTunnelTimers();
        bool toServer = sink == _server;
        PumpTunnel(toServer ? _client! : _server!, sink, toServer ? _clientEnded : _serverEnded);
        EndTunnelIfDone();
    }

    private void OnTunnelEnded(Connection source, Connection sink)
    {
        if (!(_clientEnded && _serverEnded))
        {
            _loop.Transport.ShutdownSend(sink);
            ArmTunnelTimers();
        }
        _ = source;
        EndTunnelIfDone();
    }

    /// <summary>Nobody has sent anything for too long.</summary>
    private void OnTunnelTimeout(bool isClient)
    {
        SayEnd(isClient ? 'c' : 's', 'D');
        if (isClient)
        {
            CountClientAbort();
        }
        else
        {
            CountAbort();
        }
        End(isReset: false);
    }

    private void EndTunnelIfDone()
    {
        if (_clientEnded && _serverEnded && _client!.QueuedCount == 0 && _server!.QueuedCount == 0)
        {
            End(isReset: false);
        }
    }

    private void PumpTunnel(Connection source, Connection sink, bool hasEnded)
    {
        if (!hasEnded && sink.HasRoom)
        {
            _loop.Transport.Receive(source);
        }
    }

    private void ArmTunnelTimers()
    {
        bool isHalf = _clientEnded || _serverEnded;
        long tunnel = _exchange?.Subject is { TunnelTimeout: >= 0 } subject
            ? subject.TunnelTimeout : ServerTimeouts.Tunnel;
        _client!.SetTimeout(isHalf && Timeouts.ClientFin >= 0
            ? Timeouts.ClientFin : FirstOf(tunnel, Timeouts.Client));
        _server!.SetTimeout(isHalf && ServerTimeouts.ServerFin >= 0
            ? ServerTimeouts.ServerFin : FirstOf(tunnel, ServerTimeouts.Server));
    }
}
