using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Linux.Sockets;

namespace Holdfast.Proxy.Engine;

/// <summary>Much data: direct calls, several buffers at a time.</summary>
public partial struct UringTransport
{
    private void ReceiveBurst(Connection connection)
    {
        Span<BufferPart> rooms = stackalloc BufferPart[PartsPerSend];
        int count = 0;
        while (count < Math.Min(_loop.Burst, rooms.Length) && _loop.Buffers.TryRentToReceive(out int buffer))
        {
            rooms[count++] = _loop.Buffers.Room(buffer);
        }
        if (count == 0)
        {
            _loop.Starved.Add(connection);
            return;
        }
        Errno errno = TcpSocket.Receive(connection.Fd, _loop.Buffers.Slab, rooms[..count], out int received);
        connection.ReceivedBytes += received;
        int left = received;
        for (int i = 0; i < count; i++)
        {
            int length = Math.Min(left, rooms[i].Length);
            left -= length;
            if (length > 0)
            {
                connection.Inbox.Add(_loop.Buffers, rooms[i] with { Length = length });
            }
            else
            {
                _loop.Buffers.Return(rooms[i].Buffer);
            }
        }
        if (received > 0)
        {
            connection.Flags = received >= rooms[0].Length
                ? connection.Flags : connection.Flags & ~ConnectionFlags.Bulk;
            Deliver(connection);
            SendDirectly();
        }
        else if (errno == Errno.EAGAIN)
        {
            Arm(connection);
        }
        else
        {
            EndReceive(connection, errno);
        }
    }

    /// <summary>Sends what a burst has led to; what the kernel does not take at once goes to the ring.</summary>
    private readonly void SendDirectly()
    {
        Span<BufferPart> parts = stackalloc BufferPart[PartsPerSend];
        while (!_loop.Senders.IsEmpty)
        {
            Connection connection = _loop.Senders.Take();
            bool isOpen = !connection.IsClosed && connection.Queue.Count > 0
                && !connection.Has(ConnectionFlags.SendArmed | ConnectionFlags.Connecting);
            if (isOpen)
            {
                int count = connection.Queue.Peek(_loop.Buffers, parts);
                _ = TcpSocket.Send(connection.Fd, _loop.Buffers.Slab, parts[..count], out int sent);
                connection.SentBytes += sent;
                connection.Queue.Skip(_loop.Buffers, sent);
                AfterSend(connection, sent);
            }
            _loop.Unpin(connection);
        }
    }

    /// <summary>After some data have left: the rest, the end, and the owner.</summary>
    private readonly void AfterSend(Connection connection, int sent)
    {
        if (connection.Queue.Count > 0)
        {
            SubmitSend(connection); // which also finds out why, if the kernel has taken nothing
        }
        else if (connection.Has(ConnectionFlags.ShutdownWanted))
        {
            connection.Flags &= ~ConnectionFlags.ShutdownWanted;
            ShutdownSend(connection);
        }
        if (sent > 0)
        {
            connection.Sink.OnSent(connection);
        }
    }
}
