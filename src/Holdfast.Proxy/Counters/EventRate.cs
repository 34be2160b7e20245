namespace Holdfast.Proxy.Counters;

/// <summary>Events in the last second, from two counts: the second that runs, and the one before.</summary>
/// <remarks>
/// One loop writes; others read what may be torn between two seconds, which shows as one wrong figure.
/// </remarks>
public struct EventRate
{
    private const long Second = 1000;

    private long _begin;
    private uint _current;
    private uint _previous;

    /// <summary>Counts one event.</summary>
    /// <param name="now">Milliseconds of the loop's clock; never goes back.</param>
    internal void Add(long now) => Add(now, 1);

    /// <summary>Counts several at once.</summary>
    /// <param name="now">Milliseconds of the loop's clock; never goes back.</param>
    /// <param name="count">How many.</param>
    internal void Add(long now, int count)
    {
        Turn(now);
        _current += (uint)count;
    }

    /// <summary>The rate at a time, as events in a second.</summary>
    public readonly long At(long now)
    {
        EventRate copy = this;
        copy.Turn(now);
        long left = Math.Clamp(copy._begin + Second - now, 0, Second);
        return copy._current + (copy._previous * left / Second);
    }

    private void Turn(long now)
    {
        long passed = now - _begin;
        if (passed >= Second)
        {
            _previous = passed < 2 * Second ? _current : 0;
            _current = 0;
            _begin = passed < 2 * Second ? _begin + Second : now;
        }
    }
}
