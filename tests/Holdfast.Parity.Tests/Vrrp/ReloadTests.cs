using Holdfast.Lab;
using Holdfast.Primitives;

namespace Holdfast.Parity.Tests.Vrrp;

/// <summary>SIGHUP changes what changed and nothing else.</summary>
public sealed class ReloadTests
{
    private static readonly InstanceText s_one = new();

    private static readonly InstanceText s_two = new()
    {
        Name = "VI_2",
        Vrid = 52,
        Addresses = "192.168.1.200/24",
    };

    [Fact]
    public void InstanceAddedAndRemoved_TheOtherDoesNotNotice()
    {
        using var lan = new TestLan();
        Router a = lan.Start(lan.A, Maker.Holdfast, s_one);
        a.NextState("MASTER");
        LabProcess monitor = Monitor(lan.A);
        a.Reload($"{s_one}{s_two}");
        a.NextState("MASTER", "VI_2");
        TestLan.WaitAddress(lan.A, TestLan.Parse("192.168.1.200"));
        int mark = lan.Tap.Count;
        a.Reload(s_one);
        TestLan.WaitAddress(lan.A, TestLan.Parse("192.168.1.200"), present: false);
        lan.WaitFrame(frame => frame.Vrid == 52 && frame.Priority == 0, mark);
        lan.WaitAdverts(lan.A, 3);
        AssertUnnoticed(lan, a, monitor);
    }

    [Fact]
    public void AddressAddedAndRemoved_OthersStay()
    {
        using var lan = new TestLan();
        Router a = lan.Start(lan.A, Maker.Holdfast, s_one);
        a.NextState("MASTER");
        LabProcess monitor = Monitor(lan.A);
        IpAddress more = TestLan.Parse("192.168.1.101");
        a.Reload(s_one with { Addresses = "192.168.1.100/24\n192.168.1.101/24" });
        TestLan.WaitAddress(lan.A, more);
        lan.WaitFrame(frame => frame.Kind == TapKind.GratuitousArp && frame.Subject == more);
        lan.WaitFrame(frame => frame.Kind == TapKind.Advert && frame.Bytes.Span[37] == 2);
        a.Reload(s_one);
        TestLan.WaitAddress(lan.A, more, present: false);
        lan.WaitAdverts(lan.A, 3);
        Assert.Equal(1, lan.Adverts(0, lan.A)[^1].Bytes.Span[37]);
        AssertUnnoticed(lan, a, monitor);
    }

    [Fact]
    public void BrokenFile_NothingChanges()
    {
        using var lan = new TestLan();
        Router a = lan.Start(lan.A, Maker.Holdfast, s_one);
        a.NextState("MASTER");
        LabProcess monitor = Monitor(lan.A);
        a.Reload("vrrp_instance VI_1 {\n virtual_router_id 999\n interface\n");
        a.Next("eload");
        lan.WaitAdverts(lan.A, 4);
        a.Reload(s_one with { Priority = 150 });
        lan.WaitFrame(frame => frame.Node == lan.A && frame.Priority == 150);
        AssertUnnoticed(lan, a, monitor);
    }

    [Fact]
    public void Priority_LoweredBesideOriginal_RoleFollows()
    {
        using var lan = new TestLan();
        Router a = lan.Start(lan.A, Maker.Holdfast, s_one with { Priority = 200 });
        a.NextState("MASTER");
        Router b = lan.Start(lan.B, Maker.Original, s_one);
        b.NextState("BACKUP");
        a.Reload(s_one with { Priority = 50 });
        b.NextState("MASTER");
        a.NextState("BACKUP");
        Assert.DoesNotContain(lan.Adverts(), advert => advert.Priority == 0);
    }

    [Fact]
    public void ManyReloads_InARow_AdvertsGoOn()
    {
        using var lan = new TestLan();
        Router a = lan.Start(lan.A, Maker.Holdfast, s_one with { Priority = 200 });
        a.NextState("MASTER");
        Router b = lan.Start(lan.B, Maker.Original, s_one);
        b.NextState("BACKUP");
        LabProcess monitor = Monitor(lan.A);
        for (int i = 0; i < 10; i++)
        {
            a.Reload(s_one with { Priority = 200 + i });
            lan.WaitFrame(frame => frame.Node == lan.A && frame.Priority == 200 + i);
        }
        Assert.True(lan.Adverts(0, lan.B).Length == 0, lan.ToString());
        AssertUnnoticed(lan, a, monitor);
    }

    /// <summary>Tells every change of an address of the node from now on.</summary>
    private static LabProcess Monitor(LabNode node)
    {
        LabProcess monitor = node.Start("ip", ["-o", "monitor", "address"]);
        // It tells of nothing before it listens, so it is given something until it does.
        Patience.Until(() =>
        {
            _ = node.Execute("ip", "addr", "add", "10.99.0.1/32", "dev", "lo");
            _ = node.Execute("ip", "addr", "del", "10.99.0.1/32", "dev", "lo");
            return monitor.Lines.Count > 0;
        }, "the monitor listens");
        return monitor;
    }

    private static void AssertUnnoticed(TestLan lan, Router a, LabProcess monitor)
    {
        Assert.Equal(["BACKUP", "MASTER"], a.States());
        Assert.DoesNotContain(lan.Adverts(0, lan.A), advert => advert.Priority == 0);
        Assert.DoesNotContain(monitor.Lines, line => line.Text.Contains("Deleted", StringComparison.Ordinal)
            && line.Text.Contains(" 192.168.1.100/", StringComparison.Ordinal));
    }
}
