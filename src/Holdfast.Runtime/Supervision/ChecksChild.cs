using System.Text.Json;
using Holdfast.Layer4;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Processes;
using Holdfast.Primitives;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Supervision;

/// <summary>The checks process as the supervisor sees it: start, crash, reload, stop.</summary>
/// <remarks>
/// A process that crashed is followed by one that goes on from what the plane has. Whatever happens to it, VRRP does
/// not notice.
/// </remarks>
internal sealed class ChecksChild(
    SupervisorOptions options, EpollLoop loop, ChildRegistry children, Log log, IChecksOwner owner)
    : ITimed, IDisposable
{
    private static readonly TimeSpan s_retireLimit = TimeSpan.FromSeconds(10);

    private readonly RestartBackoff _backoff = new(options.CrashesMax, options.CrashWindow);
    private readonly ConfigurationTrail _trail = new();
    private readonly PingWatch _pings = new(options.PingInterval);
    private SupervisedChild? _child;
    private NumberedConfiguration? _next;
    private MonotonicTime _restartAt = MonotonicTime.Never;
    private MonotonicTime _killAt = MonotonicTime.Never;
    private uint _awaited;
    private uint _restarts;
    private string? _failure;
    private bool _stops;
    private bool _removes;

    /// <summary>The channel to it; null while it does not run.</summary>
    internal ChildChannel? Channel => _child?.Channel;

    /// <summary>Whether it does not run, and will not be started again.</summary>
    internal bool IsGone => _child is null && _restartAt.IsNever;

    /// <inheritdoc/>
    public MonotonicTime Deadline => MonotonicTime.Min(_killAt, MonotonicTime.Min(_restartAt, _pings.Deadline));

    /// <summary>Starts it, if the configuration has work for it.</summary>
    /// <param name="configuration">What it runs.</param>
    /// <param name="generation">Number of that.</param>
    /// <param name="continues">Whether it goes on for one that has ended.</param>
    internal void Start(LoadedConfiguration configuration, uint generation, bool continues)
    {
        _trail.Begin(new NumberedConfiguration(configuration, generation));
        _stops = false;
        _removes = false;
        _backoff.Clear();
        _failure = null;
        if (IsNeeded(configuration))
        {
            Spawn(continues);
        }
    }

    /// <summary>Gives it another configuration, which was validated and which VRRP has taken.</summary>
    /// <returns>Whether <see cref="IChecksOwner.OnChecksReloaded"/> follows.</returns>
    internal bool Reload(LoadedConfiguration configuration, uint generation)
    {
        var next = new NumberedConfiguration(configuration, generation);
        _failure = null;
        if (_child is not null && _stops)
        {
            _next = next; // the one before still tells scripts that its last virtual server has gone
            return false;
        }
        if (_child is null && _restartAt.IsNever)
        {
            Start(configuration, generation, continues: false);
            return false;
        }
        _trail.Add(next);
        if (_child is null)
        {
            _backoff.Clear();
            Spawn(continues: true);
        }
        else
        {
            Send(_child, next);
        }
        if (_child is null)
        {
            return false;
        }
        _awaited = generation;
        return true;
    }

    /// <summary>Tells it to end: its virtual servers go.</summary>
    /// <remarks>One that is dead is followed by one that only removes what the dead one has left.</remarks>
    /// <param name="limit">How long the supervisor waits before it kills.</param>
    internal void Stop(TimeSpan limit)
    {
        bool isDead = _child is null && !_restartAt.IsNever;
        _stops = true;
        _removes = !options.KeepsServices;
        _next = null;
        _restartAt = MonotonicTime.Never;
        if (isDead && _removes)
        {
            Spawn(continues: true);
        }
        if (_child?.Channel.TrySend(new StopMessage((uint)limit.TotalMilliseconds)) is not (null or Errno.Success))
        {
            _child.Signal(Signal.SIGKILL);
        }
    }

    /// <summary>Lets it end without touching anything: another program goes on.</summary>
    internal void Leave()
    {
        _stops = true;
        _removes = false;
        _next = null;
        _restartAt = MonotonicTime.Never;
        _child?.Signal(Signal.SIGKILL);
    }

    /// <summary>Ends it at once, if it runs.</summary>
    /// <param name="reason">What it did not do.</param>
    internal void Kill(string reason)
    {
        if (_child is { } child)
        {
            log.Warning($"The checks process (pid {child.Pid}) {reason}, killing it");
            child.Signal(Signal.SIGKILL);
        }
    }

    /// <summary>Writes what <c>status</c> tells of it.</summary>
    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteNumber("checksPid", _child?.Pid ?? 0);
        writer.WriteBoolean("checksReady", _child?.IsReady ?? false);
        writer.WriteNumber("checksRestarts", _restarts);
        if (_failure is not null)
        {
            writer.WriteString("checksFailure", _failure);
        }
    }

    /// <inheritdoc/>
    public void OnTime(MonotonicTime now)
    {
        if (_restartAt <= now)
        {
            _restartAt = MonotonicTime.Never;
            Spawn(continues: true);
        }
        if (_pings.Deadline <= now)
        {
            Ping(now);
        }
        if (_killAt <= now)
        {
            _killAt = MonotonicTime.Never;
            Kill("did not end in time");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _child?.Dispose();

    /// <summary>A process that hangs leaves dead servers in traffic.</summary>
    private void Ping(MonotonicTime now)
    {
        if (_child is not { } child || _stops)
        {
            _pings.Rest();
        }
        else if (_pings.Ask(child.Channel, now))
        {
            log.Error($"The checks process (pid {child.Pid}) does not answer: killing it, to go on with another one");
            child.Signal(Signal.SIGKILL);
        }
    }

    private bool IsNeeded(LoadedConfiguration configuration)
        => configuration.Model.VirtualServerCount > 0 || options.AllProcesses;

    private void Spawn(bool continues)
    {
        _restartAt = MonotonicTime.Never;
        Errno errno = SupervisedChild.TryStart(
            options, ChildEnvironment.ChecksRole, loop, children, OnMessage, OnEnded, out _child);
        if (_child is null)
        {
            OnCrash($"cannot be started: {errno}");
            return;
        }
        log.Info($"Starting Healthchecker child process, pid={_child.Pid}");
        owner.OnChecksStarted(_child.Pid);
        _pings.Begin(MonotonicClock.Now);
        NumberedConfiguration first = _trail.Running!;
        bool hasHeir = options.Arguments.Count > 0;
        var message = new ChecksConfigurationMessage(first.Generation, continues, hasHeir);
        Send(_child, in message, first);
        foreach (NumberedConfiguration next in _trail.Pending)
        {
            Send(_child, next);
        }
    }

    private void Send(SupervisedChild child, NumberedConfiguration configuration)
        => Send(child, new ReloadMessage(configuration.Generation), configuration);

    private void Send<T>(SupervisedChild child, in T message, NumberedConfiguration configuration)
        where T : unmanaged, IChildMessage
    {
        Errno errno = child.SendSnapshot(in message, configuration.Configuration.Snapshot.Span);
        if (errno != Errno.Success)
        {
            log.Error($"The checks process does not take its configuration ({errno}): killing it");
            child.Signal(Signal.SIGKILL);
        }
    }

    /// <summary>Its last virtual server has gone, and so does it.</summary>
    private void Retire(SupervisedChild child)
    {
        log.Info("No virtual server is left: the checks process ends");
        _stops = true;
        _killAt = MonotonicClock.Now + s_retireLimit;
        if (child.Channel.TrySend(new RetireMessage(0)) != Errno.Success)
        {
            child.Signal(Signal.SIGKILL);
        }
    }

    private void OnMessage(SupervisedChild child, MessageKind kind)
    {
        ChildChannel channel = child.Channel;
        switch (kind)
        {
            case MessageKind.Started:
                break;
            case MessageKind.Pong:
                _pings.OnPong();
                break;
            case MessageKind.Ready when channel.TryRead(out ReadyMessage ready):
                child.IsReady = true;
                log.Info($"Health checks run ({ready.InstanceCount} virtual servers)");
                break;
            case MessageKind.Plane when channel.TryRead(out PlaneMessage plane):
                owner.OnPlane(plane.Wait);
                break;
            case MessageKind.ReloadDone when channel.TryRead(out ReloadDoneMessage done):
                OnReloadDone(child, done);
                break;
            case MessageKind.Stopped:
                child.HasStopped = true;
                break;
            case MessageKind.StatusReply when channel.TryRead(out StatusReplyMessage reply):
                owner.OnChecksStatus(reply, channel);
                break;
            default:
                log.Warning($"The checks process sent an unexpected message ({kind})");
                break;
        }
    }

    private void OnEnded(SupervisedChild child, ExitStatus status)
    {
        if (!ReferenceEquals(child, _child))
        {
            return;
        }
        _child = null;
        _killAt = MonotonicTime.Never;
        if (_stops)
        {
            OnStopped(child, status);
        }
        else if (!options.Respawn)
        {
            owner.OnChecksGivenUp();
        }
        else if (child.HasStopped && status.IsSuccess)
        {
            // Somebody told it alone to stop, and its services are gone: the original starts another one, too.
            _restarts++;
            _trail.Forget();
            Spawn(continues: false);
        }
        else
        {
            OnCrash(status.ToString());
        }
        Answer(_awaited, isApplied: true); // its successor takes it before anything else
        owner.OnChecksEnded();
    }

    private void OnStopped(SupervisedChild child, ExitStatus status)
    {
        if (!_removes || child.HasStopped)
        {
            log.Info("Health checks have stopped");
        }
        else
        {
            TellWhatIsLeft(status.ToString());
        }
        if (_next is { } next)
        {
            _next = null;
            Start(next.Configuration, next.Generation, continues: false);
        }
    }

    private void TellWhatIsLeft(string reason)
        => log.Error($"Virtual servers may be left in the kernel: the checks process that was to remove them {reason}. "
            + "'holdfast ipvsadm -C' removes all there are");

    private void OnReloadDone(SupervisedChild child, ReloadDoneMessage done)
    {
        if (done.IsApplied)
        {
            _trail.Confirm(done.Generation);
        }
        else
        {
            _trail.Refuse(done.Generation);
            _failure = "the checks process did not take the last configuration and goes on with the one before";
            log.Error("The checks process did not take the new configuration and goes on with the one before");
        }
        Answer(done.Generation, done.IsApplied);
        if (!_stops && _trail.Pending.Count == 0 && !IsNeeded(_trail.Running!.Configuration))
        {
            Retire(child);
        }
    }

    private void OnCrash(string reason)
    {
        if (_stops)
        {
            TellWhatIsLeft(reason);
            return;
        }
        MonotonicTime now = MonotonicClock.Now;
        _restarts++;
        _restartAt = _backoff.OnCrash(now);
        _failure = _backoff.IsLoop ? $"the checks process {reason}, again and again" : null;
        log.Error(_backoff.IsLoop
            ? $"The checks process {reason}, again and again: "
                + $"the next one starts in {(_restartAt - now).TotalSeconds:0} s"
            : $"The checks process {reason}: starting another one, which goes on from what is forwarded");
    }

    private void Answer(uint generation, bool isApplied)
    {
        if (_awaited != 0 && generation == _awaited)
        {
            _awaited = 0;
            owner.OnChecksReloaded(isApplied);
        }
    }
}

/// <summary>What a <see cref="ChecksChild"/> tells its supervisor.</summary>
internal interface IChecksOwner
{
    /// <summary>It has been started.</summary>
    void OnChecksStarted(int pid);

    /// <summary>It has ended; <see cref="ChecksChild.IsGone"/> says whether another one follows.</summary>
    void OnChecksEnded();

    /// <summary>It has ended, and must not be started again (<c>-R</c>).</summary>
    void OnChecksGivenUp();

    /// <summary>It has answered the last reload, or has ended.</summary>
    /// <param name="isApplied">Whether it, or the one that follows, runs the new configuration.</param>
    void OnChecksReloaded(bool isApplied);

    /// <summary>It has looked whether the plane forwards.</summary>
    /// <param name="wait">What is missing.</param>
    void OnPlane(PlaneWait wait);

    /// <summary>It has answered a request for its status.</summary>
    void OnChecksStatus(StatusReplyMessage reply, ChildChannel channel);
}
