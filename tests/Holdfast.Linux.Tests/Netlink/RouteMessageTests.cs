using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Linux.Tests.Netlink;

/// <summary>What of a route not every kernel can take: the bytes of the message.</summary>
public sealed class RouteMessageTests
{
    private const int HeaderSize = 16;

    [Fact]
    public void Message_WithMplsLabels_HasTheStack()
    {
        byte[] message = Write(new MplsEncapsulation([100, 17], 9));
        // RTA_ENCAP_TYPE 1; RTA_ENCAP { MPLS_IPTUNNEL_DST: 100, then 17 with the bottom mark; MPLS_IPTUNNEL_TTL 9 }.
        Assert.Contains("0600150001000000" + "18001680" + "0C000100" + "00064000" + "00011100" + "0500020009000000",
            Convert.ToHexString(message), StringComparison.Ordinal);
    }

    [Fact]
    public void Message_WithLocator_HasItInNetworkOrder()
        => Assert.Contains("0600150003000000" + "10001680" + "0C000100" + "20010DB800000001",
            Convert.ToHexString(Write(new LocatorEncapsulation(0x2001_0DB8_0000_0001))), StringComparison.Ordinal);

    [Theory]
    [InlineData(true, "05001A0001000000")]
    [InlineData(false, "05001A0000000000")]
    public void Message_WithPropagation_HasOneByte(bool propagate, string expected)
        => Assert.Contains(expected, Convert.ToHexString(Write(null, propagate)), StringComparison.Ordinal);

    [Fact]
    public void Decoder_WhatTheMessageSays_ComesBack()
    {
        RouteEncapsulation[] all =
        [
            new MplsEncapsulation([100, 17], 9), new MplsEncapsulation([1048575]), new LocatorEncapsulation(1UL << 63),
            new IpEncapsulation(IpFamily.V6, ulong.MaxValue, IpAddress.Parse("2001:db8::9"), default, 8, 3, 0x8001),
        ];
        foreach (RouteEncapsulation encapsulation in all)
        {
            Assert.True(RouteDecoder.TryRead(Write(encapsulation, true).AsSpan(HeaderSize), out RouteSpec? route));
            Assert.Equal((encapsulation, true), (route!.Encapsulation, route.PropagateTimeToLive));
        }
    }

    [Fact]
    public void Link_OfKindVrf_HasItsTable()
    {
        NetlinkWriter writer = new(stackalloc byte[256]);
        int message = writer.BeginMessage(RTM.RTM_NEWLINK, 0, 0, new ifinfomsg { ifi_index = 7 });
        writer.PutString(IFLA.IFLA_IFNAME, "blue");
        int info = writer.BeginNested(IFLA.IFLA_LINKINFO);
        writer.PutString(IFLA_INFO.IFLA_INFO_KIND, "vrf");
        int data = writer.BeginNested(IFLA_INFO.IFLA_INFO_DATA);
        writer.Put(IFLA_VRF.IFLA_VRF_TABLE, 1001u);
        writer.EndNested(data);
        writer.EndNested(info);
        writer.EndMessage(message);
        Assert.True(LinkMessage.TryRead(writer.Written[HeaderSize..], new NameTable(), out LinkMessage link));
        Assert.Equal(("blue", "vrf", 1001u), (link.ToInfo().Name, link.ToInfo().Kind, link.ToInfo().VrfTable));
    }

    private static byte[] Write(RouteEncapsulation? encapsulation, bool? propagate = null)
    {
        Assert.True(IpPrefix.TryParse("2001:db8:1::/48", out IpPrefix destination));
        NetlinkWriter writer = new(new byte[1024]);
        RouteMessage.Write(ref writer, new RouteSpec
        {
            Destination = destination,
            InterfaceIndex = 3,
            Encapsulation = encapsulation,
            PropagateTimeToLive = propagate,
        }, RTM.RTM_NEWROUTE, 0, 1);
        return writer.Written.ToArray();
    }
}
