using System.Globalization;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Keepalived.Planning;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;
using Holdfast.Runtime.Continuity;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Vrrp;

namespace Holdfast.Runtime.Supervision;

// The state that outlives the VRRP process, and what was told of it.
public sealed partial class Supervisor
{
    private StateBoard? _board;
    private StateBoard? _nextBoard;
    private readonly HangWatch _hangs = new();

    /// <summary>Sends a board and then the configuration that it belongs to.</summary>
    private static Errno SendConfiguration<T>(
        SupervisedChild child, StateBoard? board, in T message, LoadedConfiguration loaded)
        where T : unmanaged, IChildMessage
    {
        if (board is not null)
        {
            // Without it the process works as well; only its successor would start afresh.
            _ = child.Channel.TrySend(new BoardMessage(board.Generation), board.Fd);
        }
        return child.SendSnapshot(in message, loaded.Snapshot.Span);
    }

    /// <summary>Kills the VRRP process when it hangs; what follows is the same as after a crash.</summary>
    private void WatchProgress(MonotonicTime now)
    {
        if (_hangs.Deadline > now)
        {
            return;
        }
        if (_child is null || _board is not { } board || Phase != SupervisorPhase.Running)
        {
            _hangs.Rest(); // a stop has its own limit
            return;
        }
        if (_hangs.IsHung(now, _child.IsReady, board.ProgressAt, board.NextWakeAt))
        {
            TimeSpan silence = now - MonotonicTime.Max(board.ProgressAt, board.NextWakeAt);
            _log.Error(string.Create(CultureInfo.InvariantCulture,
                $"The VRRP process (pid {_child.Pid}) is {silence.TotalMilliseconds:F0} ms behind and does not move: "
                + $"killing it, to go on with another one"));
            _child.Signal(Signal.SIGKILL);
            _hangs.Rest();
        }
    }

    private void WatchFromNow(KeepalivedModel model)
    {
        _hangs.SetInterval(model.Instances.IsEmpty
            ? TimeSpan.FromSeconds(1) : model.Instances.Min(static i => i.AdvertInterval));
        _hangs.Begin(MonotonicClock.Now);
    }

    private StateBoard? CreateBoard(KeepalivedModel model, uint generation)
    {
        Errno errno = StateBoard.TryCreate(BoardShape.Of(model), generation, out StateBoard? board);
        if (board is null)
        {
            _log.Warning($"No memory for the state of the instances ({errno}): a crash would lose it");
        }
        return board;
    }

    private static void DropBoard(ref StateBoard? board)
    {
        board?.Dispose();
        board = null;
    }

    /// <summary>The board of a reload becomes the current one; what was told of who goes on goes along.</summary>
    private void AdoptNextBoard(KeepalivedModel before, KeepalivedModel now)
    {
        CopyTold(before, now);
        DropBoard(ref _board);
        _board = _nextBoard;
        _nextBoard = null;
    }

    /// <summary>Carries what was told over to the board of a reload, for those who go on.</summary>
    private void CopyTold(KeepalivedModel before, KeepalivedModel now)
    {
        if (_board is null || _nextBoard is null)
        {
            return;
        }
        int[] sources = InstanceIdentity.Match(ReloadPlanner.Identities(before), ReloadPlanner.Identities(now));
        for (int index = 0; index < now.Instances.Length; index++)
        {
            int old = sources[index];
            _nextBoard.SetToldOfInstance(index, old < 0 ? InstanceState.Init : _board.ToldOfInstance(old));
        }
        for (int index = 0; index < now.SyncGroups.Length; index++)
        {
            int old = before.SyncGroups.FindIndex(g => g.Name == now.SyncGroups[index].Name);
            _nextBoard.SetToldOfGroup(index, old < 0 ? InstanceState.Init : _board.ToldOfGroup(old));
        }
    }

    /// <summary>
    /// Tells a change, unless it was told already: a process that was killed between its message and its board lets
    /// its successor do the same step again.
    /// </summary>
    private void OnInstance(in InstanceStateChangedMessage message)
    {
        StateBoard? board = _board is { } b && (uint)message.Index < (uint)b.Shape.Instances ? b : null;
        if (board is not null && message.To != message.From && board.ToldOfInstance(message.Index) == message.To)
        {
            return;
        }
        board?.SetToldOfInstance(message.Index, message.To);
        _statusIsStale = true;
        NoteTransition(in message);
        _sync.OnInstance(message.Index, message.To);
        _scripts.Notifier.OnInstance(in message);
    }

    private void OnGroup(in GroupStateChangedMessage message)
    {
        StateBoard? board = _board is { } b && (uint)message.Index < (uint)b.Shape.Groups ? b : null;
        if (board is not null && message.To != message.From && board.ToldOfGroup(message.Index) == message.To)
        {
            return;
        }
        board?.SetToldOfGroup(message.Index, message.To);
        TransitionLog.Write(_log, _configuration.Model, in message);
        _scripts.Notifier.OnGroup(in message);
    }

    /// <summary>What a board of another shape cannot tell has not begun.</summary>
    private void ApplyConnectionSync()
        => _sync.Apply(_configuration.Model, index => _board is { } board && index < board.Shape.Instances
            ? board.ToldOfInstance(index) : InstanceState.Init);

    /// <summary>Tells what changed and was lost with the process that should have told it.</summary>
    private void TellMissed()
    {
        if (_board is not { IsCommitted: true } board)
        {
            return;
        }
        for (int index = 0; index < board.Shape.Instances; index++)
        {
            InstanceRecord record = board.Read(index);
            InstanceState told = board.ToldOfInstance(index);
            InstanceState now = VrrpNode.StateOf(record.State.Role, record.State.Reason);
            if (now != told && now != InstanceState.Init)
            {
                OnInstance(new InstanceStateChangedMessage(
                    index, told, now, record.State.EffectivePriority, (ushort)record.State.Reason,
                    record.LastAdvert.Source));
            }
        }
        for (int group = 0; group < board.Shape.Groups; group++)
        {
            InstanceState told = board.ToldOfGroup(group);
            InstanceState now = board.Group(group);
            if (now != told && now != InstanceState.Init)
            {
                OnGroup(new GroupStateChangedMessage(group, told, now));
            }
        }
    }
}
