using Holdfast.Primitives;
using Holdfast.Runtime.Supervision;

namespace Holdfast.Runtime.Tests.Supervision;

public sealed class RestartBackoffTests
{
    private static readonly MonotonicTime s_begin = new(1_000_000_000);

    [Fact]
    public void OnCrash_NowAndThen_StartsAtOnce()
    {
        RestartBackoff backoff = Default();
        for (int i = 0; i < 50; i++)
        {
            MonotonicTime now = s_begin + TimeSpan.FromSeconds(i * 3);
            Assert.Equal(now, backoff.OnCrash(now));
            Assert.False(backoff.IsLoop);
        }
    }

    [Fact]
    public void OnCrash_RightAfterEveryStart_WaitsTwiceAsLongUpToAMinute()
    {
        RestartBackoff backoff = Default();
        MonotonicTime now = s_begin;
        var waits = new List<double>();
        for (int i = 0; i < 13; i++)
        {
            MonotonicTime start = backoff.OnCrash(now);
            waits.Add((start - now).TotalSeconds);
            now = start + TimeSpan.FromMilliseconds(20);
        }
        Assert.Equal([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60], waits);
        Assert.True(backoff.IsLoop);
    }

    [Fact]
    public void OnCrash_LongAfterALoop_StartsAtOnce()
    {
        RestartBackoff backoff = Default();
        MonotonicTime now = s_begin;
        for (int i = 0; i < 6; i++)
        {
            now = backoff.OnCrash(now);
        }
        now += TimeSpan.FromMinutes(5);
        Assert.Equal(now, backoff.OnCrash(now));
    }

    [Fact]
    public void Clear_InALoop_StartsAtOnce()
    {
        RestartBackoff backoff = Default();
        for (int i = 0; i < 6; i++)
        {
            backoff.OnCrash(s_begin);
        }
        backoff.Clear();
        Assert.Equal(s_begin, backoff.OnCrash(s_begin));
    }

    private static RestartBackoff Default() => new(RestartPolicy.DefaultCrashesMax, RestartPolicy.DefaultWindow);
}
