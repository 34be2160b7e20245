using Holdfast.Primitives;

namespace Holdfast.Vrrp.Wire;

/// <summary>The wire's unit of time.</summary>
public static class IntervalUnits
{
    private const long TicksPerCentisecond = TimeSpan.TicksPerMillisecond * 10;

    extension(TimeSpan interval)
    {
        /// <summary>A number of centiseconds as a time span.</summary>
        public static TimeSpan FromCentiseconds(int centiseconds) => new(centiseconds * TicksPerCentisecond);

        /// <summary>The 12-bit Max Advertise Interval field (RFC 9568 §5.2.7), 1 to 4095.</summary>
        /// <remarks>The parser has already refused what does not fit; reaching the check is a bug.</remarks>
        public ushort ToCentiseconds()
        {
            long centiseconds = interval.Ticks / TicksPerCentisecond;
            Invariant.Check(centiseconds is >= 1 and <= AdvertFormat.IntervalCentisecondsMax);
            return (ushort)centiseconds;
        }
    }
}
