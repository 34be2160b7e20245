using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;
using Holdfast.Runtime.Continuity;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Supervision;

// Another program in our place: the same process id, and no instance notices anything.
public sealed partial class Supervisor
{
    private const string Deleted = " (deleted)";

    private UpgradeCheck? _upgradeCheck;
    private string? _executeAtEnd;
    private SupervisedChild? _nextChild;

    /// <summary>Asks a program whether it can go on in our place, and lets it.</summary>
    /// <param name="program">Its path; null: the file that we were started from, which may be another one now.</param>
    /// <param name="client">Who is told; null: the log alone.</param>
    private void BeginUpgrade(string? program, ControlConnection? client)
    {
        string path = program ?? OwnPath();
        bool isBusy = _upgradeCheck is not null || _nextChild is not null || _reloading is not null;
        bool isWhole = Phase == SupervisorPhase.Running
            && _child is { IsReady: true } && _board is { IsCommitted: true };
        if (isBusy || !isWhole || _options.Arguments.Count == 0)
        {
            RefuseUpgrade(path, client, "this is not the time for it: not everything is running");
            return;
        }
        Errno errno = UpgradeCheck.TryStart(
            _children, path, _options.Arguments[0], ChildEnvironment.ForChildren(_options.Environment),
            _configuration.Snapshot.Span, offer => OnOffer(path, client, offer), out _upgradeCheck);
        if (errno != Errno.Success)
        {
            RefuseUpgrade(path, client, $"it cannot be executed: {errno}");
        }
    }

    private void OnOffer(string path, ControlConnection? client, UpgradeOffer offer)
    {
        _upgradeCheck = null;
        if (offer.Problem is { } problem)
        {
            RefuseUpgrade(path, client, problem);
        }
        else if (_child is null || _board is null || Phase != SupervisorPhase.Running)
        {
            RefuseUpgrade(path, client, "this is not the time for it: not everything is running");
        }
        else if (offer.Layout == BoardShape.Layout)
        {
            _log.Warning($"Upgrading to {path}, version {offer.Version}: everything goes on");
            ReplyUpgrade(client, offer, goesOn: true);
            ExecuteInPlace(path, _child, _board);
        }
        else if (_loader.Load(out _) is null)
        {
            RefuseUpgrade(path, client, "it keeps its state in another way, and the files of now have errors");
        }
        else
        {
            _log.Warning($"Upgrading to {path}, version {offer.Version}, which keeps its state in another way: "
                + "handing over in order, and beginning afresh");
            ReplyUpgrade(client, offer, goesOn: false);
            _executeAtEnd = path;
            Stop("upgrade");
        }
    }

    private void RefuseUpgrade(string path, ControlConnection? client, string problem)
    {
        string text = $"{path}: {problem}. Nothing has changed";
        _log.Error($"No upgrade to {text}");
        client?.Reply(Json(ok: false, w => WriteError(w, false, text)));
    }

    private void ReplyUpgrade(ControlConnection? client, UpgradeOffer offer, bool goesOn)
        => client?.Reply(Json(ok: true, w =>
        {
            w.WriteString("version", offer.Version);
            w.WriteBoolean("goes_on", goesOn);
            w.WriteNumber("pid", Environment.ProcessId);
            w.WriteNumber("vrrp_pid", _child?.Pid ?? 0);
        }));

    /// <summary>Becomes the other program, with the running VRRP process. Returns only when that fails.</summary>
    private void ExecuteInPlace(string path, SupervisedChild child, StateBoard board)
    {
        _scripts.StopChecks();
        _scripts.CloseFifos(); // their readers get a new one
        Errno errno = SealedMemory.TryCreate("holdfast-snapshot", _configuration.Snapshot.Span, out FdHandle memory);
        FdHandle channel = FdHandle.None;
        FdHandle state = FdHandle.None;
        FdHandle snapshot = FdHandle.None;
        errno = errno != Errno.Success ? errno : DescriptorIo.TryDuplicateInheritable(memory.Number, out snapshot);
        errno = errno != Errno.Success ? errno : DescriptorIo.TryDuplicateInheritable(child.Channel.Fd, out channel);
        errno = errno != Errno.Success ? errno : DescriptorIo.TryDuplicateInheritable(board.Fd, out state);
        using (memory)
        using (channel)
        using (state)
        using (snapshot)
        {
            if (errno == Errno.Success)
            {
                var continuation = new Continuation(
                    ContinuationReason.Upgrade, child.Pid, channel.Number, state.Number, snapshot.Number,
                    board.Generation, _restartCount);
                errno = OwnProcess.Execute(
                    path, _options.Arguments, [.. Daemon.Inheritable(), continuation.ToVariable()]);
            }
        }
        _log.Error($"{path} cannot be executed ({errno}): going on as before");
        _scripts.ApplyNotifications(_configuration.Model);
        ApplyTrackersAsKnown();
    }

    /// <summary>After an upgrade: a VRRP process of this program is made ready beside the old one.</summary>
    private void ReplaceChild()
    {
        Errno errno = SupervisedChild.TryStart(
            _options, ChildEnvironment.VrrpRole, _loop, _children, OnMessage, OnChildEnded, out _nextChild);
        if (_nextChild is null)
        {
            _log.Error($"The VRRP process cannot be started ({errno}): the one of the program before goes on");
        }
    }

    /// <summary>The new VRRP process is up and waits for its configuration: the old one gives way.</summary>
    private void OnStarted(SupervisedChild child)
    {
        if (ReferenceEquals(child, _nextChild))
        {
            // The end of the old one lets the new one go on; in the middle of a stop the old one hands over.
            SupervisedChild? given = Phase == SupervisorPhase.Running ? _child : _nextChild;
            given?.Signal(Signal.SIGKILL);
        }
    }

    /// <summary>A process has ended while two were there.</summary>
    /// <returns>Whether that was all.</returns>
    private bool OnEndedWhileReplacing(SupervisedChild child, ExitStatus status)
    {
        if (_nextChild is null)
        {
            return false;
        }
        if (ReferenceEquals(child, _nextChild))
        {
            _nextChild = null;
            _log.Error($"The new VRRP process (pid {child.Pid}) {status}: the one of the program before goes on");
            return true;
        }
        if (!ReferenceEquals(child, _child) || Phase != SupervisorPhase.Running || child.HasStopped)
        {
            _nextChild.Signal(Signal.SIGKILL);
            _nextChild = null;
            return false;
        }
        SupervisedChild next = _nextChild;
        _nextChild = null;
        FailStatusRequests(StatusPart.Vrrp);
        _restartCount++;
        Configure(next);
        _scripts.TellAll();
        return true;
    }

    private void ApplyTrackersAsKnown()
        => _scripts.ApplyTrackers(
            _configuration.Model, MonotonicClock.Now, index => _board?.Tracker(TrackerKind.Script, index));

    /// <summary>The path of our program, where a package has put a newer one, perhaps.</summary>
    private static string OwnPath()
    {
        string path = new FileInfo(SpawnRequest.OwnProgram).LinkTarget ?? SpawnRequest.OwnProgram;
        return path.EndsWith(Deleted, StringComparison.Ordinal) ? path[..^Deleted.Length] : path;
    }

    /// <summary>Begins afresh as another program, after everything has been handed over and ended.</summary>
    private int ExecuteAtEnd(string path)
    {
        Errno errno = OwnProcess.Execute(
            path, _options.Arguments, [.. Daemon.Inheritable(), $"{ChildEnvironment.ContinueChecksVariable}=1"]);
        _log.Error($"{path} cannot be executed: {errno}");
        return DaemonExitCode.Fatal;
    }
}
