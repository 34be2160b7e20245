using System.Globalization;
using Holdfast.Proxy.Engine;

namespace Holdfast.Web.Loops;

/// <summary>The time of day on an event loop: counted on from the loop's own clock, looked at anew each second.
/// </summary>
/// <param name="state">The loop.</param>
public sealed class LoopClock(LoopState state)
{
    private const int MillisecondsPerSecond = 1000;
    private const int DateLength = 29; // Tue, 24 Nov 2026 01:20:24 GMT

    private readonly byte[] _date = new byte[DateLength];
    private long _offset = long.MinValue;
    private long _lookedAt;
    private long _dateSecond = -1;

    /// <summary>Milliseconds since 1970.</summary>
    public long UnixMilliseconds
    {
        get
        {
            long now = state.Now;
            if (_offset == long.MinValue || now - _lookedAt >= MillisecondsPerSecond)
            {
                Look(now);
            }
            return now + _offset;
        }
    }

    /// <summary>Local time less UTC, in seconds.</summary>
    public int UtcOffset { get; private set; }

    /// <summary>The present second as a field Date has it; holds until the next call.</summary>
    public ReadOnlySpan<byte> Date
    {
        get
        {
            long second = UnixMilliseconds / MillisecondsPerSecond;
            if (second != _dateSecond)
            {
                _dateSecond = second;
                _ = DateTimeOffset.FromUnixTimeSeconds(second)
                    .TryFormat(_date, out _, "R", CultureInfo.InvariantCulture);
            }
            return _date;
        }
    }

    private void Look(long now)
    {
        DateTimeOffset present = TimeProvider.System.GetLocalNow();
        _offset = present.ToUnixTimeMilliseconds() - now;
        _lookedAt = now;
        UtcOffset = (int)present.Offset.TotalSeconds;
    }
}
