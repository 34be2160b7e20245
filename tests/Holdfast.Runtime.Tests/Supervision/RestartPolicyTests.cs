using Holdfast.Primitives;
using Holdfast.Runtime.Supervision;

namespace Holdfast.Runtime.Tests.Supervision;

public sealed class RestartPolicyTests
{
    [Fact]
    public void OnCrash_InARow_WaitsLongerAndGivesUp()
    {
        var policy = new RestartPolicy();
        var now = new MonotonicTime(1_000_000_000);
        var delays = new List<double>();
        for (int i = 0; i < RestartPolicy.CrashesMax; i++)
        {
            MonotonicTime at = policy.OnCrash(now, out policy);
            delays.Add(at.IsNever ? -1 : (at - now).TotalMilliseconds);
        }
        Assert.Equal([0, 100, 200, 400, 800, -1], delays);
    }

    [Fact]
    public void OnCrash_LongAfterTheLast_IsTheFirstAgain()
    {
        var policy = new RestartPolicy();
        var now = new MonotonicTime(1_000_000_000);
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(now, policy.OnCrash(now, out policy));
            now += RestartPolicy.Memory;
        }
    }
}
