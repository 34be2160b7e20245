using Holdfast.Lab;
using Holdfast.Primitives;

namespace Holdfast.Parity.Tests.Vrrp;

/// <summary>One thing at a time changes on a serving node, and a client that asks every millisecond notices nothing.
/// </summary>
public sealed class ReloadChangeTests
{
    private const string NotifyLog = "/tmp/notify.log";
    private const string Notify = "notify /tmp/notify.sh";

    private static readonly IpAddress s_other = TestLan.Parse("192.168.1.200");

    private static readonly InstanceText s_one = new() { Priority = 200, Interval = "0.1", More = Notify };

    private static readonly InstanceText s_two = new()
    {
        Name = "VI_2",
        Vrid = 52,
        Priority = 200,
        Interval = "0.1",
        Addresses = "192.168.1.200/24\n192.168.1.201/24",
        More = Notify,
    };

    private static readonly string s_base = $"{s_one}{s_two}";

    /// <summary>What is changed, and the whole configuration after it.</summary>
    private static readonly (string What, string Config)[] s_changes =
    [
        ("a higher priority", $"{s_one}{s_two with { Priority = 210 }}"),
        ("a lower priority", $"{s_one}{s_two with { Priority = 150 }}"),
        ("a longer interval", $"{s_one}{s_two with { Interval = "0.3" }}"),
        ("a shorter interval", $"{s_one}{s_two with { Interval = "0.05" }}"),
        ("another address", $"{s_one}{s_two with { Addresses = s_two.Addresses + "\n192.168.1.202/24" }}"),
        ("one address less", $"{s_one}{s_two with { Addresses = "192.168.1.200/24" }}"),
        ("another order of addresses", $"{s_one}{s_two with { Addresses = "192.168.1.201/24\n192.168.1.200/24" }}"),
        ("another prefix length", $"{s_one}{s_two with { Addresses = "192.168.1.200/32\n192.168.1.201/24" }}"),
        ("an excluded address", With("virtual_ipaddress_excluded {\n 192.168.1.203/24\n }")),
        ("a scope", $"{s_one}{s_two with { Addresses = "192.168.1.200/24 scope link\n192.168.1.201/24" }}"),
        ("garp_master_refresh", With("garp_master_refresh 60")),
        ("garp_master_repeat", With("garp_master_repeat 2")),
        ("nopreempt", With("nopreempt")),
        ("preempt_delay", With("preempt_delay 5")),
        ("down_timer_adverts", With("down_timer_adverts 5")),
        ("a tracked interface", With("track_interface {\n lo weight -5\n }")),
        ("a tracked script", "vrrp_script chk {\n script /bin/true\n interval 1\n }\n"
            + With("track_script {\n chk weight 2\n }")),
        ("a script that is a fault when it fails", "vrrp_script chk {\n script /bin/true\n interval 1\n }\n"
            + With("track_script {\n chk\n }")),
        ("a route", With("virtual_routes {\n 10.77.0.0/24 dev eth0\n }")),
        ("a rule", With("virtual_rules {\n from 10.77.0.0/24 lookup 77 priority 7700\n }")),
        ("a notify script", $"{s_one}{s_two with { More = "notify \"/tmp/notify.sh other\"" }}"),
        ("skip_check_adv_addr", With("skip_check_adv_addr")),
        ("a sync group", s_base + "vrrp_sync_group G {\n group {\n VI_2\n }\n }\n"),
        ("a static address", s_base + "static_ipaddress {\n 10.78.0.1/32 dev eth0\n }\n"),
        ("a static route", s_base + "static_routes {\n 10.79.0.0/24 dev eth0\n }\n"),
        ("the spacing of announcements", "global_defs {\n vrrp_garp_interval 0.001\n }\n" + s_base),
        ("a FIFO", "global_defs {\n vrrp_notify_fifo /tmp/fifo\n }\n" + s_base),
        ("another order of instances", $"{s_two}{s_one}"),
        ("another name", $"{s_one}{s_two with { Name = "VI_9" }}"),
    ];

    [Fact]
    public void OneThing_ChangesInPlace_NobodyNotices()
    {
        using var lan = new TestLan();
        Router a = StartBoth(lan);
        int mark = lan.Tap.Count;
        string? notified = lan.A.ReadFile(NotifyLog);
        using PingMeter one = Ping(lan, TestLan.Vip);
        using PingMeter two = Ping(lan, s_other);
        TestLan.WaitAnswer(one, lan.A);
        TestLan.WaitAnswer(two, lan.A);
        foreach ((string what, string config) in s_changes)
        {
            Reload(lan, a, config);
            Reload(lan, a, s_base);
            foreach (int vrid in (int[])[51, 52])
            {
                Assert.True(
                    !lan.Adverts(mark, lan.A, vrid).Any(static f => f.Priority == 0), $"{what}: {vrid} resigned");
                Assert.True(lan.Adverts(mark, lan.B, vrid).Length == 0, $"{what}: {vrid} moved");
            }
            Assert.True(notified == lan.A.ReadFile(NotifyLog), $"{what}: {lan.A.ReadFile(NotifyLog)}");
        }
        Assert.Equal(0, one.Stop().LostCount);
        Assert.Equal(0, two.Stop().LostCount);
        Assert.Equal(["BACKUP", "MASTER"], a.States());
    }

    [Fact]
    public void Instance_Removed_HandsOverWithoutLoss()
    {
        using var lan = new TestLan();
        Router a = StartBoth(lan);
        int mark = lan.Tap.Count;
        using PingMeter one = Ping(lan, TestLan.Vip);
        using PingMeter two = Ping(lan, s_other);
        TestLan.WaitAnswer(two, lan.A);
        Reload(lan, a, s_one.ToString());
        TestLan.WaitAnswer(two, lan.B);
        TestLan.WaitAddress(lan.A, s_other, present: false);
        Assert.Equal(1, lan.Adverts(mark, lan.A, 52).Count(static f => f.Priority == 0));
        Assert.Equal(0, two.Stop().LostCount);
        Assert.Equal(0, one.Stop().LostCount);
        Assert.DoesNotContain(lan.Adverts(mark, lan.A), static f => f.Priority == 0);
        Assert.Empty(lan.Adverts(mark, lan.B));
    }

    [Fact]
    public void Address_MovesToAnotherInstance_StaysInTheKernel()
    {
        using var lan = new TestLan();
        Router a = StartBoth(lan);
        using PingMeter two = Ping(lan, s_other);
        TestLan.WaitAnswer(two, lan.A);
        LabProcess monitor = lan.A.Start("ip", ["-o", "monitor", "address"]);
        Reload(lan, a, $"{s_one with { Addresses = "192.168.1.100/24\n192.168.1.200/24" }}"
            + (s_two with { Addresses = "192.168.1.201/24" }));
        Reload(lan, a, s_base);
        Assert.Equal(0, two.Stop().LostCount);
        Assert.DoesNotContain(monitor.Lines, static line => line.Text.Contains("Deleted", StringComparison.Ordinal)
            && line.Text.Contains(" 192.168.1.200/", StringComparison.Ordinal));
    }

    [Fact]
    public void Vrid_Changed_OldOneHandsOverBesideTheNewOne()
    {
        using var lan = new TestLan();
        Router a = StartBoth(lan);
        int mark = lan.Tap.Count;
        using PingMeter one = Ping(lan, TestLan.Vip);
        TestLan.WaitAnswer(one, lan.A);
        Reload(lan, a, $"{s_one}{s_two with { Vrid = 53, Addresses = "192.168.1.210/24" }}");
        lan.WaitFrame(f => f.Kind == TapKind.Advert && f.Node == lan.A && f.Vrid == 53 && f.Priority == 200, mark);
        lan.WaitFrame(f => f.Kind == TapKind.Advert && f.Node == lan.B && f.Vrid == 52 && f.Priority == 100, mark);
        TestLan.WaitAddress(lan.A, s_other, present: false);
        Assert.Equal(1, lan.Adverts(mark, lan.A, 52).Count(static f => f.Priority == 0));
        Assert.Equal(0, one.Stop().LostCount);
        Assert.Empty(lan.Adverts(mark, lan.B));
    }

    private static string With(string more) => $"{s_one}{s_two with { More = $"{Notify}\n{more}" }}";

    private static Router StartBoth(TestLan lan)
    {
        lan.A.WriteFile("/tmp/notify.sh", $"#!/bin/sh\necho \"$*\" >> {NotifyLog}\n", executable: true);
        Assert.True(lan.A.Execute("mkfifo", "/tmp/fifo").Exit!.Value.IsSuccess);
        Router a = lan.Start(lan.A, Maker.Holdfast, s_base);
        a.NextState("MASTER");
        Router b = lan.Start(lan.B, Maker.Holdfast,
            $"{s_one with { Priority = 100, More = "" }}{s_two with { Priority = 100, More = "" }}");
        b.NextState("BACKUP");
        Patience.Until(() => lan.A.ReadFile(NotifyLog)?.Split('\n').Count(
            static l => l.Contains("MASTER", StringComparison.Ordinal)) == 2,
            "both instances have told that they are MASTER");
        return a;
    }

    private static PingMeter Ping(TestLan lan, IpAddress address) => PingMeter.Start(
        lan.Segment.LinkOf(lan.Client), new PingOptions { Target = address, ReplyMax = TimeSpan.FromSeconds(1) });

    private static void Reload(TestLan lan, Router router, string config)
    {
        router.Reload(config);
        router.Next("Reload finished");
        lan.WaitAdverts(router.Node, 2);
    }
}
