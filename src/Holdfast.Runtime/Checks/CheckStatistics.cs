namespace Holdfast.Runtime.Checks;

/// <summary>How many probes an engine has started, and how late. Counting allocates nothing.</summary>
public sealed class CheckStatistics
{
    private const int BucketMicroseconds = 100;
    private readonly long[] _late = new long[2048];

    /// <summary>Probes started.</summary>
    public long Started { get; private set; }

    /// <summary>Probes that succeeded.</summary>
    public long Succeeded { get; internal set; }

    /// <summary>Probes that failed.</summary>
    public long Failed { get; internal set; }

    /// <summary>Probes that could not be made for want of our own resources.</summary>
    public long Abandoned { get; internal set; }

    /// <summary>The greatest lateness of all.</summary>
    public TimeSpan LatenessMax { get; private set; }

    /// <summary>The lateness that a part of all probes did not exceed, to 100 µs; at most 204.8 ms.</summary>
    /// <param name="part">Such as 0.99.</param>
    public TimeSpan Lateness(double part)
    {
        long wanted = (long)Math.Ceiling(Started * part);
        long seen = 0;
        for (int i = 0; i < _late.Length; i++)
        {
            seen += _late[i];
            if (seen >= wanted)
            {
                return TimeSpan.FromMicroseconds((i + 1) * BucketMicroseconds);
            }
        }
        return LatenessMax;
    }

    /// <summary>Begins again.</summary>
    public void Clear()
    {
        Array.Clear(_late);
        Started = Succeeded = Failed = Abandoned = 0;
        LatenessMax = TimeSpan.Zero;
    }

    internal void CountStart(TimeSpan late)
    {
        Started++;
        LatenessMax = late > LatenessMax ? late : LatenessMax;
        long bucket = late.Ticks / (BucketMicroseconds * TimeSpan.TicksPerMicrosecond);
        _late[Math.Clamp(bucket, 0, _late.Length - 1)]++;
    }
}
