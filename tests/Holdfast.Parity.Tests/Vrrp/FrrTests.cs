using System.Globalization;
using Holdfast.Lab;

namespace Holdfast.Parity.Tests.Vrrp;

/// <summary>Beside FRR's vrrpd, which is multicast without authentication, on a macvlan.</summary>
public sealed class FrrTests
{
    public static TheoryData<int, bool> Cases() => new()
    {
        { 2, false },
        { 3, false },
        { 3, true },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void FrrActive_StopsAndReturns_OursTakesOverAndYields(int version, bool v6)
    {
        using var lan = new TestLan();
        LabProcess frr = StartFrr(lan, version, v6, priority: 200);
        lan.WaitAdverts(lan.A, 2);
        Router ours = lan.Start(lan.B, Maker.Holdfast, Config(version, v6, priority: 100));
        ours.NextState("BACKUP");
        lan.WaitAdverts(lan.A, 5);
        Assert.True(lan.Adverts(0, lan.B).Length == 0, lan.ToString());
        frr.Stop();
        ours.NextState("MASTER");
        TestLan.WaitAddress(lan.B, v6 ? TestLan.Vip6 : TestLan.Vip);
        lan.WaitAdverts(lan.B, 2);
        frr.WaitForExit(Patience.Limit);
        _ = StartVrrpd(lan);
        ours.NextState("BACKUP");
        TestLan.WaitAddress(lan.B, v6 ? TestLan.Vip6 : TestLan.Vip, present: false);
        lan.WaitAdverts(lan.A, 3);
        Assert.Equal(["BACKUP", "MASTER", "BACKUP"], ours.States());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void OursActive_StopsAndReturns_FrrTakesOverAndYields(int version, bool v6)
    {
        using var lan = new TestLan();
        Router ours = lan.Start(lan.B, Maker.Holdfast, Config(version, v6, priority: 200));
        ours.NextState("MASTER");
        _ = StartFrr(lan, version, v6, priority: 100);
        lan.WaitAdverts(lan.B, 5);
        Assert.Empty(lan.Adverts(0, lan.A));
        int mark = lan.Tap.Count;
        ours.Process.Stop();
        TapFrame[] adverts = lan.AdvertsUntil(lan.A, mark);
        Assert.Contains(adverts, advert => advert.Node == lan.B && advert.Priority == 0);
        Assert.True(ours.Process.WaitForExit(Patience.Limit).IsSuccess);
        ours = lan.Start(lan.B, Maker.Holdfast, Config(version, v6, priority: 200));
        ours.NextState("MASTER");
        lan.WaitAdverts(lan.B, 1);
        mark = lan.Tap.Count;
        lan.WaitAdverts(lan.B, 3);
        Assert.DoesNotContain(lan.Adverts(mark), advert => advert.Node == lan.A);
        Assert.Equal(["BACKUP", "MASTER"], ours.States());
    }

    private static InstanceText Config(int version, bool v6, int priority) => new()
    {
        Version = version,
        Priority = priority,
        Addresses = v6 ? "fd00::100/64" : "192.168.1.100/24",
    };

    private static LabProcess StartFrr(TestLan lan, int version, bool v6, int priority)
    {
        string device = v6 ? "vrrp6-2-1" : "vrrp4-2-1";
        Ip(lan.A, "link", "add", device, "link", "eth0", "type", "macvlan", "mode", "bridge");
        Ip(lan.A, "link", "set", device, "address", v6 ? "00:00:5e:00:02:33" : "00:00:5e:00:01:33");
        Ip(lan.A, "addr", "add", v6 ? "fd00::100/64" : "192.168.1.100/24", "dev", device);
        Ip(lan.A, "link", "set", device, "up");
        lan.A.WriteFile("/run/frr/zebra.conf", "");
        lan.A.WriteFile("/run/frr/vrrpd.conf", string.Create(CultureInfo.InvariantCulture, $"""
            interface eth0
             vrrp 51 version {version}
             vrrp 51 priority {priority}
             vrrp 51 advertisement-interval {(version == 2 ? 1000 : 200)}
             vrrp 51 {(v6 ? "ipv6 fd00::100" : "ip 192.168.1.100")}

            """));
        Assert.True(lan.A.Execute("chown", "-R", "frr:frr", "/run/frr").Exit!.Value.IsSuccess);
        _ = lan.A.Start(Programs.Frr("zebra"), [.. Options("zebra")]);
        Patience.Until(() => lan.A.ReadFile("/run/frr/zebra.pid") is not null, "zebra runs");
        return StartVrrpd(lan);
    }

    private static LabProcess StartVrrpd(TestLan lan) => lan.A.Start(Programs.Frr("vrrpd"), [.. Options("vrrpd")]);

    private static string[] Options(string name) =>
    [
        "-f", $"/run/frr/{name}.conf", "-i", $"/run/frr/{name}.pid",
        "-z", "/run/frr/zserv.api", "--vty_socket", "/run/frr", "-A", "127.0.0.1", "--log", "stdout",
    ];

    private static void Ip(LabNode node, params string[] arguments)
    {
        LabProcess ip = node.Execute("ip", arguments);
        Assert.True(ip.Exit!.Value.IsSuccess, ip.Output);
    }
}
