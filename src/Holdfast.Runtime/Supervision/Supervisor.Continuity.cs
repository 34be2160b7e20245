using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux.Abi;
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

    /// <summary>Sends a board and then the configuration that it belongs to.</summary>
    private static Errno SendConfiguration<T>(
        VrrpChild child, StateBoard? board, in T message, LoadedConfiguration loaded)
        where T : unmanaged, IChildMessage
    {
        if (board is not null)
        {
            // Without it the process works as well; only its successor would start afresh.
            _ = child.Channel.TrySend(new BoardMessage(board.Generation), board.Fd);
        }
        return child.SendSnapshot(in message, loaded.Snapshot.Span);
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

    /// <summary>The board of a reload becomes the current one; what was told goes along by name.</summary>
    private void AdoptNextBoard(KeepalivedModel before, KeepalivedModel now)
    {
        if (_board is not null && _nextBoard is not null)
        {
            for (int index = 0; index < now.Instances.Length; index++)
            {
                int old = before.Instances.FindIndex(i => i.Name == now.Instances[index].Name);
                _nextBoard.SetToldOfInstance(index, old < 0 ? InstanceState.Init : _board.ToldOfInstance(old));
            }
            for (int index = 0; index < now.SyncGroups.Length; index++)
            {
                int old = before.SyncGroups.FindIndex(g => g.Name == now.SyncGroups[index].Name);
                _nextBoard.SetToldOfGroup(index, old < 0 ? InstanceState.Init : _board.ToldOfGroup(old));
            }
        }
        DropBoard(ref _board);
        _board = _nextBoard;
        _nextBoard = null;
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
        NoteTransition(in message);
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
