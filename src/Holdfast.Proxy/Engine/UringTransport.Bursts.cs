using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Linux.Sockets;

namespace Holdfast.Proxy.Engine;

/// <summary>Much data: direct calls, several buffers at a time.</summary>
public partial struct UringTransport
{
    private void ReceiveBurst(Connection connection)
    {
        var burst = BurstReceive.Into(connection, _loop);
        connection.ReceivedBytes += burst.Received;
        if (burst.Received > 0)
        {
            connection.Flags = burst.Received >= burst.RoomOfOne
                ? connection.Flags : connection.Flags & ~ConnectionFlags.Bulk;
            Deliver(connection);
            SendDirectly();
        }
        else if (burst.RoomOfOne == 0)
        {
            return; // it waits for a buffer
        }
        else if (burst.Errno == Errno.EAGAIN)
        {
            Arm(connection);
        }
        else
        {
            EndReceive(connection, burst.Errno);
        }
    }

    /// <summary>Sends what a burst has led to; what the kernel does not take at once goes to the ring.</summary>
    private readonly void SendDirectly()
    {
        Span<BufferPart> parts = stackalloc BufferPart[BurstReceive.PartsMax];
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
