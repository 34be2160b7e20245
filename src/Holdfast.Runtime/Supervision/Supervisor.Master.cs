using System.Collections.Immutable;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Processes;
using Holdfast.Runtime.Web;
using Holdfast.Runtime.Web.Master;
using Holdfast.Web.Logs;

namespace Holdfast.Runtime.Supervision;

// As nginx's master: it begins with listeners and a pid file, its signals are nginx's, and another program can begin
// on its sockets.
public sealed partial class Supervisor
{
    private const int ListenTriesMax = 5;
    private static readonly TimeSpan s_listenPause = TimeSpan.FromMilliseconds(500);

    private readonly WebMaster? _master;

    /// <summary>Opens logs, listeners and the pid file, in nginx's order.</summary>
    /// <returns>Whether all could be opened; what is wrong was logged.</returns>
    private bool TryBeginMaster(WebMaster master, WebServing serving)
    {
        if (master.Log.TryUse(serving) is { } problem)
        {
            master.Log.Write(ErrorLevel.Emerg, problem);
            return false;
        }
        if (InheritedSockets.Written is { } written)
        {
            master.Log.Write(ErrorLevel.Notice, $"using inherited sockets from \"{written}\"");
            _served.Nginx.Adopt(InheritedSockets.Read(written));
        }
        for (int left = ListenTriesMax; left > 0; left--)
        {
            ImmutableArray<ListenFailure> failures = _served.Nginx.TryListen(serving);
            if (failures.IsEmpty)
            {
                return master.Adopt(serving);
            }
            bool isBusy = failures.All(static one => one.Errno == Errno.EADDRINUSE);
            master.OnListenFailed(failures, isLast: left == 1 && isBusy);
            if (!isBusy)
            {
                return false;
            }
            Pause(s_listenPause);
        }
        return false;
    }

    /// <summary>Waits; nothing runs yet that could be disturbed by that.</summary>
    private static void Pause(TimeSpan time)
    {
        using var nothing = new Linux.Epoll.EpollLoop();
        _ = nothing.RunOnce(MonotonicClock.Now + time);
    }

    private void OnMasterSignal(WebMaster master, in ReceivedSignal received)
    {
        switch (received.Signal)
        {
            case Signal.SIGCHLD:
                _children.CollectOrphans();
                break;
            case Signal.SIGTERM or Signal.SIGINT:
                master.OnSignal(in received, ", exiting");
                _served.KeepsFiles = master.KeepsFiles;
                Stop("told to exit");
                break;
            case Signal.SIGQUIT:
                master.OnSignal(in received, ", shutting down");
                _served.KeepsFiles = master.KeepsFiles;
                QuitGracefully();
                break;
            case Signal.SIGHUP:
                master.OnSignal(in received, ", reconfiguring");
                Reconfigure(master);
                break;
            case Signal.SIGUSR1:
                master.OnSignal(in received, ", reopening logs");
                master.Reopen();
                _served.Nginx.SignalAll(Signal.SIGUSR1);
                break;
            case Signal.SIGUSR2 when master.NewBinary != 0 || master.HasParent:
                master.OnSignal(in received, ", ignoring");
                master.Log.Write(ErrorLevel.Crit, "the changing binary signal is ignored: you should shutdown or "
                    + "terminate before either old or new binary's process");
                break;
            case Signal.SIGUSR2:
                master.OnSignal(in received, ", changing binary");
                ChangeBinary(master);
                break;
            case Signal.SIGWINCH when master.IsDaemon:
                master.OnSignal(in received, ", stop accepting connections");
                master.IsResting = true;
                _served.Nginx.Rest();
                break;
            case Signal.SIGWINCH or Signal.SIGALRM:
                master.OnSignal(in received, "");
                break;
            default:
                break;
        }
    }

    /// <summary>Lets processes finish what they serve, and ends behind them.</summary>
    private void QuitGracefully()
    {
        _isQuitting = true;
        _served.Nginx.SoftStop();
        if (_served.AreGone)
        {
            Stop("told to shut down");
        }
    }

    private bool _isQuitting;

    private void Reconfigure(WebMaster master)
    {
        if (_isQuitting)
        {
            return;
        }
        if (master.NewBinary != 0)
        {
            // The files may be those of the new program already.
            master.Log.Write(ErrorLevel.Notice, "start worker processes");
            WakeProcesses(master);
            return;
        }
        master.Log.Write(ErrorLevel.Notice, "reconfiguring");
        master.IsResting = false;
        Reload("told to reconfigure");
    }

    private void WakeProcesses(WebMaster master)
    {
        master.IsResting = false;
        _served.Nginx.Wake();
    }

    /// <summary>Starts the program that is installed now, on our sockets.</summary>
    private void ChangeBinary(WebMaster master)
    {
        if (!master.BeginUpgrade())
        {
            return;
        }
        int[] sockets = [.. _served.Nginx.OpenListeners.Select(static one => one.Fd)];
        string path = OwnPath();
        var request = new SpawnRequest
        {
            Path = path,
            Arguments = _options.Arguments,
            Environment =
                [.. InheritedSockets.Without(Daemon.Inheritable()), InheritedSockets.Write(sockets.Length)],
            Descriptors =
            [
                new(0, 0), new(1, 1), new(2, 2),
                .. sockets.Select(static (fd, index) => new FdMapping(fd, InheritedSockets.First + index)),
            ],
            Group = SpawnGroup.NewGroup,
            BlockedSignals = SignalSet.Daemon,
        };
        Errno errno = ProcessSpawner.TrySpawn(request, out PidFd? process);
        master.OnNewBinary(path, process?.Pid ?? 0, errno);
        if (process is not null)
        {
            _children.Add(process, status => OnNewBinaryEnded(master, status));
        }
    }

    private void OnNewBinaryEnded(WebMaster master, ExitStatus status)
    {
        bool wasResting = master.IsResting;
        master.OnNewBinaryEnded(status);
        if (wasResting && Phase == SupervisorPhase.Running && !_isQuitting)
        {
            WakeProcesses(master);
        }
    }
}
