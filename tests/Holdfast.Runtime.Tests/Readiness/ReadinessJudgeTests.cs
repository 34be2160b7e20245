using Holdfast.Config.Keepalived;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Text;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Readiness;
using Holdfast.Runtime.Vrrp;
using Holdfast.Vrrp.Machine;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Runtime.Tests.Readiness;

public sealed class ReadinessJudgeTests
{
    private const string File = """
        vrrp_script chk_web {
            script "/bin/true"
        }
        vrrp_instance VI_1 {
            version 3
            interface eth0
            virtual_router_id 51
            track_script {
                chk_web
            }
            virtual_ipaddress {
                192.0.2.100/24
            }
            virtual_ipaddress_excluded {
                fd00::100/64
            }
            notify_master /bin/true
        }
        """;

    private static readonly IpAddress s_peer = Parse("192.0.2.9");

    private static readonly InstanceFactsMessage s_backup = new(
        1, 0, Role.Backup, AddressPhase.Absent, FaultCauses.None, 0, s_peer, 300, 1000, 1, true, IpAddress.None,
        ReceiveVerdict.Accepted, IpAddress.None, 0);

    [Fact]
    public void Judge_AllIsWell_NothingIsFound() => Assert.Empty(Judge(s_backup, Node()));

    [Fact]
    public void Judge_NoPermission_Prevents()
        => Expect("no_permission", s_backup, new NodeFacts { Links = Links(), MayChangeAddresses = false });

    [Fact]
    public void Judge_InterfaceIsGone_Prevents() => Expect("interface_missing", s_backup, new NodeFacts());

    [Fact]
    public void Judge_InterfaceIsDown_SaysWhatToType()
    {
        ReadinessProblem problem = Expect(
            "interface_down", s_backup, new NodeFacts { Links = Links(LinkFlags.None) });

        Assert.Equal("ip link set eth0 up", problem.Remedy);
    }

    [Fact]
    public void Judge_Ipv6IsDisabled_Prevents()
        => Expect("ipv6_disabled", s_backup, new NodeFacts { Links = Links(), WithoutIpv6 = ["eth0"] });

    [Theory]
    [InlineData(2, "address_present")]
    [InlineData(3, "address_elsewhere")]
    public void Judge_AddressIsHereAlready_Prevents(int index, string code)
    {
        NodeFacts node = NodeWithAddress(index);

        Assert.Contains("ip address del 192.0.2.100/24 dev", Expect(code, s_backup, node).Remedy!,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_ActiveHoldsItsAddress_IsWell()
        => Assert.Empty(Judge(
            s_backup with { Role = Role.Active, Addresses = AddressPhase.Held }, NodeWithAddress(2)));

    [Fact]
    public void Judge_ScriptFailed_NamesIt()
        => Assert.Equal("script chk_web failed", Expect("fault",
            s_backup with { Role = Role.Fault, Faults = FaultCauses.Tracker, Tracker = 1 }, Node()).Text);

    [Fact]
    public void Judge_PeerHasAnAddressMore_NamesIt()
    {
        ReadinessProblem problem = Expect("addresses_differ", s_backup with
        {
            ListIsOurs = false,
            ForeignAddress = Parse("192.0.2.101"),
            PeerAddressCount = 2,
        }, Node());

        Assert.Equal(
            "192.0.2.9 advertises 2 addresses, this node has 1: 192.0.2.101 is missing here", problem.Text);
    }

    [Fact]
    public void Judge_PeerHasAnAddressLess_IsANote()
        => Assert.False(Assert.Single(Judge(
            s_backup with { ListIsOurs = false, PeerAddressCount = 0 }, Node())).Prevents);

    [Fact]
    public void Judge_OtherInterval_IsANote()
        => Assert.False(Assert.Single(Judge(s_backup with { PeerIntervalMilliseconds = 200 }, Node())).Prevents);

    [Fact]
    public void Judge_AdvertsAreDropped_SaysWhy()
        => Assert.Contains("wrong password", Expect("peer_differs", s_backup with
        {
            DroppedFor = ReceiveVerdict.AuthFailure,
            DroppedFrom = s_peer,
            DroppedMilliseconds = 100,
        }, Node()).Text, StringComparison.Ordinal);

    [Fact]
    public void Judge_AdvertsWereDroppedLongAgo_IsForgotten()
        => Assert.Empty(Judge(
            s_backup with { DroppedFor = ReceiveVerdict.AuthFailure, DroppedMilliseconds = 60_000 }, Node()));

    [Fact]
    public void Judge_NotifyScriptIsGone_Prevents()
    {
        SourceSpan span = Model().Instances[0].Notify.Master!.Span;

        Expect("script_unusable", s_backup, new NodeFacts { Links = Links(), UnusableCommands = { [span] = "gone" } });
    }

    [Fact]
    public void Judge_ServiceDoesNotListen_Prevents()
    {
        ReadinessProblem[] problems = Judge(s_backup, Node(), "#holdfast: service tcp/80");

        Assert.Equal(
            ["service tcp/80 does not listen on 192.0.2.100", "service tcp/80 does not listen on fd00::100"],
            problems.Select(static p => p.Text));
    }

    private static IpAddress Parse(string text)
        => IpAddress.TryParse(text, out IpAddress address) ? address : throw new FormatException(text);

    private static KeepalivedModel Model(string option = "")
    {
        const string path = "/keepalived.conf";
        string text = File.Replace("notify_master", $"{option}\nnotify_master", StringComparison.Ordinal);
        return KeepalivedParser.Parse(path, MemoryConfigFiles.Of(path, text), new KeepalivedParseOptions()).Model;
    }

    private static NodeFacts Node() => new() { Links = Links() };

    private static NodeFacts NodeWithAddress(int index)
    {
        IpPrefix prefix = new(Parse("192.0.2.100"), 24);
        return new NodeFacts { Links = Links(), Addresses = { [prefix.Address] = [(index, prefix)] } };
    }

    private static Dictionary<string, LinkInfo> Links(LinkFlags flags = LinkFlags.Up | LinkFlags.Running)
        => new() { ["eth0"] = new LinkInfo { Index = 2, Name = "eth0", Flags = flags } };

    private static ReadinessProblem Expect(string code, InstanceFactsMessage facts, NodeFacts node)
    {
        ReadinessProblem problem = Assert.Single(Judge(facts, node), p => p.Code == code);
        Assert.True(problem.Prevents);
        return problem;
    }

    private static ReadinessProblem[] Judge(InstanceFactsMessage facts, NodeFacts node, string option = "")
    {
        KeepalivedModel model = Model(option);
        return new ReadinessJudge(model, VrrpPlan.From(model, TimeSpan.Zero).Instances[0], node, facts).Judge();
    }
}
