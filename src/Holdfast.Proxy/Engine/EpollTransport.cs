using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Memory;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Proxy.Engine;

/// <summary>A loop's transport over epoll: edges, and trying first.</summary>
/// <remarks>
/// A descriptor is watched once, for everything, and only when something did not work at once: a request that is
/// answered before its client must be waited for costs no epoll_ctl. After a receive that did not fill its buffer
/// nothing more is tried until the kernel reports it.
/// </remarks>
public partial struct EpollTransport : ITransport, IDisposable
{
    private const EpollEvents ToReceive
        = EpollEvents.EPOLLIN | EpollEvents.EPOLLPRI | EpollEvents.EPOLLRDHUP | EpollEvents.EPOLLET;

    private const EpollEvents ToReceiveAndSend = ToReceive | EpollEvents.EPOLLOUT;

    private const EpollEvents Arrived
        = EpollEvents.EPOLLIN | EpollEvents.EPOLLRDHUP | EpollEvents.EPOLLHUP | EpollEvents.EPOLLERR;

    private const EpollEvents Ended = EpollEvents.EPOLLRDHUP | EpollEvents.EPOLLHUP | EpollEvents.EPOLLERR;

    private const int ReadyPasses = 8;

    private LoopState _loop;
    private EdgePoller _poller;
    private List<Listener> _listeners;
    private int _eventCount;
    private bool _isCorked;

    /// <inheritdoc/>
    public static string Name => "epoll";

    /// <inheritdoc/>
    public void Begin(LoopState loop, int wakeFd)
    {
        _loop = loop;
        _poller = EdgePoller.Open();
        _listeners = [];
        Linux.LinuxException.ThrowIf(
            _poller.Add(wakeFd, EpollEvents.EPOLLIN | EpollEvents.EPOLLET, LoopToken.Of(TokenKind.Wake, 0)),
            "watch the wake-up of a loop");
    }

    /// <inheritdoc/>
    public readonly void Listen(Listener listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        listener.Index = _listeners.Count;
        _listeners.Add(listener);
        TcpSocket.SetNonblocking(listener.Fd, true);
        Resume(listener);
    }

    /// <inheritdoc/>
    public readonly void Pause(Listener listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        listener.IsPaused = true;
        _ = _poller.Remove(listener.Fd);
    }

    /// <inheritdoc/>
    public readonly void Resume(Listener listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        listener.IsPaused = false;
        // Level-triggered: what is not accepted in this turn is reported again. Exclusive: one loop wakes for one.
        Linux.LinuxException.ThrowIf(_poller.Add(listener.Fd, EpollEvents.EPOLLIN | EpollEvents.EPOLLEXCLUSIVE,
            LoopToken.Of(TokenKind.Listener, listener.Index)), "watch a listener");
    }

    /// <inheritdoc/>
    public readonly Errno Connect(
        SocketEndpoint peer, SocketEndpoint? source, ConnectionOwner owner, out Connection? connection)
        => Connect(new ConnectTarget(peer) { Source = source }, owner, out connection);

    /// <inheritdoc/>
    public readonly Errno Connect(in ConnectTarget target, ConnectionOwner owner, out Connection? connection)
    {
        connection = _loop.TryOpen(target, isNonblocking: true, out SocketEndpoint peer, out Errno errno);
        if (connection is null)
        {
            return errno;
        }
        errno = TcpSocket.Connect(connection.Fd, peer);
        if (errno is not (Errno.Success or Errno.EINPROGRESS))
        {
            TcpSocket.Close(connection.Fd);
            _loop.Retire(connection);
            connection = null;
            return errno;
        }
        connection.Owner = owner;
        connection.Flags = ConnectionFlags.Connecting;
        Watch(connection);
        return Errno.Success;
    }

    /// <inheritdoc/>
    public readonly void Receive(Connection connection)
    {
        if (connection.Has(ConnectionFlags.ReceiveWanted))
        {
            return;
        }
        connection.Flags |= ConnectionFlags.ReceiveWanted;
        if (connection.Has(ConnectionFlags.Readable) || connection.Inbox.Count > 0)
        {
            _loop.Ready.Add(connection);
        }
        else if (!connection.Has(ConnectionFlags.Watched))
        {
            Watch(connection);
        }
    }

    /// <inheritdoc/>
    public readonly void Send(Connection connection, BufferPart data)
    {
        if (connection.Layer is { } layer && !layer.TrySend(connection, ref data))
        {
            return;
        }
        if (_isCorked || connection.Queue.Count > 0 || !connection.Has(ConnectionFlags.Writable))
        {
            connection.Queue.Add(_loop.Buffers, data);
            if (_isCorked && connection.Has(ConnectionFlags.Writable))
            {
                _loop.Senders.Add(connection);
            }
            return;
        }
        Errno errno = TcpSocket.Send(connection.Fd, _loop.Buffers.Slab, data, out int sent);
        connection.SentBytes += sent;
        if (sent == data.Length)
        {
            _loop.Buffers.Return(data.Buffer);
        }
        else if (errno is Errno.Success or Errno.EAGAIN)
        {
            connection.Queue.Add(_loop.Buffers, new(data.Buffer, data.Offset + sent, data.Length - sent));
            WaitUntilWritable(connection);
        }
        else
        {
            _loop.Buffers.Return(data.Buffer);
            FailLater(connection, errno);
        }
    }

    /// <inheritdoc/>
    public readonly void ShutdownSend(Connection connection)
    {
        if (connection.Layer is { } layer && !layer.TryEndSend(connection))
        {
            return;
        }
        if (connection.Queue.Count > 0 || connection.IsConnecting)
        {
            connection.Flags |= ConnectionFlags.ShutdownWanted;
        }
        else if (!connection.Has(ConnectionFlags.ShutDown))
        {
            connection.Flags |= ConnectionFlags.ShutDown;
            _ = TcpSocket.ShutdownSend(connection.Fd); // fails only when the peer has reset, which is told anyway
        }
    }

    /// <inheritdoc/>
    public readonly void Close(Connection connection, bool isReset)
    {
        isReset = connection.Layer is { } layer ? layer.OnClosing(connection, isReset) : isReset;
        if (isReset)
        {
            TcpSocket.SetResetOnClose(connection.Fd);
        }
        TcpSocket.Close(connection.Fd);
        _loop.Retire(connection);
    }

    /// <inheritdoc/>
    public readonly Errno Watch(ReadyPort port)
    {
        ArgumentNullException.ThrowIfNull(port);
        Errno errno = _poller.Add(port.Fd, EpollEvents.EPOLLIN | EpollEvents.EPOLLET, _loop.Ports.Add(port));
        if (errno != Errno.Success)
        {
            _loop.Ports.Remove(port);
        }
        return errno;
    }

    /// <inheritdoc/>
    public readonly void Unwatch(ReadyPort port)
    {
        ArgumentNullException.ThrowIfNull(port);
        _ = _poller.Remove(port.Fd);
        _loop.Ports.Remove(port);
    }

    /// <inheritdoc/>
    public void Wait(MonotonicTime deadline)
    {
        FlushSenders(); // what was sent after the last dispatch
        _eventCount = _poller.Wait(_loop.Ready.Count > 0 ? MonotonicTime.Zero : deadline);
    }

    /// <inheritdoc/>
    public void Dispatch()
    {
        for (int i = 0; i < _eventCount; i++)
        {
            PolledEvent polled = _poller[i];
            switch (LoopToken.KindOf(polled.Token))
            {
                case TokenKind.Connection:
                    if (_loop.Find(polled.Token) is { } connection)
                    {
                        OnEvents(connection, polled.Events);
                    }
                    break;
                case TokenKind.Listener:
                    AcceptMany(_listeners[LoopToken.SlotOf(polled.Token)]);
                    break;
                case TokenKind.Port:
                    _loop.Ports.OnReady(polled.Token);
                    break;
                default:
                    break; // woken: the loop looks for what other threads want in each turn
            }
        }
        for (int pass = 0; pass < ReadyPasses && _loop.Ready.Count > 0; pass++)
        {
            RunReady();
        }
        FlushSenders();
    }

    /// <inheritdoc/>
    public readonly void Dispose() => _poller?.Dispose();

    private void RunReady()
    {
        for (int count = _loop.Ready.Count; count > 0; count--)
        {
            Connection connection = _loop.Ready.Take();
            if (!connection.IsClosed)
            {
                if (connection.Has(ConnectionFlags.FailurePending))
                {
                    connection.Flags &= ~(ConnectionFlags.FailurePending | ConnectionFlags.ReceiveWanted);
                    connection.Sink.OnFailed(connection, connection.Failure);
                }
                else if (connection.Has(ConnectionFlags.ReceiveWanted))
                {
                    ReceiveNow(connection);
                }
            }
            _loop.Unpin(connection);
        }
    }

    private readonly void AcceptMany(Listener listener)
    {
        int accepted = 0;
        for (; accepted < listener.AcceptsExpected && !listener.IsPaused; accepted++)
        {
            if (!listener.HasRoom)
            {
                Pause(listener);
                if (listener.HasRoom)
                {
                    Resume(listener); // another loop has made room meanwhile, and saw nobody wait
                }
                return;
            }
            Errno errno = TcpSocket.Accept(listener.Fd, out int fd);
            if (errno == Errno.ECONNABORTED)
            {
                continue;
            }
            if (errno != Errno.Success)
            {
                // Nobody waits any more; or no descriptor is left, and the next turn tries again.
                listener.AcceptsExpected = Math.Max(1, accepted);
                return;
            }
            if (_loop.Rent(fd) is not { } connection)
            {
                TcpSocket.Close(fd);
                continue;
            }
            // Clients mostly send at once: trying costs less than being told.
            connection.Flags = ConnectionFlags.Readable | ConnectionFlags.Writable;
            listener.AcceptedCount++;
            listener.Enter(_loop.Now);
            listener.Acceptor.OnAccepted(listener, connection);
        }
        listener.AcceptsExpected = Math.Min(_loop.Settings.AcceptsPerTurn, accepted + 1);
    }

    private void OnEvents(Connection connection, EpollEvents events)
    {
        if ((events & Ended) != 0)
        {
            connection.Flags |= ConnectionFlags.HangUpSeen;
            if ((events & Ended) == EpollEvents.EPOLLRDHUP)
            {
                connection.Flags |= ConnectionFlags.EndArrived;
            }
            else
            {
                connection.Flags &= ~ConnectionFlags.EndArrived; // a reset, which must be found out
            }
        }
        if ((events & EpollEvents.EPOLLPRI) != 0)
        {
            connection.Flags |= ConnectionFlags.Urgent;
        }
        if ((events & Arrived) != 0)
        {
            connection.Flags |= ConnectionFlags.Readable;
        }
        if ((events & (EpollEvents.EPOLLOUT | EpollEvents.EPOLLERR | EpollEvents.EPOLLHUP)) != 0
            && !OnWritable(connection, events))
        {
            return;
        }
        if (connection.Has(ConnectionFlags.Readable) && connection.Has(ConnectionFlags.ReceiveWanted))
        {
            ReceiveNow(connection);
        }
        else if ((events & EpollEvents.EPOLLERR) != 0 && !connection.Has(ConnectionFlags.ReceiveWanted))
        {
            Fail(connection, TcpSocket.TakeError(connection.Fd));
        }
    }

    /// <returns>Whether the connection is still open.</returns>
    private readonly bool OnWritable(Connection connection, EpollEvents events)
    {
        uint generation = connection.Generation;
        if (connection.Has(ConnectionFlags.Connecting))
        {
            // A connection that has failed is reported as an error and a hang-up, never as writable alone.
            Errno errno = (events & (EpollEvents.EPOLLERR | EpollEvents.EPOLLHUP)) == 0
                ? Errno.Success : TcpSocket.TakeError(connection.Fd);
            if (errno != Errno.Success)
            {
                Fail(connection, errno);
                return false;
            }
            connection.Flags = (connection.Flags & ~ConnectionFlags.Connecting) | ConnectionFlags.Writable;
            connection.Sink.OnConnected(connection);
            if (connection.IsClosed || connection.Generation != generation)
            {
                return false;
            }
        }
        connection.Flags |= ConnectionFlags.Writable;
        if (connection.Queue.Count == 0)
        {
            return true;
        }
        Flush(connection);
        return !connection.IsClosed && connection.Generation == generation;
    }

    private readonly void Flush(Connection connection)
    {
        Span<BufferPart> parts = stackalloc BufferPart[BurstReceive.PartsMax];
        long before = connection.SentBytes;
        while (connection.Queue.Count > 0)
        {
            int count = connection.Queue.Peek(_loop.Buffers, parts);
            Errno errno = TcpSocket.Send(connection.Fd, _loop.Buffers.Slab, parts[..count], out int sent);
            connection.SentBytes += sent;
            connection.Queue.Skip(_loop.Buffers, sent);
            if (errno == Errno.EAGAIN)
            {
                WaitUntilWritable(connection);
                break;
            }
            if (errno != Errno.Success)
            {
                Fail(connection, errno);
                return;
            }
        }
        if (connection.Queue.Count == 0)
        {
            connection.Flags &= ~ConnectionFlags.Blocked;
            if (connection.Has(ConnectionFlags.ShutdownWanted))
            {
                connection.Flags &= ~ConnectionFlags.ShutdownWanted;
                ShutdownSend(connection);
            }
        }
        if (connection.SentBytes != before)
        {
            connection.Sink.OnSent(connection);
        }
    }

    private readonly void WaitUntilWritable(Connection connection)
    {
        connection.Flags = (connection.Flags & ~ConnectionFlags.Writable) | ConnectionFlags.Blocked;
        if (!connection.Has(ConnectionFlags.WatchedToSend))
        {
            Watch(connection);
        }
    }

    /// <summary>
    /// A connection on which sending has never failed is watched for data alone: being writable would be reported at
    /// once, and end a wait for nothing.
    /// </summary>
    private readonly void Watch(Connection connection)
    {
        bool isNew = !connection.Has(ConnectionFlags.Watched);
        bool toSend = !connection.Has(ConnectionFlags.Writable);
        connection.Flags |= ConnectionFlags.Watched | (toSend ? ConnectionFlags.WatchedToSend : 0);
        EpollEvents events = toSend ? ToReceiveAndSend : ToReceive;
        ulong token = LoopToken.Of(TokenKind.Connection, connection);
        Errno errno = isNew ? _poller.Add(connection.Fd, events, token)
            : _poller.Modify(connection.Fd, events, token);
        if (errno != Errno.Success)
        {
            FailLater(connection, errno);
        }
    }

    private static void Fail(Connection connection, Errno errno)
    {
        connection.Flags &= ~ConnectionFlags.ReceiveWanted;
        connection.Failure = errno;
        connection.Sink.OnFailed(connection, errno);
    }

    private readonly void FailLater(Connection connection, Errno errno)
    {
        connection.Flags |= ConnectionFlags.FailurePending;
        connection.Failure = errno;
        _loop.Ready.Add(connection);
    }
}
