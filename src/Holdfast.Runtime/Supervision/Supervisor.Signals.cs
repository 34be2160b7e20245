using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Processes;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Supervision;

// Signals: what each one does.
public sealed partial class Supervisor
{
    private const Signal JsonSignal = Signal.SIGRTMIN + 2;
    private const Signal ClearSignal = Signal.SIGRTMAX - 1;

    private void OnSignal(ReceivedSignal received)
    {
        if (_master is { } master)
        {
            OnMasterSignal(master, in received);
            return;
        }
        switch (received.Signal)
        {
            case Signal.SIGINT when _options.IgnoreInterrupt:
                break;
            case Signal.SIGTERM or Signal.SIGINT:
                Stop($"{received.Signal} from pid {received.SenderPid}");
                break;
            case Signal.SIGHUP:
                Reload($"{received.Signal} from pid {received.SenderPid}");
                break;
            case Signal.SIGCHLD:
                _children.CollectOrphans();
                break;
            case Signal.SIGUSR1 when _options.HAProxySignals:
                _log.Info($"Soft stop ({received.Signal} from pid {received.SenderPid})");
                _served.HAProxy.SoftStop();
                break;
            case Signal.SIGTTOU or Signal.SIGTTIN when _options.HAProxySignals:
                _served.HAProxy.PassOn(received.Signal);
                break;
            case Signal.SIGUSR2 when _options.HAProxySignals:
                Reload($"{received.Signal} from pid {received.SenderPid}");
                break;
            case Signal.SIGUSR1 when !_options.KeepalivedSignals:
                _log.Reopen();
                break;
            case Signal.SIGUSR1:
                Dump(DumpKind.Data);
                break;
            case Signal.SIGUSR2 when _options.KeepalivedSignals:
                Dump(DumpKind.Statistics);
                break;
            case Signal.SIGUSR2:
                BeginUpgrade(program: null, client: null);
                break;
            case ClearSignal:
                Dump(DumpKind.StatisticsThenClear);
                break;
            case JsonSignal:
                Dump(DumpKind.Json);
                break;
            default:
                break;
        }
    }

    private void Dump(DumpKind kind)
    {
        _log.Info($"Dump requested ({kind})");
        var request = new DumpRequestMessage(kind);
        _ = _child?.Channel.TrySend(in request); // a process that is gone has nothing to dump
        _ = _checks.Channel?.TrySend(in request);
    }

    private sealed class SignalHandler(Supervisor supervisor) : IReadyHandler
    {
        public void OnReady(EpollEvents events)
        {
            while (supervisor._signals.TryRead(out ReceivedSignal signal))
            {
                supervisor.OnSignal(signal);
            }
        }
    }
}
