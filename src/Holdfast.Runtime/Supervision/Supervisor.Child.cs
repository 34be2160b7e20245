using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;
using Holdfast.Primitives;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Supervision;

// The VRRP process: start, messages, crash.
public sealed partial class Supervisor
{
    // Exit codes that another start would only repeat (reference: "permanent error").
    private static readonly int[] PermanentExitCodes = [DaemonExitCode.Configuration, 4, 6];

    private SupervisedChild? _child;
    private readonly RestartPolicy _restarts;
    private MonotonicTime _restartAt = MonotonicTime.Never;
    private uint _generation = 1;
    private uint _restartCount;
    private string? _failure;

    private void StartChild()
    {
        Errno errno = SupervisedChild.TryStart(
            _options, ChildEnvironment.VrrpRole, _loop, _children, OnMessage, OnChildEnded, out SupervisedChild? child);
        if (child is null)
        {
            _log.Error($"The VRRP process cannot be started: {errno}");
            OnCrash($"cannot be started: {errno}");
            return;
        }
        Configure(child);
    }

    /// <summary>Lets a started VRRP process take part; from here on it is the one.</summary>
    private void Configure(SupervisedChild child)
    {
        _child = child;
        _board ??= CreateBoard(_configuration.Model, _generation);
        _board?.ForgetProgress();
        WatchFromNow(_configuration.Model);
        _runningGeneration = _board?.Generation ?? _generation;
        var message = new ConfigurationMessage(_runningGeneration, _restartCount);
        Errno errno = SendConfiguration(child, _board, in message, _configuration);
        SendLineage(child);
        if (errno != Errno.Success)
        {
            _log.Error($"The VRRP process does not take its configuration: {errno}");
            child.Signal(Signal.SIGKILL);
        }
        _log.Info($"Starting VRRP child process, pid={child.Pid}");
        WriteVrrpPidFile(child.Pid);
    }

    private void RestartChild()
    {
        _restartAt = MonotonicTime.Never;
        StartChild();
        _scripts.TellAll();
    }

    private void OnChildEnded(SupervisedChild child, ExitStatus status)
    {
        if (OnEndedWhileReplacing(child, status) || !ReferenceEquals(child, _child))
        {
            return;
        }
        _child = null;
        _readiness.Suspend();
        FailStatusRequests(StatusPart.Vrrp);
        EndReload();
        if (child.HasStopped)
        {
            DropBoard(ref _board); // it let go of everything
        }
        if (Phase == SupervisorPhase.Stopping)
        {
            Resign(); // it has done so itself, unless it was killed
            FinishIfAlone();
            return;
        }
        if (Phase != SupervisorPhase.Running)
        {
            return;
        }
        if (status.Signal == Signal.None && PermanentExitCodes.Contains(status.Code))
        {
            _log.Error($"pid {child.Pid} exited with permanent error {status.Code}. Terminating");
            _exitCode = status.Code;
            Resign();
            Stop("permanent error");
            return;
        }
        _log.Write(child.HasStopped ? LogLevel.Info : LogLevel.Error, $"The VRRP process (pid {child.Pid}) {status}");
        if (!_options.Respawn)
        {
            _exitCode = DaemonExitCode.Fatal;
            Resign();
            Stop("the VRRP process ended and must not be started again (-R)");
            return;
        }
        if (child.HasStopped && status.IsSuccess)
        {
            // Somebody told it alone to stop, and it has handed over: the original's parent starts another one, too.
            _restartAt = MonotonicClock.Now;
            _restartCount++;
        }
        else
        {
            OnCrash(status.ToString());
        }
    }

    private void OnCrash(string reason)
    {
        MonotonicTime now = MonotonicClock.Now;
        bool again = _restarts.OnCrash(now);
        _restartAt = again ? now : MonotonicTime.Never;
        _restartCount++;
        if (!again)
        {
            _failure = $"the VRRP process {reason}, {_restarts.Crashes} times within "
                + $"{_options.CrashWindow.TotalSeconds:0.###} s";
            _log.Error($"Not starting the VRRP process again: {_failure}. Reload to try again");
            Phase = SupervisorPhase.Failed;
            Resign();
        }
        else
        {
            _log.Warning("Starting the VRRP process again: it goes on where it was");
        }
    }

    private void OnMessage(SupervisedChild child, MessageKind kind)
    {
        ChildChannel channel = child.Channel;
        switch (kind)
        {
            case MessageKind.Started:
                OnStarted(child);
                break;
            case MessageKind.Ready when channel.TryRead(out ReadyMessage ready):
                OnReady(child, ready);
                break;
            case MessageKind.InstanceStateChanged when channel.TryRead(out InstanceStateChangedMessage instance):
                OnInstance(in instance);
                break;
            case MessageKind.GroupStateChanged when channel.TryRead(out GroupStateChangedMessage group):
                OnGroup(in group);
                break;
            case MessageKind.PriorityChanged when channel.TryRead(out PriorityChangedMessage priority):
                NotePriority(in priority);
                _scripts.Notifier.OnPriority(in priority);
                break;
            case MessageKind.ReceivedLowerPriority when channel.TryRead(out ReceivedLowerPriorityMessage lower):
                TransitionLog.Write(_log, _configuration.Model, in lower);
                _scripts.Notifier.OnLowerPriority(in lower);
                break;
            case MessageKind.StatusReply when channel.TryRead(out StatusReplyMessage reply):
                OnStatusReply(reply, channel);
                break;
            case MessageKind.InstanceFacts when channel.TryRead(out InstanceFactsMessage facts):
                _readiness.Take(in facts);
                break;
            case MessageKind.ReloadDone when channel.TryRead(out ReloadDoneMessage done):
                OnReloadDone(done);
                break;
            case MessageKind.Stopped when channel.TryRead(out StoppedMessage stopped):
                child.HasStopped = true;
                _log.Info(stopped.InOrder ? "VRRP handed over in order" : "VRRP stopped without a known successor");
                break;
            default:
                _log.Warning($"The VRRP process sent an unexpected message ({kind})");
                break;
        }
    }

    private void OnReady(SupervisedChild child, ReadyMessage message)
    {
        child.IsReady = true;
        TellMissed();
        _log.Info($"Startup complete ({message.InstanceCount} instances)");
        _readiness.Begin(_configuration.Model, MonotonicClock.Now);
        TellReady();
    }

    private void TellReady()
    {
        TellSystemd(SystemdNotifier.Ready);
        if (_options.ReadinessFd >= 0 && !_readinessIsTold)
        {
            _readinessIsTold = true;
            _ = DescriptorIo.Write(_options.ReadinessFd, [1], out _); // the starter may be gone
        }
    }

    private bool _readinessIsTold;

    private void Tell(TrackerChangedMessage message)
    {
        TrackerChangedMessage told = message with { Generation = _runningGeneration };
        Errno errno = _child?.Channel.TrySend(in told) ?? Errno.Success; // told when it is there
        if (errno is not (Errno.Success or Errno.EPIPE))
        {
            _log.Error($"The VRRP process cannot be told of a tracker: {errno}");
        }
    }
}
