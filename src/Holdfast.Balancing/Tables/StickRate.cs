namespace Holdfast.Balancing.Tables;

/// <summary>Events in the last period, from two counts: the period that runs, and the one before.</summary>
/// <remarks>
/// The rate is the running count and as much of the last one as is left of the running period: nothing jumps when a
/// period ends. One event in the last period is not scaled: it would count as 0 at once.
/// Two words of 64 bits: when the period began, and both counts.
/// </remarks>
public static class StickRate
{
    /// <summary>Counts events.</summary>
    /// <param name="words">The two words; zeros when nothing was counted.</param>
    /// <param name="period">The period in milliseconds, above 0.</param>
    /// <param name="now">Now, in milliseconds; not before any time that was given earlier.</param>
    /// <param name="events">How many; a count stops at 2^32 − 1.</param>
    public static void Add(Span<long> words, int period, long now, long events)
    {
        uint current = (uint)words[1];
        uint previous = (uint)(words[1] >>> 32);
        long begin = words[0];
        if (now - begin >= period)
        {
            bool isNext = now - begin < 2L * period;
            previous = isNext ? current : 0;
            current = 0;
            begin = isNext ? begin + period : now;
        }
        current = (uint)Math.Min(uint.MaxValue, current + Math.Max(0, events));
        words[0] = begin;
        words[1] = ((long)previous << 32) | current;
    }

    /// <summary>Events in the last period.</summary>
    /// <inheritdoc cref="Add"/>
    public static long Read(ReadOnlySpan<long> words, int period, long now)
    {
        long current = (uint)words[1];
        long previous = (uint)(words[1] >>> 32);
        long remaining = words[0] + period - now;
        if (remaining < 0)
        {
            remaining += period;
            previous = remaining >= 0 ? current : 0;
            current = 0;
        }
        return current == 0 && previous <= 1 ? previous
            : (long)(((UInt128)(ulong)previous * (ulong)Math.Max(0, remaining) / (ulong)period) + (ulong)current);
    }

    /// <summary>Sets the rate: it stays for a period, and fades in the next.</summary>
    /// <inheritdoc cref="Add"/>
    public static void Set(Span<long> words, long now, long events)
    {
        words[0] = now;
        words[1] = Math.Clamp(events, 0, uint.MaxValue);
    }
}
