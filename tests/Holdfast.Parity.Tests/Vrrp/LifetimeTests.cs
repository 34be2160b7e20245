using Holdfast.Lab;
using Holdfast.Linux;
using Holdfast.Primitives;

namespace Holdfast.Parity.Tests.Vrrp;

/// <summary>Virtual addresses carry a kernel lifetime: what a dead daemon has left goes by itself.</summary>
public sealed class LifetimeTests
{
    /// <summary>
    /// The kernel counts whole seconds, so an address may outlive the takeover by two; with slack here.
    /// </summary>
    private static readonly TimeSpan s_overlapMax = TimeSpan.FromSeconds(2.5);

    public static TheoryData<string, Maker, string, int> Deaths() => new()
    {
        { "1", Maker.Holdfast, "192.168.1.100/24", 254 },
        { "1", Maker.Original, "192.168.1.100/24", 100 },
        { "1", Maker.Holdfast, "192.168.1.100", 10 },
        { "0.2", Maker.Holdfast, "192.168.1.100/24", 100 },
        { "1", Maker.Holdfast, "fd00::100/64", 100 },
    };

    [Theory]
    [MemberData(nameof(Deaths))]
    public void EveryProcess_Killed_AddressAnswersUntilTheTakeoverAndGoesAfterIt(
        string interval, Maker other, string address, int priority)
    {
        using var lan = new TestLan();
        IpAddress vip = address.Contains(':', StringComparison.Ordinal) ? TestLan.Vip6 : TestLan.Vip;
        var both = new InstanceText { Interval = interval, Addresses = address };
        Router a = lan.Start(lan.A, Maker.Holdfast, both with { Priority = 255 });
        a.NextState("MASTER");
        Router b = lan.Start(lan.B, other, both with { Priority = priority });
        b.NextState("BACKUP");
        using PingMeter pings = lan.Ping(vip);
        TestLan.WaitAnswer(pings, lan.A);
        lan.WaitAdverts(lan.A, 2);

        int mark = lan.Tap.Count;
        MonotonicTime killed = MonotonicClock.Now;
        lan.A.KillProcesses();
        lan.WaitFrame(frame => frame.Node == lan.B && frame.Kind == TapKind.Advert, mark);
        MonotonicTime taken = MonotonicClock.Now;
        Assert.True(lan.A.HasAddress(vip), "it went before anybody took over");
        TestLan.WaitAnswer(pings, lan.B);
        TestLan.WaitAddress(lan.A, vip, present: false);
        TimeSpan overlap = MonotonicClock.Now - taken;

        Assert.InRange(overlap, TimeSpan.Zero, s_overlapMax);
        Assert.Equal(0, pings.Report(killed).LostCount);
    }

    [Fact]
    public void Expiry_OfVirtualAddresses_LeavesWhatOthersHave()
    {
        using var lan = new TestLan();
        lan.AddSecondSegment();
        Assert.True(lan.A.Execute("ip", "addr", "add", "192.168.1.77/24", "dev", "eth0").Exit!.Value.IsSuccess);
        string before = Kernel(lan.A);
        Router a = lan.Start(lan.A, Maker.Holdfast, new InstanceText
        {
            Addresses = "192.168.1.100/24\n172.16.0.1/24 dev eth1\n172.16.0.2/24 dev eth1\n10.0.0.99/24 dev eth1",
        }.ToString()
            + new InstanceText { Name = "VI_6", Vrid = 52, Addresses = "fd00::100/64\nfd10::100/64 dev eth1" });
        a.NextState("MASTER");
        Patience.Until(() => lan.A.HasAddress(TestLan.Parse("fd10::100")), "all are there");
        lan.WaitAdverts(lan.A, 10);

        lan.A.KillProcesses();
        foreach (string address in (string[])["192.168.1.100", "172.16.0.1", "172.16.0.2", "10.0.0.99", "fd00::100",
            "fd10::100"])
        {
            TestLan.WaitAddress(lan.A, TestLan.Parse(address), present: false);
        }

        Assert.Equal(before, Kernel(lan.A));
    }

    [Fact]
    public void Renewal_HundredsOfAdverts_AnnouncesNothing()
    {
        using var lan = new TestLan();
        Router a = lan.Start(lan.A, Maker.Holdfast, new InstanceText
        {
            Interval = "0.02",
            Addresses = "192.168.1.100/24",
            More = "garp_master_delay 0\nvirtual_ipaddress_excluded {\nfd00::100/64 preferred_lft 2\n}",
        });
        a.NextState("MASTER");
        TestLan.WaitAddress(lan.A, TestLan.Vip6);
        lan.WaitAdverts(lan.A, 10);
        int announced = lan.Tap.Frames.Count(frame => frame.IsAnnouncement);
        Assert.DoesNotContain("deprecated", Addresses(lan.A), StringComparison.Ordinal);

        lan.WaitAdverts(lan.A, 200);

        Assert.Equal(announced, lan.Tap.Frames.Count(frame => frame.IsAnnouncement));
        Assert.True(lan.A.HasAddress(TestLan.Vip));
        // The user's preferred lifetime has run out in spite of all renewals.
        Assert.Contains("deprecated", Addresses(lan.A), StringComparison.Ordinal);
        Assert.Equal("1", lan.A.Execute("cat", "/proc/sys/net/ipv4/conf/eth0/promote_secondaries").Output);
    }

    [Theory]
    [InlineData("", "-V", "forever")]
    [InlineData("#holdfast: address_lifetime off\n", null, "forever")]
    [InlineData("#holdfast: address_lifetime 1\n", null, "forever")]
    [InlineData("#holdfast: address_lifetime 2\n", null, "1sec")]
    public void Address_WithoutALifetime_StaysForEver(string option, string? argument, string lifetime)
    {
        using var lan = new TestLan();
        string config = option + new InstanceText { Addresses = "192.168.1.100\n192.168.1.101" };
        Router a = lan.Start(lan.A, Maker.Holdfast, config, option: argument);
        a.NextState("MASTER");
        TestLan.WaitAddress(lan.A, TestLan.Vip);
        if (argument is not null)
        {
            Assert.Contains("valid_lft 1sec", Lifetime(lan.A), StringComparison.Ordinal);
            a.Stop();
        }
        if (option.EndsWith(" 1\n", StringComparison.Ordinal))
        {
            Assert.Contains("at most 1 carry a kernel lifetime", a.Process.Output, StringComparison.Ordinal);
        }

        Assert.Contains($"valid_lft {lifetime}", Lifetime(lan.A), StringComparison.Ordinal);
    }

    /// <summary>Nobody else is there: what expired in the stall comes back.</summary>
    [Fact]
    public void Stall_LongerThanTheLifetime_AddressComesBack()
    {
        using var lan = new TestLan();
        Router a = lan.Start(lan.A, Maker.Holdfast, new InstanceText());
        a.NextState("MASTER");
        lan.WaitAdverts(lan.A, 10);

        lan.A.Freeze();
        TestLan.WaitAddress(lan.A, TestLan.Vip, present: false);
        int mark = lan.Tap.Count;
        lan.A.Thaw();

        TestLan.WaitAddress(lan.A, TestLan.Vip);
        lan.WaitFrame(frame => frame.IsAnnouncement && frame.Subject == TestLan.Vip, mark);
        Assert.Equal(["BACKUP", "MASTER"], a.States());
    }

    private static string Lifetime(LabNode node)
        => node.Execute("ip", "-o", "addr", "show", "to", TestLan.VipText).Output;

    private static string Addresses(LabNode node)
        => node.Execute("ip", "-o", "addr", "show", "to", TestLan.Vip6Text).Output;

    private static string Kernel(LabNode node) => string.Join('\n', ((string[][])
        [["-o", "addr"], ["route", "show", "table", "all"], ["-6", "route", "show", "table", "all"]])
        .Select(arguments => node.Execute("ip", arguments).Output));
}
