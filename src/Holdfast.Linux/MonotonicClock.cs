using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux;

/// <summary>The clock of every deadline: CLOCK_MONOTONIC, which never steps and stops while the host sleeps.</summary>
public static class MonotonicClock
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>The present instant. Costs some 30 ns and does not allocate.</summary>
    public static MonotonicTime Now => new(Read(CLOCK.CLOCK_MONOTONIC));

    /// <summary>Nanoseconds since 1970 on the wall clock, for kernel timestamps only (SO_TIMESTAMPNS).</summary>
    public static long RealtimeNanoseconds => Read(CLOCK.CLOCK_REALTIME);

    /// <summary>Nanoseconds of processor time that the calling thread has used.</summary>
    public static long ThreadNanoseconds => Read(CLOCK.CLOCK_THREAD_CPUTIME_ID);

    private static long Read(CLOCK clock)
    {
        _ = LibC.clock_gettime((int)clock, out timespec time); // cannot fail: all these clocks exist on every Linux
        return (time.tv_sec * NanosecondsPerSecond) + time.tv_nsec;
    }
}
