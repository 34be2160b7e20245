using Holdfast.Primitives;
using Holdfast.Runtime.Supervision;

namespace Holdfast.Runtime.Tests.Supervision;

public sealed class RestartPolicyTests
{
    private static readonly MonotonicTime s_begin = new(1_000_000_000);

    [Fact]
    public void OnCrash_FiveInARow_IsALoop()
    {
        RestartPolicy policy = Default();
        Assert.Equal([true, true, true, true, false], Enumerable.Range(0, 5).Select(_ => policy.OnCrash(s_begin)));
    }

    [Theory]
    [InlineData(5000)]
    [InlineData(2501)]
    public void OnCrash_TwentyTimesAFewSecondsApart_IsNone(int milliseconds)
    {
        RestartPolicy policy = Default();
        for (int i = 0; i < 20; i++)
        {
            Assert.True(policy.OnCrash(s_begin + TimeSpan.FromMilliseconds(i * milliseconds)));
        }
    }

    [Fact]
    public void OnCrash_FiveWithinTheWindow_IsALoopUntilCleared()
    {
        RestartPolicy policy = Default();
        for (int i = 0; i < 4; i++)
        {
            Assert.True(policy.OnCrash(s_begin + TimeSpan.FromSeconds(i * 2.4)));
        }
        Assert.False(policy.OnCrash(s_begin + TimeSpan.FromSeconds(4 * 2.4)));
        policy.Clear();
        Assert.True(policy.OnCrash(s_begin + TimeSpan.FromSeconds(9.7)));
    }

    private static RestartPolicy Default() => new(RestartPolicy.DefaultCrashesMax, RestartPolicy.DefaultWindow);
}
