using System.Collections.Immutable;
using System.Globalization;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Processes;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Options;
using Holdfast.Runtime.Supervision;
using Holdfast.Web.Logs;

namespace Holdfast.Runtime.Web.Master;

/// <summary>What a supervisor says and leaves in the file system when it is nginx's master: log lines and pid file.
/// </summary>
/// <param name="log">Its error log.</param>
/// <param name="isDaemon">Whether it runs in the background.</param>
/// <param name="version">As lines of the log have it.</param>
public sealed class WebMaster(MasterLog log, bool isDaemon, string version) : IDisposable
{
    private readonly MasterPidFile _pidFile = new();
    private readonly int _parent = OwnProcess.ParentId;
    private WebServing? _serving;

    /// <summary>The error log.</summary>
    public MasterLog Log => log;

    /// <summary>Whether it runs in the background, or was begun by a master before.</summary>
    internal bool IsDaemon => isDaemon || InheritedSockets.Written is not null;

    /// <summary>Whether who started us is still there: the terminal, or a master before us.</summary>
    internal bool HasParent => OwnProcess.ParentId == _parent;

    /// <summary>The program that begins in our place; 0: none.</summary>
    internal int NewBinary { get; private set; }

    /// <summary>Whether processes were told to end, and none is started until a reload (WINCH).</summary>
    internal bool IsResting { get; set; }

    /// <summary>Whether sockets in the file system belong to another program now.</summary>
    internal bool KeepsFiles => NewBinary != 0 || (InheritedSockets.Written is not null && HasParent);

    /// <summary>Takes a configuration over whose listeners are open.</summary>
    /// <returns>Whether its pid file could be written; what is wrong was logged.</returns>
    internal bool Adopt(WebServing serving)
    {
        if (ReferenceEquals(serving, _serving))
        {
            return true;
        }
        if ((_serving is null ? null : log.TryUse(serving)) is { } unopened)
        {
            log.Write(ErrorLevel.Emerg, unopened); // it could be opened a moment ago
        }
        if (_pidFile.Write(serving.PidFile) is { } problem)
        {
            log.Write(ErrorLevel.Emerg, problem);
            return false;
        }
        bool isFirst = _serving is null;
        _serving = serving;
        log.Write(ErrorLevel.Notice, $"using the \"{EventMethod(serving)}\" event method");
        if (isFirst)
        {
            log.Write(ErrorLevel.Notice, version);
            log.Write(ErrorLevel.Notice, $"OS: {Kernel("ostype")} {Kernel("osrelease")}");
            _ = OwnProcess.GetLimit(ResourceLimit.RLIMIT_NOFILE, out ulong soft, out ulong hard);
            log.Write(ErrorLevel.Notice, $"getrlimit(RLIMIT_NOFILE): {Number(soft)}:{Number(hard)}");
            log.EndStart(isDaemon);
        }
        log.Write(ErrorLevel.Notice, "start worker processes");
        return true;
    }

    /// <summary>A process was started.</summary>
    internal void OnStarted(int pid) => log.Write(ErrorLevel.Notice, $"start worker process {pid}");

    /// <summary>A process has ended.</summary>
    internal void OnEnded(int pid, ExitStatus status) => Tell("worker process", pid, status);

    /// <summary>A signal has come.</summary>
    internal void OnSignal(in ReceivedSignal received, string action) => log.Write(ErrorLevel.Notice, string.Create(
        CultureInfo.InvariantCulture,
        $"signal {(int)received.Signal} ({received.Signal}) received from {received.SenderPid}{action}"));

    /// <summary>Listeners cannot be opened.</summary>
    internal void OnListenFailed(ImmutableArray<ListenFailure> failures, bool isLast)
    {
        foreach (ListenFailure failure in failures)
        {
            log.Write(ErrorLevel.Emerg,
                $"bind() to {failure.Listener.Name} failed ({ErrnoText.Of(failure.Errno)})");
        }
        if (failures.Any(static one => one.Errno != Errno.EADDRINUSE))
        {
            return;
        }
        log.Write(ErrorLevel.Notice, "try again to bind() after 500ms");
        if (isLast)
        {
            log.Write(ErrorLevel.Emerg, "still could not bind()");
        }
    }

    /// <summary>Opens logs anew, and lets processes without rights do so.</summary>
    internal void Reopen()
    {
        log.Write(ErrorLevel.Notice, "reopening logs");
        if (_serving is { } serving)
        {
            MasterFiles.GiveAway(serving.LogPaths, serving.Configuration.Model.Main, log);
        }
        log.Reopen();
    }

    /// <summary>Makes place for another program.</summary>
    /// <returns>Whether the pid file has another name now.</returns>
    internal bool BeginUpgrade()
    {
        log.Write(ErrorLevel.Notice, "changing binary");
        if (_pidFile.StepAside() is { } problem)
        {
            log.Write(ErrorLevel.Alert, problem);
            return false;
        }
        return true;
    }

    /// <summary>Another program was started, or could not be.</summary>
    internal void OnNewBinary(string path, int pid, Errno errno)
    {
        if (errno != Errno.Success)
        {
            log.Write(ErrorLevel.Alert,
                $"execve() failed while executing new binary process \"{path}\" ({ErrnoText.Of(errno)})");
            _ = _pidFile.ComeBack();
            return;
        }
        NewBinary = pid;
        log.Write(ErrorLevel.Notice, $"start new binary process {pid}");
    }

    /// <summary>That program has ended.</summary>
    internal void OnNewBinaryEnded(ExitStatus status)
    {
        int pid = NewBinary;
        NewBinary = 0;
        Tell("new binary process", pid, status);
        if (_pidFile.ComeBack() is { } problem)
        {
            log.Write(ErrorLevel.Alert, problem);
        }
        if (IsResting)
        {
            log.Write(ErrorLevel.Notice, "start worker processes");
        }
    }

    /// <summary>The end.</summary>
    internal void End()
    {
        _pidFile.Remove();
        log.Write(ErrorLevel.Notice, "exit");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _pidFile.Remove();
        log.Dispose();
    }

    private void Tell(string what, int pid, ExitStatus status)
    {
        log.Write(ErrorLevel.Notice, $"signal {(int)Signal.SIGCHLD} (SIGCHLD) received from {pid}");
        if (status.Signal != Signal.None)
        {
            log.Write(ErrorLevel.Alert, $"{what} {pid} exited on signal {(int)status.Signal}");
        }
        else
        {
            log.Write(ErrorLevel.Notice, $"{what} {pid} exited with code {status.Code}");
        }
    }

    private static string EventMethod(WebServing serving)
        => serving.Configuration.Transport != TransportChoice.Epoll && TransportProbe.TryUring().IsUsable
            ? "io_uring" : "epoll";

    private static string Kernel(string name)
    {
        try
        {
            return File.ReadAllText($"/proc/sys/kernel/{name}").TrimEnd();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "unknown";
        }
    }

    /// <summary>A limit as nginx prints it: without end is −1.</summary>
    private static string Number(ulong limit)
        => limit == ulong.MaxValue ? "-1" : limit.ToString(CultureInfo.InvariantCulture);
}
