using System.Globalization;

namespace Holdfast.Primitives;

/// <summary>An instant on a clock that never steps: nanoseconds since an arbitrary start (CLOCK_MONOTONIC).</summary>
/// <remarks>
/// Differences are <see cref="TimeSpan"/>, which has 100 ns ticks: finer than any timer that the kernel gives us.
/// <see cref="Never"/> sorts after every real instant, so "no deadline" needs no flag.
/// </remarks>
public readonly record struct MonotonicTime(long Nanoseconds) : IComparable<MonotonicTime>
{
    private const long NanosecondsPerTick = 100;

    /// <summary>The start of the clock.</summary>
    public static MonotonicTime Zero => default;

    /// <summary>After every instant: the value of a deadline that is not set.</summary>
    public static MonotonicTime Never => new(long.MaxValue);

    /// <summary>Whether this is <see cref="Never"/>.</summary>
    public bool IsNever => Nanoseconds == long.MaxValue;

    /// <summary>The instant <paramref name="span"/> later; <see cref="Never"/> stays <see cref="Never"/>.</summary>
    public static MonotonicTime operator +(MonotonicTime time, TimeSpan span)
        => time.IsNever ? Never : new(time.Nanoseconds + (span.Ticks * NanosecondsPerTick));

    /// <summary>The instant <paramref name="span"/> earlier.</summary>
    public static MonotonicTime operator -(MonotonicTime time, TimeSpan span)
        => time.IsNever ? Never : new(time.Nanoseconds - (span.Ticks * NanosecondsPerTick));

    /// <summary>
    /// The time from <paramref name="earlier"/> to <paramref name="later"/>; negative if they are swapped.
    /// </summary>
    public static TimeSpan operator -(MonotonicTime later, MonotonicTime earlier)
        => later.IsNever ? TimeSpan.MaxValue : new((later.Nanoseconds - earlier.Nanoseconds) / NanosecondsPerTick);

    /// <summary>Whether <paramref name="a"/> is before <paramref name="b"/>.</summary>
    public static bool operator <(MonotonicTime a, MonotonicTime b) => a.Nanoseconds < b.Nanoseconds;

    /// <summary>Whether <paramref name="a"/> is after <paramref name="b"/>.</summary>
    public static bool operator >(MonotonicTime a, MonotonicTime b) => a.Nanoseconds > b.Nanoseconds;

    /// <summary>Whether <paramref name="a"/> is not after <paramref name="b"/>.</summary>
    public static bool operator <=(MonotonicTime a, MonotonicTime b) => a.Nanoseconds <= b.Nanoseconds;

    /// <summary>Whether <paramref name="a"/> is not before <paramref name="b"/>.</summary>
    public static bool operator >=(MonotonicTime a, MonotonicTime b) => a.Nanoseconds >= b.Nanoseconds;

    /// <summary>The earlier of two instants.</summary>
    public static MonotonicTime Min(MonotonicTime a, MonotonicTime b) => a <= b ? a : b;

    /// <summary>The later of two instants.</summary>
    public static MonotonicTime Max(MonotonicTime a, MonotonicTime b) => a >= b ? a : b;

    /// <inheritdoc/>
    public int CompareTo(MonotonicTime other) => Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>Seconds with six decimals, or "never".</summary>
    public override string ToString()
        => IsNever ? "never" : (Nanoseconds / 1e9).ToString("F6", CultureInfo.InvariantCulture) + " s";
}
