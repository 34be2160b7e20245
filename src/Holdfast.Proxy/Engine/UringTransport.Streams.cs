using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Linux.Uring;

namespace Holdfast.Proxy.Engine;

/// <summary>Receiving and sending.</summary>
public partial struct UringTransport
{
    private readonly void Arm(Connection connection)
    {
        bool isWaitingFirst = !connection.Has(ConnectionFlags.Hopeful);
        connection.Flags = (connection.Flags | ConnectionFlags.ReceiveArmed)
            & ~(ConnectionFlags.Hopeful | ConnectionFlags.ReceiveCancelled);
        connection.Pins++;
        ulong token = LoopToken.Of(TokenKind.Receive, connection);
        if (connection.Has(ConnectionFlags.Bulk))
        {
            _ring.Receive(connection.Fd, isWaitingFirst, token);
        }
        else
        {
            _ring.ReceiveMany(connection.Fd, isWaitingFirst, token);
        }
    }

    private void OnReceived(UringCompletion completion)
    {
        Connection connection = _loop.FindPinned(completion.Token)!;
        BufferPart data = default;
        if (completion.Buffer >= 0)
        {
            _provided--;
            data = _loop.Buffers.Room(completion.Buffer);
        }
        bool hasEnded = !completion.HasMore;
        if (hasEnded)
        {
            connection.Flags &= ~ConnectionFlags.ReceiveArmed;
        }
        if (completion.Buffer >= 0 && (completion.Result <= 0 || connection.IsClosed))
        {
            _loop.Buffers.Return(completion.Buffer);
        }
        if (!connection.IsClosed)
        {
            if (completion.Result > 0)
            {
                Deliver(connection, data, completion);
            }
            else
            {
                EndReceive(connection, completion.Errno);
            }
        }
        if (hasEnded)
        {
            _loop.Unpin(connection);
        }
    }

    private readonly void Deliver(Connection connection, BufferPart room, UringCompletion completion)
    {
        bool isFull = completion.Result == room.Length;
        connection.Flags = isFull ? connection.Flags | ConnectionFlags.Bulk : connection.Flags & ~ConnectionFlags.Bulk;
        if (completion.HasMoreToRead)
        {
            connection.Flags |= ConnectionFlags.Hopeful;
        }
        connection.ReceivedBytes += completion.Result;
        BufferPart data = room with { Length = completion.Result };
        if (connection.Has(ConnectionFlags.ReceiveWanted) && connection.Inbox.Count == 0)
        {
            connection.Flags &= ~ConnectionFlags.ReceiveWanted;
            connection.Owner!.OnReceived(connection, data);
            return;
        }
        connection.Inbox.Add(_loop.Buffers, data);
        // More than was asked for: the source has to wait.
        if (completion.HasMore && !connection.Has(ConnectionFlags.ReceiveCancelled))
        {
            connection.Flags |= ConnectionFlags.ReceiveCancelled;
            _ring.Cancel(completion.Token, 0);
        }
    }

    private readonly void EndReceive(Connection connection, Errno errno)
    {
        switch (errno)
        {
            case Errno.Success:
                connection.Flags |= ConnectionFlags.EndPending;
                break;
            case Errno.ENOBUFS:
                connection.Flags |= ConnectionFlags.Hopeful;
                if (connection.Has(ConnectionFlags.ReceiveWanted) && connection.Inbox.Count == 0)
                {
                    _loop.Starved.Add(connection); // armed again when there are buffers
                }
                return;
            case Errno.ECANCELED:
                if (connection.Has(ConnectionFlags.ReceiveWanted) && connection.Inbox.Count == 0)
                {
                    Arm(connection);
                }
                return;
            default:
                connection.Flags |= ConnectionFlags.FailurePending;
                connection.Failure = errno;
                break;
        }
        if (connection.Has(ConnectionFlags.ReceiveWanted) || errno != Errno.Success)
        {
            TellEnd(connection);
        }
    }

    /// <summary>What was not delivered when it came, in order: data, then how they ended.</summary>
    private void ReceiveReady(Connection connection)
    {
        if (connection.Inbox.Count > 0)
        {
            connection.Flags &= ~ConnectionFlags.ReceiveWanted;
            BufferPart data = connection.Inbox.Take(_loop.Buffers);
            connection.Owner!.OnReceived(connection, data);
        }
        else if (connection.Has(ConnectionFlags.EndPending | ConnectionFlags.FailurePending))
        {
            TellEnd(connection);
        }
        else if (!connection.Has(ConnectionFlags.ReceiveArmed))
        {
            FillBufferRing();
            Arm(connection);
        }
    }

    private static void TellEnd(Connection connection)
    {
        if (connection.Inbox.Count > 0)
        {
            return; // the data first
        }
        bool hasFailed = connection.Has(ConnectionFlags.FailurePending);
        connection.Flags &= ~(ConnectionFlags.ReceiveWanted | ConnectionFlags.EndPending
            | ConnectionFlags.FailurePending);
        if (hasFailed)
        {
            connection.Owner!.OnFailed(connection, connection.Failure);
        }
        else
        {
            connection.Owner!.OnReceiveEnded(connection);
        }
    }

    private readonly void SubmitSend(Connection connection)
    {
        connection.Flags |= ConnectionFlags.SendArmed;
        connection.Pins++;
        ulong token = LoopToken.Of(TokenKind.Send, connection);
        Span<BufferPart> parts = stackalloc BufferPart[PartsPerSend];
        int count = connection.Queue.Peek(_loop.Buffers, parts);
        if (count == 1)
        {
            _ring.Send(connection.Fd, _loop.Buffers.Slab, parts[0], token);
        }
        else
        {
            _ring.Send(connection.Fd, _loop.Buffers.Slab, parts[..count], token);
        }
    }

    private readonly void OnSent(UringCompletion completion)
    {
        Connection connection = _loop.FindPinned(completion.Token)!;
        connection.Flags &= ~ConnectionFlags.SendArmed;
        if (connection.IsClosed)
        {
            connection.Queue.Clear(_loop.Buffers);
            connection.Inbox.Clear(_loop.Buffers);
        }
        else if (completion.Result < 0)
        {
            connection.Queue.Clear(_loop.Buffers);
            connection.Flags &= ~ConnectionFlags.ReceiveWanted;
            connection.Failure = completion.Errno;
            connection.Owner!.OnFailed(connection, completion.Errno);
        }
        else
        {
            connection.SentBytes += completion.Result;
            connection.Queue.Skip(_loop.Buffers, completion.Result);
            if (connection.QueuedCount > 0)
            {
                SubmitSend(connection);
            }
            else if (connection.Has(ConnectionFlags.ShutdownWanted))
            {
                connection.Flags &= ~ConnectionFlags.ShutdownWanted;
                ShutdownSend(connection);
            }
            connection.Owner!.OnSent(connection);
        }
        _loop.Unpin(connection);
    }

    private void FillBufferRing()
    {
        if (_provided == BufferRingEntries)
        {
            return;
        }
        while (_provided < BufferRingEntries && _loop.Buffers.TryRentToReceive(out int buffer))
        {
            _ring.ProvideBuffer(_loop.Buffers.Slab, buffer, BufferPool.Headroom);
            _provided++;
        }
        _ring.PublishBuffers();
    }
}
