namespace Holdfast.Proxy.Counters;

// Counting anew, at an operator's wish. Loops go on adding to their own numbers: what was there is taken off.
public sealed partial class CounterSet
{
    private readonly long[] _cleared = new long[Enum.GetValues<TrafficCounter>().Length];

    /// <summary>The longest time in queues, to connect, until an answer, and of whole requests, in milliseconds.
    /// </summary>
    public (long Queue, long Connect, long Response, long Total) LongestTimes => (
        _blocks.Max(static one => one.QueueTime.Longest), _blocks.Max(static one => one.ConnectTime.Longest),
        _blocks.Max(static one => one.ResponseTime.Longest), _blocks.Max(static one => one.TotalTime.Longest));

    /// <summary>Begins maxima anew, as <c>clear counters</c> does.</summary>
    /// <remarks>A loop that counts at the very moment may keep one of its longest times.</remarks>
    public void ClearMaxima()
    {
        Volatile.Write(ref _sessionsMax, Math.Max(0, this[TrafficCounter.Current]));
        Volatile.Write(ref _sessionRateMax, 0);
        Volatile.Write(ref _requestRateMax, 0);
        Volatile.Write(ref _queuedMax, 0);
        foreach (CounterBlock block in _blocks)
        {
            block.QueueTime.Forget();
            block.ConnectTime.Forget();
            block.ResponseTime.Forget();
            block.TotalTime.Forget();
        }
    }

    /// <summary>Begins everything anew, as <c>clear counters all</c> does; what is open now stays.</summary>
    public void Clear()
    {
        ClearMaxima();
        for (int i = 0; i < _cleared.Length; i++)
        {
            if (i != (int)TrafficCounter.Current)
            {
                Volatile.Write(ref _cleared[i], _cleared[i] + this[(TrafficCounter)i]);
            }
        }
    }
}
