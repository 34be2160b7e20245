using Holdfast.Linux;

namespace Holdfast.Proxy.Engine;

/// <summary>New sessions in a second over several listeners and loops: <c>rate-limit sessions</c>.</summary>
/// <remarks>
/// As the original counts: those of the second that runs, and a share of those of the one before. Loops that accept at
/// the same moment may exceed the limit by one session each.
/// </remarks>
/// <param name="max">Sessions in a second, more than 0.</param>
public sealed class SessionRateLimit(int max)
{
    private const long Second = 1000;
    private const long NanosecondsPerMillisecond = 1_000_000;

    private readonly Lock _gate = new();
    private long _begin;
    private long _current;
    private long _previous;

    /// <summary>Milliseconds after which there may be room again.</summary>
    internal static long Pause => 20;

    private static long Now => MonotonicClock.Now.Nanoseconds / NanosecondsPerMillisecond;

    internal bool HasRoom => HasRoomAt(Now);

    internal void Enter() => EnterAt(Now);

    internal bool HasRoomAt(long now)
    {
        lock (_gate)
        {
            Turn(now);
            long left = Math.Clamp(_begin + Second - now, 0, Second);
            return _current + ((_previous * left) + Second - 1) / Second < max;
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
