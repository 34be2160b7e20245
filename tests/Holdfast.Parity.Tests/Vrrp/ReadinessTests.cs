using System.Text.Json;
using Holdfast.Lab;

namespace Holdfast.Parity.Tests.Vrrp;

/// <summary>A standby keeps checking that it could take over, and says so when that changes.</summary>
public sealed class ReadinessTests : IDisposable
{
    private const string Works = "(VI_1) a failover to this node would work";
    private const string WorksNot = "(VI_1) a failover to this node would not work: ";

    private readonly TestLan _lan = new();

    [Fact]
    public void Standby_AllIsWell_StatusSaysSo()
    {
        Router b = StartStandby(new InstanceText());

        Patience.Until(() => Status(b).Contains("✓ a failover to this node would work", StringComparison.Ordinal),
            "the status says that a failover would work");
        Assert.DoesNotContain(b.Process.Lines, line => line.Text.Contains("a failover", StringComparison.Ordinal));
    }

    [Fact]
    public void Standby_Ipv6IsDisabledAndEnabled_BothAreLoggedOnce()
    {
        Router b = StartStandby(new InstanceText { More = "virtual_ipaddress_excluded {\n fd00::100/64\n }" });
        Sysctl(1);
        b.Next(WorksNot + "IPv6 is disabled on eth0, so that fd00::100 cannot be added");
        Assert.Contains("✗ a failover to this node would not work", Status(b), StringComparison.Ordinal);
        Assert.Contains("(mend it: sysctl -w net.ipv6.conf.eth0.disable_ipv6=0)", Status(b), StringComparison.Ordinal);
        Sysctl(0);
        b.Next(Works);

        Assert.Single(b.Process.Lines, line => line.Text.Contains(WorksNot, StringComparison.Ordinal));
    }

    [Fact]
    public void Standby_AddressIsElsewhere_IsFound()
    {
        Router b = StartStandby(new InstanceText());
        _ = _lan.B.Execute("ip", "address", "add", $"{TestLan.VipText}/32", "dev", "lo");

        b.Next(WorksNot + $"{TestLan.VipText} is on lo of this node already");

        _ = _lan.B.Execute("ip", "address", "del", $"{TestLan.VipText}/32", "dev", "lo");
        b.Next(Works);
    }

    [Fact]
    public void Standby_NotifyScriptLosesItsMode_IsFound()
    {
        _lan.B.WriteFile("/tmp/notify.sh", "#!/bin/sh\n", executable: true);
        Router b = StartStandby(new InstanceText { More = "notify_master /tmp/notify.sh" });
        _ = _lan.B.Execute("chmod", "644", "/tmp/notify.sh");

        b.Next(WorksNot + "script '/tmp/notify.sh' is not found or not executable");
    }

    [Fact]
    public void Standby_PeerHasAnotherAddress_IsFound()
    {
        Router b = StartStandby(
            new InstanceText(), new InstanceText { Priority = 150, Addresses = "192.168.1.100/24\n192.168.1.101/24" });

        b.Next(WorksNot + "192.168.1.11 advertises 2 addresses, this node has 1: 192.168.1.101 is missing here");
    }

    [Fact]
    public void Nodes_PasswordsDiffer_BothSayIt()
    {
        Router a = _lan.Start(_lan.A, Maker.Holdfast, new InstanceText { Version = 2, Password = "one" });
        Router b = _lan.Start(_lan.B, Maker.Holdfast, new InstanceText { Version = 2, Password = "two" });

        a.Next("(VI_1) this node is Active, but adverts from 192.168.1.12 are dropped: wrong password");
        b.Next("(VI_1) this node is Active, but adverts from 192.168.1.11 are dropped: wrong password");
    }

    [Fact]
    public void Standby_ServiceStartsToListen_IsReadyThen()
    {
        Router b = StartStandby(new InstanceText { More = "#holdfast: service tcp/8080" });
        b.Next(WorksNot + $"service tcp/8080 does not listen on {TestLan.VipText}");

        using LabProcess server = _lan.B.Start("python3", ["-m", "http.server", "8080", "--bind", "0.0.0.0"]);
        b.Next(Works);

        JsonElement report = Report(b);
        Assert.True(report.GetProperty("ready").GetBoolean());
        Assert.Empty(report.GetProperty("problems").EnumerateArray());
    }

    public void Dispose() => _lan.Dispose();

    private Router StartStandby(InstanceText standby, InstanceText? active = null)
    {
        Router a = _lan.Start(_lan.A, Maker.Holdfast, active ?? standby with { Priority = 150, More = "" });
        a.NextState("MASTER");
        Router b = _lan.Start(_lan.B, Maker.Holdfast, standby);
        b.NextState("BACKUP");
        return b;
    }

    private void Sysctl(int disabled)
        => _ = _lan.B.Execute("sysctl", "-qw", $"net.ipv6.conf.eth0.disable_ipv6={disabled}");

    private static string Status(Router router)
    {
        LabProcess status = router.Node.Execute(Programs.Holdfast, "status");
        Assert.True(status.Exit!.Value.IsSuccess, status.Output);
        return status.Output;
    }

    private static JsonElement Report(Router router)
    {
        LabProcess status = router.Node.Execute(Programs.Holdfast, "status", "--json");
        using JsonDocument document = JsonDocument.Parse(status.Output);
        return document.RootElement.GetProperty("readiness").GetProperty("VI_1").Clone();
    }
}
