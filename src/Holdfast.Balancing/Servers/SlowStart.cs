namespace Holdfast.Balancing.Servers;

/// <summary>The ramp of weight and limit after a server has come up.</summary>
/// <remarks>Time counts in whole seconds, as in the original; a length is rounded up to them.</remarks>
public static class SlowStart
{
    /// <summary>Steps of a weight of 1; the weight that counts is the user's times this.</summary>
    public const int Scale = 16;

    /// <summary>How many sixteenths of its weight a server has: 1 at the beginning, 16 at the end.</summary>
    /// <param name="length">The configured <c>slowstart</c>.</param>
    /// <param name="elapsed">Time since the server came up.</param>
    public static int Sixteenths(TimeSpan length, TimeSpan elapsed)
    {
        long seconds = Seconds(length);
        long passed = Passed(elapsed);
        return passed < 0 || passed >= seconds ? Scale : (int)(((Scale * passed) + seconds) / seconds);
    }

    /// <summary>The part of its limit that a server has, at least 1.</summary>
    public static int Limit(int limit, TimeSpan length, TimeSpan elapsed)
    {
        long seconds = Seconds(length);
        long passed = Passed(elapsed);
        return passed < 0 || passed >= seconds ? limit : (int)Math.Max(1, limit * (100 * passed / seconds) / 100);
    }

    /// <summary>Whether the ramp is over.</summary>
    public static bool IsOver(TimeSpan length, TimeSpan elapsed)
        => Passed(elapsed) < 0 || Passed(elapsed) >= Seconds(length);

    /// <summary>Time between two recalculations: a twentieth of the ramp, at least a second.</summary>
    public static TimeSpan Step(TimeSpan length)
        => TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerSecond, length.Ticks / 20));

    private static long Seconds(TimeSpan length)
        => (length.Ticks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond;

    private static long Passed(TimeSpan elapsed)
        => elapsed < TimeSpan.Zero ? -1 : elapsed.Ticks / TimeSpan.TicksPerSecond;
}
