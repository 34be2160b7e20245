using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Linux.OpenSsl;
using Holdfast.Proxy.Engine;

namespace Holdfast.Proxy.Tls;

/// <summary>Handshakes.</summary>
internal sealed partial class TlsLayer
{
    /// <summary>Begins on a connection that was accepted; its owner hears OnConnected, or OnFailed.</summary>
    /// <returns>False: there is no memory.</returns>
    internal static bool TryAccept(LoopState loop, Connection connection, TlsServer server)
    {
        TlsLoop tls = TlsLoop.Of(loop);
        TlsLayer layer = tls.Rent(loop);
        if (!layer._tls.TryAccept(server, tls.Window))
        {
            tls.Return(layer);
            return false;
        }
        layer.Attach(connection);
        loop.Receiver!.Receive(connection);
        return true;
    }

    /// <inheritdoc/>
    public override void OnConnected(Connection connection) => StepHandshake(connection, null);

    private void Attach(Connection connection)
    {
        _state = LayerState.Handshaking;
        _ownerEndsSending = false;
        connection.Layer = this;
    }

    private void StepHandshake(Connection connection, BufferPart? data)
    {
        TlsWindow window = tls.Window;
        if (data is { } arrived)
        {
            window.SetInput(Pool.Slab, arrived);
        }
        else
        {
            window.ClearInput();
        }
        TlsStatus status;
        do
        {
            window.SetOutputAside();
            status = _tls.Handshake();
            if (status is TlsStatus.Done or TlsStatus.WantRead or TlsStatus.WantWrite)
            {
                EmitAside(connection);
            }
        }
        while (status == TlsStatus.WantWrite && window.OutputLength > 0);
        if (status == TlsStatus.Done)
        {
            if (data is { } rest)
            {
                PutBack(connection, rest);
            }
            Open(connection);
            return;
        }
        window.ClearInput();
        if (data is { } used)
        {
            Pool.Return(used.Buffer);
        }
        if (status == TlsStatus.WantRead)
        {
            loop.Receiver!.Receive(connection);
            return;
        }
        SendAsideNow(connection); // the alert
        tls.FailedCount++;
        _state = LayerState.Failed;
        connection.Owner!.OnFailed(connection, Errno.EPROTO);
    }

    private void Open(Connection connection)
    {
        _state = LayerState.Open;
        tls.HandshakeCount++;
        tls.ResumedCount += _tls.IsResumed ? 1 : 0;
        SendHeld(connection);
        connection.Owner!.OnConnected(connection);
    }
}
