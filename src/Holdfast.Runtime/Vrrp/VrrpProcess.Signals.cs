using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Processes;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Vrrp;

// Signals that users send to the id in the VRRP pid file, as they do with the original.
public sealed partial class VrrpProcess
{
    private void OnSignal(ReceivedSignal received)
    {
        switch (received.Signal)
        {
            case Signal.SIGTERM:
                // The supervisor starts another one, as the original's parent does.
                _log.Info($"Told to stop by pid {received.SenderPid}: handing over");
                Stop();
                break;
            case Signal.SIGHUP:
                // The files are read by the supervisor.
                _ = OwnProcess.Kill(_supervisorPid, Signal.SIGHUP);
                break;
            case Signal.SIGUSR1:
                Dump(DumpKind.Data);
                break;
            case Signal.SIGUSR2:
                Dump(DumpKind.Statistics);
                break;
            case Signal.SIGRTMAX - 1:
                Dump(DumpKind.StatisticsThenClear);
                break;
            case Signal.SIGRTMIN + 2:
                Dump(DumpKind.Json);
                break;
            default:
                // SIGINT of a terminal reaches the supervisor, too, which decides.
                break;
        }
    }

    private sealed class SignalHandler(VrrpProcess process) : IReadyHandler
    {
        public void OnReady(EpollEvents events)
        {
            while (process._signals.TryRead(out ReceivedSignal signal))
            {
                process.OnSignal(signal);
            }
        }
    }
}
