using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Linux.Sockets;

namespace Holdfast.Proxy.Engine;

/// <summary>Receiving: one buffer, or several at once where there is much to come.</summary>
public partial struct EpollTransport
{
    private void ReceiveNow(Connection connection)
    {
        if (connection.Inbox.Count > 0)
        {
            Deliver(connection);
        }
        else if (connection.Has(ConnectionFlags.EndPending))
        {
            connection.Flags &= ~(ConnectionFlags.EndPending | ConnectionFlags.ReceiveWanted);
            connection.Sink.OnReceiveEnded(connection);
        }
        else if (connection.Has(ConnectionFlags.Bulk) && _loop.Burst > 1)
        {
            ReceiveBurst(connection);
        }
        else
        {
            ReceiveOne(connection);
        }
    }

    private readonly void ReceiveOne(Connection connection)
    {
        if (!_loop.Buffers.TryRentToReceive(out int buffer))
        {
            _loop.Starved.Add(connection);
            return;
        }
        BufferPart room = _loop.Buffers.Room(buffer);
        Errno errno = TcpSocket.Receive(connection.Fd, _loop.Buffers.Slab, room, out int received);
        if (received > 0)
        {
            NoteReceived(connection, received, room.Length, room.Length);
            connection.Flags &= ~ConnectionFlags.ReceiveWanted;
            connection.Sink.OnReceived(connection, room with { Length = received });
            return;
        }
        _loop.Buffers.Return(buffer);
        ReceiveNothing(connection, errno);
    }

    private void ReceiveBurst(Connection connection)
    {
        var burst = BurstReceive.Into(connection, _loop);
        if (burst.Received > 0)
        {
            NoteReceived(connection, burst.Received, burst.RoomOfOne, burst.Asked);
            Deliver(connection);
        }
        else if (burst.RoomOfOne > 0)
        {
            ReceiveNothing(connection, burst.Errno);
        }
    }

    private static void NoteReceived(Connection connection, int received, int room, int asked)
    {
        connection.Flags = received >= room
            ? connection.Flags | ConnectionFlags.Bulk : connection.Flags & ~ConnectionFlags.Bulk;
        connection.ReceivedBytes += received;
        if (received == asked || connection.Has(ConnectionFlags.Urgent))
        {
            return;
        }
        if (!connection.Has(ConnectionFlags.HangUpSeen))
        {
            connection.Flags &= ~ConnectionFlags.Readable;
        }
        else if (connection.Has(ConnectionFlags.EndArrived))
        {
            connection.Flags |= ConnectionFlags.EndPending; // all data were there, so asking would only say so
        }
    }

    private readonly void ReceiveNothing(Connection connection, Errno errno)
    {
        switch (errno)
        {
            case Errno.EAGAIN:
                connection.Flags &= ~ConnectionFlags.Readable;
                if (!connection.Has(ConnectionFlags.Watched))
                {
                    Watch(connection);
                }
                break;
            case Errno.Success:
                connection.Flags &= ~ConnectionFlags.ReceiveWanted;
                connection.Sink.OnReceiveEnded(connection);
                break;
            default:
                Fail(connection, errno);
                break;
        }
    }

    /// <summary>Gives what has arrived to its owner for as long as it asks, then sends what that has led to.</summary>
    private void Deliver(Connection connection)
    {
        _isCorked = true;
        uint generation = connection.Generation;
        while (!connection.IsClosed && connection.Generation == generation && connection.Inbox.Count > 0
            && connection.Has(ConnectionFlags.ReceiveWanted) && !connection.Has(ConnectionFlags.LacksBuffer))
        {
            connection.Flags &= ~ConnectionFlags.ReceiveWanted;
            connection.Sink.OnReceived(connection, connection.Inbox.Take(_loop.Buffers));
        }
        _isCorked = false;
        FlushSenders();
    }

    private readonly void FlushSenders()
    {
        while (!_loop.Senders.IsEmpty)
        {
            Connection sender = _loop.Senders.Take();
            if (!sender.IsClosed && sender.Has(ConnectionFlags.Writable))
            {
                Flush(sender);
            }
            _loop.Unpin(sender);
        }
    }
}
