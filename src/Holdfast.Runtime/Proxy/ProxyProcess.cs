using System.Collections.Immutable;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
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

namespace Holdfast.Runtime.Proxy;

/// <summary>The process named <c>haproxy</c>: event loops that serve, and this thread, which hears the supervisor.
/// </summary>
/// <remarks>
/// Its listeners were opened by the supervisor, which keeps them: a process that dies is followed by another one while
/// clients wait in the kernel. Signals are those of haproxy: USR1 a soft stop, TERM and INT an end at once.
/// </remarks>
public sealed partial class ProxyProcess : ServingProcess
{
    private const int Failed = 1;

    private readonly StartMemory _startMemory = new();
    private ProxyTranslation? _translation;
    private LogSenders? _senders;
    private ProxyEngine? _engine;
    private MonotonicTime _drainCheckAt = MonotonicTime.Never;
    private MonotonicTime _drainAt = MonotonicTime.Never;
    private MonotonicTime _endBy = MonotonicTime.Never;
    private bool _isDraining;

    private ProxyProcess(ChildChannel channel, Log log)
        : base(channel, log)
    {
    }

    /// <summary>Runs until the end of the process.</summary>
    /// <param name="channel">To the supervisor.</param>
    /// <param name="log">Told what happens to servers and to the process.</param>
    /// <returns>The exit status.</returns>
    public static int Run(ChildChannel channel, Log log)
    {
        using var process = new ProxyProcess(channel, log);
        process.Work();
        return process.ExitCode;
    }

    private protected override MonotonicTime Deadline => MonotonicTime.Min(
        MonotonicTime.Min(MonotonicTime.Min(_drainAt, _drainCheckAt), MonotonicTime.Min(_endBy, _startMemory.Deadline)),
        ManagementDeadline);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _stats?.Dispose();
        _services?.Dispose();
        _engine?.Dispose();
        _senders?.Dispose();
        base.Dispose(disposing);
    }

    private protected override void OnTime(MonotonicTime now)
    {
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
            Log.Info(_endBy <= now ? "Soft stop: the time is over" : "Soft stop: nobody is connected any more");
            IsDone = true;
        }
        else if (_isDraining)
        {
            _drainCheckAt = now + DrainPoll;
        }
    }

    private protected override void Handle(MessageKind kind)
    {
        switch (kind)
        {
            case MessageKind.ProxyConfiguration when Channel.TryRead(out ProxyConfigurationMessage first):
                Configure(first);
                break;
            case MessageKind.Drain when Channel.TryRead(out DrainMessage drain):
                DrainAfterGrace(drain.HasSuccessor == 0);
                break;
            case MessageKind.Stop or MessageKind.StopNow:
                _ = Channel.TrySend(new StoppedMessage(true));
                IsDone = true;
                break;
            case MessageKind.Ping:
                AnswerPing();
                break;
            case MessageKind.StatusRequest when Channel.TryRead(out StatusRequestMessage request):
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
            _ = Channel.TrySend(new PongMessage(0));
            return;
        }
        engine.PostAfterLoops(() => Post(() => Channel.TrySend(new PongMessage(0))));
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
            _ = Channel.TrySend(new ReadyMessage(message.Generation, _translation!.Options.Frontends.Length));
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
        if (!ProxyIdentity.RaiseDescriptorLimit(translation.Process.DescriptorsMax, Log)
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
        _services = ServiceServer.Open(Loop, translation.Services, ref options);
        _engine = ProxyEngine.Start(options, _senders);
        ServeManagement(translation, state);
        Log.Info($"{options.ThreadCount} event loops by {_engine.TransportReason}");
    }

    /// <summary>Without a supervisor: the next one starts another process; what is open here ends by itself.</summary>
    private protected override void OnOrphaned()
    {
        if (!_isDraining)
        {
            Log.Warning("The supervisor is gone: accepting no more clients");
            Drain((long)OrphanLimit.TotalMilliseconds);
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
            IsDone |= _engine is null;
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
        _drainCheckAt = now + DrainPoll;
        _endBy = limitMilliseconds is { } limit ? now + TimeSpan.FromMilliseconds(limit) : MonotonicTime.Never;
    }

    private protected override void OnSignal(ReceivedSignal received)
    {
        switch (received.Signal)
        {
            case Signal.SIGUSR1:
                Log.Warning($"Soft stop ({received.Signal} from pid {received.SenderPid})");
                _ = Channel.TrySend(new StoppedMessage(true));
                DrainAfterGrace(hasGrace: true);
                break;
            case Signal.SIGTERM or Signal.SIGINT:
                Log.Warning($"Stopping at once ({received.Signal} from pid {received.SenderPid})");
                _ = Channel.TrySend(new StoppedMessage(true));
                IsDone = true;
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

    private void OnHealthLine(int level, string text)
        => Log.Write(level < (int)LogLevel.Notice ? LogLevel.Warning : LogLevel.Notice, text);

    /// <summary>Pauses all frontends, or lets them take clients again: their clients wait in the kernel meanwhile.
    /// </summary>
    private void SetAll(FrontendStatus from, FrontendStatus to)
    {
        Log.Warning(to == FrontendStatus.Paused ? "Pausing all listeners (SIGTTOU)"
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
            Log.Notice($"Server {server.Backend.Options.Name}/{server.Options.Name} is "
                + (server.IsUsable ? "UP" : "DOWN") + $", {server.ConnectionCount} connections");
        }
    }

    private void Fail(string problem)
    {
        Log.Error($"The proxy cannot work: {problem}");
        ExitCode = Failed;
        IsDone = true;
    }

    private ProxySnapshot? ReadSnapshot()
        => TakeSnapshot(ProxySnapshot.SizeMax) is { } bytes ? ProxySnapshot.FromBytes(bytes) : null;
}
