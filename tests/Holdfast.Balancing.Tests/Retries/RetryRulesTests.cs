using Holdfast.Balancing.Retries;

namespace Holdfast.Balancing.Tests.Retries;

public sealed class RetryRulesTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static readonly RetrySituation Refused = new()
    {
        Cause = RetryCauses.ConnectionFailure,
        IsServerRunning = true,
        ActiveServers = 3,
    };

    [Fact]
    public void Default_ThreeRetriesOfTheSameServer_EachAfterASecond()
    {
        var settings = new RetrySettings();
        for (int failed = 0; failed < 3; failed++)
        {
            Assert.Equal(new(RetryAction.SameServer, Second),
                RetryRules.Decide(settings, Refused with { FailedBefore = failed }));
        }
        Assert.Equal(default, RetryRules.Decide(settings, Refused with { FailedBefore = 3 }));
    }

    [Fact]
    public void ConnectTimeoutBelowASecond_IsTheWait()
    {
        var settings = new RetrySettings { ConnectTimeout = TimeSpan.FromMilliseconds(300) };

        Assert.Equal(TimeSpan.FromMilliseconds(300), RetryRules.Decide(settings, Refused).Delay);
        Assert.Equal(TimeSpan.Zero, RetryRules.Decide(settings, Refused with { IsSynchronous = true }).Delay);
        Assert.Equal(TimeSpan.Zero, RetryRules.Decide(settings, Refused with { WasReused = true }).Delay);
    }

    /// <summary>Which retries of a persistent request move, of five.</summary>
    [Theory]
    [InlineData(-1, "ssssR")]
    [InlineData(-2, "sssRs")]
    [InlineData(-5, "RRRRR")]
    [InlineData(1, "RRRRR")]
    [InlineData(2, "sRsRs")]
    [InlineData(0, "sssss")]
    public void Redispatch_Interval_SaysWhichRetriesMove(int interval, string expected)
    {
        var settings = new RetrySettings { Retries = 5, Redispatches = true, RedispatchInterval = interval };
        string actual = string.Concat(Enumerable.Range(0, 5).Select(failed => RetryRules.Decide(
            settings, Refused with { FailedBefore = failed, IsPersistent = true }).Action == RetryAction.Redispatch
                ? 'R' : 's'));

        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Redispatch_NobodyCaresWhichServer_MovesAtOnceAndWithoutWait()
    {
        var settings = new RetrySettings { Redispatches = true };
        RetryDecision moves = new(RetryAction.Redispatch, TimeSpan.Zero);

        Assert.Equal(moves, RetryRules.Decide(settings, Refused));
        Assert.Equal(moves, RetryRules.Decide(
            settings, Refused with { IsServerRunning = false, IsPersistent = true, IsHashed = true }));
        Assert.Equal(RetryAction.SameServer,
            RetryRules.Decide(settings, Refused with { IsHashed = true }).Action);
        Assert.Equal(RetryAction.SameServer,
            RetryRules.Decide(settings, Refused with { IsForced = true, IsServerRunning = false }).Action);
        Assert.Equal(new(RetryAction.Redispatch, Second), RetryRules.Decide(
            settings, Refused with { ActiveServers = 1, FailedBefore = 2 }));
    }

    [Theory]
    [InlineData(500, true, true)]
    [InlineData(503, false, false)]
    [InlineData(501, true, false)]
    [InlineData(404, true, false)]
    [InlineData(200, true, false)]
    public void Status_AllRetryable_NeedsTheWholeRequest(int status, bool isReplayable, bool retries)
    {
        var settings = new RetrySettings { RetryOn = RetryCauses.AllRetryable };
        RetryDecision decision = RetryRules.Decide(
            settings, Refused with { Cause = RetryRules.CauseOf(status), IsReplayable = isReplayable });

        Assert.Equal(retries, decision.Action != RetryAction.GiveUp);
        Assert.Equal(TimeSpan.Zero, decision.Delay);
    }

    [Fact]
    public void NameMismatch_IsNeverRetried()
        => Assert.Equal(default, RetryRules.Decide(new(), Refused with { IsNameMismatch = true }));
}
