using System.Collections.Immutable;
using Holdfast.Config.Keepalived;
using Holdfast.Config.Text;
using Holdfast.Primitives;
using Holdfast.Runtime.Readiness.Lvs;

namespace Holdfast.Runtime.Tests.Readiness.Lvs;

/// <summary>Each classic mistake is found, and what is right is not called wrong.</summary>
public sealed class LvsJudgeTests
{
    private const string Instance = """
        vrrp_instance VI_1 {
            interface eth0
            virtual_router_id 51
            virtual_ipaddress {
                192.0.2.10/24
            }
        }

        """;

    [Theory]
    [InlineData("NAT")]
    [InlineData("DR")]
    [InlineData("TUN")]
    public void Judge_AllIsWell_NothingIsFound(string method) => Assert.Empty(Judge(Service(method), Good()));

    [Theory]
    [InlineData("NAT", true)]
    [InlineData("DR", false)]
    [InlineData("TUN", false)]
    public void Judge_ForwardingIsOff_MattersWithNatOnly(string method, bool isFound)
    {
        LvsFacts facts = Good() with
        {
            Settings = Settings(("ipv4/conf/all/forwarding", 0), ("ipv4/conf/eth1/forwarding", 0)),
        };

        ImmutableArray<LvsFinding> findings = Judge(Service(method), facts);

        Assert.Equal(isFound ? ["forwarding_off"] : [], findings.Select(static f => f.Code));
        Assert.All(findings, static f => Assert.Equal("sysctl -w net.ipv4.ip_forward=1", f.Remedy));
    }

    [Fact]
    public void Judge_ForwardingIsOffOnOneInterface_NamesIt()
    {
        LvsFacts facts = Good() with
        {
            Settings = Settings(("ipv4/conf/all/forwarding", 1), ("ipv4/conf/eth1/forwarding", 0)),
        };

        Assert.Equal("sysctl -w net.ipv4.conf.eth1.forwarding=1", Find(Service("NAT"), facts, "forwarding_off").Remedy);
    }

    [Fact]
    public void Judge_Ipv6Nat_NeedsIpv6Forwarding()
    {
        string file = Service("NAT").Replace("192.0.2.10 ", "2001:db8::10 ", StringComparison.Ordinal)
            .Replace("10.0.0.5", "2001:db8:1::5", StringComparison.Ordinal)
            .Replace("10.0.0.6", "2001:db8:1::6", StringComparison.Ordinal);
        LvsFacts facts = Good() with
        {
            Routes = new Dictionary<IpAddress, LvsRoute?>
            {
                [Ip("2001:db8::10")] = new("lo", default, true),
                [Ip("2001:db8:1::5")] = new("eth1", default, false),
                [Ip("2001:db8:1::6")] = new("eth1", default, false),
            },
            Settings = Settings(("ipv6/conf/all/forwarding", 0), ("ipv6/conf/eth1/forwarding", 0)),
        };

        Assert.Equal("sysctl -w net.ipv6.conf.all.forwarding=1", Find(file, facts, "forwarding_off").Remedy);
        Assert.DoesNotContain(Judge($"#holdfast: plane xdp\n{file}", facts), static f => f.Code == "forwarding_off");
    }

    [Theory]
    [InlineData("DR", "not_on_link", LvsSeverity.Prevents)]
    [InlineData("NAT", "nat_return", LvsSeverity.Warning)]
    [InlineData("TUN", null, LvsSeverity.Advice)]
    public void Judge_RealServerIsBehindARouter_MattersAsItsMethodSays(
        string method, string? code, LvsSeverity severity)
    {
        LvsFacts facts = Good() with
        {
            Routes = Routes(new("eth1", Ip("10.9.9.1"), false)),
        };

        ImmutableArray<LvsFinding> findings = Judge(Service(method), facts);

        Assert.Equal(code is null ? [] : [(code, severity), (code, severity)],
            findings.Select(static f => (f.Code, f.Severity)));
    }

    [Fact]
    public void Judge_NoRoute_Prevents()
        => Assert.Equal([("no_route", LvsSeverity.Prevents), ("no_route", LvsSeverity.Prevents)],
            Judge(Service("TUN"), Good() with { Routes = Routes(null) }).Select(static f => (f.Code, f.Severity)));

    [Fact]
    public void Judge_NatInTheNetworkOfItsClients_IsFoundOnce()
    {
        LvsFacts facts = Good() with { Routes = Routes(new("eth0", default, false), "192.0.2.101", "192.0.2.102") };
        string file = Service("NAT").Replace("10.0.0.5", "192.0.2.101", StringComparison.Ordinal)
            .Replace("10.0.0.6", "192.0.2.102", StringComparison.Ordinal);

        Assert.Contains("192.0.2.0/24", Find(file, facts, "nat_same_network").Text, StringComparison.Ordinal);
        Assert.Empty(Judge(file.Replace("NAT", "DR", StringComparison.Ordinal), facts));
        Assert.Empty(Judge(file, facts with { Settings = Settings(("ipv4/vs/conntrack", 1)) }));
        Assert.Empty(Judge(file.Replace("lvs_method NAT", "lvs_method NAT\n#holdfast: masquerade on",
            StringComparison.Ordinal), facts));
    }

    [Fact]
    public void Judge_AddressIsNowhere_Prevents()
    {
        string alone = Service("DR")[Instance.Length..];
        LvsFacts facts = Good();

        Assert.Equal(LvsSeverity.Prevents, Find(alone, facts, "address_nowhere").Severity);
        var local = new Dictionary<IpAddress, LvsRoute?>(facts.Routes)
        {
            [Ip("192.0.2.10")] = new("lo", default, true), // an address, or a local route to a whole network
        };
        Assert.Empty(Judge(alone, facts with { Routes = local }));
        Assert.Empty(Judge($"static_ipaddress {{\n192.0.2.10/24 dev eth0\n}}\n{alone}", facts));
    }

    [Fact]
    public void Judge_Mark_HasNoAddressToMiss()
        => Assert.Empty(Judge(Service("DR")[Instance.Length..]
            .Replace("192.0.2.10 80", "fwmark 5", StringComparison.Ordinal)
            .Replace("    protocol TCP\n", "", StringComparison.Ordinal)
            .Replace("10.0.0.5 80", "10.0.0.5", StringComparison.Ordinal)
            .Replace("10.0.0.6 80", "10.0.0.6", StringComparison.Ordinal), Good()));

    [Theory]
    [InlineData("DR", true)]
    [InlineData("TUN", true)]
    [InlineData("NAT", false)]
    public void Judge_DirectorIsItsOwnRealServer_MayGoInACircle(string method, bool isFound)
    {
        var routes = new Dictionary<IpAddress, LvsRoute?>(Good().Routes)
        {
            [Ip("10.0.0.5")] = new("lo", default, true),
        };
        LvsFacts facts = Good() with { Routes = routes };

        Assert.Equal(isFound ? ["loop_when_backup"] : [], Judge(Service(method), facts).Select(static f => f.Code));
        // The kernel stops it when it knows that it is Backup.
        Assert.Empty(Judge("global_defs {\nlvs_sync_daemon eth0 VI_1\n}\n" + Service(method),
            facts with { Settings = Settings(("ipv4/vs/backup_only", 1)) }));
    }

    [Fact]
    public void Judge_SyncInterfaceIsMissing_Prevents()
        => Assert.Equal(LvsSeverity.Prevents, Find("global_defs {\nlvs_sync_daemon eth7 VI_1\n}\n" + Service("DR"),
            Good(), "sync_interface_missing").Severity);

    [Theory]
    [InlineData("conn_reuse_mode", 0, LvsSeverity.Warning)]
    [InlineData("expire_nodest_conn", 0, LvsSeverity.Advice)]
    public void Judge_SettingOfIpvs_IsNamed(string setting, int value, LvsSeverity severity)
    {
        LvsFacts facts = Good() with { Settings = Settings(($"ipv4/vs/{setting}", value)) };

        LvsFinding finding = Find(Service("DR"), facts, setting);

        Assert.Equal(severity, finding.Severity);
        Assert.StartsWith($"sysctl -w net.ipv4.vs.{setting}=1", finding.Remedy, StringComparison.Ordinal);
        Assert.Empty(Judge(Service("DR"), facts with { Settings = Settings(($"ipv4/vs/{setting}", 1)) }));
    }

    [Fact]
    public void Judge_SynchronisedWithoutSloppyTcp_IsAdvice()
        => Assert.Equal(LvsSeverity.Advice, Find("global_defs {\nlvs_sync_daemon eth0 VI_1\n}\n" + Service("DR"),
            Good() with { Settings = Settings(("ipv4/vs/sloppy_tcp", 0)) }, "sloppy_tcp").Severity);

    [Fact]
    public void Judge_PersistenceWithInhibit_NeedsTemplatesToExpire()
    {
        LvsFacts facts = Good() with { Settings = Settings(("ipv4/vs/expire_quiescent_template", 0)) };
        string inhibited = Service("DR").Replace("    lvs_sched rr\n",
            "    lvs_sched rr\n    persistence_timeout 300\n    inhibit_on_failure\n", StringComparison.Ordinal);

        Assert.Single(Judge(inhibited, facts), static f => f.Code == "expire_quiescent_template");
        Assert.Empty(Judge(inhibited.Replace("    persistence_timeout 300\n", "", StringComparison.Ordinal), facts));
    }

    [Fact]
    public void Judge_FtpBehindNat_NeedsTheHelper()
    {
        string ftp = Service("NAT").Replace(" 80 {", " 21 {", StringComparison.Ordinal);

        Assert.Equal("ftp_helper", Assert.Single(Judge(ftp, Good())).Code);
        Assert.Empty(Judge(ftp, Good() with { HasFtpHelper = true }));
        Assert.Empty(Judge(ftp.Replace("NAT", "DR", StringComparison.Ordinal), Good()));
    }

    [Fact]
    public void Judge_StrictFilteringOnTheTunnelOfThisHost_Prevents()
    {
        LvsFacts facts = Good() with
        {
            Links = new HashSet<string> { "lo", "eth0", "eth1", "tunl0" },
            Addresses = [.. Good().Addresses, (IpPrefix.Host(Ip("192.0.2.10")), "tunl0")],
            Settings = Settings(("ipv4/conf/all/rp_filter", 1)),
        };

        Assert.Equal(LvsSeverity.Prevents, Find(Service("TUN"), facts, "tunnel_rp_filter").Severity);
        Assert.Empty(Judge(Service("TUN"), facts with
        {
            Settings = Settings(("ipv4/conf/all/rp_filter", 1), ("ipv4/conf/tunl0/rp_filter", 2)),
        }));
    }

    private static LvsFinding Find(string file, LvsFacts facts, string code)
        => Assert.Single(Judge(file, facts), f => f.Code == code);

    private static ImmutableArray<LvsFinding> Judge(string file, LvsFacts facts)
    {
        KeepalivedParseResult parsed = KeepalivedParser.Parse("keepalived.conf",
            new MemoryConfigFiles().Add("keepalived.conf", file), new() { AcceptLoss = true });
        Assert.False(parsed.HasErrors, string.Join('\n', parsed.Diagnostics.Select(static d => d.Message)));
        return LvsJudge.Judge(LvsService.Of(parsed.Model), parsed.Model, facts);
    }

    private static string Service(string method) => Instance + $$"""
        virtual_server 192.0.2.10 80 {
            lvs_sched rr
            lvs_method {{method}}
            protocol TCP
            real_server 10.0.0.5 80 {
                TCP_CHECK {
                }
            }
            real_server 10.0.0.6 80 {
                TCP_CHECK {
                }
            }
        }

        """;

    private static LvsFacts Good() => new()
    {
        Links = new HashSet<string> { "lo", "eth0", "eth1" },
        Addresses =
        [
            (new(Ip("127.0.0.1"), 8), "lo"), (new(Ip("192.0.2.2"), 24), "eth0"), (new(Ip("10.0.0.2"), 24), "eth1"),
        ],
        Routes = Routes(new("eth1", default, false)),
        Settings = Settings(),
    };

    private static Dictionary<IpAddress, LvsRoute?> Routes(LvsRoute? servers, params string[] addresses)
    {
        Dictionary<IpAddress, LvsRoute?> routes = new() { [Ip("192.0.2.10")] = new("eth0", default, false) };
        foreach (string address in addresses.Length > 0 ? addresses : ["10.0.0.5", "10.0.0.6"])
        {
            routes[Ip(address)] = servers;
        }
        return routes;
    }

    private static Dictionary<string, int> Settings(params (string Path, int Value)[] settings)
    {
        Dictionary<string, int> all = new()
        {
            ["ipv4/conf/all/forwarding"] = 1,
            ["ipv4/conf/eth1/forwarding"] = 1,
            ["ipv6/conf/all/forwarding"] = 1,
            ["ipv6/conf/eth1/forwarding"] = 1,
            ["ipv4/conf/all/rp_filter"] = 0,
        };
        foreach ((string path, int value) in settings)
        {
            all[path] = value;
        }
        return all;
    }

    private static IpAddress Ip(string text) => IpAddress.Parse(text);
}
