using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Linux.OpenSsl;
using Holdfast.Linux.Sockets;
using Holdfast.Proxy.Engine;

namespace Holdfast.Proxy.Tls;

/// <summary>What the owner sends.</summary>
internal sealed partial class TlsLayer
{
    private const int RecordMax = 16384;

    private BufferQueue _held;

    /// <inheritdoc/>
    internal override bool TrySend(Connection connection, ref BufferPart data)
    {
        switch (_state)
        {
            case LayerState.Handshaking:
                _held.Add(Pool, data);
                connection.HeldCount++;
                return false;
            case LayerState.Failed:
                Pool.Return(data.Buffer);
                return false;
            default:
                return TryEncrypt(connection, ref data);
        }
    }

    /// <inheritdoc/>
    internal override bool TryEndSend(Connection connection)
    {
        if (_ownerEndsSending)
        {
            return true;
        }
        _ownerEndsSending = true;
        if (_state == LayerState.Handshaking)
        {
            return false;
        }
        if (_state != LayerState.Failed)
        {
            tls.Window.SetOutputAside();
            _tls.Shutdown();
            EmitAside(connection);
        }
        return true;
    }

    private void SendHeld(Connection connection)
    {
        while (connection.HeldCount > 0)
        {
            BufferPart part = _held.Take(Pool);
            connection.HeldCount--;
            if (TrySend(connection, ref part))
            {
                Emit(connection, part);
            }
        }
        if (_ownerEndsSending)
        {
            _ownerEndsSending = false;
            _ = TryEndSend(connection);
            connection.Flags |= ConnectionFlags.ShutdownWanted; // once the end of TLS has left
        }
    }

    /// <summary>Encrypts in the buffer in which the text is: a record is read whole before it is written.</summary>
    private bool TryEncrypt(Connection connection, ref BufferPart data)
    {
        if (data.Length > RecordMax || data.Length == 0)
        {
            return EncryptMany(connection, data);
        }
        TlsWindow window = tls.Window;
        window.SetOutput(Pool.Slab, new(data.Buffer, 0, Pool.Slab.BufferSize));
        TlsStatus status = _tls.Write(Pool.Slab, data, out _);
        connection.SentBytes += data.Length - window.OutputLength;
        if (status == TlsStatus.Done)
        {
            data = new(data.Buffer, 0, window.OutputLength);
            return true;
        }
        if (status == TlsStatus.WantWrite)
        {
            Emit(connection, new(data.Buffer, 0, window.OutputLength));
            FinishRecord(connection, data);
            return false;
        }
        Pool.Return(data.Buffer);
        FailLater(connection);
        return false;
    }

    /// <summary>The end of a record that did not fit into the buffer of its text.</summary>
    private void FinishRecord(Connection connection, BufferPart text)
    {
        if (!Pool.TryRent(out int buffer))
        {
            FailLater(connection);
            return;
        }
        TlsWindow window = tls.Window;
        window.SetOutput(Pool.Slab, new(buffer, 0, Pool.Slab.BufferSize));
        TlsStatus status = _tls.Write(Pool.Slab, text, out _); // the text is not read again, only its length
        connection.SentBytes -= window.OutputLength;
        Emit(connection, new(buffer, 0, window.OutputLength));
        if (status != TlsStatus.Done)
        {
            FailLater(connection);
        }
    }

    /// <summary>Buffers larger than a record: each record leaves in a buffer of its own.</summary>
    private bool EncryptMany(Connection connection, BufferPart data)
    {
        TlsWindow window = tls.Window;
        while (data.Length > 0)
        {
            if (!Pool.TryRent(out int buffer))
            {
                FailLater(connection);
                break;
            }
            window.SetOutput(Pool.Slab, new(buffer, 0, Pool.Slab.BufferSize));
            int length = Math.Min(data.Length, RecordMax);
            TlsStatus status = _tls.Write(Pool.Slab, data with { Length = length }, out _);
            connection.SentBytes += length - window.OutputLength;
            Emit(connection, new(buffer, 0, window.OutputLength));
            if (status == TlsStatus.WantWrite)
            {
                FinishRecord(connection, data with { Length = length });
            }
            else if (status != TlsStatus.Done)
            {
                FailLater(connection);
                break;
            }
            data = new(data.Buffer, data.Offset + length, data.Length - length);
        }
        Pool.Return(data.Buffer);
        return false;
    }

    /// <summary>Queues what the library has written aside.</summary>
    private void EmitAside(Connection connection)
    {
        ReadOnlySpan<byte> bytes = tls.Window.Aside;
        while (!bytes.IsEmpty)
        {
            if (!Pool.TryRent(out int buffer))
            {
                FailLater(connection);
                return;
            }
            Span<byte> room = Pool.Slab[buffer];
            int count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room);
            bytes = bytes[count..];
            connection.SentBytes -= count;
            Emit(connection, new(buffer, 0, count));
        }
    }

    private void Emit(Connection connection, BufferPart part)
    {
        connection.Queue.Add(Pool, part);
        if (!connection.Has(ConnectionFlags.SendArmed))
        {
            loop.Senders.Add(connection);
        }
    }

    /// <summary>Sends what was written aside before the connection closes, if the kernel takes it at once.</summary>
    private void SendAsideNow(Connection connection)
    {
        ReadOnlySpan<byte> bytes = tls.Window.Aside;
        if (bytes.IsEmpty || bytes.Length > Pool.Slab.BufferSize || !Pool.TryRent(out int buffer))
        {
            return;
        }
        if (connection.Queue.Count == 0 && !connection.Has(ConnectionFlags.SendArmed | ConnectionFlags.ShutDown))
        {
            bytes.CopyTo(Pool.Slab[buffer]);
            _ = TcpSocket.Send(connection.Fd, Pool.Slab, new BufferPart(buffer, 0, bytes.Length), out _);
        }
        Pool.Return(buffer);
    }

    /// <summary>The owner is told that the connection has failed, but not from within its own call.</summary>
    private void FailLater(Connection connection)
    {
        _state = LayerState.Failed;
        connection.Inbox.Clear(Pool);
        connection.Failure = Errno.EPROTO;
        connection.Flags |= ConnectionFlags.FailurePending | ConnectionFlags.ReceiveWanted;
        loop.Ready.Add(connection);
    }
}
