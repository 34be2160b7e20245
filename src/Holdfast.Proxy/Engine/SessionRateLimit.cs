using Holdfast.Linux;

namespace Holdfast.Proxy.Engine;

/// <summary>
/// What several listeners and loops accept in a second: <c>rate-limit sessions</c>, <c>maxconnrate</c> and the like.
/// </summary>
/// <remarks>
/// As the original counts: those of the second that runs, and a share of those of the one before. Loops that accept at
/// the same moment may exceed the limit by one session each.
/// </remarks>
/// <param name="max">How many in a second; 0: no limit, and nothing is counted.</param>
public sealed class SessionRateLimit(int max)
{
    private const long Second = 1000;
    private const long NanosecondsPerMillisecond = 1_000_000;

    private readonly Lock _gate = new();
    private int _max = max;
    private long _begin;
    private long _current;
    private long _previous;

    /// <summary>Milliseconds after which there may be room again.</summary>
    internal static long Pause => 20;

    private static long Now => MonotonicClock.Now.Nanoseconds / NanosecondsPerMillisecond;

    /// <summary>How many in a second; 0: no limit.</summary>
    public int Max => Volatile.Read(ref _max);

    internal bool HasRoom => Max == 0 || HasRoomAt(Now);

    /// <summary>Changes the limit. May be called on any thread.</summary>
    public void SetMax(int value) => Volatile.Write(ref _max, value);

    internal void Enter()
    {
        if (Max != 0)
        {
            EnterAt(Now);
        }
    }

    internal bool HasRoomAt(long now)
    {
        lock (_gate)
        {
            Turn(now);
            long left = Math.Clamp(_begin + Second - now, 0, Second);
            return _current + ((_previous * left) + Second - 1) / Second < Max;
        }
    }

    internal void EnterAt(long now)
    {
        lock (_gate)
        {
            Turn(now);
            _current++;
        }
    }

    private void Turn(long now)
    {
        long passed = now - _begin;
        if (passed >= Second)
        {
            _previous = passed < 2 * Second ? _current : 0;
            _current = 0;
            _begin = passed < 2 * Second ? _begin + Second : now;
        }
    }
}
