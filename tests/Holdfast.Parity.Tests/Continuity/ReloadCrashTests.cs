using System.Globalization;
using System.Text.Json;
using Holdfast.Lab;
using Holdfast.Linux.Abi;
using Holdfast.Parity.Tests.Vrrp;

namespace Holdfast.Parity.Tests.Continuity;

/// <summary>The VRRP process dies in the middle of a reload: what runs then is one configuration, whole.</summary>
public sealed class ReloadCrashTests
{
    private const int Rounds = 12;

    // About a microsecond each: the last round waits for longer than a reload takes.
    private const int SpinsPerRound = 1000;

    [Fact]
    public void VrrpProcess_DiesDuringReload_OldOrNewConfigurationRuns()
    {
        using var lan = new TestLan();
        Daemon daemon = Daemon.Start(lan, lan.A, Config(0));
        daemon.Router.NextState("MASTER");
        int mark = lan.Tap.Count;
        using PingMeter pings = lan.Ping(TestLan.Vip);
        TestLan.WaitAnswer(pings, lan.A);
        for (int round = 1; round <= Rounds; round++)
        {
            int before = daemon.VrrpPid;
            lan.A.WriteFile(KeepalivedDaemon.ConfigPath, InstanceText.Global + Config(round));
            // One process sends both signals, so that the second one falls into the reload, a little later each time.
            LabProcess both = lan.A.Execute("sh", "-c", string.Create(CultureInfo.InvariantCulture,
                $"""
                kill -HUP {daemon.SupervisorPid}
                i=0
                while [ $i -lt {round * SpinsPerRound} ]; do i=$((i+1)); done
                kill -KILL {before}
                """));
            Assert.True(both.Exit!.Value.IsSuccess, both.Output);
            daemon.WaitVrrpOtherThan(before);
            lan.WaitAdverts(lan.A, 2);
            int number = 0;
            Patience.Until(() => (number = NumberIn(daemon.Router)) == round || number == round - 1,
                () => $"one of both configurations runs, not {number}");
            TestLan.WaitAddress(lan.A, TestLan.Parse(Address(number)));
            Assert.Equal(100 + number, lan.Adverts(mark, lan.A)[^1].Priority);
            // Whatever it was, the next reload begins from the same configuration.
            daemon.Router.Process.Signal(Signal.SIGHUP);
            Patience.Until(() => NumberIn(daemon.Router) == round, "the new configuration runs");
        }
        Assert.DoesNotContain(lan.Adverts(mark, lan.A), static f => f.Priority == 0);
        Assert.Equal(["BACKUP", "MASTER"], daemon.Router.States());
        Assert.Equal(0, pings.Stop().LostCount);
    }

    [Fact]
    public void VrrpProcess_DiesBeforeItTakesTheConfiguration_OldOneRunsAndWhoAskedIsTold()
    {
        using var lan = new TestLan();
        Daemon daemon = Daemon.Start(lan, lan.A, Config(0));
        daemon.Router.NextState("MASTER");
        int before = daemon.VrrpPid;
        daemon.Signal(before, "STOP");
        lan.A.WriteFile(KeepalivedDaemon.ConfigPath, InstanceText.Global + Config(1));
        LabProcess asked = lan.A.Start(Programs.Holdfast, ["reload"]);
        daemon.Router.Next("Reloading");
        // The supervisor may have taken it for one that hangs, and have killed it already.
        _ = lan.A.Execute("kill", "-KILL", before.ToString(CultureInfo.InvariantCulture));
        daemon.Router.Next("going on with the old one");
        Assert.Equal(1, asked.WaitForExit(Patience.Limit).Code);
        Assert.Contains("going on with the old one", asked.Output, StringComparison.Ordinal);
        daemon.WaitVrrpOtherThan(before);
        Assert.Equal(0, NumberIn(daemon.Router));
        LabProcess again = lan.A.Execute(Programs.Holdfast, "reload");
        Assert.True(again.Exit!.Value.IsSuccess, again.Output);
        Assert.Equal(1, NumberIn(daemon.Router));
        Assert.Equal(["BACKUP", "MASTER"], daemon.Router.States());
    }

    private static string Config(int number) => new InstanceText
    {
        Priority = 100 + number,
        Addresses = $"192.168.1.100/24\n{Address(number)}/24",
    }.ToString();

    private static string Address(int number)
        => string.Create(CultureInfo.InvariantCulture, $"192.168.1.{150 + number}");

    /// <summary>Which configuration runs; −1 when priority and addresses are of different ones.</summary>
    private static int NumberIn(Router router)
    {
        JsonElement instance = router.Json();
        int number = instance.GetProperty("configured_priority").GetInt32() - 100;
        return instance.GetProperty("addresses").EnumerateArray()
            .Any(a => a.GetString()!.StartsWith(Address(number) + "/", StringComparison.Ordinal)) ? number : -1;
    }
}
