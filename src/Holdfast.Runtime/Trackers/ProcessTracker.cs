using System.Collections.Immutable;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Trackers;

/// <summary>Counts the processes of <c>vrrp_track_process</c> blocks.</summary>
/// <remarks>
/// The kernel's process connector tells of every fork, exec and exit at once; when it lost some, everything is read
/// anew. It works in the initial namespaces alone: elsewhere /proc is read once a second. The first round is told
/// without delays.
/// </remarks>
public sealed class ProcessTracker : ITimed, IReadyHandler, IDisposable
{
    private const int EventsPerWakeUpMax = 1024;
    private static readonly TimeSpan s_pollInterval = TimeSpan.FromSeconds(1);

    private readonly EpollLoop _loop;
    private readonly Log _log;
    private readonly Action<int, bool> _changed;
    private readonly bool _mayConnect;
    private ProcessConnector? _connector;
    private TrackedProcesses _processes = new([]);
    private ProcessQuorum[] _quorums = [];
    private bool _isRefused;
    private bool _isStale;

    /// <summary>A tracker of nothing.</summary>
    /// <param name="loop">Where it waits.</param>
    /// <param name="log">Told of every change.</param>
    /// <param name="changed">Called with the 0-based index of a block, and whether its quorum is met.</param>
    /// <param name="mayConnect">Whether the process connector is tried. Default true.</param>
    public ProcessTracker(EpollLoop loop, Log log, Action<int, bool> changed, bool mayConnect = true)
    {
        _loop = loop;
        _log = log;
        _changed = changed;
        _mayConnect = mayConnect;
    }

    /// <inheritdoc/>
    public MonotonicTime Deadline { get; private set; } = MonotonicTime.Never;

    /// <summary>Whether the kernel tells of every event; else /proc is read once a second.</summary>
    public bool IsConnected => _connector is not null;

    /// <summary>Tracks these blocks from now on; all results are told at once.</summary>
    public void Apply(ImmutableArray<TrackProcessModel> models, MonotonicTime now)
    {
        _quorums = [.. models.Select(static model => new ProcessQuorum(model))];
        _processes = new TrackedProcesses(models);
        if (models.IsEmpty)
        {
            Disconnect();
            Deadline = MonotonicTime.Never;
            return;
        }
        Connect(); // before looking, so that nothing happens in between unnoticed
        _processes.Scan();
        Judge(now);
    }

    /// <summary>Tells all results again.</summary>
    public void TellAll()
    {
        for (int i = 0; i < _quorums.Length; i++)
        {
            _changed(i, _quorums[i].IsUp ?? false);
        }
    }

    /// <inheritdoc/>
    public void OnTime(MonotonicTime now)
    {
        if (now < Deadline || _quorums.Length == 0)
        {
            return;
        }
        if (_connector is null)
        {
            _processes.Scan();
        }
        Judge(now);
    }

    /// <inheritdoc/>
    public void OnReady(EpollEvents events)
    {
        for (int count = 0; count < EventsPerWakeUpMax; count++)
        {
            Errno errno = _connector!.TryRead(out ProcessEvent e);
            if (errno == Errno.ENOBUFS)
            {
                _isStale = true;
            }
            else if (errno != Errno.Success)
            {
                Resynchronize();
                break;
            }
            else if (!_isStale)
            {
                _processes.Note(e);
            }
        }
        if (!_isStale)
        {
            Judge(MonotonicClock.Now);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Disconnect();

    /// <summary>
    /// Until its queue is empty the kernel goes on to lose events, and says so only once; so all is read anew when
    /// nothing is queued.
    /// </summary>
    private void Resynchronize()
    {
        if (_isStale)
        {
            _isStale = false;
            _processes.Scan();
        }
    }

    private void Judge(MonotonicTime now)
    {
        MonotonicTime due = _connector is null ? now + s_pollInterval : MonotonicTime.Never;
        for (int i = 0; i < _quorums.Length; i++)
        {
            ProcessQuorum quorum = _quorums[i];
            quorum.Found = _processes.Counts[i];
            if (quorum.Judge(now))
            {
                bool isUp = quorum.IsUp ?? false;
                _log.Info($"Quorum {(isUp ? "gained" : "lost")} for tracked process {quorum.Model.Name}");
                _changed(i, isUp);
            }
            due = MonotonicTime.Min(due, quorum.DueAt);
        }
        Deadline = due;
    }

    private void Connect()
    {
        if (_connector is not null || _isRefused || !_mayConnect)
        {
            return;
        }
        Errno errno = ProcessConnector.TryOpen(out _connector);
        if (_connector is not null)
        {
            _loop.Add(_connector.Fd, EpollEvents.EPOLLIN, this);
            return;
        }
        _isRefused = true;
        _log.Info($"no process connector here ({errno}): tracked processes are looked at once a second");
    }

    private void Disconnect()
    {
        if (_connector is not null)
        {
            _loop.Remove(_connector.Fd);
            _connector.Dispose();
            _connector = null;
        }
    }
}
