using System.Collections.Immutable;
using Holdfast.Config.Nginx.Model;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Processes;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Processes;
using Holdfast.Web.Logs;
using Holdfast.Web.Running;

namespace Holdfast.Runtime.Web;

/// <summary>The process named <c>nginx</c>: event loops that serve, and this thread, which hears the supervisor.
/// </summary>
/// <remarks>
/// What several workers are to nginx, several loops of one process are here. Signals are those of a worker: QUIT a
/// graceful end, TERM and INT an end at once, USR1 opens logs anew. A master starts another one then; a daemon that is
/// none takes it that nginx was told to end, and leaves it at that.
/// </remarks>
public sealed partial class WebProcess : ServingProcess
{
    private const int Failed = 2; // as a worker's that cannot begin

    private readonly StartMemory _startMemory = new();
    private WebConfiguration? _configuration;
    private WebLogs? _logs;
    private ErrorSink _errors = ErrorSink.None;
    private WebEngine? _engine;
    private MonotonicTime _drainCheckAt = MonotonicTime.Never;
    private MonotonicTime _endBy = MonotonicTime.Never;
    private bool _isDraining;

    private WebProcess(ChildChannel channel, Log log)
        : base(channel, log)
    {
    }

    /// <summary>Runs until the end of the process.</summary>
    /// <param name="channel">To the supervisor.</param>
    /// <param name="log">Told what the error log is not for, or cannot be told.</param>
    /// <returns>The exit status.</returns>
    public static int Run(ChildChannel channel, Log log)
    {
        using var process = new WebProcess(channel, log);
        process.Work();
        return process.ExitCode;
    }

    private protected override MonotonicTime Deadline
        => MonotonicTime.Min(MonotonicTime.Min(_drainCheckAt, _endBy), _startMemory.Deadline);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _engine?.Dispose();
        if (_engine is not null)
        {
            _errors.Write(ErrorLevel.Notice, "exit");
        }
        _logs?.Dispose();
        base.Dispose(disposing);
    }

    private protected override void Handle(MessageKind kind)
    {
        switch (kind)
        {
            case MessageKind.ProxyConfiguration when Channel.TryRead(out ProxyConfigurationMessage first):
                Configure(first);
                break;
            case MessageKind.Drain:
                Drain(_configuration?.Model.Main.WorkerShutdownTimeout);
                break;
            case MessageKind.Stop or MessageKind.StopNow:
                _ = Channel.TrySend(new StoppedMessage(true));
                End();
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

    private protected override void OnSignal(ReceivedSignal received)
    {
        switch (received.Signal)
        {
            case Signal.SIGQUIT:
                Tell(received, "shutting down");
                _ = Channel.TrySend(new StoppedMessage(true));
                Drain(_configuration?.Model.Main.WorkerShutdownTimeout);
                break;
            case Signal.SIGTERM or Signal.SIGINT:
                Tell(received, "exiting");
                _ = Channel.TrySend(new StoppedMessage(true));
                End();
                break;
            case Signal.SIGUSR1:
                _errors.Write(ErrorLevel.Notice, "reopening logs");
                _logs?.Reopen();
                break;
            default:
                break;
        }
    }

    /// <summary>Without a supervisor: the next one starts another process; what is open here ends by itself.</summary>
    private protected override void OnOrphaned()
    {
        if (!_isDraining)
        {
            Log.Warning("The supervisor is gone: accepting no more clients");
            _errors.Write(ErrorLevel.Alert, "the master process is gone: accepting no more clients");
            Drain(OrphanLimit);
        }
    }

    private protected override void OnTime(MonotonicTime now)
    {
        _startMemory.OnTime(now);
        if (!_isDraining || IsDone)
        {
            return;
        }
        if (_endBy <= now || _engine is not { IsDrained: false })
        {
            End();
        }
        else
        {
            _drainCheckAt = now + DrainPoll;
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
        if (_engine is not null || TakeSnapshot(WebSnapshot.SizeMax) is not { } bytes)
        {
            Fail("the supervisor sent no usable configuration");
            return;
        }
        try
        {
            Begin(WebSnapshot.FromBytes(bytes));
        }
        catch (Exception e) when (e is LinuxException or InvalidDataException or InvalidOperationException)
        {
            Fail(e.Message);
            return;
        }
        _ = Channel.TrySend(new ReadyMessage(message.Generation, _configuration!.Listeners.Length));
        _startMemory.Release();
    }

    private void Begin(WebSnapshot snapshot)
    {
        WebConfiguration configuration = snapshot.Translate();
        _configuration = configuration;
        MainSettings main = configuration.Model.Main;
        _logs = new WebLogs(configuration.Prefix);
        _errors = WebLogDefaults.Open(_logs, main, snapshot.ErrorLog);
        WebIdentity.SetLimits(main, _errors);
        WebDirectories.Make(configuration);
        _ = TimeProvider.System.GetLocalNow(); // the time zone is read while it can be
        ImmutableArray<int> listeners =
            [.. Enumerable.Range(FirstListenerFd, configuration.Listeners.Length)];
        _engine = WebEngine.Start(configuration, listeners, _logs,
            failure => Post(() => Fail($"an event loop has failed: {failure.Message}")),
            beforeServing: () => WebIdentity.Drop(configuration));
        Log.Info($"{configuration.ThreadCount} event loops by {_engine.TransportReason}");
    }

    /// <summary>Accepts no more, and ends when all requests have, or when their time is over.</summary>
    private void Drain(TimeSpan? limit)
    {
        if (_isDraining || IsDone)
        {
            return;
        }
        if (_engine is not { } engine)
        {
            IsDone = true;
            return;
        }
        _isDraining = true;
        _errors.Write(ErrorLevel.Notice, "gracefully shutting down");
        engine.CloseListeners();
        ImmutableArray<int> listeners = engine.Listeners;
        // After the loops have let go of them: the supervisor decides whether the ports stay open.
        engine.PostAfterLoops(() =>
        {
            foreach (int listener in listeners)
            {
                TcpSocket.Close(listener);
            }
        });
        MonotonicTime now = MonotonicClock.Now;
        _drainCheckAt = now + DrainPoll;
        _endBy = limit is { } time ? now + time : MonotonicTime.Never;
    }

    private void End()
    {
        if (!IsDone)
        {
            IsDone = true;
            _errors.Write(ErrorLevel.Notice, "exiting");
        }
    }

    private void Tell(ReceivedSignal received, string what) => _errors.Write(ErrorLevel.Notice,
        $"signal {(int)received.Signal} ({received.Signal}) received from {received.SenderPid}, {what}");

    private void Fail(string problem)
    {
        Log.Error($"The web server cannot work: {problem}");
        _errors.Write(ErrorLevel.Emerg, problem);
        ExitCode = Failed;
        IsDone = true;
    }
}
