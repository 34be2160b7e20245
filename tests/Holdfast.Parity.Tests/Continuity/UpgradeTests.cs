using System.Text.Json;
using Holdfast.Lab;
using Holdfast.Parity.Tests.Vrrp;

namespace Holdfast.Parity.Tests.Continuity;

/// <summary>Another binary goes on in place of the running one.</summary>
public sealed class UpgradeTests
{
    private const string Other = "/tmp/other/keepalived";

    [Theory]
    [InlineData("0.2")]
    [InlineData("0.05")]
    public void Upgrade_ToABinaryOfTheSameLayout_MovesNothing(string interval)
    {
        using var lan = new TestLan();
        using var pair = new Pair(lan, interval);
        int supervisor = pair.A.SupervisorPid;
        int vrrp = pair.A.VrrpPid;
        int mark = lan.Tap.Count;
        // A copy, as a package would install it.
        Assert.True(lan.A.Execute("mkdir", "/tmp/other").Exit!.Value.IsSuccess);
        Assert.True(lan.A.Execute("cp", Programs.Holdfast, Other).Exit!.Value.IsSuccess);
        LabProcess upgrade = lan.A.Execute(Programs.Holdfast, "upgrade", Other);
        Assert.True(upgrade.Exit!.Value.IsSuccess, upgrade.Output + lan);
        Assert.Equal(supervisor, pair.A.SupervisorPid);
        Assert.NotEqual(vrrp, pair.A.VrrpPid);
        foreach (int pid in (int[])[pair.A.SupervisorPid, pair.A.VrrpPid])
        {
            Assert.Equal(Other, lan.A.Execute("readlink", $"/proc/{pid}/exe").Output);
        }
        lan.WaitAdverts(lan.A, 3);
        Assert.Equal(0, pair.Pings.Stop().LostCount);
        Assert.True(lan.Adverts(mark, lan.B).Length == 0, lan.ToString());
        Assert.DoesNotContain(lan.Adverts(mark, lan.A), static advert => advert.Priority == 0);
        Assert.Equal(["BACKUP", "MASTER"], pair.Told());

        // And it does all that the first one did.
        pair.A.KillVrrp();
        pair.A.Router.Process.Stop();
        Assert.True(pair.A.Router.Process.WaitForExit(Patience.Limit).IsSuccess, lan.ToString());
        pair.B.Router.NextState("MASTER");
        Patience.Until(() => pair.Told() is ["BACKUP", "MASTER", "STOP"], "STOP is told");
    }

    [Theory]
    [InlineData("/bin/true", "not a Holdfast")]
    [InlineData("/bin/false", "exited with status 1")]
    [InlineData("/etc/hostname", "cannot be executed")]
    [InlineData("/nowhere", "cannot be executed")]
    [InlineData("/tmp/refuses", "does not accept the configuration: k.conf:1:1: new keyword")]
    public void Upgrade_ToABrokenBinary_ChangesNothingAndSaysWhy(string program, string why)
    {
        using var lan = new TestLan();
        using var pair = new Pair(lan);
        lan.A.WriteFile("/tmp/refuses", """
            #!/bin/sh
            echo '{"program":"holdfast","version":"9","board_layout":1,"errors":["k.conf:1:1: new keyword"]}'

            """, executable: true);
        int supervisor = pair.A.SupervisorPid;
        int vrrp = pair.A.VrrpPid;
        LabProcess upgrade = lan.A.Execute(Programs.Holdfast, "upgrade", program);
        Assert.Equal(1, upgrade.Exit!.Value.Code);
        Assert.Contains(why, upgrade.Output, StringComparison.Ordinal);
        Assert.Contains("Nothing has changed", upgrade.Output, StringComparison.Ordinal);
        lan.WaitAdverts(lan.A, 3);
        Assert.Equal(supervisor, pair.A.SupervisorPid);
        Assert.Equal(vrrp, pair.A.VrrpPid);
        Assert.Equal(["BACKUP", "MASTER"], pair.A.Router.States());
        Assert.Equal(0, pair.Pings.Stop().LostCount);
    }

    [Fact]
    public void Upgrade_ToABinaryOfAnotherLayout_HandsOverAndBeginsAfresh()
    {
        using var lan = new TestLan();
        using var pair = new Pair(lan);
        lan.A.WriteFile("/tmp/other", $$"""
            #!/bin/sh
            if [ "$HOLDFAST_ROLE" = probe ]; then
                echo '{"program":"holdfast","version":"9.9","board_layout":1,"errors":[]}'
            else
                exec {{Programs.Keepalived}} "$@"
            fi

            """, executable: true);
        int supervisor = pair.A.SupervisorPid;
        LabProcess upgrade = lan.A.Execute(Programs.Holdfast, "upgrade", "/tmp/other");
        Assert.True(upgrade.Exit!.Value.IsSuccess, upgrade.Output + lan);
        Assert.Contains("beginning afresh", upgrade.Output, StringComparison.Ordinal);
        Assert.Equal(supervisor, pair.A.SupervisorPid);
        pair.B.Router.NextState("MASTER");
        pair.A.Router.NextState("MASTER"); // it preempts
        TestLan.WaitAnswer(pair.Pings, lan.A);
        Assert.Equal(0, pair.Pings.Stop().LostCount);
        Patience.Until(() => pair.Told() is ["BACKUP", "MASTER", "STOP", "BACKUP", "MASTER"], "all is told");
    }

    [Fact]
    public void Usr2_ToHoldfast_Upgrades()
    {
        using var lan = new TestLan();
        lan.A.WriteFile(KeepalivedDaemon.ConfigPath, InstanceText.Global + new InstanceText());
        LabProcess daemon = lan.A.Start(Programs.Holdfast, ["run", KeepalivedDaemon.ConfigPath], "holdfast");
        daemon.WaitForLine("Entering MASTER STATE", Patience.Limit);
        int before = VrrpPid(lan.A);
        daemon.Signal(Linux.Abi.Signal.SIGUSR2);
        Patience.Until(() => VrrpPid(lan.A) is var pid && pid != before && pid != 0, "another VRRP process");
        lan.WaitAdverts(lan.A, 2);
        Assert.Single(daemon.Lines, static line => line.Text.Contains("Entering MASTER", StringComparison.Ordinal));
    }

    private static int VrrpPid(LabNode node)
    {
        LabProcess status = node.Execute(Programs.Holdfast, "status", "--json");
        if (!status.Exit!.Value.IsSuccess)
        {
            return 0;
        }
        using JsonDocument document = JsonDocument.Parse(status.Output);
        return document.RootElement.GetProperty("vrrpReady").GetBoolean()
            ? document.RootElement.GetProperty("vrrpPid").GetInt32() : 0;
    }

    /// <summary>The Active with a notify script, its Backup, and pings.</summary>
    private sealed class Pair : IDisposable
    {
        private readonly TestLan _lan;

        internal Pair(TestLan lan, string interval = "0.2")
        {
            _lan = lan;
            lan.A.WriteFile("/tmp/notify", "#!/bin/sh\necho \"$3\" >> /tmp/told\n", executable: true);
            var text = new InstanceText { Interval = interval };
            A = Daemon.Start(
                lan, lan.A, (text with { Priority = 200, More = "notify /tmp/notify\n" }).ToString());
            A.Router.NextState("MASTER");
            B = Daemon.Start(lan, lan.B, text.ToString());
            B.Router.NextState("BACKUP");
            lan.WaitAdverts(lan.A, 3);
            Pings = lan.Ping(TestLan.Vip);
            Pings.WaitForReply(Patience.Limit);
        }

        internal Daemon A { get; }

        internal Daemon B { get; }

        internal PingMeter Pings { get; }

        internal string[] Told()
            => (_lan.A.ReadFile("/tmp/told") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);

        public void Dispose() => Pings.Dispose();
    }
}
