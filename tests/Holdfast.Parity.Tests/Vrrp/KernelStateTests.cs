using System.Text.RegularExpressions;
using Holdfast.Lab;

namespace Holdfast.Parity.Tests.Vrrp;

/// <summary>What ours puts into the kernel is what the original puts there for the same file.</summary>
public sealed partial class KernelStateTests
{
    public static TheoryData<string> Files() => new()
    {
        Instance("192.168.1.100"),
        Instance("192.168.1.100/24\n192.168.1.101/24 label eth0:web\n192.168.1.102/32 scope link\n"
            + "192.168.1.103/24 brd 192.168.1.255\n192.168.1.104/24 brd +\n10.9.0.1/16 dev eth1\n10.9.0.2/16 dev eth1"),
        Instance("fd00::100/64\nfd00::101\nfd00::102/64 home\nfd01::1/64 dev eth1 preferred_lft 0"),
        Instance("fd00::100/64 mngtmpaddr\nfd00::101/64 noprefixroute"),
        Instance("192.168.1.100/24", """
            virtual_ipaddress_excluded {
                192.168.1.110/24
                10.9.0.9/24 dev eth1
                fd00::200/64
            }
            """),
        Instance("192.168.1.100/24", """
            virtual_routes {
                10.20.0.0/16 via 192.168.1.13
                10.21.0.0/16 dev eth0 scope link metric 50
                10.27.0.0/16 dev eth0
                10.22.0.0/16 via 192.168.1.13 dev eth0 table 100 src 192.168.1.100
                blackhole 10.23.0.0/16
                unreachable 10.24.0.0/24 table 100
                10.25.0.0/16 via 192.168.1.13 mtu 1400 advmss 1300
                10.26.0.0/16 nexthop via 192.168.1.13 weight 2 nexthop via 192.168.1.12 weight 1
            }
            virtual_rules {
                from 192.168.1.100 table 100 priority 1000
                to 10.30.0.0/16 lookup 100 priority 1001
                fwmark 5 table 100 priority 1002
                iif eth0 to 10.31.0.0/16 blackhole priority 1003
                not from 192.168.1.0/24 tos 16 table 100 priority 1004
            }
            """),
        Instance("fd00::100/64", """
            virtual_routes {
                fd20::/32 via fd00::13
                fd21::/32 via fd00::13 dev eth0 table 100 metric 77
                blackhole fd23::/32
            }
            virtual_rules {
                from fd00::100 table 100 priority 1000
            }
            """),
        """
        static_ipaddress {
            192.168.1.77/24 dev eth0 scope global
            fd00::77/64 dev eth0
        }
        static_routes {
            10.40.0.0/16 via 192.168.1.13 dev eth0
            192.168.50.0/24 dev eth1 scope link table 101
        }
        static_rules {
            from 192.168.1.0/24 table 101 priority 2000
        }

        """ + new InstanceText(),
        new InstanceText().ToString().Replace("priority 100", "priority 100\n promote_secondaries\n use_vmac_addr",
            StringComparison.Ordinal).Replace("use_vmac_addr", "", StringComparison.Ordinal),
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void Active_AddressesRoutesAndRules_AreTheOriginals(string file)
    {
        string[] original = Take(Maker.Original, file);
        string[] ours = Take(Maker.Holdfast, file);
        for (int i = 0; i < original.Length; i++)
        {
            string[] theirs = original[i].Split('\n');
            string[] mine = ours[i].Split('\n');
            Assert.True(original[i] == ours[i], $"only the original:\n{string.Join('\n', theirs.Except(mine))}\n"
                + $"only ours:\n{string.Join('\n', mine.Except(theirs))}");
        }
    }

    private static string Instance(string addresses, string more = "")
        => new InstanceText { Addresses = addresses, More = more }.ToString();

    /// <summary>Addresses, routes and rules: before, while Active, and after the end.</summary>
    private static string[] Take(Maker maker, string file)
    {
        using var lan = new TestLan();
        lan.AddSecondSegment();
        string before = State(lan.A);
        Router a = lan.Start(lan.A, maker, file);
        a.NextState("MASTER");
        string[] states = ["", ""];
        string last = "";
        // Entries arrive after the line of the log; the state counts when two looks in a row agree.
        Patience.Until(() => (last, states[0] = State(lan.A)) is var (old, now) && (last = now) == old && now != before,
            () => $"the state settles\n{lan}");
        a.Stop();
        states[1] = State(lan.A);
        return states;
    }

    private static string State(LabNode node) => string.Join('\n',
        ((string[][])[["addr", "show"], ["route", "show", "table", "all"], ["-6", "route", "show", "table", "all"],
            ["rule", "show"], ["-6", "rule", "show"]])
            .Select(arguments => Normalised(node.Execute("ip", ["-o", "-d", .. arguments]).Output)));

    /// <summary>Sorted, without what names the maker.</summary>
    private static string Normalised(string text)
        => string.Join('\n', MakersMarks().Replace(text, "").Split('\n').Select(line => line.Trim())
            .Order(StringComparer.Ordinal));

    // Ours carry a lifetime, which runs while the test looks; a preferred lifetime of 0 is what the file asks for.
    [GeneratedRegex(
        @" (proto|protocol) \S+| valid_lft \S+| dynamic\b| (preferred_lft (forever|[1-9]\d*sec)|expires \d+sec)")]
    private static partial Regex MakersMarks();
}
