using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Linux.OpenSsl;
using Holdfast.Proxy.Engine;

namespace Holdfast.Proxy.Tls;

/// <summary>TLS between a connection's socket and its owner, who hears of it after the handshake.</summary>
/// <remarks>
/// A record is decrypted into a buffer of the pool, and encrypted in the buffer in which its text came. The count of
/// bytes of the connection is that of the owner's bytes. Files: handshakes (<c>.Handshake.cs</c>), what the owner
/// sends (<c>.Sending.cs</c>).
/// </remarks>
internal sealed partial class TlsLayer(LoopState loop, TlsLoop tls) : ConnectionLayer
{
    private readonly TlsConnection _tls = new();
    private LayerState _state;
    private TlsClient? _client;
    private bool _ownerEndsSending;
    private bool _peerEnded;

    private enum LayerState : byte
    {
        /// <summary>Neither side may send data yet.</summary>
        Handshaking,

        /// <summary>Data go both ways.</summary>
        Open,

        /// <summary>The peer sends no more.</summary>
        PeerEnded,

        /// <summary>It is broken, and the owner knows or will know soon.</summary>
        Failed,
    }

    private BufferPool Pool => loop.Buffers;

    /// <summary>What is known of the connection.</summary>
    internal TlsConnection Tls => _tls;

    /// <summary>Why the handshake failed.</summary>
    internal TlsHandshakeError HandshakeError
        => _tls.IsAtStart && _tls.Error == 0
                ? _peerEnded ? TlsHandshakeError.ClosedSilently : TlsHandshakeError.Reset
            : _tls.AuthorityError != 0 ? TlsHandshakeError.Authority
            : _tls.CertificateError != 0 ? TlsHandshakeError.Certificate : TlsHandshakeError.Failed;

    /// <summary>Whether the handshake is done.</summary>
    internal bool IsReady => _state is LayerState.Open or LayerState.PeerEnded;

    /// <inheritdoc/>
    public override void OnReceived(Connection connection, BufferPart data)
    {
        connection.ReceivedBytes -= data.Length;
        switch (_state)
        {
            case LayerState.Handshaking:
                StepHandshake(connection, data);
                break;
            case LayerState.Open:
                Decrypt(connection, data);
                break;
            case LayerState.PeerEnded:
                Pool.Return(data.Buffer);
                connection.Owner!.OnReceiveEnded(connection);
                break;
            default:
                Pool.Return(data.Buffer);
                connection.Owner!.OnFailed(connection, Errno.EPROTO);
                break;
        }
    }

    /// <inheritdoc/>
    public override void OnReceiveEnded(Connection connection)
    {
        _peerEnded = true;
        if (_state == LayerState.Handshaking)
        {
            CountFailure();
            connection.Owner!.OnFailed(connection, Errno.ECONNRESET);
            return;
        }
        // Without an end of TLS, too: many clients just close, and lengths of messages are checked above.
        _state = LayerState.PeerEnded;
        connection.Owner!.OnReceiveEnded(connection);
    }

    /// <inheritdoc/>
    public override void OnSent(Connection connection)
    {
        if (_state != LayerState.Handshaking)
        {
            connection.Owner!.OnSent(connection);
        }
    }

    /// <inheritdoc/>
    public override void OnFailed(Connection connection, Errno errno)
    {
        if (_state == LayerState.Handshaking)
        {
            CountFailure();
        }
        _state = LayerState.Failed;
        connection.Owner!.OnFailed(connection, errno);
    }

    /// <inheritdoc/>
    internal override bool OnClosing(Connection connection, bool isReset)
    {
        bool isClean = IsReady && !isReset;
        if (isClean && !_ownerEndsSending)
        {
            tls.Window.SetOutputAside();
            _tls.Shutdown();
            SendAsideNow(connection);
        }
        isReset &= _state != LayerState.Failed; // the alert that says why is on its way
        _tls.End(isClean);
        _held.Clear(Pool);
        connection.HeldCount = 0;
        connection.Layer = null;
        _client = null;
        tls.Return(this);
        loop.TlsUse?.Leave();
        return isReset;
    }

    /// <summary>Gives the owner the text of the records that have arrived, as far as it fits into one buffer.</summary>
    private void Decrypt(Connection connection, BufferPart data)
    {
        if (!Pool.TryRent(out int buffer))
        {
            WaitForBuffers(connection, data);
            return;
        }
        // With much to come the room in front, which new heads are written to, is rather used for whole records.
        BufferPart room = connection.Has(ConnectionFlags.Bulk) || _tls.Pending > 0
            ? new(buffer, 0, Pool.Slab.BufferSize) : Pool.Room(buffer);
        TlsWindow window = tls.Window;
        window.SetInput(Pool.Slab, data);
        window.SetOutputAside();
        int length = 0;
        TlsStatus status = TlsStatus.Done;
        while (length < room.Length && status == TlsStatus.Done)
        {
            status = _tls.Read(Pool.Slab, new(buffer, room.Offset + length, room.Length - length), out int count);
            length += count;
        }
        PutBack(connection, data);
        EmitAside(connection);
        Deliver(connection, room with { Length = length }, status);
    }

    private void Deliver(Connection connection, BufferPart text, TlsStatus status)
    {
        connection.ReceivedBytes += text.Length;
        if (text.Length == 0)
        {
            Pool.Return(text.Buffer);
        }
        if (status == TlsStatus.Closed)
        {
            _state = LayerState.PeerEnded;
        }
        else if (status is TlsStatus.Failed or TlsStatus.Truncated)
        {
            tls.ReadErrorCount++;
            _state = LayerState.Failed;
        }
        if (text.Length > 0)
        {
            if (_state != LayerState.Open && connection.Inbox.Count == 0)
            {
                PutMark(connection); // the end follows when the owner asks again
            }
            connection.Owner!.OnReceived(connection, text);
        }
        else if (_state == LayerState.PeerEnded)
        {
            connection.Inbox.Clear(Pool);
            connection.Owner!.OnReceiveEnded(connection);
        }
        else if (_state == LayerState.Failed)
        {
            connection.Inbox.Clear(Pool);
            connection.Owner!.OnFailed(connection, Errno.EPROTO);
        }
        else
        {
            loop.Receiver!.Receive(connection); // no record is whole yet
        }
    }

    /// <summary>What was not read of the input comes first next time; so does text that had no room.</summary>
    private void PutBack(Connection connection, BufferPart data)
    {
        int left = tls.Window.InputLeft;
        tls.Window.ClearInput();
        if (left > 0 || _tls.Pending > 0)
        {
            connection.Inbox.Prepend(Pool, new(data.Buffer, data.Offset + data.Length - left, left));
            // It is counted again when it comes again.
            connection.ReceivedBytes += left;
        }
        else
        {
            Pool.Return(data.Buffer);
        }
    }

    /// <summary>Has the owner's next question come back here.</summary>
    private void PutMark(Connection connection)
    {
        if (Pool.TryRent(out int buffer))
        {
            connection.Inbox.Prepend(Pool, new(buffer, 0, 0));
        }
    }

    private void WaitForBuffers(Connection connection, BufferPart data)
    {
        connection.ReceivedBytes += data.Length;
        connection.Inbox.Prepend(Pool, data);
        connection.Flags |= ConnectionFlags.ReceiveWanted | ConnectionFlags.LacksBuffer;
        loop.Starved.Add(connection);
    }
}
