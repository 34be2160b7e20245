using Holdfast.Linux;
using Holdfast.Primitives;

namespace Holdfast.IpvsGuest.Lives;

/// <summary>Waiting for what other processes do, which no descriptor tells.</summary>
internal static class LifeWait
{
    private static readonly TimeSpan s_turn = TimeSpan.FromMilliseconds(150);
    private static readonly ManualResetEventSlim s_never = new();

    /// <summary>Lets the others run a little.</summary>
    internal static void Turn() => s_never.Wait(s_turn);

    /// <summary>Waits for a condition, at most so long.</summary>
    /// <returns>Whether it has come true.</returns>
    internal static bool Until(Func<bool> condition, TimeSpan limit)
    {
        MonotonicTime end = MonotonicClock.Now + limit;
        while (!condition())
        {
            if (MonotonicClock.Now >= end)
            {
                return false;
            }
            Turn();
        }
        return true;
    }
}
