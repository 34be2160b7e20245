namespace Holdfast.Proxy.Http;

/// <summary>Local time less UTC, looked up once in a minute.</summary>
internal sealed class LocalTime(TimeZoneInfo zone)
{
    private const long Minute = 60_000_000;

    private long _minute = -1;
    private int _offset;

    /// <summary>The difference in seconds.</summary>
    /// <param name="microseconds">Since 1970, UTC.</param>
    internal int OffsetAt(long microseconds)
    {
        long minute = microseconds / Minute;
        if (minute != _minute)
        {
            _minute = minute;
            _offset = (int)zone.GetUtcOffset(DateTimeOffset.FromUnixTimeSeconds(microseconds / 1_000_000)).TotalSeconds;
        }
        return _offset;
    }
}
