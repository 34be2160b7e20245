using Holdfast.Primitives;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Supervision;

/// <summary>Asks a child from time to time whether its loops turn.</summary>
/// <remarks>One missed answer may be a host that was frozen: a child that owes two hangs.</remarks>
/// <param name="interval">Between two questions.</param>
internal sealed class PingWatch(TimeSpan interval)
{
    private const int OwedMax = 2;
    private int _owed;

    /// <summary>When <see cref="Ask"/> is to be called; never: nothing is watched.</summary>
    internal MonotonicTime Deadline { get; private set; } = MonotonicTime.Never;

    /// <summary>A child is to be watched from now on.</summary>
    internal void Begin(MonotonicTime now)
    {
        _owed = 0;
        Deadline = now + interval;
    }

    /// <summary>Nothing is watched until the next <see cref="Begin"/>.</summary>
    internal void Rest() => Deadline = MonotonicTime.Never;

    /// <summary>It has answered.</summary>
    internal void OnPong() => _owed = 0;

    /// <summary>Asks once more, or gives up.</summary>
    /// <returns>Whether it hangs: then nothing is watched any more.</returns>
    internal bool Ask(ChildChannel channel, MonotonicTime now)
    {
        if (_owed >= OwedMax)
        {
            Rest();
            return true;
        }
        _owed++;
        Deadline = now + interval;
        _ = channel.TrySend(new PingMessage(0)); // who is gone is told by its end
        return false;
    }
}
