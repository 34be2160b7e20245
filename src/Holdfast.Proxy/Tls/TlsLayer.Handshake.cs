using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Linux.OpenSsl;
using Holdfast.Proxy.Engine;

namespace Holdfast.Proxy.Tls;

/// <summary>Handshakes.</summary>
internal sealed partial class TlsLayer
{
    /// <summary>Begins on a connection that was accepted; its owner hears OnConnected, or OnFailed.</summary>
    /// <returns>False: there is no memory, or there are too many.</returns>
    internal static bool TryAccept(LoopState loop, Connection connection, TlsServer server)
    {
        if (loop.TlsUse?.TryEnter(isClients: true, loop.Now) == false)
        {
            return false;
        }
        TlsLoop tls = TlsLoop.Of(loop);
        TlsLayer layer = tls.Rent(loop);
        if (!layer._tls.TryAccept(server, tls.Window))
        {
            tls.Return(layer);
            loop.TlsUse?.Leave();
            return false;
        }
        layer.Attach(connection);
        loop.Receiver!.Receive(connection);
        return true;
    }

    /// <summary>
    /// Begins on a connection that is being made: its owner hears OnConnected when both stand. What was sent before
    /// this call goes in front, plainly.
    /// </summary>
    /// <param name="loop">The loop.</param>
    /// <param name="connection">The connection, with its owner.</param>
    /// <param name="client">How the server is spoken to.</param>
    /// <param name="serverName">Name that it is asked for (SNI); empty: none.</param>
    /// <returns>False: there is no memory, or there are too many.</returns>
    internal static bool TryConnect(
        LoopState loop, Connection connection, TlsClient client, ReadOnlySpan<byte> serverName)
    {
        if (loop.TlsUse?.TryEnter(isClients: false, loop.Now) == false)
        {
            return false;
        }
        TlsLoop tls = TlsLoop.Of(loop);
        TlsLayer layer = tls.Rent(loop);
        if (!layer._tls.TryConnect(client, tls.Window, loop.Index, serverName))
        {
            tls.Return(layer);
            loop.TlsUse?.Leave();
            return false;
        }
        layer._client = client;
        layer.Attach(connection);
        return true;
    }

    /// <inheritdoc/>
    public override void OnConnected(Connection connection) => StepHandshake(connection, null);

    private void Attach(Connection connection)
    {
        _state = LayerState.Handshaking;
        _ownerEndsSending = false;
        _peerEnded = false;
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
        CountFailure();
        connection.Owner!.OnFailed(connection, Errno.EPROTO);
    }

    private void CountFailure()
    {
        tls.FailedCount++;
        _state = LayerState.Failed;
        _client?.Forget(loop.Index);
    }

    private void Open(Connection connection)
    {
        _state = LayerState.Open;
        tls.HandshakeCount++;
        tls.ResumedCount += _tls.IsResumed ? 1 : 0;
        loop.TlsUse?.OnHandshake(_client is null, _tls.IsResumed, loop.Now);
        SendHeld(connection);
        connection.Owner!.OnConnected(connection);
    }
}
