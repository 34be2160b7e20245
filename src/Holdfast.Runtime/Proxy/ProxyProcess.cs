using System.Collections.Concurrent;
using System.Collections.Immutable;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Proxy.HAProxy;
using Holdfast.Proxy.Logs;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Running;
using Holdfast.Proxy.Upstreams;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Proxy.Management;
using Holdfast.Runtime.Supervision;

namespace Holdfast.Runtime.Proxy;

/// <summary>The process named <c>haproxy</c>: event loops that serve, and this thread, which hears the supervisor.
/// </summary>
/// <remarks>
/// Its listeners were opened by the supervisor, which keeps them: a process that dies is followed by another one while
/// clients wait in the kernel. Signals are those of haproxy: USR1 a soft stop, TERM and INT an end at once.
/// </remarks>
public sealed partial class ProxyProcess : IReadyHandler, IDisposable
{
    /// <summary>The first listener's descriptor; the others follow in the order of the frontends.</summary>
    public const int FirstListenerFd = ChildEnvironment.ChannelFd + 1;

    private const int Failed = 1;
    private static readonly TimeSpan s_drainPoll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_orphanLimit = TimeSpan.FromSeconds(60);

    private readonly EpollLoop _loop = new();
    private readonly EventFd _wake = new();
    private readonly ConcurrentQueue<Action> _posted = new();
    private readonly ChildChannel _channel;
    private readonly Log _log;
    private readonly SignalFd _signals = new(SignalSet.Daemon);
    private readonly StartMemory _startMemory = new();
    private ProxyTranslation? _translation;
    private LogSenders? _senders;
    private ProxyEngine? _engine;
    private MonotonicTime _drainCheckAt = MonotonicTime.Never;
    private MonotonicTime _drainAt = MonotonicTime.Never;
    private MonotonicTime _endBy = MonotonicTime.Never;
    private bool _isDraining;
    private bool _done;
    private int _exitCode;

    private ProxyProcess(ChildChannel channel, Log log)
    {
        _channel = channel;
        _log = log;
        _loop.Add(channel.Fd, EpollEvents.EPOLLIN, this);
        _loop.Add(_signals.Fd, EpollEvents.EPOLLIN, new Handler(OnSignals));
        _loop.Add(_wake.Fd, EpollEvents.EPOLLIN, new Handler(OnPosted));
    }

    /// <summary>Runs until the end of the process.</summary>
    /// <param name="channel">To the supervisor.</param>
    /// <param name="log">Told what happens to servers and to the process.</param>
    /// <returns>The exit status.</returns>
    public static int Run(ChildChannel channel, Log log)
    {
        using var process = new ProxyProcess(channel, log);
        _ = channel.TrySend(new StartedMessage(0)); // who is gone needs no answer
        process.Loop();
        return process._exitCode;
    }

    /// <inheritdoc/>
    public void OnReady(EpollEvents events)
    {
        while (!_done)
        {
            Errno errno = _channel.TryReceive(out MessageKind kind);
            if (errno == Errno.EAGAIN)
            {
                return;
            }
            if (errno == Errno.EPIPE)
            {
                _loop.Remove(_channel.Fd);
                OnOrphaned();
                return;
            }
            if (errno == Errno.Success)
            {
                Handle(kind);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stats?.Dispose();
        _services?.Dispose();
        _engine?.Dispose();
        _senders?.Dispose();
        _signals.Dispose();
        _wake.Dispose();
        _loop.Dispose();
    }

    private void Loop()
    {
        while (!_done)
        {
            MonotonicTime deadline = MonotonicTime.Min(_drainAt, MonotonicTime.Min(_drainCheckAt, _endBy));
            deadline = MonotonicTime.Min(deadline, _startMemory.Deadline);
            _ = _loop.RunOnce(MonotonicTime.Min(deadline, ManagementDeadline)); // EINTR is a turn
            MonotonicTime now = MonotonicClock.Now;
            _stats?.OnTime(now);
            _services?.OnTime(now);
            _startMemory.OnTime(now);
            if (_drainAt <= now)
            {
                _drainAt = MonotonicTime.Never;
                Drain(_translation?.Process.HardStopAfter);
            }
            if (_isDraining && (_endBy <= now || _engine is not { IsDrained: false }))
            {
                _log.Info(_endBy <= now ? "Soft stop: the time is over" : "Soft stop: nobody is connected any more");
                _done = true;
            }
            else if (_isDraining)
            {
                _drainCheckAt = now + s_drainPoll;
            }
        }
    }

    private void Handle(MessageKind kind)
    {
        switch (kind)
        {
            case MessageKind.ProxyConfiguration when _channel.TryRead(out ProxyConfigurationMessage first):
                Configure(first);
                break;
            case MessageKind.Drain when _channel.TryRead(out DrainMessage drain):
                DrainAfterGrace(drain.HasSuccessor == 0);
                break;
            case MessageKind.Stop or MessageKind.StopNow:
                _ = _channel.TrySend(new StoppedMessage(true));
                _done = true;
                break;
            case MessageKind.Ping:
                AnswerPing();
                break;
            case MessageKind.StatusRequest when _channel.TryRead(out StatusRequestMessage request):
                Reply(request);
                break;
            default:
                break;
        }
    }

    /// <summary>Says that it is alive, once each of its loops has turned.</summary>
    private void AnswerPing()
    {
        if (_engine is not { } engine)
        {
            _ = _channel.TrySend(new PongMessage(0));
            return;
        }
        engine.PostAfterLoops(() => Post(() => _channel.TrySend(new PongMessage(0))));
    }

    private void Configure(ProxyConfigurationMessage message)
    {
        if (_engine is not null || ReadSnapshot() is not { } snapshot)
        {
            Fail("the supervisor sent no usable configuration");
            return;
        }
        try
        {
            Begin(snapshot.Translate(), snapshot.State);
            snapshot.TlsFiles.Wipe(); // the library has its own of what it needs
        }
        catch (Exception e) when (e is LinuxException or InvalidDataException or InvalidOperationException)
        {
            Fail(e.Message);
        }
        if (_engine is not null)
        {
            _ = _channel.TrySend(new ReadyMessage(message.Generation, _translation!.Options.Frontends.Length));
            _startMemory.Release();
        }
    }

    private void Begin(ProxyTranslation translation, string state)
    {
        _translation = translation;
        ProxyOptions options = Recall(translation, state) with
        {
            Frontends = [.. translation.Options.Frontends.Select(
                static (frontend, index) => frontend with { InheritedFd = FirstListenerFd + index })],
            OnHealthLine = OnHealthLine,
            OnFailed = failure => Post(() => Fail($"an event loop has failed: {failure.Message}")),
        };
        if (!ProxyIdentity.RaiseDescriptorLimit(translation.Process.DescriptorsMax, _log)
            && translation.Process.NeedsLimits)
        {
            Fail("cannot raise the limit of open files, and 'strict-limits' wants that");
            return;
        }
        // Both before the root changes: sockets of logs, and the time zone.
        _senders = new LogSenders(options, TimeProvider.System);
        _ = TimeProvider.System.GetLocalNow();
        if ((OpenManagement(translation) ?? ProxyIdentity.Apply(translation.Process)) is { } problem)
        {
            Fail(problem);
            return;
        }
        _services = ServiceServer.Open(_loop, translation.Services, ref options);
        _engine = ProxyEngine.Start(options, _senders);
        ServeManagement(translation, state);
        _log.Info($"{options.ThreadCount} event loops by {_engine.TransportReason}");
    }

    /// <summary>Without a supervisor: the next one starts another process; what is open here ends by itself.</summary>
    private void OnOrphaned()
    {
        if (!_isDraining)
        {
            _log.Warning("The supervisor is gone: accepting no more clients");
            Drain((long)s_orphanLimit.TotalMilliseconds);
        }
    }

    /// <summary>A soft stop; where nobody follows, listeners stay for the time of <c>grace</c>.</summary>
    private void DrainAfterGrace(bool hasGrace)
    {
        if (hasGrace && _engine is { } engine && _translation!.Process.GraceMilliseconds is > 0 and var grace)
        {
            engine.State.IsStopping = true; // health checks of others may see it: "stopping"
            _drainAt = MonotonicTime.Min(_drainAt, MonotonicClock.Now + TimeSpan.FromMilliseconds(grace));
            return;
        }
        Drain(_translation?.Process.HardStopAfter);
    }

    /// <summary>Accepts no more, and ends when all sessions have, or when their time is over.</summary>
    private void Drain(long? limitMilliseconds)
    {
        if (_isDraining || _engine is null)
        {
            _done |= _engine is null;
            return;
        }
        _isDraining = true;
        _stats?.CloseListeners();
        if (_managed is { } managed)
        {
            managed.IsStopping = true;
        }
        _engine.CloseListeners();
        ImmutableArray<int> listeners = _engine.Listeners;
        // After the loops have let go of them: the supervisor decides whether the ports stay open.
        _engine.PostAfterLoops(() =>
        {
            foreach (int listener in listeners)
            {
                TcpSocket.Close(listener);
            }
        });
        MonotonicTime now = MonotonicClock.Now;
        _drainCheckAt = now + s_drainPoll;
        _endBy = limitMilliseconds is { } limit ? now + TimeSpan.FromMilliseconds(limit) : MonotonicTime.Never;
    }

    private void OnSignals()
    {
        while (!_done && _signals.TryRead(out ReceivedSignal received))
        {
            switch (received.Signal)
            {
                case Signal.SIGUSR1:
                    _log.Warning($"Soft stop ({received.Signal} from pid {received.SenderPid})");
                    _ = _channel.TrySend(new StoppedMessage(true));
                    DrainAfterGrace(hasGrace: true);
                    break;
                case Signal.SIGTERM or Signal.SIGINT:
                    _log.Warning($"Stopping at once ({received.Signal} from pid {received.SenderPid})");
                    _ = _channel.TrySend(new StoppedMessage(true));
                    _done = true;
                    break;
                case Signal.SIGHUP:
                    LogServers();
                    break;
                case Signal.SIGTTOU:
                    SetAll(FrontendStatus.Open, FrontendStatus.Paused);
                    break;
                case Signal.SIGTTIN:
                    SetAll(FrontendStatus.Paused, FrontendStatus.Open);
                    break;
                default:
                    break;
            }
        }
    }

    private void OnHealthLine(int level, string text)
        => _log.Write(level < (int)LogLevel.Notice ? LogLevel.Warning : LogLevel.Notice, text);

    /// <summary>Pauses all frontends, or lets them take clients again: their clients wait in the kernel meanwhile.
    /// </summary>
    private void SetAll(FrontendStatus from, FrontendStatus to)
    {
        _log.Warning(to == FrontendStatus.Paused ? "Pausing all listeners (SIGTTOU)"
            : "Resuming all listeners (SIGTTIN)");
        if (_engine is not { } engine)
        {
            return;
        }
        foreach (Frontend frontend in engine.State.Frontends.Where(one => one.Status == from))
        {
            engine.SetStatus(frontend, to);
        }
    }

    private void LogServers()
    {
        foreach (Server server in _engine?.Backends.SelectMany(static one => one.Servers) ?? [])
        {
            _log.Notice($"Server {server.Backend.Options.Name}/{server.Options.Name} is "
                + (server.IsUsable ? "UP" : "DOWN") + $", {server.ConnectionCount} connections");
        }
    }

    private void Fail(string problem)
    {
        _log.Error($"The proxy cannot work: {problem}");
        _exitCode = Failed;
        _done = true;
    }

    private void Post(Action action)
    {
        _posted.Enqueue(action);
        _wake.Raise();
    }

    private void OnPosted()
    {
        _ = _wake.Drain();
        while (_posted.TryDequeue(out Action? action))
        {
            action();
        }
    }

    private ProxySnapshot? ReadSnapshot()
    {
        using FdHandle memory = _channel.TakeDescriptor();
        return memory.IsInvalid || !SealedMemory.IsSealed(memory.Number)
            || SealedMemory.TryRead(memory.Number, ProxySnapshot.SizeMax, out byte[] bytes) != Errno.Success
            ? null : ProxySnapshot.FromBytes(bytes);
    }

    private sealed class Handler(Action action) : IReadyHandler
    {
        public void OnReady(EpollEvents events) => action();
    }
}
