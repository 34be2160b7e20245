using Holdfast.Lab;
using Holdfast.Parity.Tests.Vrrp;

namespace Holdfast.Parity.Tests.Continuity;

/// <summary>The VRRP process of the Active is killed: nobody may notice.</summary>
public sealed class CrashTests
{
    private const int Kills = 20;

    private static readonly InstanceText s_instance = new();

    [Fact]
    public void KillOfTheVrrpProcess_TwentyTimes_MovesNothing()
    {
        using var lan = new TestLan();
        lan.A.WriteFile("/tmp/notify", "#!/bin/sh\necho \"$@\" >> /tmp/told\n", executable: true);
        InstanceText noted = s_instance with { Priority = 200, More = "notify /tmp/notify\n garp_master_delay 0" };
        var a = Daemon.Start(lan, lan.A, noted.ToString());
        a.Router.NextState("MASTER");
        var b = Daemon.Start(lan, lan.B, s_instance.ToString());
        b.Router.NextState("BACKUP");
        lan.WaitAdverts(lan.A, 6); // a young Active may announce itself once more
        int mark = lan.Tap.Count;
        using PingMeter pings = lan.Ping(TestLan.Vip);
        pings.WaitForReply(Patience.Limit);

        for (int kill = 0; kill < Kills; kill++)
        {
            a.KillVrrp();
        }
        lan.WaitAdverts(lan.A, 3);

        Assert.Equal(0, pings.Stop().LostCount);
        Assert.Equal(["BACKUP", "MASTER"], a.Router.States());
        Assert.Equal(["BACKUP"], b.Router.States());
        Assert.True(lan.Adverts(mark, lan.B).Length == 0, lan.ToString());
        Assert.DoesNotContain(lan.Adverts(mark, lan.A), advert => advert.Priority == 0);
        Assert.DoesNotContain(lan.Tap.Frames.Skip(mark), static frame => frame.IsAnnouncement);
        Assert.Equal(["INSTANCE VI_1 BACKUP 200", "INSTANCE VI_1 MASTER 200"],
            lan.A.ReadFile("/tmp/told")!.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(Kills, a.TryStatus()!.Value.GetProperty("restarts").GetInt32());
    }

    [Fact]
    public void KillOfTheVrrpProcess_OfTheBackup_TheElectionIsAsBefore()
    {
        using var lan = new TestLan();
        var a = Daemon.Start(lan, lan.A, (s_instance with { Priority = 200 }).ToString());
        a.Router.NextState("MASTER");
        var b = Daemon.Start(lan, lan.B, s_instance.ToString());
        b.Router.NextState("BACKUP");
        lan.WaitAdverts(lan.A, 3);
        int before = b.VrrpPid;
        b.Signal(before, "KILL");
        b.WaitVrrpOtherThan(before);
        lan.WaitAdverts(lan.A, 10);
        Assert.True(lan.Adverts(0, lan.B).Length == 0, lan.ToString());
        a.Router.Stop();
        b.Router.NextState("MASTER");
        Assert.Equal(["BACKUP", "MASTER"], b.Router.States());
    }

    [Fact]
    public void KillOfTheVrrpProcess_WithTrackersAndGroup_KeepsPriorityAndFault()
    {
        using var lan = new TestLan();
        lan.A.WriteFile("/tmp/weight", "30");
        string group = """
            track_file weight {
                file /tmp/weight
            }
            vrrp_script fails {
                script "/bin/false"
                interval 1
            }
            vrrp_sync_group G {
                group {
                    VI_1
                    VI_2
                }
            }

            """;
        string config = group + s_instance
            + new InstanceText { Name = "VI_2", Vrid = 52, Addresses = "192.168.1.101/24" }
            + new InstanceText
            {
                Name = "VI_4", Vrid = 54, Addresses = "192.168.1.103/24", More = "track_file {\n weight weight 1\n }",
            }
            + new InstanceText
            {
                Name = "VI_3", Vrid = 53, Addresses = "192.168.1.102/24", More = "track_script {\n fails\n }",
            };
        var a = Daemon.Start(lan, lan.A, config);
        string[] expected = ["(VI_3) Entering FAULT", "Syncing instances to MASTER", "(VI_4) Entering MASTER"];
        Patience.Until(() => Array.TrueForAll(
            expected, text => a.Router.Process.Output.Contains(text, StringComparison.Ordinal)), "all states");
        lan.WaitAdverts(lan.A, 2, vrid: 54);
        int mark = lan.Tap.Count;
        int line = a.Router.Process.Lines.Count;
        a.KillVrrp();
        a.KillVrrp();
        lan.WaitAdverts(lan.A, 4, vrid: 54);
        Assert.All(lan.Adverts(mark, lan.A, vrid: 54), static advert => Assert.Equal(130, advert.Priority));
        Assert.DoesNotContain(a.Router.Process.LinesFrom(line), static entry =>
            entry.Text.Contains("STATE", StringComparison.Ordinal)
            || entry.Text.Contains("Syncing", StringComparison.Ordinal));
        Assert.Equal("fault", a.TryStatus()!.Value.GetProperty("vrrp").GetProperty("instances")[3]
            .GetProperty("role").GetString());
    }

    [Fact]
    public void KillOfTheVrrpProcess_AddressesMissingAfterwards_ArePutBackAndAnnounced()
    {
        using var lan = new TestLan();
        var a = Daemon.Start(lan, lan.A, s_instance.ToString());
        a.Router.NextState("MASTER");
        TestLan.WaitAddress(lan.A, TestLan.Vip);
        lan.WaitAdverts(lan.A, 6);
        int before = a.VrrpPid;
        // Nobody is there to put it back before the successor.
        a.Signal(before, "STOP");
        _ = lan.A.Execute("ip", "addr", "del", "192.168.1.100/24", "dev", "eth0");
        int mark = lan.Tap.Count;
        a.Signal(before, "KILL");
        TestLan.WaitAddress(lan.A, TestLan.Vip);
        lan.WaitFrame(frame => frame.IsAnnouncement && frame.Node == lan.A && frame.Subject == TestLan.Vip, mark);
    }

    [Fact]
    public void TermToTheVrrpProcess_HandsOverAndStartsAgain()
    {
        using var lan = new TestLan();
        var a = Daemon.Start(lan, lan.A, (s_instance with { Priority = 200 }).ToString(), crashWindow: 60_000);
        a.Router.NextState("MASTER");
        var b = Daemon.Start(lan, lan.B, s_instance.ToString());
        b.Router.NextState("BACKUP");
        lan.WaitAdverts(lan.A, 3);
        using PingMeter pings = lan.Ping(TestLan.Vip);
        pings.WaitForReply(Patience.Limit);
        for (int round = 0; round < 6; round++) // more than make a crash loop
        {
            a.Signal(a.VrrpPid, "TERM");
            b.Router.NextState("MASTER");
            a.Router.NextState("MASTER"); // it is back and preempts
            b.Router.NextState("BACKUP");
        }
        Assert.Equal(0, pings.Stop().LostCount);
    }
}
