using Holdfast.Lab;

namespace Holdfast.Parity.Tests.Vrrp;

/// <summary>Who becomes Active: priorities, preemption, equal priorities, three routers, partitions.</summary>
public sealed class ElectionTests
{
    private static readonly InstanceText s_high = new() { Priority = 200 };
    private static readonly InstanceText s_low = new() { Priority = 100 };

    public static TheoryData<Maker, Maker> Pairs() => new()
    {
        { Maker.Holdfast, Maker.Original },
        { Maker.Original, Maker.Holdfast },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void TrackedScript_FailsWithWeight_PriorityDecides(Maker tracking, Maker other)
    {
        using var lan = new TestLan();
        Router a = lan.Start(lan.A, tracking, """
            vrrp_script check {
                script "/usr/bin/test ! -e /tmp/fail"
                interval 1
                fall 1
                rise 1
                weight -50
            }

            """ + (s_low with { Priority = 120, More = "track_script {\n check\n }" }));
        a.NextState("MASTER");
        Router b = lan.Start(lan.B, other, s_low);
        b.NextState("BACKUP");
        int mark = lan.Tap.Count;
        lan.A.WriteFile("/tmp/fail", "");
        b.NextState("MASTER");
        a.NextState("BACKUP");
        TapFrame[] adverts = lan.AdvertsUntil(lan.B, mark);
        int lowered = Array.FindIndex(adverts, advert => advert.Node == lan.A && advert.Priority == 70);
        int taken = Array.FindIndex(adverts, advert => advert.Node == lan.B);
        Assert.InRange(lowered, 0, taken);
        lan.A.Execute("rm", "/tmp/fail");
        a.NextState("MASTER");
        b.NextState("BACKUP");
        mark = lan.Tap.Count;
        lan.WaitFrame(frame => frame.Node == lan.A && frame.Priority == 120, mark);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void NoPreempt_HigherPriorityReturns_StaysBackup(Maker returning, Maker active)
    {
        using var lan = new TestLan();
        Router b = lan.Start(lan.B, active, s_low);
        b.NextState("MASTER");
        Router a = lan.Start(lan.A, returning, s_high with { More = "nopreempt" });
        a.NextState("BACKUP");
        lan.WaitAdverts(lan.B, 8);
        Assert.Empty(lan.Adverts(0, lan.A));
        b.Process.Stop();
        a.NextState("MASTER");
        Assert.Equal(["BACKUP", "MASTER"], a.States());
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void PreemptDelay_HigherPriorityReturns_WaitsBeforeItTakesOver(Maker returning, Maker active)
    {
        using var lan = new TestLan();
        Router b = lan.Start(lan.B, active, s_low);
        b.NextState("MASTER");
        Router a = lan.Start(lan.A, returning, s_high with { More = "preempt_delay 3" });
        a.NextState("BACKUP");
        int mark = lan.Tap.Count;
        a.NextState("MASTER");
        b.NextState("BACKUP");
        TapFrame[] adverts = lan.AdvertsUntil(lan.A, mark);
        int taken = Array.FindIndex(adverts, advert => advert.Node == lan.A);
        // Without the delay it takes over within four adverts of the other; three seconds are fifteen.
        Assert.InRange(taken, 8, adverts.Length);
    }

    [Theory]
    [InlineData(Maker.Holdfast, Maker.Original, 100)]
    [InlineData(Maker.Original, Maker.Holdfast, 100)]
    [InlineData(Maker.Holdfast, Maker.Original, 150)]
    [InlineData(Maker.Original, Maker.Holdfast, 150)]
    [InlineData(Maker.Holdfast, Maker.Holdfast, 100)]
    public void PartitionHeals_EqualOrHigherOther_OneActiveAndClientsFindIt(Maker first, Maker second, int priority)
    {
        using var lan = new TestLan();
        Router a = lan.Start(lan.A, first, s_low);
        a.NextState("MASTER");
        Router b = lan.Start(lan.B, second, s_low with { Priority = priority, More = "nopreempt" });
        b.NextState("BACKUP");
        using PingMeter pings = lan.Ping(TestLan.Vip);
        TestLan.WaitAnswer(pings, lan.A);
        lan.Segment.Partition([lan.A, lan.Client], [lan.B]);
        b.NextState("MASTER");
        Assert.Equal(["BACKUP", "MASTER"], a.States());
        TestLan.WaitAnswer(pings, lan.A);
        lan.Segment.Heal();
        // With equal priorities the higher address wins, which is b's.
        a.NextState("BACKUP");
        TestLan.WaitAddress(lan.A, TestLan.Vip, present: false);
        TestLan.WaitAnswer(pings, lan.B);
        Patience.Until(
            () => lan.NeighborMac(TestLan.VipText) == lan.Segment.LinkOf(lan.B).Mac.ToString(), "the client's ARP");
        Assert.Equal(["BACKUP", "MASTER"], b.States());
    }

    [Theory]
    [InlineData(Maker.Original, Maker.Holdfast, Maker.Original)]
    [InlineData(Maker.Holdfast, Maker.Original, Maker.Holdfast)]
    [InlineData(Maker.Original, Maker.Original, Maker.Holdfast)]
    public void ThreeRouters_HighestDiesThenNextStops_EachInItsTurn(Maker first, Maker second, Maker third)
    {
        using var lan = new TestLan();
        Router a = lan.Start(lan.A, first, s_high);
        a.NextState("MASTER");
        Router b = lan.Start(lan.B, second, s_low with { Priority = 150 });
        Router c = lan.Start(lan.Client, third, s_low with { Priority = 50 });
        b.NextState("BACKUP");
        c.NextState("BACKUP");
        lan.WaitAdverts(lan.A, 2);
        lan.A.PowerOff();
        b.NextState("MASTER");
        lan.WaitAdverts(lan.B, 4);
        Assert.Empty(lan.Adverts(0, lan.Client));
        b.Process.Stop();
        c.NextState("MASTER");
        TestLan.WaitAddress(lan.Client, TestLan.Vip);
        TestLan.WaitAddress(lan.B, TestLan.Vip, present: false);
        Assert.Equal(["BACKUP", "MASTER"], c.States());
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Owner_StartsBesideActive_TakesOverAtOnce(Maker owner, Maker other)
    {
        using var lan = new TestLan();
        Router b = lan.Start(lan.B, other, s_low);
        b.NextState("MASTER");
        Router a = lan.StartAsIs(lan.A, owner, InstanceText.Global
            + (s_low with { Priority = 255 }).ToString()
                .Replace("state BACKUP", "state MASTER", StringComparison.Ordinal));
        a.NextState("MASTER");
        b.NextState("BACKUP");
        Assert.Equal(255, lan.AdvertsUntil(lan.A, 0).First(advert => advert.Node == lan.A).Priority);
        Assert.Equal(["MASTER"], a.States());
    }
}
