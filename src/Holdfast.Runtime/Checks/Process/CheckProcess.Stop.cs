using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Processes;
using Holdfast.Primitives;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Checks.Process;

// How it ends, and the signals that users send to the id in its pid file.
public sealed partial class CheckProcess
{
    private static readonly TimeSpan s_endLimit = TimeSpan.FromSeconds(3);

    /// <summary>With <c>-I</c> all stays as it is, and nothing is told.</summary>
    /// <param name="isRetired">
    /// Whether the daemon goes on, without virtual servers: <c>lvs_flush_on_stop</c> is not meant.
    /// </param>
    private void Stop(bool isRetired = false)
    {
        if (_done || !_endBy.IsNever)
        {
            return;
        }
        _endBy = MonotonicClock.Now + s_endLimit;
        if (_model is not null)
        {
            _presence.Dispose();
            EndTurn();
            if (!_options.KeepsServices)
            {
                _board.Stop();
                _plane.Stop(mayFlush: !isRetired);
                TellNews();
            }
        }
        _engine.Dispose();
        EndWhenToldAll(MonotonicClock.Now);
    }

    /// <summary>Scripts start one after the other; ends when the last one has begun.</summary>
    private void EndWhenToldAll(MonotonicTime now)
    {
        if (!_done && (_notifier.HaveAllBegun || _endBy <= now))
        {
            _done = true;
            _channel.TrySend(new StoppedMessage(InOrder: true));
        }
    }

    /// <summary>
    /// Another supervisor is being started, and with it another process like this one, which finds everything as it is
    /// now. Where nobody follows, nothing of ours stays behind.
    /// </summary>
    private void SupervisorIsGone()
    {
        _loop.Remove(_channel.Fd); // a closed channel is ready for ever
        if (_hasHeir)
        {
            _log.Warning("the supervisor is gone: virtual servers stay as they are for the process that follows");
            _done = true;
            return;
        }
        _log.Error("the supervisor is gone: stopping");
        Stop();
    }

    private void OnSignal(ReceivedSignal received)
    {
        switch (received.Signal)
        {
            case Signal.SIGTERM:
                _log.Info($"Told to stop by pid {received.SenderPid}");
                Stop(); // the supervisor starts another one, as the original's parent does
                break;
            case Signal.SIGHUP:
                _ = OwnProcess.Kill(_supervisorPid, Signal.SIGHUP); // who reads the files
                break;
            case Signal.SIGUSR1:
                Dump(DumpKind.Data);
                break;
            case Signal.SIGCHLD:
                _children.CollectOrphans();
                break;
            default:
                // SIGINT of a terminal reaches the supervisor, too, which decides.
                break;
        }
    }

    private sealed class SignalHandler(CheckProcess process) : IReadyHandler
    {
        public void OnReady(EpollEvents events)
        {
            while (process._signals!.TryRead(out ReceivedSignal signal))
            {
                process.OnSignal(signal);
            }
        }
    }
}
