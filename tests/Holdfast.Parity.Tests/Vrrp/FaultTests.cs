using Holdfast.Lab;

namespace Holdfast.Parity.Tests.Vrrp;

/// <summary>Faults beside a router of the other maker: links, trackers, sync groups.</summary>
public sealed class FaultTests
{
    private static readonly InstanceText s_high = new() { Priority = 200 };

    public static TheoryData<Maker, Maker> Pairs() => new()
    {
        { Maker.Holdfast, Maker.Original },
        { Maker.Original, Maker.Holdfast },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void LinkGoesDownAndComesBack_Active_FaultThenActiveAgain(Maker first, Maker second)
    {
        using var lan = new TestLan();
        Router a = lan.Start(lan.A, first, s_high);
        a.NextState("MASTER");
        Router b = lan.Start(lan.B, second, new InstanceText());
        b.NextState("BACKUP");
        lan.Segment.SetLink(lan.A, up: false);
        a.NextState("FAULT");
        TestLan.WaitAddress(lan.A, TestLan.Vip, present: false);
        b.NextState("MASTER");
        lan.Segment.SetLink(lan.A, up: true);
        a.NextState("BACKUP");
        a.NextState("MASTER");
        b.NextState("BACKUP");
        TestLan.WaitAddress(lan.A, TestLan.Vip);
        TestLan.WaitAddress(lan.B, TestLan.Vip, present: false);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void TrackedInterface_GoesDown_FaultAndTheOtherTakesOver(Maker first, Maker second)
    {
        using var lan = new TestLan();
        lan.AddSecondSegment();
        Router a = lan.Start(lan.A, first, s_high with { More = "track_interface {\n eth1\n }" });
        a.NextState("MASTER");
        Router b = lan.Start(lan.B, second, new InstanceText());
        b.NextState("BACKUP");
        int mark = lan.Tap.Count;
        lan.A.SetLink(lan.A.Links[1], up: false);
        a.NextState("FAULT");
        b.NextState("MASTER");
        TapFrame[] adverts = lan.AdvertsUntil(lan.B, mark);
        int resigned = Array.FindIndex(adverts, advert => advert.Node == lan.A && advert.Priority == 0);
        Assert.InRange(resigned, 0, Array.FindIndex(adverts, advert => advert.Node == lan.B));
        lan.A.SetLink(lan.A.Links[1], up: true);
        a.NextState("BACKUP");
        a.NextState("MASTER");
        b.NextState("BACKUP");
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void TrackedInterface_WithWeight_ChangesThePriority(Maker first, Maker second)
    {
        using var lan = new TestLan();
        lan.AddSecondSegment();
        Router a = lan.Start(lan.A, first, new InstanceText
        {
            Priority = 150,
            More = "track_interface {\n eth1 weight -100\n }",
        });
        a.NextState("MASTER");
        Router b = lan.Start(lan.B, second, new InstanceText());
        b.NextState("BACKUP");
        lan.A.SetLink(lan.A.Links[1], up: false);
        b.NextState("MASTER");
        a.NextState("BACKUP");
        Assert.Contains(lan.Adverts(0, lan.A), advert => advert.Priority == 50);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void TrackedFile_ChangesThePriority(Maker first, Maker second)
    {
        using var lan = new TestLan();
        lan.A.WriteFile("/tmp/weight", "0\n");
        Router a = lan.Start(lan.A, first, """
            track_file watched {
                file /tmp/weight
                weight 2
            }

            """ + new InstanceText { Priority = 150, More = "track_file {\n watched\n }" });
        a.NextState("MASTER");
        Router b = lan.Start(lan.B, second, new InstanceText());
        b.NextState("BACKUP");
        lan.A.WriteFile("/tmp/weight", "-40\n");
        b.NextState("MASTER");
        a.NextState("BACKUP");
        Assert.Contains(lan.Adverts(0, lan.A), advert => advert.Priority == 70);
        lan.A.WriteFile("/tmp/weight", "10\n");
        a.NextState("MASTER");
        b.NextState("BACKUP");
        lan.WaitFrame(frame => frame.Node == lan.A && frame.Priority == 170);
    }

    /// <summary>The original needs the process connector, which namespaces do not have; so ours alone.</summary>
    [Fact]
    public void TrackedProcess_EndsAndReturns_FaultThenActive()
    {
        using var lan = new TestLan();
        LabProcess watched = lan.A.Start("/usr/bin/sleep", ["600"]);
        Router a = lan.Start(lan.A, Maker.Holdfast, """
            vrrp_track_process watched {
                process sleep
                quorum 1
                delay 0.1
            }

            """ + (s_high with { More = "track_process {\n watched\n }" }));
        a.NextState("MASTER");
        watched.Kill();
        a.NextState("FAULT");
        _ = lan.A.Start("/usr/bin/sleep", ["600"]);
        a.NextState("BACKUP");
        a.NextState("MASTER");
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void SyncGroup_OneMemberFaults_AllMoveTogether(Maker first, Maker second)
    {
        using var lan = new TestLan();
        lan.AddSecondSegment();
        Router a = lan.Start(lan.A, first, Group(200));
        a.NextState("MASTER", "VI_2");
        Patience.Until(() => a.States("VI_1").Contains("MASTER"), "VI_1 is MASTER");
        Router b = lan.Start(lan.B, second, Group(100));
        b.NextState("BACKUP", "VI_2");
        lan.A.SetLink(lan.A.Links[1], up: false);
        Patience.Until(
            () => b.States("VI_1")[^1] == "MASTER" && b.States("VI_2")[^1] == "MASTER",
            () => $"b moves\n{lan}");
        Patience.Until(
            () => a.States("VI_1")[^1] == "FAULT" && a.States("VI_2")[^1] == "FAULT",
            () => $"a moves\n{lan}");
        TestLan.WaitAddress(lan.A, TestLan.Vip, present: false);
        lan.A.SetLink(lan.A.Links[1], up: true);
        Patience.Until(
            () => a.States("VI_1")[^1] == "MASTER" && a.States("VI_2")[^1] == "MASTER",
            () => $"a returns\n{lan}");
        Patience.Until(
            () => b.States("VI_1")[^1] == "BACKUP" && b.States("VI_2")[^1] == "BACKUP",
            () => $"b yields\n{lan}");
        TestLan.WaitAddress(lan.B, TestLan.Vip, present: false);
    }

    [Theory]
    [InlineData("192.168.1.100", "192.168.1.100/24")]
    [InlineData("fd00::100", "fd00::100/64")]
    public void VirtualAddress_RemovedBySomebody_ComesBackAndIsAnnounced(string address, string prefix)
    {
        using var lan = new TestLan();
        Router a = lan.Start(lan.A, Maker.Holdfast, new InstanceText { Addresses = prefix });
        a.NextState("MASTER");
        TestLan.WaitAddress(lan.A, TestLan.Parse(address));
        int mark = lan.Tap.Count;
        Assert.True(lan.A.Execute("ip", "addr", "del", prefix, "dev", "eth0").Exit!.Value.IsSuccess);
        a.Next("was removed by somebody else");
        TestLan.WaitAddress(lan.A, TestLan.Parse(address));
        lan.WaitFrame(frame => frame.IsAnnouncement && frame.Subject == TestLan.Parse(address), mark);
        Assert.Equal(["BACKUP", "MASTER"], a.States());
    }

    /// <summary>Both programs count a change of a link only when it has lasted.</summary>
    [Theory]
    [InlineData(Maker.Holdfast)]
    [InlineData(Maker.Original)]
    public void InterfaceDelay_ShortLoss_IsNoFault(Maker maker)
    {
        using var lan = new TestLan();
        Router a = lan.StartAsIs(lan.A, maker, "interface_up_down_delays {\n eth0 10 1\n}\n" + s_high);
        a.NextState("MASTER");
        lan.A.SetLink(lan.A.Links[0], up: false);
        lan.A.SetLink(lan.A.Links[0], up: true);
        int mark = lan.Tap.Count;
        lan.WaitFrame(frame => frame.Node == lan.A && frame.Kind == TapKind.Advert, mark);
        lan.WaitAdverts(lan.A, 4);
        Assert.Equal(["BACKUP", "MASTER"], a.States());
    }

    [Theory]
    [InlineData(Maker.Holdfast)]
    [InlineData(Maker.Original)]
    public void StartupDelay_NoActiveAround_WaitsBeforeTheElection(Maker maker)
    {
        using var lan = new TestLan();
        Router a = lan.StartAsIs(lan.A, maker, "global_defs {\n vrrp_startup_delay 3\n}\n" + s_high);
        Router b = lan.Start(lan.B, Maker.Holdfast, new InstanceText());
        b.NextState("MASTER");
        // The other would have been first without the delay: its priority is higher and it was started earlier.
        lan.WaitAdverts(lan.B, 4);
        Assert.Empty(lan.Adverts(0, lan.A));
        a.NextState("MASTER");
        b.NextState("BACKUP");
    }

    private static string Group(int priority)
        => "vrrp_sync_group G {\n group {\n VI_1\n VI_2\n }\n}\n" + new InstanceText { Priority = priority }
            + new InstanceText
            {
                Name = "VI_2",
                Vrid = 52,
                Priority = priority,
                Interface = "eth1",
                Addresses = "10.0.0.100/24",
            };
}
