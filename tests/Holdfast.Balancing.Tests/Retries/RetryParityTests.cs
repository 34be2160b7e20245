using Holdfast.Balancing.Retries;
using Holdfast.Balancing.Tests.Original;

namespace Holdfast.Balancing.Tests.Retries;

/// <summary>Retries and redispatches of the original, counted, beside the rules.</summary>
public sealed class RetryParityTests
{
    [Theory]
    [InlineData("roundrobin", false, -1, 3)]
    [InlineData("static-rr", false, 3, 3)]
    [InlineData("leastconn", false, -1, 2)]
    [InlineData("first", false, 2, 3)]
    [InlineData("roundrobin", true, -1, 3)]
    [InlineData("roundrobin", true, -2, 4)]
    [InlineData("leastconn", true, 2, 5)]
    [InlineData("first", true, 1, 3)]
    [InlineData("roundrobin", true, 0, 2)]
    [InlineData("roundrobin", true, 5, 3)]
    public void ServerThatRefuses_RetriesAndRedispatches_AreTheOriginals(
        string balance, bool isPersistent, int interval, int retries)
    {
        // s1 refuses. A request sticks to it by a rule, or it is the first in turn.
        using var haproxy = new Haproxy($"""
            backend b
              balance {balance}
              use-server s1 if {"{ hdr(x-use) s1 }"}
              option redispatch {interval}
              retries {retries}
              timeout connect 20ms
              server s1 unix@@DIRECTORY@/nobody
              server s2 unix@@DIRECTORY@/o2
            """);
        using var asker = new HttpAsker(haproxy);
        string answer = asker.Ask("b", [new Ask("/") { Headers = [isPersistent ? "x-use: s1" : "x-no: 1"] }])[0];

        var settings = new RetrySettings { Retries = retries, Redispatches = true, RedispatchInterval = interval };
        int again = 0;
        RetryAction action;
        while ((action = Decide(settings, again, isPersistent)) == RetryAction.SameServer)
        {
            again++;
        }
        bool moves = action == RetryAction.Redispatch;
        Assert.Equal(moves ? "s2" : "503", answer);
        Assert.Equal(again, haproxy.Column("b", "wretr")["BACKEND"]);
        Assert.Equal(moves ? 1 : 0, haproxy.Column("b", "wredis")["BACKEND"]);
    }

    private static RetryAction Decide(RetrySettings settings, int failedBefore, bool isPersistent)
        => RetryRules.Decide(settings, new RetrySituation
        {
            Cause = RetryCauses.ConnectionFailure,
            FailedBefore = failedBefore,
            IsServerRunning = true,
            IsPersistent = isPersistent,
            ActiveServers = 2,
        }).Action;
}
