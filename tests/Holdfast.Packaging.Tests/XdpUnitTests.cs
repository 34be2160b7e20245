using Holdfast.Lab;

namespace Holdfast.Packaging.Tests;

/// <summary>Virtual servers by the xdp plane, in the sandbox of the installed service.</summary>
public sealed class XdpUnitTests : IDisposable
{
    private const string Config = """
        #holdfast: plane xdp
        virtual_server 192.0.2.10 80 {
            lvs_sched mh
            lvs_method DR
            protocol TCP
            real_server 192.0.2.11 80 {
            }
        }

        """;

    private readonly Lab.Lab _lab = Lab.Lab.Create();
    private readonly Machine _machine;

    public XdpUnitTests(Packages packages)
    {
        LabNode node = _lab.AddNode("node");
        _lab.AddSegment().Attach(node, "192.0.2.1/24", "192.0.2.10/32");
        _machine = Machine.Boot(node, packages.SharedDirectory);
        // As systemd does when it boots a host, but not in a container as this one.
        _machine.Do("mount -t bpf bpf /sys/fs/bpf && dpkg -i holdfast_*.deb");
        _machine.Write("/etc/keepalived/keepalived.conf", "global_defs {\n" + Config.Replace(
            "xdp\n", "xdp\n}\n", StringComparison.Ordinal));
    }

    [Fact]
    public void Service_WithTheDropIn_ForwardsAndStaysHardened()
    {
        _machine.Do("systemctl start holdfast");
        _machine.Until("journalctl --no-pager -u holdfast | grep -q '/usr/lib/holdfast/xdp.conf as a drop-in'");

        _machine.Do("""
            install -D -m 644 -t /etc/systemd/system/holdfast.service.d /usr/lib/holdfast/xdp.conf
            systemctl daemon-reload && systemctl restart holdfast
            """);
        // It is attached, and that outlives a daemon that is killed.
        _machine.Until("ls /sys/fs/bpf/holdfast/xdp2-*/link-*");
        _machine.Until("journalctl --no-pager -u holdfast | grep -q 'carried out by the xdp plane'");
        Assert.Equal("", _machine.Do("systemd-analyze verify --man=no holdfast.service").Trim());
        _machine.Do("systemd-analyze security --threshold=35 holdfast.service");

        _machine.Do("systemctl stop holdfast");
        Assert.Equal("", _machine.Do("ls /sys/fs/bpf/holdfast").Trim());
    }

    public void Dispose()
    {
        _machine.Dispose();
        _lab.Dispose();
    }
}
