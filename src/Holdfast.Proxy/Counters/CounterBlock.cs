namespace Holdfast.Proxy.Counters;

/// <summary>What one loop has counted of one thing. Its loop writes; others read each number as it is or was.</summary>
public sealed class CounterBlock
{
    /// <summary>Numbers at both ends that nobody writes, so that two loops never write to one cache line.</summary>
    private const int Padding = 8;

    private static readonly int s_count = Enum.GetValues<TrafficCounter>().Length;

    private readonly long[] _values = new long[s_count + (2 * Padding)];

    /// <summary>Sessions in a second.</summary>
    internal EventRate SessionRate;

    /// <summary>Requests in a second.</summary>
    internal EventRate RequestRate;

    /// <summary>Connections in a second.</summary>
    internal EventRate ConnectionRate;

    /// <summary>Time in queues, in milliseconds.</summary>
    internal SlidingAverage QueueTime;

    /// <summary>Time to connect, in milliseconds.</summary>
    internal SlidingAverage ConnectTime;

    /// <summary>Time until servers answer, in milliseconds.</summary>
    internal SlidingAverage ResponseTime;

    /// <summary>Time of whole requests, in milliseconds.</summary>
    internal SlidingAverage TotalTime;

    /// <summary>When the last session began, in milliseconds of the loop's clock; 0: never.</summary>
    internal long LastSession;

    /// <summary>One count.</summary>
    public long this[TrafficCounter counter] => Volatile.Read(ref _values[Padding + (int)counter]);

    internal void Add(TrafficCounter counter, long amount = 1) => _values[Padding + (int)counter] += amount;

    /// <summary>Counts a response by its status.</summary>
    internal void AddStatus(int status) => Add(status switch
    {
        >= 100 and < 200 => TrafficCounter.Informational,
        >= 200 and < 300 => TrafficCounter.Successful,
        >= 300 and < 400 => TrafficCounter.Redirections,
        >= 400 and < 500 => TrafficCounter.ClientErrors,
        >= 500 and < 600 => TrafficCounter.ServerErrors,
        _ => TrafficCounter.OtherStatuses,
    });
}
