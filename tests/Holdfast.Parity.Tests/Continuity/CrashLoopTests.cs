using System.Text.Json;
using Holdfast.Lab;
using Holdfast.Parity.Tests.Vrrp;
using Holdfast.Primitives;

namespace Holdfast.Parity.Tests.Continuity;

/// <summary>The VRRP process crashes again and again: the node resigns, stays out, and says why.</summary>
public sealed class CrashLoopTests
{
    private const int StatusOfAFailedDaemon = 4;
    private static readonly InstanceText s_version2 = new() { Version = 2, Password = "secret" };

    [Theory]
    [InlineData("v3")]
    [InlineData("v2")]
    [InlineData("unicast")]
    [InlineData("v6")]
    public void CrashLoop_OfTheActive_IsHandedOver(string kind)
    {
        using var lan = new TestLan();
        (InstanceText text, InstanceText other, IpAddress vip) = kind switch
        {
            "v2" => (s_version2, s_version2, TestLan.Vip),
            "unicast" => (new InstanceText { Unicast = ["192.168.1.11", "192.168.1.12"] },
                new InstanceText { Unicast = ["192.168.1.12", "192.168.1.11"] }, TestLan.Vip),
            "v6" => (new InstanceText { Addresses = "fd00::100/64" }, new InstanceText { Addresses = "fd00::100/64" },
                TestLan.Vip6),
            _ => (new InstanceText(), new InstanceText(), TestLan.Vip),
        };
        lan.A.WriteFile("/tmp/notify", "#!/bin/sh\necho \"$3\" >> /tmp/told\n", executable: true);
        text = text with { Priority = 200, More = "notify /tmp/notify\n garp_master_delay 0" };
        var a = Daemon.Start(lan, lan.A, text.ToString(), crashWindow: 120_000);
        a.Router.NextState("MASTER");
        var b = Daemon.Start(lan, lan.B, other.ToString());
        b.Router.NextState("BACKUP");
        lan.WaitAdverts(lan.A, 2);
        using PingMeter pings = lan.Ping(vip);
        pings.WaitForReply(Patience.Limit);
        for (int kill = 0; kill < 4; kill++)
        {
            a.KillVrrp();
        }
        int mark = lan.Tap.Count;
        a.Signal(a.VrrpPid, "KILL");
        b.Router.NextState("MASTER");
        TestLan.WaitAddress(lan.A, vip, present: false);
        TestLan.WaitAnswer(pings, lan.B);
        lan.WaitFrame(frame => frame.Node == lan.A && frame.Kind == TapKind.Advert && frame.Priority == 0, mark);
        Assert.Equal(0, pings.Stop().LostCount);
        a.Router.NextState("FAULT");
        a.Router.Next("Resigned: nothing of ours is left");

        LabProcess status = lan.A.Execute(Programs.Holdfast, "status", "--json");
        Assert.Equal(StatusOfAFailedDaemon, status.Exit!.Value.Code);
        using (JsonDocument document = JsonDocument.Parse(status.Output))
        {
            Assert.Equal("the VRRP process killed by SIGKILL, 5 times within 120 s",
                document.RootElement.GetProperty("failure").GetString());
        }
        a.Signal(a.SupervisorPid, "HUP");
        a.Router.NextState("MASTER");
        Patience.Until(() => lan.A.ReadFile("/tmp/told") is "BACKUP\nMASTER\nFAULT\nBACKUP\nMASTER\n", "all is told");
    }

    [Fact]
    public void KillOfTheVrrpProcess_WhileItHandsOver_LeavesNoAddress()
    {
        using var lan = new TestLan();
        var a = Daemon.Start(lan, lan.A, new InstanceText { Version = 2 }.ToString());
        a.Router.NextState("MASTER");
        TestLan.WaitAddress(lan.A, TestLan.Vip);
        int mark = lan.Tap.Count;
        int vrrp = a.VrrpPid;
        a.Router.Process.Stop();
        lan.WaitFrame(frame => frame.Kind == TapKind.Advert && frame.Priority == 0, mark);
        a.Signal(vrrp, "KILL"); // nobody takes over, so its addresses linger
        Assert.True(a.Router.Process.WaitForExit(Patience.Limit).IsSuccess);
        Assert.False(lan.A.HasAddress(TestLan.Vip));
    }
}
