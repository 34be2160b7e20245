using Holdfast.Config.Keepalived;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;
using Holdfast.Runtime.Continuity;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Vrrp;

namespace Holdfast.Runtime.Supervision;

// One supervisor after another: what is told for that case, and how the next one goes on.
public sealed partial class Supervisor
{
    /// <summary>Tells the VRRP process how to start us again.</summary>
    private void SendLineage(SupervisedChild child)
    {
        if (_options.Arguments.Count == 0)
        {
            return;
        }
        var lineage = new Lineage(
            _options.Arguments, [.. Daemon.Inheritable().Where(SystemdNotifier.IsInheritable)]);
        if (SealedMemory.TryCreate("holdfast-lineage", lineage.ToBytes(), out FdHandle memory) == Errno.Success)
        {
            using (memory)
            {
                // Without it the VRRP process hands over when we are killed.
                _ = child.Channel.TrySend(new LineageMessage(_restartCount), memory.Number);
            }
        }
    }

    /// <summary>Goes on with the running VRRP process of a supervisor before us, with its configuration.</summary>
    private int GoOn(Continuation continuation)
    {
        // The VRRP process is made to be on time, and we are its child now; scripts must not be.
        ProcessPriority.Reset();
        _ = OwnProcess.CloseOnExecuteFrom(3); // what we were given is for nobody after us
        using var snapshot = new FdHandle(continuation.SnapshotFd);
        using var channel = new FdHandle(continuation.ChannelFd);
        var boardHandle = new FdHandle(continuation.BoardFd);
        if (SealedMemory.TryRead(snapshot.Number, KeepalivedSnapshot.SizeMax, out byte[] bytes) is var errno
            && errno != Errno.Success)
        {
            _log.Error($"The configuration of the running VRRP process cannot be read: {errno}");
            return DaemonExitCode.Fatal;
        }
        KeepalivedParseResult parsed = KeepalivedSnapshot.Parse(bytes);
        _configuration = _loader.LoadServed(new LoadedConfiguration(parsed.Model, bytes));
        _board = StateBoard.TryOpen(boardHandle, BoardShape.Of(parsed.Model));
        if (parsed.HasErrors || _board is null || !TryPrepare(parsed.Model) || !TryListen())
        {
            return DaemonExitCode.Fatal; // logged, or the board of another program
        }
        _generation = continuation.Generation;
        _runningGeneration = continuation.Generation;
        _restartCount = continuation.Restarts;
        _ = channel.Release(); // the child owns it from here
        Adopt(continuation);
        return DaemonExitCode.Ok;
    }

    private void Adopt(Continuation continuation)
    {
        Phase = SupervisorPhase.Running;
        _scripts.ApplyNotifications(_configuration.Model);
        // The one before leaves everything as it is when its supervisor goes.
        _checks.Start(_configuration, _generation, continues: true);
        // That of the supervisor before accepts no more, and ends with its sessions.
        _ = _served.Start(_configuration, _generation);
        Errno errno = SupervisedChild.TryAdopt(
            continuation, _loop, _children, OnMessage, OnChildEnded, out SupervisedChild? child);
        if (child is null)
        {
            OnCrash($"ended meanwhile ({errno})");
            return;
        }
        _child = child;
        bool isUpgrade = continuation.Reason == ContinuationReason.Upgrade;
        _log.Warning($"Going on with VRRP process {child.Pid}: "
            + (isUpgrade ? "another program ran before" : "the supervisor before was killed"));
        WriteVrrpPidFile(child.Pid);
        WatchFromNow(_configuration.Model);
        _readiness.Begin(_configuration.Model, MonotonicClock.Now);
        ApplyConnectionSync();
        _schedule.Apply(_configuration.Model.Global);
        SendLineage(child);
        TellMissed();
        ApplyTrackersAsKnown();
        if (isUpgrade)
        {
            ReplaceChild();
        }
        TellSystemd(static status => SystemdNotifier.ReadyAs(Environment.ProcessId, status));
    }
}
