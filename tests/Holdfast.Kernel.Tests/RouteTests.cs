using System.Collections.Immutable;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Kernel.Tests;

public sealed class RouteTests
{
    private static IpPrefix Prefix(string text)
        => IpPrefix.TryParse(text, out IpPrefix prefix) ? prefix : throw new FormatException(text);

    [Fact]
    public void Route_WithEveryV4Field_RoundTrips() => WithAddresses(static network =>
    {
        RouteSpec spec = new()
        {
            Destination = Prefix("203.0.113.0/24"),
            InterfaceIndex = network.LeftIndex,
            Gateway = IpAddress.Parse("192.0.2.9"),
            PreferredSource = IpAddress.Parse("192.0.2.1"),
            Table = 1000,
            Scope = 0,
            Metric = 77,
            Tos = 0x10,
            OnLink = true,
            Metrics = new Dictionary<ushort, uint> { [2] = 1400, [7] = 20, [8] = 1300 }.ToImmutableSortedDictionary(),
            LockedMetrics = 1 << 2,
            CongestionControl = "reno",
        };
        Assert.Equal(default, network.LeftRoute.AddRoute(spec));
        Assert.Equal(spec, Assert.Single(Dump(network, IpFamily.V4, 1000)));
        Assert.Equal(Errno.EEXIST, network.LeftRoute.AddRoute(spec).Errno);
        Assert.Equal(default, network.LeftRoute.DeleteRoute(spec));
        Assert.Equal(Errno.ESRCH, network.LeftRoute.DeleteRoute(spec).Errno);
    });

    [Fact]
    public void Route_V6WithPreferenceAndExpiry_RoundTrips() => WithAddresses(static network =>
    {
        RouteSpec spec = new()
        {
            Destination = Prefix("2001:db8:1::/48"),
            InterfaceIndex = network.LeftIndex,
            Gateway = IpAddress.Parse("2001:db8::9"),
            Scope = 0,
            Metric = 55,
            Preference = 1,
            ExpiresSeconds = 600,
        };
        Assert.Equal(default, network.LeftRoute.AddRoute(spec));
        Assert.Equal(spec, Assert.Single(Dump(network, IpFamily.V6, 254)));
    });

    [Fact]
    public void Route_Multipath_KeepsWeightsAndGateways() => WithAddresses(static network =>
    {
        RouteSpec spec = new()
        {
            Destination = Prefix("0.0.0.0/0"),
            Scope = 0,
            NextHops =
            [
                new(IpAddress.Parse("192.0.2.8"), network.LeftIndex, 1),
                new(IpAddress.Parse("192.0.2.9"), network.LeftIndex, 200, OnLink: true),
            ],
        };
        Assert.Equal(default, network.LeftRoute.AddRoute(spec));
        Assert.Equal(spec, Assert.Single(Dump(network, IpFamily.V4, 254)));
    });

    [Fact]
    public void Route_V4ViaV6Gateway_RoundTrips() => WithAddresses(static network =>
    {
        RouteSpec spec = new()
        {
            Destination = Prefix("203.0.113.0/24"),
            InterfaceIndex = network.LeftIndex,
            Gateway = IpAddress.Parse("2001:db8::9"),
            Scope = 0,
        };
        Assert.Equal(default, network.LeftRoute.AddRoute(spec));
        Assert.Equal(spec, Assert.Single(Dump(network, IpFamily.V4, 254)));
    });

    [Fact]
    public void Route_WithTunnelMetadata_RoundTrips() => WithAddresses(static network =>
    {
        RouteSpec v4 = new()
        {
            Destination = Prefix("203.0.113.0/24"),
            InterfaceIndex = network.LeftIndex,
            Scope = 253,
            Encapsulation = new IpEncapsulation(IpFamily.V4, 0x1_0000_0007, IpAddress.Parse("198.51.100.1"),
                IpAddress.Parse("192.0.2.1"), 0x10, 64, 0x0004),
        };
        Assert.Equal(default, network.LeftRoute.AddRoute(v4));
        Assert.Equal(v4, Assert.Single(Dump(network, IpFamily.V4, 254)));
        Assert.Equal(default, network.LeftRoute.DeleteRoute(v4));
        RouteSpec v6 = new()
        {
            Destination = Prefix("2001:db8:1::/48"),
            InterfaceIndex = network.LeftIndex,
            Scope = 0,
            Metric = 55,
            Preference = 0,
            Encapsulation = new IpEncapsulation(IpFamily.V6, 9, IpAddress.Parse("2001:db8::9"), default, 8, 3),
        };
        Assert.Equal(default, network.LeftRoute.AddRoute(v6));
        Assert.Equal(v6, Assert.Single(Dump(network, IpFamily.V6, 254)));
    });

    [Fact]
    public void Route_MultipathWithTunnelMetadata_RoundTrips() => WithAddresses(static network =>
    {
        RouteSpec spec = new()
        {
            Destination = Prefix("203.0.113.0/24"),
            Scope = 0,
            NextHops =
            [
                new(IpAddress.Parse("192.0.2.8"), network.LeftIndex, 1, false,
                    new IpEncapsulation(IpFamily.V4, 5, IpAddress.Parse("198.51.100.1"))),
                new(IpAddress.Parse("192.0.2.9"), network.LeftIndex, 2, Realms: 3),
            ],
        };
        Assert.Equal(default, network.LeftRoute.AddRoute(spec));
        Assert.Equal(spec, Assert.Single(Dump(network, IpFamily.V4, 254)));
    });

    [Fact]
    public void Route_BesideOneOfTheSameDestination_ComesWhereTheModeSays() => WithAddresses(static network =>
    {
        RouteSpec Via(string gateway) => new()
        {
            Destination = Prefix("203.0.113.0/24"),
            InterfaceIndex = network.LeftIndex,
            Gateway = IpAddress.Parse(gateway),
            Scope = 0,
        };
        Assert.Equal(default, network.LeftRoute.AddRoute(Via("192.0.2.5"), AddMode.Create));
        Assert.Equal(default, network.LeftRoute.AddRoute(Via("192.0.2.6"), AddMode.Append));
        Assert.Equal(default, network.LeftRoute.AddRoute(Via("192.0.2.7"), AddMode.Prepend));
        Assert.Equal(Errno.EEXIST, network.LeftRoute.AddRoute(Via("192.0.2.8"), AddMode.Create).Errno);
        Assert.Equal(Errno.EEXIST, network.LeftRoute.AddRoute(Via("192.0.2.5"), AddMode.Prepend).Errno);
        Assert.Equal([Via("192.0.2.7"), Via("192.0.2.5"), Via("192.0.2.6")], Dump(network, IpFamily.V4, 254));
    });

    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    public void Route_WithoutPath_RoundTrips(byte type) => WithAddresses(network =>
    {
        RouteSpec spec = new() { Destination = Prefix("203.0.113.0/24"), Type = type, Scope = 0 };
        Assert.Equal(default, network.LeftRoute.AddRoute(spec));
        Assert.Equal(spec, Assert.Single(Dump(network, IpFamily.V4, 254)));
    });

    [Fact]
    public void Route_ToUnreachableGateway_IsRefusedInWords() => WithAddresses(static network =>
    {
        NetlinkResult result = network.LeftRoute.AddRoute(new()
        {
            Destination = Prefix("203.0.113.0/24"),
            Gateway = IpAddress.Parse("198.51.100.77"),
        });
        Assert.Equal(Errno.ENETUNREACH, result.Errno);
        Assert.Contains("gateway", result.Text, StringComparison.OrdinalIgnoreCase);
    });

    [Fact]
    public void Routes_InOneBatch_AreAllThere() => WithAddresses(static network =>
    {
        RouteSpec[] specs = [.. Enumerable.Range(0, 2000).Select(i => new RouteSpec
        {
            Destination = IpPrefix.Host(IpAddress.V4(0x0B00_0000u + (uint)i)),
            InterfaceIndex = network.LeftIndex,
        })];
        var results = new Errno[specs.Length];
        Assert.Equal(0, network.LeftRoute.AddRoutes(specs, results));
        Assert.Equal(specs.Length, Dump(network, IpFamily.V4, 254).Count);
        Assert.Equal(0, network.LeftRoute.DeleteRoutes(specs, results));
        Assert.Empty(Dump(network, IpFamily.V4, 254));
    });

    [Fact]
    public void Rule_WithEveryField_RoundTrips() => WithAddresses(static network =>
    {
        RuleSpec spec = new()
        {
            Family = IpFamily.V4,
            Source = Prefix("192.0.2.0/24"),
            Destination = Prefix("203.0.113.0/24"),
            Table = 1234,
            Priority = 500,
            FirewallMark = 7,
            FirewallMask = 0xFF,
            InputInterface = "left0",
            OutputInterface = "lo",
            Tos = 0x10,
            Invert = true,
            SuppressPrefixLength = 0,
            SuppressInterfaceGroup = 3,
            IpProtocol = 6,
            SourcePorts = (1000, 2000),
            DestinationPorts = (80, 81),
            UserIds = (10, 20),
            TunnelId = 99,
        };
        RuleSpecRoundTrip(network, spec);
    });

    [Fact]
    public void Rule_OfOtherActions_RoundTrips() => WithAddresses(static network =>
    {
        RuleSpecRoundTrip(network, new() { Family = IpFamily.V6, Action = 6, Priority = 600 });
        RuleSpecRoundTrip(network, new() { Family = IpFamily.V4, Action = 2, GotoPriority = 32766, Priority = 700 });
        RuleSpecRoundTrip(network, new() { Family = IpFamily.V4, Action = 7, FirewallMark = 5, Priority = 701 });
    });

    [Fact]
    public void Neighbor_AddedAndDeleted_IsInTheDumpMeanwhile() => WithAddresses(static network =>
    {
        NeighborSpec spec = new(IpAddress.Parse("192.0.2.55"), network.LeftIndex, new(0x0200_0000_0001));
        List<NeighborSpec> neighbors = [];
        Assert.Equal(default, network.LeftRoute.AddNeighbor(spec));
        Assert.Equal(default, network.LeftRoute.DumpNeighbors(neighbors, IpFamily.V4));
        Assert.Contains(spec, neighbors);
        Assert.Equal(default, network.LeftRoute.DeleteNeighbor(spec));
        Assert.Equal(default, network.LeftRoute.DumpNeighbors(neighbors, IpFamily.V4));
        Assert.DoesNotContain(neighbors, n => n.Address == spec.Address && n.States == NeighborStates.Permanent);
    });

    [Fact]
    public void Link_MacvlanBridgeAndSettings_AreInTheDump() => WithAddresses(static network =>
    {
        var mac = MacAddress.VirtualRouter(IpFamily.V4, 51);
        Assert.Equal(default, network.LeftRoute.CreateMacvlan("vrrp.51", network.LeftIndex, MacvlanMode.Private, mac));
        NetlinkResult bridge = network.LeftRoute.CreateLink("br0", "bridge");
        Assert.True(bridge.Errno is Errno.Success or Errno.EOPNOTSUPP, bridge.ToString()); // not in every kernel
        LinkInfo macvlan = FindLink(network, "vrrp.51");
        Assert.Equal((mac, "macvlan", network.LeftIndex), (macvlan.Mac, macvlan.Kind, macvlan.ParentIndex));
        Assert.Equal(default, network.LeftRoute.SetLinkMtu(network.LeftIndex, 1400));
        Assert.Equal(default, network.LeftRoute.SetLinkMac(network.LeftIndex, new(0x0200_0000_0042)));
        LinkInfo left = FindLink(network, "left0");
        Assert.Equal((1400u, new MacAddress(0x0200_0000_0042), true), (left.Mtu, left.Mac, left.IsUsable));
        Assert.Equal(default, network.LeftRoute.MoveLinkToNamespace(macvlan.Index, network.Right.Descriptor));
        List<LinkInfo> right = [];
        network.RightRoute.DumpLinks(right).ThrowIfFailed("dump");
        Assert.Contains(right, link => link.Name == "vrrp.51" && link.Mac == mac);
    });

    private static LinkInfo FindLink(PrivateNetwork network, string name)
    {
        List<LinkInfo> links = [];
        network.LeftRoute.DumpLinks(links).ThrowIfFailed("dump");
        return Assert.Single(links, link => link.Name == name);
    }

    private static void RuleSpecRoundTrip(PrivateNetwork network, RuleSpec spec)
    {
        List<RuleSpec> rules = [];
        Assert.Equal(default, network.LeftRoute.AddRule(spec));
        network.LeftRoute.DumpRules(rules, spec.Family).ThrowIfFailed("dump");
        Assert.Equal(spec, Assert.Single(rules, rule => rule.Protocol == 18));
        Assert.Equal(Errno.EEXIST, network.LeftRoute.AddRule(spec).Errno);
        Assert.Equal(default, network.LeftRoute.DeleteRule(spec));
        Assert.Equal(Errno.ENOENT, network.LeftRoute.DeleteRule(spec).Errno);
    }

    private static List<RouteSpec> Dump(PrivateNetwork network, IpFamily family, uint table)
    {
        List<RouteSpec> routes = [];
        network.LeftRoute.DumpRoutes(routes, family, protocol: 18, table).ThrowIfFailed("dump");
        return routes;
    }

    private static void WithAddresses(Action<PrivateNetwork> test) => PrivateNetwork.Run(network =>
    {
        network.AddHostAddresses();
        test(network);
    });
}
