using Holdfast.Lab;

namespace Holdfast.Packaging.Tests;

/// <summary>The installed service under a real systemd, with all of its sandbox.</summary>
public sealed class UnitTests : IDisposable
{
    private const string Config = """
        vrrp_script chk {
            script "/usr/local/bin/check.sh"
            interval 1
            timeout 2
        }
        global_defs {
            notify_fifo /run/notify.fifo daemon daemon
        }
        vrrp_instance web {
            state BACKUP
            interface eth0
            virtual_router_id 51
            priority 100
            version 3
            advert_int 0.1
            promote_secondaries
            notify /usr/local/bin/notify.sh
            track_script {
                chk
            }
            virtual_ipaddress {
                192.0.2.10/24
            }
        }

        """;

    private readonly Lab.Lab _lab = Lab.Lab.Create();
    private readonly Machine _machine;

    public UnitTests(Packages packages)
    {
        LabNode node = _lab.AddNode("node");
        _lab.AddSegment().Attach(node, "192.0.2.1/24");
        _machine = Machine.Boot(node, packages.SharedDirectory);
        _machine.Do("dpkg -i holdfast_*.deb");
        _machine.Write("/usr/local/bin/check.sh", "#!/bin/sh\ntest ! -e /var/lib/broken\n", executable: true);
        _machine.Write("/usr/local/bin/notify.sh", """
            #!/bin/sh
            echo "$3 as $(id -un)" >>/var/lib/notified
            systemctl restart cron && echo "cron restarted for $3" >>/var/lib/notified

            """, executable: true);
        _machine.Write("/etc/keepalived/keepalived.conf", Config);
    }

    [Fact]
    public void Service_InItsSandbox_DoesAllOfItsWork()
    {
        _machine.Do("systemctl start holdfast");
        _machine.Until("ip address show dev eth0 | grep -q 192.0.2.10");

        // Scheduling, memory, sysctl, FIFO of another user, control socket.
        Assert.Equal("RR 1", _machine.Do("ps -o cls=,rtprio= -p $(pidof keepalived) | tr -s ' '").Trim());
        Assert.Matches("VmLck:\\s+[1-9]", _machine.Do("cat /proc/$(pidof keepalived)/status"));
        Assert.Equal("1", _machine.Do("cat /proc/sys/net/ipv4/conf/eth0/promote_secondaries").Trim());
        Assert.Equal("daemon", _machine.Do("stat -c %U /run/notify.fifo").Trim());
        Assert.Contains("running", _machine.Do("holdfast status"), StringComparison.Ordinal);

        // Completion knows the names of the instances.
        Assert.Contains("web", _machine.Do("holdfast '[suggest:13]' 'explain vrrp '").Split('\n'));

        // The script is root, and neither its file system nor its rights are those of the sandbox.
        _machine.Until("grep -qx 'cron restarted for MASTER' /var/lib/notified");
        Assert.Contains("MASTER as root", _machine.Do("cat /var/lib/notified"), StringComparison.Ordinal);
        Assert.Equal("/system.slice/holdfast.service", _machine.Do("cut -d: -f3 /proc/$(pidof keepalived)/cgroup | tail -1")
            .Trim());

        _machine.Do("touch /var/lib/broken");
        _machine.Until("grep -qx 'cron restarted for FAULT' /var/lib/notified");
        _machine.Do("rm /var/lib/broken");
        _machine.Until("ip address show dev eth0 | grep -q 192.0.2.10");
    }

    [Fact]
    public void Service_ReloadAndStop_KeepTheirWord()
    {
        _machine.Do("systemctl start holdfast");
        _machine.Until("ip address show dev eth0 | grep -q 192.0.2.10");
        string pid = _machine.Do("pidof keepalived");

        _machine.Write("/etc/keepalived/keepalived.conf", Config.Replace("priority 100", "priority 120",
            StringComparison.Ordinal));
        _machine.Do("systemctl reload holdfast");
        _machine.Until("holdfast status | grep -q 120");
        _machine.Write("/etc/keepalived/keepalived.conf", Config + "vrrp_instance {\n");
        Assert.NotEqual(0, _machine.Run("systemctl reload holdfast").ExitCode);
        Assert.Equal("active", _machine.Do("systemctl is-active holdfast").Trim());
        Assert.Equal(pid, _machine.Do("pidof keepalived"));

        _machine.Do("systemctl stop holdfast");
        Assert.DoesNotContain("192.0.2.10", _machine.Do("ip address show dev eth0"), StringComparison.Ordinal);
        _machine.Until("grep -qx 'cron restarted for STOP' /var/lib/notified");
        // The service of the scripts ends with the last of them, and nothing of ours is left running.
        _machine.Until("! systemctl is-active --quiet holdfast-scripts.service && ! pgrep -f '^/usr/bin/holdfast'");
        Assert.Equal("active", _machine.Do("systemctl is-active holdfast-scripts.socket").Trim());
    }

    [Fact]
    public void Service_ConfigurationHasErrors_FailsOnceAndSaysWhy()
    {
        _machine.Write("/etc/keepalived/keepalived.conf", "vrrp_instanz x {\n");
        Assert.NotEqual(0, _machine.Run("systemctl start holdfast").ExitCode);
        Assert.Equal("failed", _machine.Run("systemctl is-failed holdfast").Output.Trim());
        Assert.Equal("0", _machine.Do("systemctl show -P NRestarts holdfast").Trim());
        Assert.Contains("vrrp_instanz", _machine.Do("journalctl --no-pager -u holdfast"), StringComparison.Ordinal);
    }

    [Fact]
    public void Service_WithoutConfiguration_IsSkippedAndNotFailed()
    {
        _machine.Do("rm /etc/keepalived/keepalived.conf");
        _machine.Do("systemctl start holdfast");
        Assert.Equal("inactive", _machine.Run("systemctl is-active holdfast").Output.Trim());
        Assert.Equal("inactive", _machine.Run("systemctl is-failed holdfast").Output.Trim());
    }

    [Fact]
    public void Service_SupervisorIsKilled_RunsAgain()
    {
        _machine.Do("systemctl start holdfast");
        _machine.Until("ip address show dev eth0 | grep -q 192.0.2.10");
        string pid = _machine.Do("systemctl show -P MainPID holdfast").Trim();
        _machine.Do($"kill -9 {pid}");
        // By a new supervisor in the same service, or by the service started again.
        _machine.Until($"test $(systemctl show -P MainPID holdfast) -gt {pid} && systemctl is-active --quiet holdfast "
            + "&& holdfast status && ip address show dev eth0 | grep -q 192.0.2.10");
    }

    [Fact]
    public void Units_AreWhatSystemdUnderstandsAndHardened()
    {
        Assert.Equal("", _machine.Do(
            "systemd-analyze verify --man=no holdfast.service holdfast-scripts.service holdfast-scripts.socket").Trim());
        _machine.Do("systemd-analyze security --offline=true --threshold=35 /lib/systemd/system/holdfast.service");
    }

    public void Dispose()
    {
        _machine.Dispose();
        _lab.Dispose();
    }
}
