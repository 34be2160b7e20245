namespace Holdfast.Proxy.Counters;

/// <summary>The average of about the last 1024 values, each newer one with more weight.</summary>
public struct SlidingAverage
{
    private const int Window = 1024;

    private long _sum;

    /// <summary>How many values there were.</summary>
    public long Count { get; private set; }

    /// <summary>The average, rounded up; 0 without a value.</summary>
    public readonly long Value
    {
        get
        {
            long weight = Math.Min(Math.Max(1, Count), Window);
            return (_sum + weight - 1) / weight;
        }
    }

    /// <summary>The greatest value since the last <see cref="Forget"/>.</summary>
    public long Longest { get; private set; }

    /// <summary>Begins the greatest value anew.</summary>
    internal void Forget() => Longest = 0;

    internal void Add(long value)
    {
        Count++;
        Longest = Math.Max(Longest, value);
        // While the window is not full, values are summed up.
        _sum += Count <= Window ? value : value - ((_sum + Window - 1) / Window);
    }
}
