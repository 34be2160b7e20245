using Holdfast.Lab;
using Holdfast.Linux;
using Holdfast.Primitives;

namespace Holdfast.Parity.Tests.Vrrp;

/// <summary>A host that stands still for a while: a suspended or migrated virtual machine.</summary>
public sealed class FreezeTests
{
    private static readonly InstanceText s_active = new() { Priority = 200, Interval = "1" };
    private static readonly InstanceText s_backup = new() { Interval = "1" };

    [Fact]
    public void Freeze_TwoSeconds_NobodyMoves()
    {
        using var lan = new TestLan();
        (Router a, Router b) = Start(lan, Maker.Holdfast, "");

        lan.A.Freeze();
        Patience.Pass(TimeSpan.FromSeconds(2));
        lan.A.Thaw();

        lan.WaitAdverts(lan.A, 5);
        Assert.Equal(["BACKUP", "MASTER"], a.States());
        Assert.Equal(["BACKUP"], b.States());
        Assert.Empty(lan.Adverts(0, lan.B));
    }

    /// <summary>
    /// The kernel's report of a lost address waits in front of the successor's adverts, which are the news that count.
    /// </summary>
    [Theory]
    [InlineData(Maker.Holdfast, "")]
    [InlineData(Maker.Original, "")]
    [InlineData(Maker.Holdfast, "nopreempt")]
    public void Freeze_TenSeconds_SaysNothingBeforeTheStateIsDecided(Maker other, string more)
    {
        using var lan = new TestLan();
        (Router a, Router b) = Start(lan, other, more);

        lan.A.Freeze();
        MonotonicTime frozen = MonotonicClock.Now;
        _ = lan.A.Execute("ip", "addr", "del", "192.168.1.100/24", "dev", "eth0");
        b.NextState("MASTER");
        Patience.Until(() => MonotonicClock.Now - frozen > TimeSpan.FromSeconds(10), "ten seconds have passed");
        int mark = lan.Tap.Count;
        MonotonicTime thawed = MonotonicClock.Now;
        lan.A.Thaw();

        a.NextState("BACKUP");
        Assert.False(lan.A.HasAddress(TestLan.Vip));
        lan.WaitAdverts(lan.B, 2);
        if (more.Length == 0)
        {
            a.NextState("MASTER");
            b.NextState("BACKUP");
            lan.WaitAdverts(lan.A, 1);
        }
        // Its own Active-down time lies between waking and its first frame, so nothing of it was from before.
        Assert.DoesNotContain(lan.Tap.Frames.Skip(mark), frame => frame.Node == lan.A
            && (frame.IsAnnouncement || frame.Kind == TapKind.Advert)
            && frame.Time < thawed + TimeSpan.FromSeconds(3));
        Assert.Equal(more.Length == 0 ? ["BACKUP", "MASTER", "BACKUP", "MASTER"] : ["BACKUP", "MASTER", "BACKUP"],
            a.States());
    }

    private static (Router A, Router B) Start(TestLan lan, Maker other, string more)
    {
        Router a = lan.Start(lan.A, Maker.Holdfast, s_active with { More = more });
        a.NextState("MASTER");
        Router b = lan.Start(lan.B, other, s_backup with { More = more });
        b.NextState("BACKUP");
        TestLan.WaitAddress(lan.A, TestLan.Vip);
        lan.WaitAdverts(lan.A, 2);
        return (a, b);
    }
}
