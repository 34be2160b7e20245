using Holdfast.Linux.Memory;
using Holdfast.Nginx.Upstreams;

namespace Holdfast.Web.Http.Passing;

/// <summary>An upgraded connection: bytes go both ways until one side ends.</summary>
internal sealed partial class PassedRequest
{
    private bool _isEnding;

    private void BeginTunnel()
    {
        _phase = PassPhase.Tunnel;
        _isEnding = false;
        _ = Exchange.SendHead();
        Exchange.Sink.Flush();
        Exchange.Session.BeginTunnel();
        while (_input.HasBytes)
        {
            BufferPart first = _input.Take();
            Exchange.CountTunnel(first.Length);
            _loop.Send(Exchange.Session.Client!, first);
        }
        while (Exchange.Session.TryTakeInput(out BufferPart part))
        {
            _loop.Send(_link!.Connection, part);
        }
        _link!.Connection.SetTimeout(Program.ReadTimeout);
        _loop.Receive(_link.Connection);
        _loop.Receive(Exchange.Session.Client!);
    }

    private void OnPeerTunnelData(BufferPart data)
    {
        Exchange.CountTunnel(data.Length);
        _link!.Connection.SetTimeout(Program.ReadTimeout);
        _loop.Send(Exchange.Session.Client!, data);
        if (Exchange.Session.Client!.HasRoom)
        {
            _loop.Receive(_link.Connection);
        }
    }

    private void OnPeerTunnelSent()
    {
        if (_isEnding)
        {
            EndTunnel();
        }
        else if (_link!.Connection.HasRoom)
        {
            _loop.Receive(Exchange.Session.Client!);
        }
    }

    /// <summary>The client has sent something.</summary>
    internal void OnTunnelData(BufferPart data)
    {
        _link!.Connection.SetTimeout(Program.ReadTimeout);
        _loop.Send(_link.Connection, data);
        if (_link.Connection.HasRoom)
        {
            _loop.Receive(Exchange.Session.Client!);
        }
    }

    /// <summary>The client has ended.</summary>
    internal void OnTunnelEnded() => EndTunnel();

    /// <summary>The client has taken something.</summary>
    internal void OnTunnelSent()
    {
        if (_isEnding)
        {
            EndTunnel();
        }
        else if (Exchange.Session.Client!.HasRoom)
        {
            _loop.Receive(_link!.Connection);
        }
    }

    /// <summary>The client takes nothing for too long.</summary>
    internal void OnTunnelTimeout() => CloseTunnel();

    /// <summary>One side has ended: what is on its way to the other one leaves, and then both are closed.</summary>
    private void EndTunnel()
    {
        _isEnding = true;
        if (Exchange.Session.Client is { QueuedCount: > 0 } || _link is { Connection.QueuedCount: > 0 })
        {
            Exchange.Session.Client?.SetTimeout(Program.SendTimeout);
            return;
        }
        CloseTunnel();
    }

    private void CloseTunnel()
    {
        LeavePeer(PeerOutcome.Answered, keeps: false);
        _phase = PassPhase.Over;
        Exchange.EndTunnel();
    }
}
