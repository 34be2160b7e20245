using Holdfast.Lab;
using Holdfast.Parity.Tests.Vrrp;

namespace Holdfast.Parity.Tests.Continuity;

/// <summary>The VRRP process stands still (SIGSTOP): it is killed, and another one goes on.</summary>
public sealed class HangTests
{
    /// <summary>Of a Backup of priority 200 at 10 ms: three intervals and 56/256 of one.</summary>
    private static readonly TimeSpan s_activeDown = TimeSpan.FromMilliseconds(32);

    [Theory]
    [InlineData("1")]
    [InlineData("0.5")]
    public void StopOfTheVrrpProcess_OfTheActive_MovesNothing(string interval)
    {
        using var lan = new TestLan();
        var instance = new InstanceText { Interval = interval, More = "garp_master_delay 0" };
        var a = Daemon.Start(lan, lan.A, (instance with { Priority = 200 }).ToString());
        a.Router.NextState("MASTER");
        var b = Daemon.Start(lan, lan.B, instance.ToString());
        b.Router.NextState("BACKUP");
        lan.WaitAdverts(lan.A, 7);
        using PingMeter pings = lan.Ping(TestLan.Vip);
        pings.WaitForReply(Patience.Limit);
        int mark = lan.Tap.Count;
        for (int round = 0; round < 3; round++)
        {
            int before = a.VrrpPid;
            a.Signal(before, "STOP");
            a.WaitVrrpOtherThan(before);
            a.Router.Next("killing it, to go on with another one");
            lan.WaitAdverts(lan.A, 2);
        }
        Assert.Equal(0, pings.Stop().LostCount);
        Assert.True(lan.Adverts(mark, lan.B).Length == 0, lan.ToString());
        Assert.Equal(["BACKUP", "MASTER"], a.Router.States());
        Assert.Equal(["BACKUP"], b.Router.States());
    }

    [Fact]
    public void StopOfTheVrrpProcess_OfTheBackup_DoesNotTakeOver()
    {
        using var lan = new TestLan();
        var a = Daemon.Start(lan, lan.A, new InstanceText { Priority = 200 }.ToString());
        a.Router.NextState("MASTER");
        var b = Daemon.Start(lan, lan.B, new InstanceText().ToString());
        b.Router.NextState("BACKUP");
        lan.WaitAdverts(lan.A, 3);
        int before = b.VrrpPid;
        b.Signal(before, "STOP");
        b.WaitVrrpOtherThan(before);
        lan.WaitAdverts(lan.A, 10);
        Assert.True(lan.Adverts(0, lan.B).Length == 0, lan.ToString());
        Assert.Equal(["BACKUP"], b.Router.States());
    }

    [Fact]
    public void StopOfTheVrrpProcess_IntervalTooShortToBeBackInTime_OneOrderlyTransition()
    {
        using var lan = new TestLan();
        var instance = new InstanceText { Interval = "0.01", More = "nopreempt" };
        var a = Daemon.Start(lan, lan.A, (instance with { Priority = 200 }).ToString());
        a.Router.NextState("MASTER");
        var b = Daemon.Start(lan, lan.B, instance.ToString());
        b.Router.NextState("BACKUP");
        lan.WaitAdverts(lan.A, 10);
        int before = a.VrrpPid;
        a.Signal(before, "STOP");
        b.Router.NextState("MASTER");
        a.Router.NextState("BACKUP");
        TestLan.WaitAddress(lan.A, TestLan.Vip, present: false);
        TestLan.WaitAddress(lan.B, TestLan.Vip);
        lan.WaitAdverts(lan.B, 20);

        // A machine that is too busy to send every 10 ms lets a healthy pair change over as well: what counts then is
        // that the hang itself was one transition.
        bool wasLate = LongestGap(lan, lan.B) > s_activeDown;
        Assert.Equal(["BACKUP", "MASTER", "BACKUP"], wasLate ? a.Router.States()[..3] : a.Router.States());
        Assert.Equal(["BACKUP", "MASTER"], wasLate ? b.Router.States()[..2] : b.Router.States());
    }

    [Fact]
    public void StopOfTheWholeNode_IsNotAHang()
    {
        using var lan = new TestLan();
        var a = Daemon.Start(lan, lan.A, new InstanceText { Priority = 200 }.ToString());
        a.Router.NextState("MASTER");
        var b = Daemon.Start(lan, lan.B, new InstanceText().ToString());
        b.Router.NextState("BACKUP");
        lan.WaitAdverts(lan.A, 3);
        int vrrp = a.VrrpPid;
        int supervisor = a.SupervisorPid;
        for (int round = 0; round < 5; round++)
        {
            a.Signal(supervisor, "STOP");
            a.Signal(vrrp, "STOP");
            b.Router.NextState("MASTER");
            // The supervisor wakes first, and finds a process that is far behind.
            a.Signal(supervisor, "CONT");
            a.Signal(vrrp, "CONT");
            b.Router.NextState("BACKUP");
            lan.WaitAdverts(lan.A, 2);
        }
        Assert.Equal(vrrp, a.VrrpPid);
        Assert.DoesNotContain("killing it", a.Router.Process.Output, StringComparison.Ordinal);
    }

    private static TimeSpan LongestGap(TestLan lan, LabNode sender)
    {
        TapFrame[] adverts = lan.Adverts(0, sender);
        return adverts.Zip(adverts.Skip(1), (first, second) => second.Time - first.Time)
            .DefaultIfEmpty().Max();
    }
}
