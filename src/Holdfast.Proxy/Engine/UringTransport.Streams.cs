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
        bool isFresh = connection.Has(ConnectionFlags.Fresh);
        connection.Flags = (connection.Flags | ConnectionFlags.ReceiveArmed)
            & ~(ConnectionFlags.Hopeful | ConnectionFlags.ReceiveCancelled | ConnectionFlags.Fresh);
        connection.Pins++;
        ulong token = LoopToken.Of(TokenKind.Receive, connection);
        if (isFresh || connection.Has(ConnectionFlags.Bulk))
        {
            // Fresh: a receive that goes on would have to be cancelled when the connection closes after one request.
            _ring.Receive(connection.Fd, isWaitingFirst, token);
        }
        else
        {
            _ring.ReceiveMany(connection.Fd, isWaitingFirst, token);
        }
    }

    /// <summary>Where there is much to come it is tried directly, after what is being done now.</summary>
    private readonly void ArmOrTry(Connection connection)
    {
        if (connection.Has(ConnectionFlags.Bulk))
        {
            _loop.Ready.Add(connection);
        }
        else
        {
            Arm(connection);
        }
    }

    private void OnReceived(UringCompletion completion)
    {
        Connection connection = _loop.FindPinned(completion.Token)!;
        bool hasEnded = !completion.HasMore;
        if (hasEnded)
        {
            connection.Flags &= ~ConnectionFlags.ReceiveArmed;
        }
        int buffer = completion.Buffer;
        _provided -= buffer >= 0 ? 1 : 0;
        if (!connection.IsClosed && completion.Result > 0)
        {
            connection.Inbox.Add(_loop.Buffers, _loop.Buffers.Room(buffer) with { Length = completion.Result });
            Deliver(connection, completion);
        }
        else
        {
            if (buffer >= 0)
            {
                _loop.Buffers.Return(buffer);
            }
            if (!connection.IsClosed)
            {
                EndReceive(connection, completion.Errno);
            }
        }
        if (hasEnded)
        {
            _loop.Unpin(connection);
        }
    }

    private readonly void Deliver(Connection connection, UringCompletion completion)
    {
        bool isFull = completion.Result >= _loop.Settings.BufferSize - BufferPool.Headroom;
        connection.Flags = isFull ? connection.Flags | ConnectionFlags.Bulk : connection.Flags & ~ConnectionFlags.Bulk;
        if (completion.HasMoreToRead)
        {
            connection.Flags |= ConnectionFlags.Hopeful;
        }
        connection.ReceivedBytes += completion.Result;
        uint generation = connection.Generation;
        Deliver(connection);
        if (connection.IsClosed || connection.Generation != generation)
        {
            return;
        }
        // More than was asked for, or more than messages: the source has to wait until it is asked again.
        bool isTooMuch = isFull || connection.Inbox.Count > 0;
        if (isTooMuch && completion.HasMore && !connection.Has(ConnectionFlags.ReceiveCancelled))
        {
            connection.Flags |= ConnectionFlags.ReceiveCancelled;
            _ring.Cancel(completion.Token, 0);
        }
    }

    /// <summary>Gives what has arrived to its owner for as long as it asks.</summary>
    private readonly void Deliver(Connection connection)
    {
        uint generation = connection.Generation;
        while (!connection.IsClosed && connection.Generation == generation && connection.Inbox.Count > 0
            && connection.Has(ConnectionFlags.ReceiveWanted) && !connection.Has(ConnectionFlags.LacksBuffer))
        {
            connection.Flags &= ~ConnectionFlags.ReceiveWanted;
            connection.Sink.OnReceived(connection, connection.Inbox.Take(_loop.Buffers));
        }
    }

    private void EndReceive(Connection connection, Errno errno)
    {
        switch (errno)
        {
            case Errno.Success:
                connection.Flags |= ConnectionFlags.EndPending;
                break;
            case Errno.ENOBUFS:
                _hasRunOut = true;
                connection.Flags |= ConnectionFlags.Hopeful;
                if (connection.Has(ConnectionFlags.ReceiveWanted) && connection.Inbox.Count == 0)
                {
                    _loop.Starved.Add(connection); // armed again when there are buffers
                }
                return;
            case Errno.ECANCELED:
                if (connection.Has(ConnectionFlags.ReceiveWanted) && connection.Inbox.Count == 0)
                {
                    ArmOrTry(connection);
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
            Deliver(connection);
        }
        else if (connection.Has(ConnectionFlags.EndPending | ConnectionFlags.FailurePending))
        {
            TellEnd(connection);
        }
        else if (!connection.Has(ConnectionFlags.ReceiveArmed))
        {
            if (connection.Has(ConnectionFlags.Bulk))
            {
                ReceiveBurst(connection);
            }
            else
            {
                FillBufferRing();
                Arm(connection);
            }
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
            connection.Sink.OnFailed(connection, connection.Failure);
        }
        else
        {
            connection.Sink.OnReceiveEnded(connection);
        }
    }

    /// <summary>What owners have sent since the last turn: all of a connection in one operation.</summary>
    private readonly void SubmitSends()
    {
        while (!_loop.Senders.IsEmpty)
        {
            Connection connection = _loop.Senders.Take();
            if (!connection.IsClosed && connection.Queue.Count > 0 && !connection.Has(ConnectionFlags.SendArmed))
            {
                SubmitSend(connection);
            }
            _loop.Unpin(connection);
        }
    }

    private readonly void SubmitSend(Connection connection)
    {
        connection.Flags |= ConnectionFlags.SendArmed;
        connection.Pins++;
        ulong token = LoopToken.Of(TokenKind.Send, connection);
        Span<BufferPart> parts = stackalloc BufferPart[BurstReceive.PartsMax];
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
            connection.Sink.OnFailed(connection, completion.Errno);
        }
        else
        {
            connection.SentBytes += completion.Result;
            connection.Queue.Skip(_loop.Buffers, completion.Result);
            AfterSend(connection, completion.Result);
        }
        _loop.Unpin(connection);
    }

    private void FillBufferRing()
    {
        if (_hasRunOut)
        {
            _hasRunOut = false;
            _providedWanted = Math.Min(_providedWanted * 2, _providedMax);
        }
        if (_provided >= _providedWanted)
        {
            return;
        }
        while (_provided < _providedWanted && _loop.Buffers.TryRentToReceive(out int buffer))
        {
            _ring.ProvideBuffer(_loop.Buffers.Slab, buffer, BufferPool.Headroom);
            _provided++;
        }
        _ring.PublishBuffers();
    }
}
