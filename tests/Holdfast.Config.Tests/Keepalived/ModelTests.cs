using Holdfast.Config.Keepalived;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Primitives;

namespace Holdfast.Config.Tests.Keepalived;

/// <summary>What the binder makes of lines and blocks.</summary>
public sealed class ModelTests
{
    [Fact]
    public void Address_EveryOption_IsRead()
    {
        VirtualAddressModel v4 = Address("10.0.0.1/24 brd 10.0.0.255 dev eth1 scope link label eth1:1 no_track "
            + "noprefixroute autojoin preferred_lft 30");
        Assert.Equal("10.0.0.1/24", v4.Prefix.ToString());
        Assert.Equal(("eth1", (byte)253, "eth1:1", true, true, true, (uint?)30), (v4.Interface, v4.Scope, v4.Label,
            v4.NoTrack, v4.NoPrefixRoute, v4.AutoJoin, v4.PreferredLifetimeSeconds));
        Assert.Equal('+', Address("10.0.0.1/24 brd +").BroadcastRule);
        Assert.Equal("10.0.0.9/32", Address("10.0.0.1 peer 10.0.0.9").Peer.ToString());
        Assert.Equal(0u, Address("2001:db8::1").PreferredLifetimeSeconds);
        Assert.Null(Address("2001:db8::1 preferred_lft forever").PreferredLifetimeSeconds);
        Assert.Null(Address("2001:db8::1/64").PreferredLifetimeSeconds);
        VirtualAddressModel v6 = Address("fe80::1/64 home -nodad mngtmpaddr");
        Assert.True(v6.Home && v6.DuplicateAddressDetection && v6.ManageTemporary);
    }

    [Theory]
    [InlineData("10.0.0.1/33")]
    [InlineData("10.0.0")]
    [InlineData("10.0.0.1 dev")]
    [InlineData("10.0.0.1 foo")]
    [InlineData("10.0.0.1 scope nix")]
    [InlineData("10.0.0.1 preferred_lft soon")]
    public void Address_Wrong_IsAnError(string line)
        => Assert.True(Sample.Parse(Sample.Instance(address: line)).HasErrors);

    [Fact]
    public void Route_Words_AreRead()
    {
        RouteModel route = Route(
            "src 192.168.1.1 to 10.0.0.0/8 via 192.168.1.254 dev eth0 table 100 metric 7 scope site "
            + "protocol bird tos 0x10 mtu lock 1400 rtt 10ms realms 3/4 onlink no_track");
        Assert.Equal("10.0.0.0/8", route.Destination.ToString());
        Assert.Equal(("192.168.1.254", "192.168.1.1", "eth0"),
            (route.Gateway.ToString(), route.PreferredSource.ToString(), route.Interface));
        Assert.Equal((100u, (uint?)7, (byte?)200, (byte)12, (byte)16, (uint?)((3 << 16) | 4)),
            (route.Table, route.Metric, route.Scope, route.Protocol, route.Tos, route.Realms));
        Assert.Equal((1400u, 80u, 4u), (route.Metrics[2], route.Metrics[4], route.LockedMetrics));
        Assert.True(route is { OnLink: true, NoTrack: true });
    }

    [Theory]
    [InlineData("default via 10.0.0.1 dev eth0", "0.0.0.0/0", 1)]
    [InlineData("default via fe80::1 dev eth0", "::/0", 1)]
    [InlineData("blackhole 10.1.0.0/16", "10.1.0.0/16", 6)]
    [InlineData("unreachable 10.1.0.0/16", "10.1.0.0/16", 7)]
    [InlineData("prohibit 10.1.0.0/16", "10.1.0.0/16", 8)]
    [InlineData("10.1.2.3 dev eth0", "10.1.2.3/32", 1)]
    public void Route_Destination_HasTypeAndFamily(string line, string destination, byte type)
    {
        RouteModel route = Route(line);
        Assert.Equal((destination, type), (route.Destination.ToString(), route.Type));
    }

    [Fact]
    public void Route_NextHops_AreRead()
    {
        RouteModel route = Route("10.0.0.0/8 table 10 nexthop via 10.1.0.1 dev eth0 weight 3 nexthop dev eth1 onlink");
        Assert.Equal([new NextHopModel(IpAddress.Parse("10.1.0.1"), "eth0", 3, false),
            new NextHopModel(default, "eth1", 1, true)], route.NextHops);
    }

    [Fact]
    public void Route_Encapsulations_AreRead()
    {
        RouteEncapsulation? Of(string words) => Route($"10.0.0.0/8 encap {words} via 10.1.0.1 dev eth0").Encapsulation;
        Assert.Equal(new MplsEncapsulation([100, 1048575]), Of("mpls 100/1048575"));
        Assert.Equal(new IpEncapsulation(IpFamily.V4, 7, IpAddress.Parse("192.0.2.9"), IpAddress.Parse("192.0.2.1"),
            0x10, 64, 1), Of("ip id 7 dst 192.0.2.9 src 192.0.2.1 tos 0x10 ttl 64 flags 1"));
        Assert.Equal(new IpEncapsulation(IpFamily.V6, ulong.MaxValue, IpAddress.Parse("2001:db8::9"), default, 8, 3),
            Of("ip6 id 18446744073709551615 dst 2001:db8::9 tc 8 hoplimit 3"));
        Assert.Equal(new LocatorEncapsulation(0x2001_0db8_0000_0001), Of("ila 2001:db8:0:1"));
    }

    [Theory]
    [InlineData("encap mpls 1048576")]
    [InlineData("encap mpls 1//2")]
    [InlineData("encap mpls 16 ttl 5")]
    [InlineData("encap ip ttl 5")]
    [InlineData("encap ip dst 2001:db8::1")]
    [InlineData("encap ip6 dst 10.0.0.1")]
    [InlineData("encap ip dst 10.0.0.1 ttl 256")]
    [InlineData("encap ip dst 10.0.0.1 flags 65536")]
    [InlineData("encap ila 1:2:3")]
    [InlineData("encap ila 1:2:3:10000")]
    [InlineData("encap gre")]
    [InlineData("encap")]
    [InlineData("ttl-propagate yes")]
    [InlineData("vrf")]
    [InlineData("or 10.0.0.1")]
    [InlineData("via 10.0.0.1 or nix")]
    [InlineData("via 10.0.0.1 or 10.0.0.2 nexthop via 10.0.0.3")]
    [InlineData("nexthop via 10.0.0.1 encap mpls x")]
    public void Route_WrongWords_AreErrors(string words)
    {
        KeepalivedParseResult parsed = Sample.Parse("static_routes {\n10.0.0.0/8 dev eth0 " + words + "\n}");
        Assert.True(parsed.HasErrors);
        Assert.Empty(parsed.Model.StaticRoutes);
    }

    [Theory]
    [InlineData("", RoutePlacement.First, null, null)]
    [InlineData("prepend ttl-propagate enabled", RoutePlacement.First, null, true)]
    [InlineData("append ttl-propagate disabled", RoutePlacement.Last, null, false)]
    [InlineData("add vrf blue", RoutePlacement.OnlyOne, "blue", null)]
    public void Route_PlacementAndVrf_AreRead(string words, RoutePlacement placement, string? vrf, bool? propagate)
    {
        RouteModel route = Route($"10.0.0.0/8 via 10.1.0.1 dev eth0 {words}");
        Assert.Equal((placement, vrf, propagate), (route.Placement, route.Vrf, route.PropagateTimeToLive));
    }

    [Fact]
    public void Route_OrAndEncapOfNextHops_ArePaths()
    {
        RouteModel old = Route("10.0.0.0/8 via 10.1.0.1 or 10.1.0.2 dev eth1");
        Assert.True(old.Gateway.IsNone);
        Assert.Equal([new NextHopModel(IpAddress.Parse("10.1.0.1"), "eth1", 1, false),
            new NextHopModel(IpAddress.Parse("10.1.0.2"), "eth1", 1, false)], old.NextHops);
        RouteModel hops = Route("10.0.0.0/8 nexthop encap mpls 17 via 10.1.0.1 dev eth0 nexthop dev eth1 realms 3");
        Assert.Equal([new NextHopModel(IpAddress.Parse("10.1.0.1"), "eth0", 1, false, new MplsEncapsulation([17])),
            new NextHopModel(default, "eth1", 1, false, null, 3)], hops.NextHops);
    }

    [Fact]
    public void Rule_Words_AreRead()
    {
        RuleModel rule = Rule(
            "not from 10.0.0.0/8 to 192.168.0.0/16 table main preference 99 fwmark 4/0xf iif eth0 oif eth1 "
            + "tos 16 ipproto udp sport 10-20 dport 53 uidrange 1-9 suppress_prefixlength 0");
        Assert.Equal(("10.0.0.0/8", "192.168.0.0/16"), (rule.Source.ToString(), rule.Destination.ToString()));
        Assert.Equal((254u, 99u, 4u, 15u), (rule.Table, rule.Priority, rule.FirewallMark, rule.FirewallMask));
        Assert.Equal(("eth0", "eth1", (byte)17), (rule.InputInterface, rule.OutputInterface, rule.IpProtocol));
        Assert.Equal(((ushort)10, (ushort)20), rule.SourcePorts);
        Assert.Equal(((ushort)53, (ushort)53), rule.DestinationPorts);
        Assert.Equal((1u, 9u), rule.UserIds);
        Assert.True(rule.Invert);
        Assert.Equal(IpFamily.V6, Rule("from fe80::/10 goto 40 preference 1").Family);
        Assert.Equal((byte)6, Rule("to 1.2.3.4 blackhole preference 1").Action);
    }

    [Theory]
    [InlineData("", 100, InitialState.Backup)]
    [InlineData("state MASTER", 255, InitialState.Master)]
    [InlineData("state MASTER\npriority 150", 150, InitialState.Master)]
    [InlineData("priority 255", 255, InitialState.Master)]
    [InlineData("priority 300", 100, InitialState.Backup)]
    public void Priority_Defaults_AreTheOriginals(string lines, byte priority, InitialState state)
    {
        VrrpInstanceModel instance = Sample.Parse(Sample.Instance(lines)).Model.Instances[0];
        Assert.Equal((priority, state), (instance.Priority.Value, instance.InitialState));
    }

    [Fact]
    public void GlobalDefaults_OfVrrp_AreMergedIntoInstances()
    {
        VrrpInstanceModel instance = Sample.Parse("""
            global_defs {
                vrrp_version 3
                vrrp_garp_master_repeat 2
                vrrp_garp_master_delay 9
                vrrp_down_timer_adverts 7
                vrrp_check_unicast_src
                vrrp_mcast_group4 224.0.0.30
                vrrp_higher_prio_send_advert
            }
            """ + "\n" + Sample.Instance("garp_master_repeat 4")).Model.Instances[0];
        Assert.Equal((3, 4, TimeSpan.FromSeconds(9), 7), (instance.Version, instance.Garp.MasterRepeat,
            instance.Garp.MasterDelay, instance.DownTimerAdverts));
        Assert.Equal((4, TimeSpan.FromSeconds(9)),
            (instance.Garp.LowerPriorityRepeat, instance.Garp.LowerPriorityDelay));
        Assert.True(instance is { CheckUnicastSource: true, HigherPrioritySendAdvert: true });
        Assert.Equal("224.0.0.30", instance.MulticastGroup.ToString());
    }

    [Fact]
    public void StrictMode_Restrictions_AreApplied()
    {
        KeepalivedParseResult result = Sample.Parse(Sample.Instance(
            "strict_mode\ndown_timer_adverts 5\nhigher_prio_send_advert\npreempt_delay 3\nauthentication {\n"
            + "auth_type PASS\nauth_pass x\n}"));
        VrrpInstanceModel instance = result.Model.Instances[0];
        Assert.Equal(4, Sample.Errors(result).Count(static c => c == "KA0328"));
        Assert.True(instance is { DownTimerAdverts: 3, HigherPrioritySendAdvert: false, LowerPriorityNoAdvert: true,
            Accept: false, AuthType: VrrpAuthType.None });
        Assert.Equal(TimeSpan.Zero, instance.PreemptDelay);
    }

    [Fact]
    public void Trackers_Weights_DefaultToTheDefinition()
    {
        KeepalivedParseResult result = Sample.Parse("vrrp_script s {\nscript /bin/a\nweight -5 reverse\n}\n"
            + "track_file f {\nfile /f\n}\n" + Sample.Instance(
                "track_script {\ns\n}\ntrack_file {\nf\n}\ntrack_interface {\neth1 weight 9\n}"));
        TrackersModel trackers = result.Model.Instances[0].Trackers;
        Assert.Equal((-5, true), (trackers.Scripts[0].Weight, trackers.Scripts[0].Reverse));
        Assert.Equal(1, trackers.Files[0].Weight);
        Assert.Equal(9, trackers.Interfaces[0].Weight);
    }

    [Fact]
    public void UnicastPeers_Limits_SwitchTheSourceCheckOn()
    {
        VrrpInstanceModel instance = Sample.Parse(Sample.Instance("unicast_peer {\n10.0.0.2 min_ttl 5 max_ttl 9\n}"))
            .Model.Instances[0];
        Assert.Equal(new UnicastPeerModel(IpAddress.Parse("10.0.0.2"), 5, 9), Assert.Single(instance.UnicastPeers));
        Assert.True(instance.CheckUnicastSource);
    }

    private static VirtualAddressModel Address(string line)
        => Assert.Single(Sample.Parse(Sample.Instance(address: line)).Model.Instances[0].Addresses);

    private static RouteModel Route(string line)
        => Assert.Single(Sample.Parse("static_routes {\n" + line + "\n}").Model.StaticRoutes);

    private static RuleModel Rule(string line)
        => Assert.Single(Sample.Parse("static_rules {\n" + line + "\n}").Model.StaticRules);
}
