using System.Collections.Immutable;

namespace Holdfast.Proxy.Counters;

/// <summary>What all loops have counted of one frontend, listener, backend or server.</summary>
public sealed partial class CounterSet
{
    private readonly ImmutableArray<CounterBlock> _blocks;
    private long _sessionsMax;
    private long _sessionRateMax;
    private long _requestRateMax;
    private long _queuedMax;

    /// <summary>Makes counters of so many loops.</summary>
    public CounterSet(int loops)
        => _blocks = [.. Enumerable.Range(0, Math.Max(1, loops)).Select(static _ => new CounterBlock())];

    /// <summary>The most sessions at the same time [smax].</summary>
    public long SessionsMax => Volatile.Read(ref _sessionsMax);

    /// <summary>The most that waited at the same time [qmax].</summary>
    public long QueuedMax => Volatile.Read(ref _queuedMax);

    /// <summary>The most sessions in a second [rate_max].</summary>
    public long SessionRateMax => Volatile.Read(ref _sessionRateMax);

    /// <summary>The most requests in a second [req_rate_max].</summary>
    public long RequestRateMax => Volatile.Read(ref _requestRateMax);

    /// <summary>One count of all loops.</summary>
    public long this[TrafficCounter counter]
    {
        get
        {
            long sum = 0;
            foreach (CounterBlock block in _blocks)
            {
                sum += block[counter];
            }
            return sum - Volatile.Read(ref _cleared[(int)counter]);
        }
    }

    /// <summary>Sessions in the last second.</summary>
    /// <param name="now">Milliseconds of the monotonic clock.</param>
    public long SessionRate(long now)
    {
        long sum = 0;
        foreach (CounterBlock block in _blocks)
        {
            sum += block.SessionRate.At(now);
        }
        return sum;
    }

    /// <summary>Requests in the last second.</summary>
    /// <inheritdoc cref="SessionRate"/>
    public long RequestRate(long now)
    {
        long sum = 0;
        foreach (CounterBlock block in _blocks)
        {
            sum += block.RequestRate.At(now);
        }
        return sum;
    }

    /// <summary>Connections in the last second.</summary>
    /// <inheritdoc cref="SessionRate"/>
    public long ConnectionRate(long now)
    {
        long sum = 0;
        foreach (CounterBlock block in _blocks)
        {
            sum += block.ConnectionRate.At(now);
        }
        return sum;
    }

    /// <summary>Milliseconds since the monotonic clock's start when the last session began; 0: never.</summary>
    public long LastSession => _blocks.Max(static one => one.LastSession);

    /// <summary>Average time in queues, to connect, until an answer, and of whole requests, in milliseconds.</summary>
    public (long Queue, long Connect, long Response, long Total) AverageTimes => (
        Average(static one => one.QueueTime), Average(static one => one.ConnectTime),
        Average(static one => one.ResponseTime), Average(static one => one.TotalTime));

    /// <summary>The numbers of one loop, which alone writes them.</summary>
    /// <param name="loop">Its number, from 0.</param>
    internal CounterBlock Of(int loop) => _blocks[loop];

    /// <summary>Tells how many sessions there are now.</summary>
    internal void SeeSessions(long count) => Raise(ref _sessionsMax, count);

    /// <summary>Tells how many wait now.</summary>
    internal void SeeQueued(long count) => Raise(ref _queuedMax, count);

    /// <summary>Looks at the rates for their maxima; called when they may have grown.</summary>
    internal void SeeRates(long now)
    {
        Raise(ref _sessionRateMax, SessionRate(now));
        Raise(ref _requestRateMax, RequestRate(now));
    }

    private long Average(Func<CounterBlock, SlidingAverage> part)
    {
        long count = 0;
        long sum = 0;
        foreach (CounterBlock block in _blocks)
        {
            SlidingAverage one = part(block);
            count += one.Count;
            sum += one.Count * one.Value;
        }
        return count == 0 ? 0 : sum / count;
    }

    private static void Raise(ref long most, long value)
    {
        long seen = Volatile.Read(ref most);
        while (value > seen)
        {
            long found = Interlocked.CompareExchange(ref most, value, seen);
            if (found == seen)
            {
                return;
            }
            seen = found;
        }
    }
}
