using Holdfast.Lab;
using Holdfast.Primitives;
using Holdfast.Tests.Repository;

namespace Holdfast.Packaging.Tests;

/// <summary>The package is upgraded while the address is asked a thousand times a second.</summary>
public sealed class UpgradeTests(Packages packages) : IDisposable
{
    private readonly Lab.Lab _lab = Lab.Lab.Create();

    [Fact]
    public void Upgrade_OfTheActiveNode_LosesNoPing()
    {
        LabSegment segment = _lab.AddSegment();
        LabNode active = _lab.AddNode("active");
        LabNode standby = _lab.AddNode("standby");
        LabNode client = _lab.AddNode("client");
        segment.Attach(active, "192.0.2.1/24");
        segment.Attach(standby, "192.0.2.2/24");
        LabLink asks = segment.Attach(client, "192.0.2.3/24");
        using Machine machine = Machine.Boot(active, packages.SharedDirectory);
        machine.Write("/etc/keepalived/keepalived.conf", Config(150));
        machine.Do("dpkg -i holdfast_*.deb");
        machine.Until("ip address show dev eth0 | grep -q 192.0.2.10");
        using LabProcess peer = standby.StartKeepalived(
            Path.Combine(RepositoryRoot.Path, "out/keepalived"), Config(100));
        peer.WaitForLine("Entering BACKUP STATE", TimeSpan.FromSeconds(20));
        using var meter = PingMeter.Start(asks, IpAddress.Parse("192.0.2.10"));
        meter.WaitForReply(TimeSpan.FromSeconds(20));

        machine.Do("dpkg -i newer/holdfast_*.deb");
        machine.Until("systemctl is-active --quiet holdfast && ip address show dev eth0 | grep -q 192.0.2.10");

        PingReport report = meter.Stop();
        Assert.Equal(0, report.LostCount);
        Assert.True(report.Samples.Count > 1000);
        // Both processes run from the new file; the old one is gone.
        Assert.Equal("/usr/bin/holdfast\n/usr/bin/holdfast\n",
            machine.Do("readlink /proc/$(systemctl show -P MainPID holdfast)/exe /proc/$(pidof keepalived)/exe"));
        machine.Do("dpkg --status holdfast | grep -qx 'Version: " + Packages.NewerVersion + "'");
    }

    public void Dispose() => _lab.Dispose();

    private static string Config(int priority) => $$"""
        vrrp_instance web {
            state BACKUP
            interface eth0
            virtual_router_id 51
            priority {{priority}}
            version 3
            advert_int 0.2
            virtual_ipaddress {
                192.0.2.10/24
            }
        }

        """;
}
