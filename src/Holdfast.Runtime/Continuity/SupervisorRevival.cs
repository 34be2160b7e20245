using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Continuity;

/// <summary>
/// The VRRP process whose supervisor was killed starts another one, and goes on with its work meanwhile: not one
/// advert is late.
/// </summary>
/// <remarks>
/// The new supervisor is a child of the VRRP process instead of the other way round; both watch each other as before,
/// by socket and pidfd. More than <see cref="RevivalsMax"/> within a minute are refused: what kills supervisors will
/// go on.
/// </remarks>
internal sealed class SupervisorRevival(EpollLoop loop) : IDisposable
{
    /// <summary>No more within a minute.</summary>
    internal const int RevivalsMax = 3;

    private const int FirstTarget = 3;
    private readonly Queue<MonotonicTime> _revivals = [];
    private readonly List<Watch> _children = [];
    private FdHandle? _snapshot;
    private uint _generation;

    /// <summary>How the supervisor was started; null: not told, so that it cannot be started again.</summary>
    internal Lineage? Lineage { get; set; }

    /// <summary>How often a VRRP process was started again, to be handed on.</summary>
    internal uint Restarts { get; set; }

    /// <summary>Keeps the configuration that runs now, for the next supervisor.</summary>
    internal void Keep(FdHandle snapshot, uint generation)
    {
        _snapshot?.Dispose();
        _snapshot = snapshot;
        _generation = generation;
    }

    /// <summary>Starts a supervisor.</summary>
    /// <param name="board">Where our state is.</param>
    /// <param name="now">When.</param>
    /// <param name="channel">Our end of the socket to it.</param>
    /// <param name="pid">Its process id.</param>
    /// <returns>EAGAIN when too many were started within a minute; EOPNOTSUPP when we were not told how.</returns>
    internal Errno TryRevive(StateBoard board, MonotonicTime now, out FdHandle channel, out int pid)
    {
        channel = FdHandle.None;
        pid = 0;
        if (Lineage is null || _snapshot is null || !board.IsCommitted)
        {
            return Errno.EOPNOTSUPP;
        }
        while (_revivals.TryPeek(out MonotonicTime first) && now - first >= TimeSpan.FromMinutes(1))
        {
            _revivals.Dequeue();
        }
        if (_revivals.Count >= RevivalsMax)
        {
            return Errno.EAGAIN;
        }
        _revivals.Enqueue(now);
        Errno errno = UnixSocket.TryCreatePair(out channel, out FdHandle other);
        if (errno != Errno.Success)
        {
            return errno;
        }
        using (other)
        {
            errno = ProcessSpawner.TrySpawn(Request(Lineage, board.Fd, other.Number), out PidFd? child);
            if (child is null)
            {
                channel.Dispose();
                return errno;
            }
            pid = child.Pid;
            _children.Add(new Watch(loop, child));
            return Errno.Success;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _snapshot?.Dispose();
        _children.ForEach(static child => child.Dispose());
    }

    private SpawnRequest Request(Lineage lineage, int board, int channel)
    {
        var continuation = new Continuation(
            ContinuationReason.SupervisorLost, Environment.ProcessId, FirstTarget, FirstTarget + 1, FirstTarget + 2,
            _generation, Restarts);
        return new SpawnRequest
        {
            Arguments = lineage.Arguments,
            // WATCHDOG_PID names the first supervisor; with it, this one would not feed systemd's watchdog.
            Environment =
            [
                .. lineage.Environment.Where(static v => !v.StartsWith("WATCHDOG_PID=", StringComparison.Ordinal)),
                continuation.ToVariable(),
            ],
            Descriptors =
            [
                new(0, 0), new(1, 1), new(2, 2),
                new(channel, continuation.ChannelFd), new(board, continuation.BoardFd),
                new(_snapshot!.Number, continuation.SnapshotFd),
            ],
            Group = SpawnGroup.NewGroup,
            BlockedSignals = SignalSet.Daemon,
        };
    }

    /// <summary>Leaves no zombie.</summary>
    private sealed class Watch : IReadyHandler, IDisposable
    {
        private readonly EpollLoop _loop;
        private readonly PidFd _child;
        private bool _disposed;

        internal Watch(EpollLoop loop, PidFd child)
        {
            _loop = loop;
            _child = child;
            loop.Add(child.Fd, EpollEvents.EPOLLIN, this);
        }

        public void OnReady(EpollEvents events)
        {
            if (_child.TryWait(out _) != Errno.EAGAIN)
            {
                Dispose();
            }
        }

        public void Dispose()
        {
            if (!_disposed)
            {
                _disposed = true;
                _loop.Remove(_child.Fd);
                _child.Dispose();
            }
        }
    }
}
