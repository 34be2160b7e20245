using Holdfast.Layer4.RealServers;
using Holdfast.Layer4.RealServers.Decapsulation;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Tests.RealServers;

/// <summary>What is needed, decided from facts alone.</summary>
public sealed class RealServerPlanTests
{
    private static readonly IpAddress s_vip = IpAddress.Parse("192.0.2.10");
    private static readonly IpAddress s_vip6 = IpAddress.Parse("2001:db8::10");

    [Fact]
    public void Plan_FreshHost_QuietsArpBeforeTheAddressIsThere()
    {
        RealServerPlan plan = RealServerPlan.For(new() { Addresses = [s_vip] }, Facts());

        Assert.Empty(plan.Problems);
        Assert.Equal(
        [
            "sysctl -w net.ipv4.conf.all.arp_ignore=1",
            "sysctl -w net.ipv4.conf.all.arp_announce=2",
            "sysctl -w net.ipv4.conf.lo.arp_ignore=1",
            "sysctl -w net.ipv4.conf.lo.arp_announce=2",
            "ip address add 192.0.2.10/32 dev lo",
        ], plan.Missing.Select(static s => s.Command));
    }

    [Fact]
    public void Plan_Decapsulation_IsThereBeforeTheAddressAndNeedsNoTunnelDevice()
    {
        RealServerRequest request = new()
        {
            Addresses = [s_vip],
            Decapsulate = true,
            Directors = [new(IpAddress.Parse("203.0.113.0"), 24)],
        };
        RealServerFacts facts = Facts() with
        {
            Entrances = ["eth0"],
            Indices = new Dictionary<string, int> { ["eth0"] = 7 },
        };

        RealServerPlan plan = RealServerPlan.For(request, facts);

        Assert.Empty(plan.Problems);
        Assert.Equal(
        [
            "decapsulation: IP in IP, GRE, GUE on UDP port 6080 from 203.0.113.0/24",
            "decapsulation: for 192.0.2.10",
            "decapsulation: on eth0",
            "ip address add 192.0.2.10/32 dev lo",
        ], plan.Missing.Skip(4).Select(static s => s.Command));
        var done = new DecapsulationFacts
        {
            Interfaces = [7],
            Addresses = [s_vip],
            Sources = request.Directors,
            GuePort = 6080,
        };
        Assert.DoesNotContain(RealServerPlan.For(request, facts with { Decapsulation = done }).Missing,
            static s => s.IsOfProgram);
        // Another director is a change; so is another port.
        Assert.Equal(RealServerVerb.SetTunnels, Assert.Single(RealServerPlan.For(
            request with { Directors = [], GuePort = 1 }, facts with { Decapsulation = done }).Missing,
            static s => s.IsOfProgram).Verb);
    }

    [Fact]
    public void Plan_DecapsulationWithoutAnInterface_SaysSo()
    {
        RealServerRequest request = new() { Addresses = [s_vip], Decapsulate = true };

        Assert.Contains("no Ethernet interface", Assert.Single(RealServerPlan.For(request, Facts()).Problems).Text,
            StringComparison.Ordinal);
        Assert.Contains("eth9", Assert.Single(RealServerPlan.For(request with { Entrances = ["eth9"] }, Facts())
            .Problems).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Undo_Decapsulation_LeavesWhatOthersNeed()
    {
        RealServerState state = new()
        {
            Addresses = [new(IpPrefix.Host(s_vip), "lo", 18), new(IpPrefix.Host(s_vip6), "lo", 18)],
            Decapsulated = [s_vip, s_vip6],
            Entrances = ["eth0"],
        };
        Assert.True(RealServerState.TryRead(state.Write(), out RealServerState read));
        Assert.Equal(state.Decapsulated, read.Decapsulated);
        Assert.Equal(state.Entrances, read.Entrances);
        RealServerFacts facts = Facts() with
        {
            Indices = new Dictionary<string, int> { ["eth0"] = 7 },
            Decapsulation = new() { Interfaces = [7], Addresses = [s_vip, s_vip6] },
        };

        RealServerUndo one = RealServerUndo.For(state, [s_vip], facts);
        Assert.Equal(["decapsulation: no longer for 192.0.2.10"],
            one.Steps.Where(static s => s.IsOfProgram).Select(static s => s.Command));
        Assert.Equal([s_vip6], one.Rest.Decapsulated);
        Assert.Equal(["eth0"], one.Rest.Entrances);

        RealServerUndo all = RealServerUndo.For(state, [], facts);
        Assert.Equal(["decapsulation: off on eth0"],
            all.Steps.Where(static s => s.IsOfProgram).Select(static s => s.Command));
        Assert.True(all.Rest.IsEmpty);
    }

    [Fact]
    public void Plan_Ipv6Alone_NeedsNoSetting()
    {
        RealServerPlan plan = RealServerPlan.For(new() { Addresses = [s_vip6] }, Facts());

        Assert.Equal(["ip -6 address add 2001:db8::10/128 dev lo nodad preferred_lft 0"],
            plan.Missing.Select(static s => s.Command));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(8, true)]
    [InlineData(0, false)]
    [InlineData(3, false)]
    public void Plan_ArpIgnoreIsSet_IsKeptWhereItDoes(int now, bool isKept)
    {
        RealServerFacts facts = Facts(("ipv4/conf/all/arp_ignore", now));

        RealServerStep step = RealServerPlan.For(new() { Addresses = [s_vip] }, facts).Steps.Single(
            static s => s.Subject == "ipv4/conf/all/arp_ignore");

        Assert.Equal((isKept, isKept ? now : 1), (step.IsPresent, step.To));
    }

    [Theory]
    [InlineData(1, 0, 2)]
    [InlineData(0, 1, 2)]
    [InlineData(1, 1, 2)]
    [InlineData(0, 0, 0)]
    [InlineData(2, 1, 1)]
    [InlineData(1, 2, 2)]
    public void Plan_Tunnel_LoosensStrictFilteringOnly(int all, int own, int wanted)
    {
        RealServerFacts facts = Facts(
            ("ipv4/conf/all/rp_filter", all), ("ipv4/conf/tunl0/rp_filter", own)) with
        {
            Links = new Dictionary<string, bool> { ["lo"] = true, ["eth0"] = true, ["tunl0"] = false },
        };

        RealServerPlan plan = RealServerPlan.For(new() { Addresses = [s_vip], Tunnel = true }, facts);

        RealServerStep step = plan.Steps.Single(static s => s.Subject == "ipv4/conf/tunl0/rp_filter");
        Assert.Equal((wanted, wanted == own), (step.To, step.IsPresent));
        Assert.Equal(["ip link set tunl0 up", "ip address add 192.0.2.10/32 dev tunl0"],
            plan.Missing.Where(static s => s.Verb != RealServerVerb.Write).Select(static s => s.Command));
    }

    [Fact]
    public void Plan_TunnelOfBothFamiliesWithoutModules_LoadsThemFirst()
    {
        RealServerPlan plan = RealServerPlan.For(new() { Addresses = [s_vip6, s_vip], Tunnel = true }, Facts());

        Assert.Empty(plan.Problems);
        Assert.Equal(["modprobe ipip", "modprobe ip6_tunnel"], plan.Steps.Take(2).Select(static s => s.Command));
        Assert.Contains(plan.Steps, static s => s.Command == "ip link set ip6tnl0 up");
        Assert.EndsWith("dev tunl0", plan.Steps[^1].Command, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_DummyInterface_IsMadeWhenItIsMissing()
        => Assert.Equal(["ip link add dummy0 type dummy", "ip link set dummy0 up",
            "ip address add 192.0.2.10/32 dev dummy0"],
            RealServerPlan.For(new() { Addresses = [s_vip], Interface = "dummy0" }, Facts()).Missing
                .Where(static s => s.Verb != RealServerVerb.Write).Select(static s => s.Command));

    [Theory]
    [InlineData("192.0.2.10/24", "eth0", "is on eth0 already")]
    [InlineData("192.0.2.10/24", "lo", "the whole network is this host")]
    public void Plan_AddressStandsWrongly_SaysWhatToType(string prefix, string link, string text)
    {
        Assert.True(IpPrefix.TryParse(prefix, out IpPrefix there));
        RealServerFacts facts = Facts() with { Addresses = [new(there, link, 0)] };

        RealServerRemark problem = Assert.Single(
            RealServerPlan.For(new() { Addresses = [s_vip] }, facts).Problems);

        Assert.Contains(text, problem.Text, StringComparison.Ordinal);
        Assert.StartsWith($"ip address del {prefix} dev {link}", problem.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "IPv6 is disabled on lo")]
    [InlineData(null, "this kernel does no IPv6")]
    public void Plan_NoIpv6_IsAProblem(int? disabled, string text)
    {
        var settings = new Dictionary<string, int>();
        if (disabled is { } value)
        {
            settings["ipv6/conf/lo/disable_ipv6"] = value;
        }
        RealServerFacts facts = Facts() with { Settings = settings };

        RealServerPlan plan = RealServerPlan.For(new() { Addresses = [s_vip6] }, facts);

        Assert.StartsWith(text, Assert.Single(plan.Problems).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_InterfaceThatIsNoneOfOurs_IsAProblem()
        => Assert.Contains("eth7", Assert.Single(RealServerPlan.For(
            new() { Addresses = [s_vip], Interface = "eth7" }, Facts()).Problems).Text, StringComparison.Ordinal);

    [Fact]
    public void Plan_StrictFilteringOnTwoInterfaces_IsNoted()
    {
        RealServerFacts facts = Facts(("ipv4/conf/eth1/rp_filter", 1)) with
        {
            Links = new Dictionary<string, bool> { ["lo"] = true, ["eth0"] = true, ["eth1"] = true },
        };

        Assert.Contains("eth1", Assert.Single(
            RealServerPlan.For(new() { Addresses = [s_vip] }, facts).Notes).Text, StringComparison.Ordinal);
        Assert.Empty(RealServerPlan.For(new() { Addresses = [s_vip] }, Facts(("ipv4/conf/eth0/rp_filter", 1))).Notes);
    }

    [Fact]
    public void Undo_OneOfTwoAddresses_KeepsTheSettings()
    {
        RealServerState state = Done();
        RealServerFacts facts = Facts(("ipv4/conf/all/arp_ignore", 1)) with
        {
            Addresses = [Here("192.0.2.10", 18), Here("192.0.2.11", 18)],
        };

        var undo = RealServerUndo.For(state, [s_vip], facts);

        Assert.Equal(["ip address del 192.0.2.10/32 dev lo"], undo.Steps.Select(static s => s.Command));
        Assert.Single(undo.Rest.Settings);
        Assert.Equal("192.0.2.11/32", Assert.Single(undo.Rest.Addresses).Prefix.ToString());
    }

    [Fact]
    public void Undo_Everything_TakesAddressesBeforeSettings()
    {
        RealServerFacts facts = Facts(("ipv4/conf/all/arp_ignore", 1)) with
        {
            Addresses = [Here("192.0.2.10", 18), Here("192.0.2.11", 18)],
        };

        var undo = RealServerUndo.For(Done(), [], facts);

        Assert.Equal(["ip address del 192.0.2.10/32 dev lo", "ip address del 192.0.2.11/32 dev lo",
            "sysctl -w net.ipv4.conf.all.arp_ignore=0"], undo.Steps.Select(static s => s.Command));
        Assert.True(undo.Rest.IsEmpty);
    }

    [Fact]
    public void Undo_WhatOthersChanged_StaysAsItIs()
    {
        RealServerFacts facts = Facts(("ipv4/conf/all/arp_ignore", 2)) with { Addresses = [Here("192.0.2.10", 0)] };

        var undo = RealServerUndo.For(Done(), [], facts);

        Assert.Empty(undo.Steps);
        Assert.Equal(3, undo.Notes.Length); // somebody else's, gone, changed
        Assert.True(undo.Rest.IsEmpty);
    }

    [Fact]
    public void Undo_AddressThatIsNotOurs_IsRefused()
    {
        RealServerFacts facts = Facts() with { Addresses = [Here("192.0.2.99", 0)] };

        var undo = RealServerUndo.For(Done(), [IpAddress.Parse("192.0.2.99")], facts);

        Assert.Single(undo.Problems);
        Assert.Empty(undo.Steps);
    }

    [Fact]
    public void State_WrittenAndRead_IsTheSame()
    {
        RealServerState state = Done() with { Links = [new("dummy0", true)] };

        Assert.True(RealServerState.TryRead(state.Write(), out RealServerState read));

        Assert.Equal(state.Kernel, read.Kernel);
        Assert.Equal(state.Addresses, read.Addresses);
        Assert.Equal(state.Settings, read.Settings);
        Assert.Equal(state.Links, read.Links);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"kernel\":1}")]
    [InlineData("{\"kernel\":\"x\",\"addresses\":[{\"address\":\"x\",\"interface\":\"lo\",\"mark\":1}]}")]
    public void State_IsDamaged_IsNotRead(string text)
        => Assert.False(RealServerState.TryRead(System.Text.Encoding.UTF8.GetBytes(text), out _));

    [Theory]
    [InlineData("224.0.0.18")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("0.0.0.0")]
    [InlineData("fe80::1")]
    public void Address_ThatNoClientCouldUse_IsRefused(string text)
        => Assert.NotNull(RealServerRequest.WhyUnusable(IpAddress.Parse(text)));

    private static HostAddress Here(string address, byte mark)
        => new(IpPrefix.Host(IpAddress.Parse(address)), "lo", mark);

    private static RealServerState Done() => new()
    {
        Kernel = "boot net",
        Addresses =
        [
            new(IpPrefix.Host(s_vip), "lo", 18), new(IpPrefix.Host(IpAddress.Parse("192.0.2.11")), "lo", 18),
        ],
        Settings = [new("ipv4/conf/all/arp_ignore", 0, 1)],
    };

    private static RealServerFacts Facts(params (string Path, int Value)[] settings)
    {
        Dictionary<string, int> all = new()
        {
            ["ipv4/conf/all/arp_ignore"] = 0, ["ipv4/conf/all/arp_announce"] = 0, ["ipv4/conf/lo/arp_ignore"] = 0,
            ["ipv4/conf/lo/arp_announce"] = 0, ["ipv4/conf/all/rp_filter"] = 0, ["ipv6/conf/lo/disable_ipv6"] = 0,
            ["ipv6/conf/default/disable_ipv6"] = 0,
        };
        foreach ((string path, int value) in settings)
        {
            all[path] = value;
        }
        return new()
        {
            Links = new Dictionary<string, bool> { ["lo"] = true, ["eth0"] = true },
            Settings = all,
        };
    }
}
