using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Nftables;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Kernel.Tests;

public sealed class DropTableTests
{
    [Theory]
    [InlineData("192.0.2.77/32", "192.0.2.1/24", "192.0.2.2/24")]
    [InlineData("2001:db8::77/128", "2001:db8::1/64", "2001:db8::2/64")]
    public void Address_InTheTable_DoesNotAnswerUntilItIsRemoved(string dropped, string left, string right)
        => PrivateNetwork.Run(network =>
        {
            IpAddress virtualAddress = Add(network.LeftRoute, network.LeftIndex, dropped);
            IpAddress own = Add(network.LeftRoute, network.LeftIndex, left);
            Add(network.RightRoute, network.RightIndex, right);
            using IcmpEchoSocket echo = OpenRight(network, virtualAddress.Family);
            using (var table = new AddressDropTable("holdfast_test"))
            {
                Assert.True(Answers(echo, virtualAddress, 1));
                Assert.Equal(default, table.Add(virtualAddress));
                Assert.Equal(default, table.Add(virtualAddress));
                // The one that is not in the table is answered after the one that is, so that one was dropped.
                Assert.Equal(Errno.Success, echo.Send(virtualAddress, 2, 8, 0));
                Assert.True(Answers(echo, own, 3));
                Assert.Equal(default, table.Remove(virtualAddress));
                Assert.True(Answers(echo, virtualAddress, 4));
                Assert.Equal(default, table.Add(virtualAddress));
            }
            Assert.True(Answers(echo, virtualAddress, 5));
        });

    private static IpAddress Add(RouteNetlink route, int index, string text)
    {
        Assert.True(IpPrefix.TryParse(text, out IpPrefix prefix));
        route.AddAddress(new AddressSpec
        {
            Prefix = prefix, InterfaceIndex = index, Flags = prefix.Address.IsV6 ? AddressFlags.NoDad : 0,
        }).ThrowIfFailed($"add {text}");
        return prefix.Address;
    }

    private static IcmpEchoSocket OpenRight(PrivateNetwork network, IpFamily family)
    {
        network.Right.Enter();
        try
        {
            return IcmpEchoSocket.Open(family, 77, network.RightIndex);
        }
        finally
        {
            network.Left.Enter();
        }
    }

    private static bool Answers(IcmpEchoSocket echo, IpAddress address, ushort sequence)
    {
        Assert.Equal(Errno.Success, echo.Send(address, sequence, 8, 0));
        while (DescriptorWait.ForRead(echo.Descriptor, PrivateNetwork.Patience))
        {
            if (echo.TryReceive(out EchoReply reply) == Errno.Success)
            {
                Assert.Equal(sequence, reply.Sequence);
                return true;
            }
        }
        return false;
    }
}
