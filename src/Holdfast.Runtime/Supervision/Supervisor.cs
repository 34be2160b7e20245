using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;
using Holdfast.Primitives;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Readiness;
using Holdfast.Runtime.Scripts;

namespace Holdfast.Runtime.Supervision;

/// <summary>The parent of all: reads the configuration, starts and watches the VRRP process, runs scripts.</summary>
/// <remarks>
/// One thread, one loop. The signals of <see cref="SignalSet.Daemon"/> must be blocked before
/// (<see cref="Daemon.EnsureSignalsAreBlocked"/>). The order of an end: 1 the children are told to stop, and killed
/// after <c>child_wait_time</c>; 2 the shutdown script and notify scripts end, or their time does; 3 FIFOs, control
/// socket and pid files go.
/// </remarks>
public sealed partial class Supervisor : IChecksOwner, IProxyOwner, IDisposable
{
    private readonly SupervisorOptions _options;
    private readonly IConfigurationLoader _loader;
    private readonly Log _log;
    private readonly EpollLoop _loop = new();
    private readonly ChildRegistry _children;
    private readonly SignalFd _signals = new(SignalSet.Daemon);
    private readonly ScriptEngine _scripts;
    private readonly ReadinessMonitor _readiness;
    private readonly ConnectionSync _sync;
    private readonly ReloadSchedule _schedule;
    private ControlServer? _control;
    private PidFile? _pidFile;
    private PidFile? _vrrpPidFile;
    private LoadedConfiguration _configuration = new(new KeepalivedModel(), ReadOnlyMemory<byte>.Empty);
    private RunningScript? _lifeScript;
    private MonotonicTime _phaseEnd = MonotonicTime.Never;
    private int _exitCode = DaemonExitCode.Ok;

    /// <summary>Creates a supervisor that has not begun yet.</summary>
    public Supervisor(SupervisorOptions options, IConfigurationLoader loader, Log log)
    {
        _options = options;
        _loader = loader;
        _log = log;
        _restarts = new RestartPolicy(options.CrashesMax, options.CrashWindow);
        _children = new ChildRegistry(_loop);
        _readiness = new ReadinessMonitor(log, request => _child?.Channel.TrySend(in request) ?? Errno.EPIPE);
        _sync = new ConnectionSync(_loop, log);
        _scripts = new ScriptEngine(_loop, _children, options, log, Tell);
        _scripts.Notifier.ScriptEnded = FinishIfDone;
        _checks = new ChecksChild(options, _loop, _children, log, this);
        _master = options.Master;
        _served = new ServedProcesses(
            new ProxyChild(ServedKind.HAProxy, options, _loop, _children, log, this),
            new ProxyChild(ServedKind.Nginx, options, _loop, _children, log, this));
        _watchdogInterval = SystemdNotifier.WatchdogInterval(isSuccessor: options.Continuation is not null);
        _watchdogAt = _watchdogInterval is null ? MonotonicTime.Never : MonotonicTime.Zero;
        _schedule = new ReloadSchedule(_loop, options.Clock, log, () => Reload("by reload_time_file"));
        _loop.Add(_signals.Fd, EpollEvents.EPOLLIN, new SignalHandler(this));
    }

    /// <summary>Where it stands.</summary>
    public SupervisorPhase Phase { get; private set; } = SupervisorPhase.Starting;

    /// <summary>Works until it is told to stop.</summary>
    /// <returns>The exit code of the process.</returns>
    public int Run()
    {
        _ = OwnProcess.BecomeSubreaper(); // Linux 3.4
        int code = Begin();
        if (code != DaemonExitCode.Ok)
        {
            return code;
        }
        while (Phase != SupervisorPhase.Ended)
        {
            Errno errno = _loop.RunOnce(Deadline());
            Invariant.Check(errno is Errno.Success or Errno.EINTR);
            OnTime(MonotonicClock.Now);
            TellStatusLine();
        }
        return _executeAtEnd is { } program ? ExecuteAtEnd(program) : _exitCode;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _checks.Dispose();
        _served.Dispose();
        _child?.Dispose();
        _resigner?.Dispose();
        _nextChild?.Dispose();
        _upgradeCheck?.Dispose();
        DropBoard(ref _board);
        DropBoard(ref _nextBoard);
        _scripts.Dispose();
        _readiness.Dispose();
        _sync.Dispose();
        _schedule.Dispose();
        _control?.Dispose();
        _children.Dispose();
        _signals.Dispose();
        _loop.Dispose();
        _checksPidFile?.Dispose();
        _vrrpPidFile?.Dispose();
        _pidFile?.Dispose();
    }

    private int Begin()
    {
        if (_options.Continuation is { } continuation)
        {
            return GoOn(continuation);
        }
        if (_loader.Load(out _) is not { } loaded)
        {
            _log.Write(_master is null ? LogLevel.Error : LogLevel.Info, "The configuration has errors, not starting");
            return _master is null ? DaemonExitCode.Configuration : DaemonExitCode.Fatal;
        }
        _configuration = loaded;
        if (!TryPrepare(loaded.Model))
        {
            return DaemonExitCode.Fatal;
        }
        if (!TryListen())
        {
            return DaemonExitCode.Fatal;
        }
        if (_master is { } master && !TryBeginMaster(master, loaded.Web!))
        {
            return DaemonExitCode.Fatal;
        }
        // First, so that no address is taken over before something serves there; its listeners need no address.
        if (!_served.Start(loaded, _generation) && !_options.RunsVrrp)
        {
            _log.Error("What is to be served cannot listen, not starting");
            return DaemonExitCode.Fatal;
        }
        GlobalModel global = loaded.Model.Global;
        if (!TryRunLifeScript(global.StartupScript, global.StartupScriptTimeout, StartAll))
        {
            StartAll();
        }
        return DaemonExitCode.Ok;
    }

    /// <summary>Opens the control socket.</summary>
    /// <returns>False when another supervisor has it.</returns>
    private bool TryListen()
    {
        Errno errno = ControlServer.TryStart(_loop, _options.RunDirectory, _log, OnRequest, out _control);
        if (errno == Errno.EADDRINUSE && !_options.SharesRunDirectory)
        {
            _log.Error($"Another Holdfast runs with the run directory {_options.RunDirectory}; use --run-dir");
            return false;
        }
        if (errno != Errno.Success)
        {
            // VRRP does not depend on it.
            LogLevel level = _master is null ? LogLevel.Warning : LogLevel.Info;
            _log.Write(level, $"No control socket in {_options.RunDirectory}: {errno}");
        }
        return true;
    }

    private void StartVrrp()
    {
        Phase = SupervisorPhase.Running;
        _phaseEnd = MonotonicTime.Never;
        _scripts.ApplyNotifications(_configuration.Model);
        if (_options.RunsVrrp)
        {
            StartChild();
        }
        ApplyConnectionSync();
        _scripts.ApplyTrackers(_configuration.Model, MonotonicClock.Now);
        _schedule.Apply(_configuration.Model.Global);
    }

    /// <summary>Stops in order; the second time at once.</summary>
    private void Stop(string reason)
    {
        if (Phase is SupervisorPhase.Stopping or SupervisorPhase.Finishing)
        {
            _log.Notice("Told to stop again, stopping at once");
            _executeAtEnd = null;
            StopNow();
            return;
        }
        _log.Info($"Stopping ({reason})");
        if (_executeAtEnd is null)
        {
            TellSystemd(SystemdNotifier.Stopping); // else the service goes on
        }
        bool wasStarting = Phase == SupervisorPhase.Starting;
        Phase = SupervisorPhase.Stopping;
        StopPlaneWait();
        _restartAt = MonotonicTime.Never;
        if (wasStarting)
        {
            _lifeScript?.SendToGroup(Signal.SIGTERM);
        }
        TimeSpan limit = _configuration.Model.ChildWaitTime;
        _phaseEnd = MonotonicClock.Now + limit;
        if (_child is null || _child.Channel.TrySend(new StopMessage((uint)limit.TotalMilliseconds)) != Errno.Success)
        {
            OnTime(_child is null ? MonotonicClock.Now : _phaseEnd);
        }
    }

    private void StopNow()
    {
        _ = _child?.Channel.TrySend(new StopNowMessage(0)); // if it does not listen, the limit below ends it
        MonotonicTime soon = MonotonicClock.Now + TimeSpan.FromSeconds(1);
        _phaseEnd = Phase == SupervisorPhase.Stopping ? MonotonicTime.Min(_phaseEnd, soon) : MonotonicClock.Now;
    }

    private MonotonicTime Deadline()
    {
        MonotonicTime deadline = MonotonicTime.Min(_phaseEnd, _restartAt);
        deadline = MonotonicTime.Min(deadline, _scripts.Deadline);
        deadline = MonotonicTime.Min(deadline, StatusDeadline);
        deadline = MonotonicTime.Min(deadline, MonotonicTime.Min(_hangs.Deadline, _checks.Deadline));
        deadline = MonotonicTime.Min(deadline, MonotonicTime.Min(_served.Deadline, _startMemory.Deadline));
        deadline = MonotonicTime.Min(deadline, _resignerEnd);
        deadline = MonotonicTime.Min(deadline, _upgradeCheck?.Deadline ?? MonotonicTime.Never);
        deadline = MonotonicTime.Min(deadline, _log.RepeatsDeadline);
        deadline = MonotonicTime.Min(deadline, MonotonicTime.Min(_reloadDeadline, _schedule.Deadline));
        deadline = MonotonicTime.Min(deadline, _watchdogAt);
        deadline = MonotonicTime.Min(deadline, _readiness.Deadline);
        return MonotonicTime.Min(deadline, _control?.Deadline ?? MonotonicTime.Never);
    }

    private void OnTime(MonotonicTime now)
    {
        _scripts.OnTime(now);
        _log.FlushRepeats(now);
        _readiness.OnTime(now);
        _control?.OnTime(now);
        ExpireStatusRequests(now);
        ExpireReload(now);
        _schedule.OnTime(now);
        FeedWatchdog(now);
        WatchProgress(now);
        if (_restartAt <= now)
        {
            RestartChild();
        }
        _checks.OnTime(now);
        _served.OnTime(now);
        _startMemory.OnTime(now);
        KillLateResigner(now);
        _upgradeCheck?.OnTime(now);
        FinishIfAlone();
        if (_phaseEnd <= now)
        {
            OnPhaseEnd();
        }
    }

    private void OnPhaseEnd()
    {
        _phaseEnd = MonotonicTime.Never;
        switch (Phase)
        {
            case SupervisorPhase.Starting when _awaitsPlane:
                StartWithoutPlane($"not within {_options.PlaneLimit.TotalSeconds:0.###} s");
                break;
            case SupervisorPhase.Starting:
                _log.Warning("The startup script timed out");
                _lifeScript?.SendToGroup(Signal.SIGKILL);
                break;
            case SupervisorPhase.Stopping when _child is not null:
                _log.Warning($"The VRRP process (pid {_child.Pid}) did not stop in time, killing it");
                _child.Signal(Signal.SIGKILL);
                break;
            case SupervisorPhase.Stopping when _checksTold:
                _checks.Kill("did not stop in time");
                _served.Kill();
                break;
            case SupervisorPhase.Finishing:
                _lifeScript?.SendToGroup(Signal.SIGKILL);
                End();
                break;
            default:
                break;
        }
    }

    private void FinishIfAlone()
    {
        if (Phase != SupervisorPhase.Stopping || _child is not null || _resigner is not null)
        {
            return;
        }
        StopChecks();
        StopServed();
        if (_checks.IsGone && _served.AreGone && Phase == SupervisorPhase.Stopping)
        {
            Finish();
        }
    }

    /// <summary>All other processes have ended: runs the shutdown script and lets notify scripts end.</summary>
    private void Finish()
    {
        Phase = SupervisorPhase.Finishing;
        _scripts.StopChecks();
        _phaseEnd = MonotonicClock.Now + TimeSpan.FromSeconds(2);
        GlobalModel global = _configuration.Model.Global;
        if (!TryRunLifeScript(global.ShutdownScript, global.ShutdownScriptTimeout, FinishIfDone))
        {
            FinishIfDone();
        }
    }

    private void FinishIfDone()
    {
        if (Phase == SupervisorPhase.Finishing && _lifeScript is null && _scripts.Notifier.RunningCount == 0)
        {
            End();
        }
    }

    private void End()
    {
        Phase = SupervisorPhase.Ended;
        _sync.Stop();
        _scripts.CloseFifos();
        _master?.End();
        _log.Info("Stopped");
    }

    private bool TryRunLifeScript(ScriptCommand? command, TimeSpan limit, Action done)
    {
        if (PreparedNotifications.Command(command, _configuration.Model.Global, _log) is not { } prepared)
        {
            return false;
        }
        Errno errno = _scripts.Runner.TryStart(
            prepared,
            [],
            status =>
            {
                _lifeScript = null;
                _log.Info($"{prepared.Text} {status}");
                if (Phase is SupervisorPhase.Starting or SupervisorPhase.Finishing)
                {
                    done();
                }
            },
            out _lifeScript);
        if (errno != Errno.Success)
        {
            _log.Error($"{prepared.Text} cannot be started: {errno}");
            return false;
        }
        _phaseEnd = MonotonicClock.Now + limit;
        return true;
    }
}
