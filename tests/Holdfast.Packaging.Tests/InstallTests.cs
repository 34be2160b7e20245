using Holdfast.Lab;

namespace Holdfast.Packaging.Tests;

/// <summary>Installing, living beside the original, and removing, on a booted machine.</summary>
public sealed class InstallTests : IDisposable
{
    private readonly Lab.Lab _lab = Lab.Lab.Create();
    private readonly Machine _machine;

    public InstallTests(Packages packages)
    {
        LabNode node = _lab.AddNode("node");
        _lab.AddSegment().Attach(node, "192.0.2.1/24");
        _machine = Machine.Boot(node, packages.SharedDirectory);
    }

    [Fact]
    public void Purge_AfterUse_LeavesNothing()
    {
        const string List = "find / -xdev -path /proc -prune -o -path /var/log/journal -prune -o -path /tmp -prune -o "
            + "-type f ! -path '/var/lib/dpkg/*' ! -path '/var/log/*' ! -path '/var/cache/*' ! -path '/var/lib/apt/*' "
            + "! -path '/etc/*-' ! -path '/var/lib/systemd/*' -print -o -type l -print | sort";
        string before = _machine.Do(List) + _machine.Do("cat /etc/passwd /etc/group; ls /run /usr/sbin");
        _machine.Do("dpkg -i holdfast_*.deb");
        Assert.NotEqual(before, _machine.Do(List));
        _machine.Do("mkdir /etc/keepalived; cp /etc/holdfast/keepalived.conf.sample /etc/keepalived/keepalived.conf");
        _machine.Do("echo 'OPTIONS=--log-file=/var/log/holdfast/holdfast.log' >>/etc/default/holdfast");
        _machine.Do("systemctl start holdfast; test -s /var/log/holdfast/holdfast.log");
        _machine.Do("logrotate --force --state /tmp/rotated /etc/logrotate.d/holdfast; "
            + "test -e /var/log/holdfast/holdfast.log.1");
        _machine.Until("test -e /var/log/holdfast/holdfast.log");

        _machine.Do("apt-get purge -y holdfast; rm -r /etc/keepalived");

        Assert.Equal(before, _machine.Do(List) + _machine.Do("cat /etc/passwd /etc/group; ls /run /usr/sbin"));
        Assert.Equal(
            "", _machine.Do("find /var/log /var/lib /etc /run -name '*holdfast*' ! -path '*/systemd/*'").Trim());
        Assert.NotEqual(0, _machine.Run("dpkg-query --show holdfast").ExitCode);
    }

    [Fact]
    public void Name_OriginalComesAndGoes_IsNeverTakenFromIt()
    {
        _machine.Do("dpkg -i holdfast_*.deb");
        Assert.Equal("/usr/bin/holdfast", Target());
        Assert.Contains("Holdfast", _machine.Do("keepalived --version 2>&1"), StringComparison.Ordinal);

        _machine.Do("apt-get install -y --no-install-recommends keepalived && systemctl stop keepalived");
        Assert.Equal("/usr/sbin/keepalived", Target());
        Assert.Contains("Keepalived v2.", _machine.Do("keepalived --version 2>&1"), StringComparison.Ordinal);
        Assert.Equal("", _machine.Do("dpkg --verify keepalived"));
        Assert.Contains("Holdfast", _machine.Do("/usr/lib/holdfast/bin/keepalived -v 2>&1"), StringComparison.Ordinal);

        _machine.Do("dpkg -i newer/holdfast_*.deb");
        Assert.Equal("/usr/sbin/keepalived", Target());

        _machine.Do("apt-get remove -y keepalived");
        Assert.Equal("/usr/bin/holdfast", Target());

        _machine.Do("apt-get install -y --no-install-recommends keepalived && systemctl stop keepalived "
            + "&& apt-get purge -y holdfast");
        Assert.Equal("/usr/sbin/keepalived", Target());
        Assert.Equal("", _machine.Do("dpkg --verify keepalived"));
    }

    [Fact]
    public void Service_OriginalIsThereFirst_WaitsUntilItIsAskedFor()
    {
        _machine.Do("apt-get install -y --no-install-recommends keepalived");
        _machine.Write("/etc/keepalived/keepalived.conf", """
            vrrp_instance web {
                state BACKUP
                interface eth0
                virtual_router_id 51
                priority 100
                advert_int 1
                authentication {
                    auth_type PASS
                    auth_pass 1111
                }
                virtual_ipaddress {
                    192.0.2.10/24
                }
            }

            """);
        _machine.Do("systemctl start keepalived");
        Assert.Contains(
            "systemctl enable --now holdfast", _machine.Do("dpkg -i holdfast_*.deb"), StringComparison.Ordinal);
        Assert.Equal("active", _machine.Do("systemctl is-active keepalived").Trim());
        Assert.Equal("inactive", _machine.Run("systemctl is-active holdfast").Output.Trim());
        Assert.Equal("disabled", _machine.Run("systemctl is-enabled holdfast").Output.Trim());

        _machine.Do("systemctl disable --now keepalived && systemctl enable --now holdfast");
        Assert.Equal("active", _machine.Do("systemctl is-active holdfast").Trim());
        _machine.Do("dpkg -i newer/holdfast_*.deb");
        Assert.Equal("enabled", _machine.Do("systemctl is-enabled holdfast").Trim());
        Assert.Equal("active", _machine.Do("systemctl is-active holdfast").Trim());

        // And back: starting the one stops the other.
        _machine.Do("systemctl start keepalived");
        Assert.Equal("active", _machine.Do("systemctl is-active keepalived").Trim());
        Assert.Equal("inactive", _machine.Run("systemctl is-active holdfast").Output.Trim());
    }

    public void Dispose()
    {
        _machine.Dispose();
        _lab.Dispose();
    }

    /// <summary>What the name keepalived stands for.</summary>
    private string Target() => _machine.Do("readlink -f /usr/sbin/keepalived").Trim();
}
