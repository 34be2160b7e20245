using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;
using Holdfast.Primitives;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Proxy;

namespace Holdfast.Runtime.Supervision;

/// <summary>A serving process as the supervisor sees it: listeners, start, crash, replacement, stop.</summary>
/// <remarks>
/// The listeners are the supervisor's: clients of a process that has died wait in the kernel for the next one. A
/// reload starts another process on the same listeners, and the one before ends with its last session.
/// </remarks>
internal sealed partial class ProxyChild(
    ServedKind kind, SupervisorOptions options, EpollLoop loop, ChildRegistry children, Log log, IProxyOwner owner)
    : ITimed, IDisposable
{
    private static readonly TimeSpan s_statePatience = TimeSpan.FromSeconds(1);

    /// <summary>The number of the request before a reload; others are the control socket's or the memory's.</summary>
    private const uint StateRequest = uint.MaxValue;

    private readonly RestartBackoff _backoff = new(options.CrashesMax, options.CrashWindow);
    private readonly ProxyListeners _listeners = new();
    private readonly ProxyMemory _memory = new();
    private readonly List<SupervisedChild> _leaving = [];
    private readonly PingWatch _pings = new(options.PingInterval);
    private SupervisedChild? _child;
    private SupervisedChild? _starting;
    private ServedConfiguration? _configuration;
    private MonotonicTime _restartAt = MonotonicTime.Never;
    private MonotonicTime _stateBy = MonotonicTime.Never;
    private uint _generation;
    private uint _restarts;
    private string? _failure;
    private bool _stops;

    /// <summary>Whose language it speaks.</summary>
    internal ServedKind Kind => kind;

    /// <summary>The channel to it; null while it does not run.</summary>
    internal ChildChannel? Channel => _child?.Channel;

    /// <summary>Whether there is one to run.</summary>
    internal bool IsConfigured => _configuration is not null;

    /// <summary>Whether there is one to run that does not serve yet.</summary>
    internal bool IsAwaited => _configuration is not null && _child is not { IsReady: true };

    /// <summary>Whether none runs, and none will be started.</summary>
    internal bool IsGone => _child is null && _starting is null && _leaving.Count == 0 && _restartAt.IsNever;

    /// <inheritdoc/>
    public MonotonicTime Deadline
        => MonotonicTime.Min(
            MonotonicTime.Min(_restartAt, MonotonicTime.Min(_stateBy, _retryAt)),
            MonotonicTime.Min(_memory.AskAt, _pings.Deadline));

    /// <summary>Starts it, if there is a configuration.</summary>
    /// <returns>Whether it runs, or there is nothing to run.</returns>
    internal bool Start(ServedConfiguration? configuration, uint generation)
    {
        _configuration = configuration;
        _generation = generation;
        _stops = false;
        _backoff.Clear();
        _memory.Forget();
        if (configuration is null)
        {
            return true;
        }
        AdoptListeners();
        return TryOpen(configuration, out ImmutableArray<int> listeners) && TrySpawn(listeners, out _child);
    }

    /// <summary>Goes on with another configuration, which was validated. The same one changes nothing.</summary>
    internal void Reload(ServedConfiguration? configuration, uint generation)
    {
        bool isSame = configuration is not null && _child is not null && _configuration is not null
            && configuration.Snapshot.Span.SequenceEqual(_configuration.Snapshot.Span);
        if (isSame && kind.KeepsState)
        {
            return;
        }
        _generation = generation;
        _stateBy = MonotonicTime.Never;
        if (configuration is null)
        {
            _configuration = null;
            _restartAt = MonotonicTime.Never;
            _backoff.Clear();
            _listeners.Close();
            DrainAll();
            return;
        }
        _wanted = configuration;
        _triesLeft = TriesMax;
        TryWanted();
    }

    /// <summary>Accepts no more; all end with their sessions, and none is started again until a reload.</summary>
    internal void SoftStop()
    {
        ForgetMemory();
        _restartAt = _stateBy = _retryAt = MonotonicTime.Never;
        _starting?.Signal(Signal.SIGKILL);
        _listeners.Close(KeepsFiles);
        DrainAll();
    }

    /// <summary>Ends all at once, as the originals end on TERM.</summary>
    internal void Stop()
    {
        if (_stops)
        {
            return;
        }
        _stops = true;
        ForgetMemory();
        _restartAt = _stateBy = _retryAt = MonotonicTime.Never;
        _listeners.Close(KeepsFiles);
        foreach (SupervisedChild child in All())
        {
            if (child.Channel.TrySend(new StopMessage(0)) != Errno.Success)
            {
                child.Signal(Signal.SIGKILL);
            }
        }
    }

    /// <summary>Lets go of it for another program, whose process listens at the same ports.</summary>
    internal void Leave()
    {
        _stops = true;
        _restartAt = _stateBy = _retryAt = MonotonicTime.Never;
        _listeners.Close(keepsFiles: true);
        DrainAll(hasSuccessor: true);
        _leaving.Clear(); // nobody waits for them
    }

    /// <summary>Passes a signal on to the process that serves.</summary>
    internal void PassOn(Signal signal) => _child?.Signal(signal);

    /// <summary>Ends it without asking.</summary>
    internal void Kill()
    {
        foreach (SupervisedChild child in All())
        {
            child.Signal(Signal.SIGKILL);
        }
    }

    /// <summary>Writes what <c>status</c> tells of it.</summary>
    internal void Write(Utf8JsonWriter writer)
    {
        if (_configuration is null)
        {
            return;
        }
        writer.WriteNumber($"{kind.Key}Pid", _child?.Pid ?? 0);
        writer.WriteBoolean($"{kind.Key}Ready", _child?.IsReady ?? false);
        writer.WriteNumber($"{kind.Key}Restarts", _restarts);
        writer.WriteNumber($"{kind.Key}Leaving", _leaving.Count);
        writer.WriteNumber($"{kind.Key}StatesRemembered", _memory.Count);
        if (_failure is not null)
        {
            writer.WriteString($"{kind.Key}Failure", _failure);
        }
    }

    /// <inheritdoc/>
    public void OnTime(MonotonicTime now)
    {
        if (_restartAt <= now)
        {
            _restartAt = MonotonicTime.Never;
            // What is known may be what it dies of: after several crashes it begins anew.
            string state = _backoff.IsLoop ? "" : _memory.Read();
            _ = TryOpen(_configuration!, out ImmutableArray<int> listeners) && TrySpawn(listeners, out _child, state);
        }
        if (_retryAt <= now)
        {
            _retryAt = MonotonicTime.Never;
            TryWanted();
        }
        if (_memory.AskAt <= now && _child is { } serving)
        {
            _memory.Ask(serving.Channel, now);
        }
        if (_pings.Deadline <= now)
        {
            Ping(now);
        }
        if (_stateBy <= now)
        {
            log.Warning($"The {kind.Title} process does not tell what it knows of servers: the next one begins anew");
            BeginNext("");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SupervisedChild child in All())
        {
            child.Dispose();
        }
        _listeners.Dispose();
        _memory.Dispose();
    }

    private void ForgetMemory()
    {
        _memory.Pause();
        _memory.Forget();
    }

    /// <summary>A process whose loops do not turn serves nobody, and holds its clients.</summary>
    private void Ping(MonotonicTime now)
    {
        if (_child is not { IsReady: true } child || _stops)
        {
            _pings.Rest();
        }
        else if (_pings.Ask(child.Channel, now))
        {
            log.Error(
                $"The {kind.Title} process (pid {child.Pid}) does not answer: killing it, to go on with another one");
            child.Signal(Signal.SIGKILL);
        }
    }

    private SupervisedChild[] All()
        => [.. new[] { _child, _starting }.OfType<SupervisedChild>(), .. _leaving];

    /// <summary>Starts the one with the new configuration, beside the one that serves.</summary>
    private void BeginNext(string state)
    {
        _stateBy = MonotonicTime.Never;
        _ = TrySpawn(_nextListeners, out _starting, state);
    }

    private void OnState(ChildChannel channel)
    {
        using FdHandle memory = channel.TakeDescriptor();
        if (_stateBy.IsNever)
        {
            return; // too late
        }
        bool isRead = SealedMemory.TryRead(memory.Number, ProxySnapshot.SizeMax, out byte[] bytes) == Errno.Success;
        BeginNext(isRead ? Encoding.UTF8.GetString(bytes) : "");
    }

    private bool TrySpawn(ImmutableArray<int> listeners, out SupervisedChild? child, string state = "")
    {
        ServedConfiguration configuration = _configuration!;
        Errno errno = SupervisedChild.TryStart(
            options with { Environment = configuration.EnvironmentOf(options.Environment) }, kind.Role, loop, children,
            OnMessage, OnEnded, out child, [kind.ProcessName, .. options.ChildArguments.Skip(1)], listeners);
        if (child is null)
        {
            OnCrash($"it cannot be started: {errno}");
            return false;
        }
        log.Info($"Starting {kind.Title} process {kind.ProcessName}, pid={child.Pid}");
        owner.OnStarted(this, child.Pid, configuration);
        errno = child.SendSnapshot(
            new ProxyConfigurationMessage(_generation), configuration.SnapshotWith(state).Span);
        if (errno != Errno.Success)
        {
            log.Error($"The {kind.Title} process does not take its configuration ({errno}): killing it");
            child.Signal(Signal.SIGKILL);
        }
        return true;
    }

    private void OnMessage(SupervisedChild child, MessageKind message)
    {
        ChildChannel channel = child.Channel;
        switch (message)
        {
            case MessageKind.Started:
                break;
            case MessageKind.Ready when channel.TryRead(out ReadyMessage ready):
                child.IsReady = true;
                log.Info($"The {kind.Title} serves ({ready.InstanceCount} listeners)");
                Promote(child);
                _pings.Begin(MonotonicClock.Now);
                if (kind.KeepsState)
                {
                    _memory.Begin(MonotonicClock.Now);
                }
                _failure = null;
                owner.OnReady(this);
                break;
            case MessageKind.Pong:
                if (ReferenceEquals(child, _child))
                {
                    _pings.OnPong();
                }
                break;
            case MessageKind.Stopped:
                OnToldToStop(child);
                break;
            case MessageKind.StatusReply when channel.TryRead(out StatusReplyMessage reply):
                OnStatusReply(child, reply);
                break;
            default:
                log.Warning($"The {kind.Title} process sent an unexpected message ({message})");
                break;
        }
    }

    private void OnStatusReply(SupervisedChild child, in StatusReplyMessage reply)
    {
        switch (reply.Id)
        {
            case StateRequest:
                OnState(child.Channel);
                break;
            case ProxyMemory.RequestId when !ReferenceEquals(child, _child):
                child.Channel.TakeDescriptor().Dispose(); // of one that has been replaced since
                break;
            case ProxyMemory.RequestId:
                _memory.Keep(child.Channel, MonotonicClock.Now);
                break;
            default:
                owner.OnStatus(this, reply, child.Channel);
                break;
        }
    }

    /// <summary>The one that was started by a reload serves: the one before ends with its sessions.</summary>
    private void Promote(SupervisedChild child)
    {
        if (!ReferenceEquals(child, _starting))
        {
            return;
        }
        _starting = null;
        DrainAll(hasSuccessor: true);
        _child = child;
    }

    private void DrainAll(bool hasSuccessor = false)
    {
        if (_child is { } before)
        {
            _child = null;
            _leaving.Add(before);
            if (before.Channel.TrySend(new DrainMessage(hasSuccessor ? 1u : 0)) != Errno.Success)
            {
                before.Signal(Signal.SIGKILL);
            }
        }
    }

    /// <summary>By its own signal: it stays away until a reload or a start, as haproxy would.
    /// </summary>
    private void OnToldToStop(SupervisedChild child)
    {
        if (options.Master is not null && !_stops)
        {
            return; // a master starts another one, as nginx's does
        }
        child.HasStopped = true;
        ForgetMemory();
        if (!_stops && ReferenceEquals(child, _child))
        {
            _listeners.Close();
            _failure = "it was told to stop by a signal of its own; reload to start it again";
        }
    }

    private void OnEnded(SupervisedChild child, ExitStatus status)
    {
        if (_leaving.Remove(child))
        {
            log.Info($"The {kind.Title} process before (pid {child.Pid}) has ended");
        }
        else if (ReferenceEquals(child, _starting))
        {
            _starting = null;
            _failure = $"the process with the new configuration {status}; the one before goes on";
            log.Error($"The {kind.Title} process with the new configuration {status}: the one before goes on");
        }
        else if (ReferenceEquals(child, _child))
        {
            _child = null;
            _memory.Pause();
            _stateBy = MonotonicTime.Never; // whoever follows has the new configuration already
            if (_stops || child.HasStopped)
            {
                log.Info($"The {kind.Title} process (pid {child.Pid}) has stopped");
            }
            else
            {
                OnCrash($"pid {child.Pid} {status}");
            }
        }
        owner.OnEnded(this, child.Pid, status);
    }

    private void OnCrash(string reason)
    {
        if (_stops)
        {
            return;
        }
        MonotonicTime now = MonotonicClock.Now;
        _restarts++;
        _restartAt = _backoff.OnCrash(now);
        _failure = reason;
        if (_backoff.IsLoop)
        {
            _listeners.Close(); // who would wait for nothing is refused at once
        }
        // A master has said who ended, and will say who follows.
        log.Write(_backoff.IsLoop || options.Master is null ? LogLevel.Error : LogLevel.Info, _backoff.IsLoop
            ? $"The {kind.Title} process: {reason}, again and again: the next one starts in "
                + $"{(_restartAt - now).TotalSeconds:0} s"
            : $"The {kind.Title} process: {reason}: starting another one");
    }
}

/// <summary>What a <see cref="ProxyChild"/> tells its supervisor.</summary>
internal interface IProxyOwner
{
    /// <summary>A process has been started.</summary>
    void OnStarted(ProxyChild served, int pid, ServedConfiguration configuration);

    /// <summary>It serves.</summary>
    void OnReady(ProxyChild served);

    /// <summary>One has ended; <see cref="ProxyChild.IsGone"/> says whether another one follows.</summary>
    void OnEnded(ProxyChild served, int pid, ExitStatus status);

    /// <summary>It has answered a request for its status.</summary>
    void OnStatus(ProxyChild served, StatusReplyMessage reply, ChildChannel channel);

    /// <summary>A listener of it cannot be opened.</summary>
    /// <param name="served">Whose.</param>
    /// <param name="failures">Which, and why.</param>
    /// <param name="isLast">Whether it is given up, and not tried again soon.</param>
    void OnListenFailed(ProxyChild served, ImmutableArray<ListenFailure> failures, bool isLast);
}
