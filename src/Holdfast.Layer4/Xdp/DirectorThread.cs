using Holdfast.Layer4.Xdp.Sync;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Files;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Xdp;

/// <summary>The thread that keeps a director while its process lives.</summary>
/// <remarks>
/// It sleeps until the kernel tells of a change that matters, somebody wakes it, or rates are due. Of several processes
/// that keep the same director, the first measures the rates; when it ends, the next does.
/// </remarks>
public sealed class DirectorThread : IRouteMonitorHandler, IReadyHandler, IDisposable
{
    /// <summary>Below the pin directory: locked by the process that keeps the director.</summary>
    internal const string LeaderDirectory = "keeper";

    private static readonly TimeSpan s_impatience = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_hurry = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_neighborLimit = TimeSpan.FromMilliseconds(500);

    private readonly DirectorKeeper _keeper;
    private readonly SyncDaemons _sync;
    private readonly EpollLoop _loop = new();
    private readonly EventFd _wake = new();
    private readonly RouteMonitor _monitor;
    private readonly Thread _thread;
    private readonly string? _leaderPath;
    private DirectoryLock? _leadership;
    private MonotonicTime _ratesDue;
    private MonotonicTime _refreshDue;
    private volatile bool _isStopping;
    private volatile bool _isIncomplete;
    private volatile bool _isCaughtUp;
    private volatile int _wakes;
    private volatile int _wakesSeen = -1;
    private long _hurryUntil;
    private long _attachedAt = MonotonicTime.Never.Nanoseconds;
    private volatile string? _problem;
    private volatile string? _syncProblem;
    private volatile int _standing;
    private volatile string _failures = "";
    private bool _isDirty;

    /// <summary>Starts it, in the network namespace of the calling thread.</summary>
    /// <param name="director">What it keeps; it does not dispose of it.</param>
    /// <exception cref="LinuxException">No descriptors, or no netlink.</exception>
    public DirectorThread(XdpDirector director)
    {
        _keeper = new(director);
        _sync = new(director.Client);
        _monitor = RouteMonitor.Open(MonitorGroups.Links | MonitorGroups.Addresses | MonitorGroups.Neighbors);
        _loop.Add(_monitor.Descriptor, EpollEvents.EPOLLIN, this);
        _loop.Add(_wake.Fd, EpollEvents.EPOLLIN, this);
        _leaderPath = director.PinDirectory is { } directory ? $"{directory}/{LeaderDirectory}" : null;
        _thread = new Thread(Run) { IsBackground = true, Name = "director" };
        _thread.Start();
    }

    /// <summary>Why the last attempt to keep the director failed; null when it did not.</summary>
    public string? Problem => _problem ?? _syncProblem;

    /// <summary>Whether this is who keeps the director, or only stands by. Null: not known yet.</summary>
    public bool? IsLeading => _standing switch { 0 => null, int standing => standing > 0 };

    /// <summary>Interfaces that the program could not be attached to, as "eth0: EBUSY"; empty when there are none.
    /// </summary>
    public string Failures => _failures;

    /// <summary>Has it look at everything anew, soon. May be called on any thread.</summary>
    public void Wake()
    {
        _ = Interlocked.Increment(ref _wakes);
        _wake.Raise();
    }

    /// <summary>What is still missing since the last <see cref="Wake"/>. May be called on any thread.</summary>
    /// <param name="forConnections">See <see cref="ILayer4Plane.WaitsFor"/>; looked for more often until they come.
    /// </param>
    internal PlaneWait WaitsFor(bool forConnections)
    {
        if (_wakesSeen != _wakes)
        {
            return PlaneWait.Attachment;
        }
        // Who only stands by has no daemon; the other process has had its time.
        if (forConnections && !_isCaughtUp && _standing >= 0)
        {
            MonotonicTime now = MonotonicClock.Now;
            long until = Interlocked.Exchange(ref _hurryUntil, (now + s_impatience).Nanoseconds);
            if (until < now.Nanoseconds)
            {
                _wake.Raise();
            }
            return PlaneWait.Connections;
        }
        var attachedAt = new MonotonicTime(Interlocked.Read(ref _attachedAt));
        return _isIncomplete && MonotonicClock.Now < attachedAt + s_neighborLimit
            ? PlaneWait.Neighbors : PlaneWait.Nothing;
    }

    /// <summary>Ends the thread, and waits for its end.</summary>
    public void Dispose()
    {
        _isStopping = true;
        _wake.Raise();
        _thread.Join();
        _sync.Dispose();
        _loop.Dispose();
        _wake.Dispose();
        _monitor.Dispose();
        _keeper.Dispose();
        _leadership?.Dispose();
    }

    /// <inheritdoc/>
    public void OnReady(EpollEvents events)
    {
        _isDirty |= _wake.Drain() != 0;
        // An overrun means that something was missed.
        long overruns = _monitor.OverrunCount;
        _ = _monitor.Drain(this);
        _isDirty |= _monitor.OverrunCount != overruns;
    }

    /// <inheritdoc/>
    public void LinkChanged(LinkInfo link, LinkInfo? previous) => _isDirty = true;

    /// <inheritdoc/>
    public void LinkRemoved(LinkInfo link) => _isDirty = true;

    /// <inheritdoc/>
    public void AddressChanged(in AddressSpec address, bool isNew) => _isDirty |= isNew;

    /// <inheritdoc/>
    public void AddressRemoved(in AddressSpec address) => _isDirty = true;

    /// <inheritdoc/>
    public void NeighborChanged(in NeighborSpec neighbor) => _isDirty |= _keeper.Servers.Contains(neighbor.Address);

    /// <inheritdoc/>
    public void NeighborRemoved(in NeighborSpec neighbor) => _isDirty |= _keeper.Servers.Contains(neighbor.Address);

    /// <inheritdoc/>
    public void RouteAdded(in RouteNotice route)
    {
        // Not subscribed, like all below.
    }

    /// <inheritdoc/>
    public void RouteRemoved(in RouteNotice route)
    {
    }

    /// <inheritdoc/>
    public void RuleAdded(RuleSpec rule)
    {
    }

    /// <inheritdoc/>
    public void RuleRemoved(RuleSpec rule)
    {
    }

    private void Run()
    {
        while (!_isStopping)
        {
            MonotonicTime now = MonotonicClock.Now;
            try
            {
                Step(now);
                _problem = null;
            }
            catch (LinuxException exception)
            {
                // The next event, or the next time that rates are due, tries it again.
                _problem = exception.Message;
            }
            MonotonicTime due = MonotonicTime.Min(_ratesDue, _refreshDue);
            _ = _loop.RunOnce(IsHurried(now) ? MonotonicTime.Min(due, now + s_hurry) : due);
        }
    }

    private void Step(MonotonicTime now)
    {
        if (_isDirty || now >= _refreshDue)
        {
            _isDirty = false;
            _refreshDue = now + RateEstimator.Interval;
            int wakes = _wakes;
            _keeper.Refresh();
            _failures = string.Join(", ", _keeper.Failures.Select(static f => $"{f.Key}: {f.Value}"));
            _refreshDue = now + (_keeper.IsIncomplete ? s_impatience : RateEstimator.Interval);
            if (_wakesSeen != wakes)
            {
                _ = Interlocked.Exchange(ref _attachedAt, MonotonicClock.Now.Nanoseconds);
            }
            _isIncomplete = _keeper.IsIncomplete;
            _wakesSeen = wakes;
        }
        if (now >= _ratesDue)
        {
            _ratesDue = now + RateEstimator.Interval;
            bool isLeader = IsLeader();
            _standing = isLeader ? 1 : -1;
            if (isLeader)
            {
                _keeper.Measure();
            }
            FollowDaemons();
        }
        else if (IsHurried(now))
        {
            FollowDaemons();
        }
    }

    // Somebody has asked a moment ago whether connections have come.
    private bool IsHurried(MonotonicTime now) => now.Nanoseconds < Interlocked.Read(ref _hurryUntil);

    private void FollowDaemons()
    {
        // Without services there is nothing that connections could be of.
        if (_standing > 0 && (_keeper.ServiceCount > 0 || _sync.IsRunning))
        {
            _sync.Follow();
            _syncProblem = _sync.Problem;
            _isCaughtUp = _sync.IsCaughtUp;
        }
    }

    private bool IsLeader()
    {
        if (_leaderPath is null || _leadership is not null)
        {
            return true;
        }
        try
        {
            _ = Directory.CreateDirectory(_leaderPath);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
        _leadership = DirectoryLock.TryAcquire(_leaderPath);
        return _leadership is not null;
    }
}
