using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Runtime.Continuity;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Vrrp;

// What outlives this process, and how it outlives its supervisor.
public sealed partial class VrrpProcess
{
    /// <summary>The board that came before a configuration; null when none came, or one of another kind.</summary>
    private StateBoard? TakeBoard(VrrpPlan plan, uint generation)
    {
        FdHandle? handle = _nextBoard;
        _nextBoard = null;
        if (handle is null)
        {
            return null;
        }
        StateBoard? board = StateBoard.TryOpen(handle, BoardShape.Of(plan.Model));
        if (board is not null && board.Generation == generation)
        {
            return board;
        }
        board?.Dispose();
        _log.Warning("the supervisor sent a state board that does not fit: a crash would lose the state");
        return null;
    }

    /// <summary>Begins afresh, or goes on where the process before was ended.</summary>
    private void StartOrResume(VrrpNode node)
    {
        bool goesOn = _board is { IsCommitted: true };
        if (goesOn)
        {
            node.Restore(_board!);
        }
        node.Begin();
        if (goesOn)
        {
            node.Resume();
            node.RunDeadlines(); // an advert is overdue, perhaps
        }
        node.RemoveLeftovers(_routes);
        node.EndTurn();
        node.Commit();
    }

    private void ReadLineage(in LineageMessage message)
    {
        using FdHandle memory = _channel.TakeDescriptor();
        if (!memory.IsInvalid
            && SealedMemory.TryRead(memory.Number, Lineage.SizeMax, out byte[] bytes) == Errno.Success)
        {
            _revival.Lineage = Lineage.FromBytes(bytes);
            _revival.Restarts = message.Restarts;
        }
    }

    /// <summary>
    /// Nobody would restart us or run our scripts: start another supervisor, or hand over while we still can.
    /// </summary>
    private void SupervisorIsGone()
    {
        _loop.Remove(_channel.Fd);
        if (_stopping)
        {
            return;
        }
        Errno errno = Errno.EOPNOTSUPP;
        if (_board is { } board && _node is not null)
        {
            errno = _revival.TryRevive(board, MonotonicClock.Now, out FdHandle channel, out int pid);
            if (errno == Errno.Success)
            {
                _log.Error($"the supervisor (pid {_supervisorPid}) is gone: another one (pid {pid}) goes on");
                _supervisorPid = pid;
                _channel.Reconnect(channel);
                _loop.Add(_channel.Fd, EpollEvents.EPOLLIN, this);
                return;
            }
        }
        _log.Error($"the supervisor is gone, and another one cannot be started ({errno}): handing over");
        Stop();
    }

    /// <summary>After a reload the state is kept on the board of the new configuration.</summary>
    private void MoveToBoard(VrrpNode node, StateBoard? board)
    {
        node.Commit();
        _board?.Dispose();
        _board = board;
    }
}
