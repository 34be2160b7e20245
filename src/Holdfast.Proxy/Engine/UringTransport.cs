using System.Diagnostics;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Linux.Sockets;
using Holdfast.Linux.Uring;
using Holdfast.Primitives;

namespace Holdfast.Proxy.Engine;

/// <summary>A loop's transport over io_uring: one system call a turn.</summary>
/// <remarks>
/// Receives take buffers from a ring that is filled from the pool. A connection that sends messages keeps a receive
/// that goes on by itself; sends are gathered until the end of a turn. One whose data fill buffers is read and
/// written by direct calls, several buffers at a time: for much data the call itself costs little, and a buffer that
/// is sent at once is still in the cache.
/// </remarks>
public partial struct UringTransport : ITransport, IDisposable
{
    private const int ReadyPasses = 8;
    private const uint SubmissionEntries = 1024;
    private const uint CompletionEntries = 8192;
    private const int BufferRingEntries = 256;

    // The kernel takes buffers in turn, so each one that is provided is touched, and leaves the cache again before
    // it comes back: as few as the busiest turn needs.
    private const int ProvidedMin = 64;

    private LoopState _loop;
    private IoUring _ring;
    private List<Listener> _listeners;
    private int _provided;
    private int _providedWanted;
    private int _providedMax;
    private bool _hasRunOut;
    private int _wakeFd;

    /// <inheritdoc/>
    public static string Name => "io_uring";

    /// <inheritdoc/>
    public void Begin(LoopState loop, int wakeFd)
    {
        _loop = loop;
        _listeners = [];
        _wakeFd = wakeFd;
        Errno errno = IoUring.TryCreate(SubmissionEntries, CompletionEntries, out IoUring? ring);
        Linux.LinuxException.ThrowIf(errno, "create an io_uring");
        _ring = ring!;
        Linux.LinuxException.ThrowIf(_ring.RegisterBufferRing(BufferRingEntries), "provide buffers to an io_uring");
        // Most buffers are left for data that wait to be sent, and for bursts.
        _providedMax = Math.Clamp(loop.Settings.BuffersMax / 4, 1, BufferRingEntries);
        _providedWanted = Math.Min(ProvidedMin, _providedMax);
        _ring.PollReadable(wakeFd, LoopToken.Of(TokenKind.Wake, 0));
    }

    /// <inheritdoc/>
    public readonly void Listen(Listener listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        listener.Index = _listeners.Count;
        _listeners.Add(listener);
        // On a nonblocking descriptor the kernel would report that nobody waits, instead of waiting itself.
        TcpSocket.SetNonblocking(listener.Fd, false);
        Resume(listener);
    }

    /// <inheritdoc/>
    public readonly void Pause(Listener listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        listener.IsPaused = true;
        if (listener.IsArmed)
        {
            _ring.Cancel(LoopToken.Of(TokenKind.Listener, listener.Index), 0);
        }
    }

    /// <inheritdoc/>
    public readonly void Resume(Listener listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        listener.IsPaused = false;
        if (!listener.IsArmed)
        {
            listener.IsArmed = true;
            _ring.AcceptMany(listener.Fd, LoopToken.Of(TokenKind.Listener, listener.Index));
        }
    }

    /// <inheritdoc/>
    public readonly Errno Connect(
        SocketEndpoint peer, SocketEndpoint? source, ConnectionOwner owner, out Connection? connection)
        => Connect(new ConnectTarget(peer) { Source = source }, owner, out connection);

    /// <inheritdoc/>
    public readonly Errno Connect(in ConnectTarget target, ConnectionOwner owner, out Connection? connection)
    {
        connection = _loop.TryOpen(target, isNonblocking: false, out SocketEndpoint peer, out Errno errno);
        if (connection is null)
        {
            return errno;
        }
        connection.Owner = owner;
        connection.Flags = ConnectionFlags.Connecting;
        connection.Pins++;
        _ring.Connect(connection.Fd, peer, LoopToken.Of(TokenKind.Connect, connection));
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
        if (connection.Inbox.Count > 0 || connection.Has(ConnectionFlags.EndPending | ConnectionFlags.FailurePending))
        {
            _loop.Ready.Add(connection);
        }
        else if (!connection.Has(ConnectionFlags.ReceiveArmed))
        {
            ArmOrTry(connection);
        }
    }

    /// <inheritdoc/>
    public readonly void Send(Connection connection, BufferPart data)
    {
        if (connection.Layer is { } layer && !layer.TrySend(connection, ref data))
        {
            return;
        }
        connection.Queue.Add(_loop.Buffers, data);
        if (!connection.Has(ConnectionFlags.SendArmed | ConnectionFlags.Connecting))
        {
            _loop.Senders.Add(connection);
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
            // Not by the ring: it leaves this to a worker thread, which may find another connection at the descriptor.
            _ = TcpSocket.ShutdownSend(connection.Fd);
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
        if (connection.Has(ConnectionFlags.SendArmed | ConnectionFlags.Connecting))
        {
            _ring.CancelAll(connection.Fd, 0);
        }
        else if (connection.Has(ConnectionFlags.ReceiveArmed))
        {
            _ring.Cancel(LoopToken.Of(TokenKind.Receive, connection), 0);
        }
        _ring.Close(connection.Fd, 0);
        if (connection.Has(ConnectionFlags.SendArmed))
        {
            // The kernel may still read these: they are returned with the result of the send.
            connection.Fd = -1;
            _loop.Timers.Remove(connection);
            connection.Owner = null;
            connection.Attachment = null;
            return;
        }
        _loop.Retire(connection);
    }

    /// <inheritdoc/>
    public readonly Errno Watch(ReadyPort port)
    {
        ArgumentNullException.ThrowIfNull(port);
        _ring.PollReadable(port.Fd, _loop.Ports.Add(port));
        return Errno.Success;
    }

    /// <inheritdoc/>
    public readonly void Unwatch(ReadyPort port)
    {
        ArgumentNullException.ThrowIfNull(port);
        _ring.Cancel(PortTable.TokenOf(port), 0);
        _loop.Ports.Remove(port);
    }

    /// <inheritdoc/>
    public void Wait(MonotonicTime deadline)
    {
        FillBufferRing();
        SubmitSends();
        bool isWaiting = !_ring.HasCompletion && deadline.Nanoseconds > 0;
        Errno errno = _ring.Enter(isWaiting, deadline);
        if (errno is not (Errno.Success or Errno.EBUSY))
        {
            throw new Linux.LinuxException("wait for an io_uring", errno);
        }
    }

    /// <inheritdoc/>
    public void Dispatch()
    {
        while (_ring.TryTake(out UringCompletion completion))
        {
            switch (LoopToken.KindOf(completion.Token))
            {
                case TokenKind.Receive:
                    OnReceived(completion);
                    break;
                case TokenKind.Send:
                    OnSent(completion);
                    break;
                case TokenKind.Connect:
                    OnConnected(completion);
                    break;
                case TokenKind.Listener:
                    OnAccepted(_listeners[LoopToken.SlotOf(completion.Token)], completion);
                    break;
                case TokenKind.Wake:
                    if (!completion.HasMore)
                    {
                        _ring.PollReadable(_wakeFd, LoopToken.Of(TokenKind.Wake, 0));
                    }
                    break;
                case TokenKind.Port:
                    if (!completion.HasMore && _loop.Ports.Find(completion.Token) is { } port)
                    {
                        _ring.PollReadable(port.Fd, completion.Token);
                    }
                    _loop.Ports.OnReady(completion.Token);
                    break;
                default:
                    break; // what could not be cancelled or closed had ended by itself
            }
        }
        for (int pass = 0; pass < ReadyPasses && _loop.Ready.Count > 0; pass++)
        {
            RunReady();
        }
    }

    /// <inheritdoc/>
    public readonly void Dispose() => _ring?.Dispose();

    private readonly void OnAccepted(Listener listener, UringCompletion completion)
    {
        if (completion.Result >= 0)
        {
            Accept(listener, completion.Result);
        }
        // Behind the connection, which may be the last one: who finds it disarmed finds nobody else to wait for.
        if (!completion.HasMore)
        {
            listener.IsArmed = false;
            if (!listener.IsPaused)
            {
                Resume(listener);
            }
        }
    }

    private readonly void Accept(Listener listener, int fd)
    {
        if (_loop.Rent(fd) is not { } connection)
        {
            TcpSocket.Close(fd);
            return;
        }
        connection.Flags = ConnectionFlags.Hopeful | ConnectionFlags.Fresh;
        listener.AcceptedCount++;
        listener.Enter(_loop.Now);
        listener.Acceptor.OnAccepted(listener, connection);
        if (!listener.HasRoom && !listener.IsPaused)
        {
            Pause(listener);
            if (listener.HasRoom)
            {
                Resume(listener); // another loop has made room meanwhile, and saw nobody wait
            }
        }
    }

    private readonly void OnConnected(UringCompletion completion)
    {
        if (_loop.FindPinned(completion.Token) is not { } connection)
        {
            Debug.Fail("a connection that was being made is gone");
            return;
        }
        if (!connection.IsClosed)
        {
            connection.Flags &= ~ConnectionFlags.Connecting;
            if (completion.Result < 0)
            {
                connection.Sink.OnFailed(connection, completion.Errno);
            }
            else
            {
                connection.Sink.OnConnected(connection);
                if (!connection.IsClosed && connection.Queue.Count > 0
                    && !connection.Has(ConnectionFlags.SendArmed))
                {
                    _loop.Senders.Add(connection);
                }
            }
        }
        _loop.Unpin(connection);
    }

    private void RunReady()
    {
        for (int count = _loop.Ready.Count; count > 0; count--)
        {
            Connection connection = _loop.Ready.Take();
            if (!connection.IsClosed && connection.Has(ConnectionFlags.ReceiveWanted))
            {
                ReceiveReady(connection);
            }
            _loop.Unpin(connection);
        }
    }
}
