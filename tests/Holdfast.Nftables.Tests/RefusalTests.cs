using Holdfast.Layer4.Model;
using Holdfast.Layer4.Nftables;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Nftables.Tests;

/// <summary>What the plane cannot do is refused, with the reason and a hint.</summary>
public sealed class RefusalTests
{
    private static readonly VirtualServiceKey s_key
        = VirtualServiceKey.At(ServiceProtocol.Tcp, IpAddress.Parse("192.0.2.1"), 80);

    [Theory]
    [InlineData("wlc", "take wrr")]
    [InlineData("lc", "take wrr")]
    [InlineData("sed", "take wrr")]
    [InlineData("nq", "take wrr")]
    [InlineData("lblcr", "take wrr")]
    [InlineData("dh", "take sh or mh")]
    public void Scheduler_ThatComparesConnections_IsRefused(string scheduler, string hint)
        => Refused(NftablesLimits.Check(new VirtualServiceSpec { Key = s_key, Scheduler = scheduler }), hint);

    [Fact]
    public void Scheduler_ThatNobodyKnows_IsUnknown() => Assert.Equal(Errno.ENOENT,
        NftablesLimits.Check(new VirtualServiceSpec { Key = s_key, Scheduler = "best" }).Errno);

    [Fact]
    public void Services_OfOtherKinds_AreRefused()
    {
        Refused(Check(VirtualServiceKey.Mark(3)), "firewall mark");
        Refused(Check(s_key with { Protocol = ServiceProtocol.Sctp }), "TCP and UDP");
        Refused(Check(s_key with { Port = 0 }), "a service for each port");
        Refused(NftablesLimits.Check(new VirtualServiceSpec
        {
            Key = s_key with { Protocol = ServiceProtocol.Udp },
            Scheduler = "rr",
            Flags = ServiceFlags.OnePacket,
        }), "ops");
        Assert.True(Check(s_key).IsSuccess);

        static NetlinkResult Check(VirtualServiceKey key)
            => NftablesLimits.Check(new VirtualServiceSpec { Key = key, Scheduler = "rr" });
    }

    [Fact]
    public void Servers_ThatCannotBe_AreRefused()
    {
        RealServerSpec server = new() { Key = new(IpAddress.Parse("10.0.0.1"), 80) };
        Assert.True(NftablesLimits.Check(s_key, server).IsSuccess);
        Refused(NftablesLimits.Check(s_key, server with { Forwarding = ForwardingMethod.Tunnel }), "xdp plane");
        Refused(NftablesLimits.Check(s_key, server with { UpperThreshold = 5 }), "uthreshold");
        Assert.Equal(Errno.EINVAL,
            NftablesLimits.Check(s_key, server with { Key = new(IpAddress.Parse("fd00::1"), 80) }).Errno);
        Assert.Equal(Errno.ERANGE, NftablesLimits.Check(s_key, server with { Weight = uint.MaxValue }).Errno);
    }

    private static void Refused(NetlinkResult result, string hint)
    {
        Assert.Equal(Errno.EOPNOTSUPP, result.Errno);
        Assert.Contains(hint, result.Text, StringComparison.Ordinal);
    }
}
