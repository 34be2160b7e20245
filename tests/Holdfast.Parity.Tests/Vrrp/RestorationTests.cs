using System.Globalization;
using Holdfast.Lab;
using Holdfast.Primitives;

namespace Holdfast.Parity.Tests.Vrrp;

/// <summary>What others take away from an Active comes back; what a dead daemon left goes; the rest stays.</summary>
public sealed class RestorationTests
{
    private const string Away = "addr flush dev eth1\nroute flush table 100\nroute del 10.20.0.0/16\n"
        + "rule del priority 1000\n";

    private static readonly InstanceText s_config = new()
    {
        Addresses = "192.168.1.100/24\n10.9.0.1/16 dev eth1\n10.9.0.2/16 dev eth1",
        More = """
            virtual_routes {
                10.20.0.0/16 via 192.168.1.13
                10.21.0.0/16 dev eth1 table 100
            }
            virtual_rules {
                from 192.168.1.100 table 100 priority 1000
            }
            """,
    };

    [Fact]
    public void EveryEntry_TakenAwayBySomebody_ComesBackAndIsReportedOnce()
    {
        using var lan = new TestLan();
        lan.AddSecondSegment();
        Router a = lan.Start(lan.A, Maker.Holdfast, s_config);
        a.NextState("MASTER");
        Patience.Until(() => IsComplete(lan.A), () => $"all are there\n{lan}");

        lan.A.WriteFile("/tmp/away", Away);
        Assert.True(lan.A.Execute("ip", "-batch", "/tmp/away").Exit!.Value.IsSuccess);

        Patience.Until(() => IsComplete(lan.A), () => $"all are back\n{lan}");
        // Five at least: what comes back while the flush still runs may be taken away twice.
        string summary = a.Next("entries were removed by somebody else within");
        Assert.InRange(int.Parse(summary.Split("(VI_1) ")[1].Split(' ')[0], CultureInfo.InvariantCulture), 5, 20);
        Assert.Single(a.Process.Lines, line => line.Text.Contains("adding it again", StringComparison.Ordinal));
        Assert.Equal(["BACKUP", "MASTER"], a.States());
    }

    [Fact]
    public void Interface_GoesAndReturns_ItsEntriesComeBack()
    {
        using var lan = new TestLan();
        Router a = lan.Start(lan.A, Maker.Holdfast, new InstanceText
        {
            Addresses = "192.168.1.100/24\n10.50.0.1/24 dev v0 no_track",
            More = "virtual_routes {\n 10.51.0.0/16 dev v0\n}",
        });
        a.NextState("MASTER");
        for (int round = 0; round < 2; round++)
        {
            LabProcess add = lan.A.Execute("ip", "link", "add", "v0", "type", "veth", "peer", "name", "v1");
            Assert.True(add.Exit!.Value.IsSuccess, add.Output);
            _ = lan.A.Execute("ip", "link", "set", "v1", "up");
            LabProcess up = lan.A.Execute("ip", "link", "set", "v0", "up");
            Assert.True(up.Exit!.Value.IsSuccess, up.Output);
            Patience.Until(() => lan.A.HasAddress(TestLan.Parse("10.50.0.1")), () => $"the address is back\n{lan}");
            Patience.Until(() => lan.A.Execute("ip", "route").Output.Contains("10.51.0.0/16", StringComparison.Ordinal),
                () => $"the route is back\n{lan}");
            Assert.True(lan.A.Execute("ip", "link", "del", "v0").Exit!.Value.IsSuccess);
            TestLan.WaitAddress(lan.A, TestLan.Parse("10.50.0.1"), present: false);
        }
        Assert.Equal(["BACKUP", "MASTER"], a.States());
    }

    [Fact]
    public void EventQueue_Overruns_WhatWasTakenAwayMeanwhileComesBack()
    {
        using var lan = new TestLan();
        Router a = lan.Start(lan.A, Maker.Holdfast, "#holdfast: address_lifetime off\n" + new InstanceText());
        a.NextState("MASTER");
        lan.A.WriteFile("/tmp/many", string.Concat(Enumerable.Range(0, 4000).Select(
            i => $"addr add 10.77.{i / 250}.{(i % 250) + 1}/32 dev lo\n")) + "addr del 192.168.1.100/24 dev eth0\n");
        TestLan.WaitAddress(lan.A, TestLan.Vip);

        lan.A.Freeze();
        Assert.True(lan.A.Execute("ip", "-batch", "/tmp/many").Exit!.Value.IsSuccess);
        Assert.False(lan.A.HasAddress(TestLan.Vip));
        lan.A.Thaw();

        a.Next("queue of changes overran");
        TestLan.WaitAddress(lan.A, TestLan.Vip);
    }

    [Fact]
    public void StaticEntries_TakenAway_ComeBackAndAreLogged()
    {
        using var lan = new TestLan();
        Router a = lan.Start(lan.A, Maker.Holdfast, """
            static_ipaddress {
                192.168.1.77/24 dev eth0
            }
            static_routes {
                10.40.0.0/16 via 192.168.1.13 dev eth0
            }

            """ + new InstanceText());
        a.NextState("MASTER");
        _ = lan.A.Execute("ip", "route", "del", "10.40.0.0/16");
        Assert.Contains("route 10.40.0.0/16", a.Next("have been added again"), StringComparison.Ordinal);
        _ = lan.A.Execute("ip", "addr", "del", "192.168.1.77/24", "dev", "eth0");
        Assert.Contains("192.168.1.77/24", a.Next("have been added again"), StringComparison.Ordinal);
        Assert.True(lan.A.HasAddress(TestLan.Parse("192.168.1.77")));
        Assert.Contains("10.40.0.0/16", lan.A.Execute("ip", "route").Output, StringComparison.Ordinal);
    }

    /// <summary>After the death of every process, with another Active on the segment.</summary>
    [Fact]
    public void Restart_AfterTheDeathOfAll_CleansItsOwnAndLeavesTheRest()
    {
        using var lan = new TestLan();
        lan.AddSecondSegment();
        Router a = lan.Start(lan.A, Maker.Holdfast, "#holdfast: address_lifetime off\n" + s_config);
        a.NextState("MASTER");
        Patience.Until(() => IsComplete(lan.A), "all are there");
        lan.A.KillProcesses();
        Router b = lan.Start(lan.B, Maker.Original, new InstanceText { Priority = 200 });
        b.NextState("MASTER");
        foreach (string other in (string[])["addr add 192.168.1.78/24 dev eth0", "addr add 192.168.1.100/32 dev lo",
            "route add 10.99.0.0/16 via 192.168.1.13 proto 18",
            "rule add from 10.1.1.1 table 9 priority 7 protocol 18"])
        {
            Assert.True(lan.A.Execute("ip", other.Split(' ')).Exit!.Value.IsSuccess, other);
        }
        Assert.True(IsComplete(lan.A));

        a = lan.Start(lan.A, Maker.Holdfast, "#holdfast: address_lifetime off\n" + s_config);
        a.NextState("BACKUP");
        Patience.Until(() => IsGone(lan.A), () => $"all of ours are gone\n{lan}");
        string state = State(lan.A);
        foreach (string stays in (string[])["192.168.1.78/24", "192.168.1.100/32", "10.99.0.0/16", "10.1.1.1"])
        {
            Assert.Contains(stays, state, StringComparison.Ordinal);
        }
        Assert.Equal(["BACKUP"], a.States());
    }

    [Fact]
    public void Restart_AfterTheDeathOfAll_OwnerAdoptsWithoutALostPing()
    {
        using var lan = new TestLan();
        string config = "#holdfast: address_lifetime off\n" + new InstanceText { Priority = 255 };
        Router a = lan.Start(lan.A, Maker.Holdfast, config);
        a.NextState("MASTER");
        using PingMeter pings = lan.Ping(TestLan.Vip);
        TestLan.WaitAnswer(pings, lan.A);
        lan.A.KillProcesses();
        MonotonicTime killed = Linux.MonotonicClock.Now;
        a = lan.Start(lan.A, Maker.Holdfast, config);
        a.NextState("MASTER");
        lan.WaitAdverts(lan.A, 5);
        Assert.Equal(0, pings.Report(killed).LostCount);
    }

    private static bool IsComplete(LabNode node)
    {
        string state = State(node);
        return ((string[])["192.168.1.100/24", "10.9.0.1/16", "10.9.0.2/16", "10.20.0.0/16", "10.21.0.0/16", "1000:"])
            .All(entry => state.Contains(entry, StringComparison.Ordinal));
    }

    private static bool IsGone(LabNode node)
    {
        string state = State(node);
        return !((string[])["192.168.1.100/24", "10.9.0.1/16", "10.9.0.2/16", "10.20.0.0/16", "10.21.0.0/16", "1000:"])
            .Any(entry => state.Contains(entry, StringComparison.Ordinal));
    }

    private static string State(LabNode node) => string.Join('\n', ((string[][])
        [["-o", "addr"], ["route"], ["route", "show", "table", "100"], ["rule"]])
        .Select(arguments => node.Execute("ip", arguments).Output));
}
