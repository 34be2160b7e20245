using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;
using Holdfast.Primitives;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Scripts;

/// <summary>
/// Launches scripts for a supervisor that is in a sandbox which they must not inherit: a unit of its own, reached by a
/// unix socket that only root may use.
/// </summary>
/// <remarks>
/// One connection is one script: it brings the request and signals, and takes how the script ended. A connection that
/// breaks is a supervisor that died: a script that is bound to it gets SIGTERM, and after <see cref="KillDelay"/>
/// SIGKILL; others go on. Told to end (SIGTERM), the service waits for its last script.
/// </remarks>
public sealed class ScriptService : IReadyHandler, IDisposable
{
    /// <summary>Name of the socket in the run directory.</summary>
    public const string SocketName = "scripts.sock";

    private const int ConnectionsMax = 8192;

    private readonly EpollLoop _loop = new();
    private readonly SignalFd _signals = new(SignalSet.Daemon);
    private readonly FdHandle _listener;
    private readonly ChildRegistry _children;
    private readonly Log _log;
    private readonly HashSet<ScriptConnection> _connections = [];
    private bool _isRetiring;

    /// <summary>Takes a listening socket over. The signals of a daemon must be blocked.</summary>
    /// <param name="listener">Of SOCK_SEQPACKET.</param>
    /// <param name="program">A program that knows the launcher's mode.</param>
    /// <param name="log">Told of who is turned away.</param>
    public ScriptService(FdHandle listener, string program, Log log)
    {
        ArgumentNullException.ThrowIfNull(listener);
        _listener = listener;
        _log = log;
        _children = new ChildRegistry(_loop);
        Runner = new ScriptRunner(_children, [], program);
        _loop.Add(listener.Number, EpollEvents.EPOLLIN, this);
        _loop.Add(_signals.Fd, EpollEvents.EPOLLIN, new SignalHandler(this));
    }

    /// <summary>How long a script whose supervisor died has, to end by itself: 2 s.</summary>
    public static TimeSpan KillDelay => TimeSpan.FromSeconds(2);

    internal ScriptRunner Runner { get; }

    internal EpollLoop Loop => _loop;

    /// <summary>Works until it is told to end and the last script has ended.</summary>
    public void Run()
    {
        while (!_isRetiring || _connections.Count > 0)
        {
            MonotonicTime deadline = MonotonicTime.Never;
            foreach (ScriptConnection connection in _connections)
            {
                deadline = MonotonicTime.Min(deadline, connection.KillAt);
            }
            Errno errno = _loop.RunOnce(deadline);
            Invariant.Check(errno is Errno.Success or Errno.EINTR);
            MonotonicTime now = MonotonicClock.Now;
            foreach (ScriptConnection connection in _connections)
            {
                connection.OnTime(now);
            }
        }
    }

    /// <inheritdoc/>
    public void OnReady(EpollEvents events)
    {
        while (UnixSocket.TryAccept(_listener.Number, out FdHandle socket) == Errno.Success)
        {
            if (_connections.Count >= ConnectionsMax || !MayConnect(socket.Number))
            {
                socket.Dispose();
                continue;
            }
            _connections.Add(new ScriptConnection(this, socket));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ScriptConnection connection in _connections)
        {
            connection.Dispose();
        }
        _children.Dispose();
        Runner.Dispose();
        _listener.Dispose();
        _signals.Dispose();
        _loop.Dispose();
    }

    internal void Forget(ScriptConnection connection) => _connections.Remove(connection);

    private bool MayConnect(int socket)
    {
        bool known = UnixSocket.TryGetPeer(socket, out PeerCredentials peer) == Errno.Success;
        if (known && (peer.Uid == 0 || peer.Uid == OwnProcess.EffectiveUid))
        {
            return true;
        }
        _log.Warning($"Connection of user {peer.Uid} (pid {peer.Pid}) refused");
        return false;
    }

    private sealed class SignalHandler(ScriptService service) : IReadyHandler
    {
        public void OnReady(EpollEvents events)
        {
            while (service._signals.TryRead(out ReceivedSignal received))
            {
                service._isRetiring |= received.Signal is Signal.SIGTERM or Signal.SIGINT;
            }
        }
    }
}
