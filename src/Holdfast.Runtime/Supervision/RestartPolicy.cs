using Holdfast.Primitives;

namespace Holdfast.Runtime.Supervision;

/// <summary>When a process that crashed is started again, and when no more.</summary>
/// <remarks>
/// The first crash is answered at once: the addresses are still there and the next advert is due soon. Further ones
/// within a minute wait twice as long each time. The sixth within a minute is a crash loop: what crashed six times
/// will crash a seventh time, and a node that stays down lets the other node serve.
/// </remarks>
public readonly record struct RestartPolicy(int Crashes, MonotonicTime LastCrash)
{
    /// <summary>So many crashes within <see cref="Memory"/> of each other are a loop.</summary>
    public const int CrashesMax = 6;

    private const int FirstDelayMilliseconds = 100;

    /// <summary>A crash longer ago does not count: one minute.</summary>
    public static TimeSpan Memory => TimeSpan.FromMinutes(1);

    /// <summary>A crash happened.</summary>
    /// <param name="now">When.</param>
    /// <param name="next">The policy from now on.</param>
    /// <returns>When to start again; <see cref="MonotonicTime.Never"/> in a crash loop.</returns>
    public MonotonicTime OnCrash(MonotonicTime now, out RestartPolicy next)
    {
        int crashes = Crashes > 0 && now - LastCrash < Memory ? Crashes + 1 : 1;
        next = new(crashes, now);
        return crashes switch
        {
            1 => now,
            >= CrashesMax => MonotonicTime.Never,
            _ => now + TimeSpan.FromMilliseconds(FirstDelayMilliseconds << (crashes - 2)),
        };
    }
}
