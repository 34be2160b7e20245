using Holdfast.Linux;
using Holdfast.Runtime.Continuity;

namespace Holdfast.Runtime.Vrrp;

// The board on which this process keeps its state for the next one.
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

    /// <summary>After a reload the state is kept on the board of the new configuration.</summary>
    private void MoveToBoard(VrrpNode node, StateBoard? board)
    {
        node.Commit();
        _board?.Dispose();
        _board = board;
    }
}
