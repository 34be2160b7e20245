using Holdfast.Linux.Abi;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Kernel.Tests;

public sealed class ByteSetFilterTests
{
    private const byte Vrrp = 112;
    private static readonly HashSet<byte> s_members = [0, 31, 32, 51, 100, 223, 224, 255];

    [Theory]
    [InlineData(IpFamily.V4, "127.0.0.1")]
    [InlineData(IpFamily.V6, "::1")]
    public void Filter_AllValuesOfTheByte_PassesMembersAndShortMessages(IpFamily family, string address)
        => PrivateNetwork.Run(network =>
        {
            network.LeftRoute.SetLinkUp(1, up: true).ThrowIfFailed("set lo up");
            var self = IpAddress.Parse(address);
            using RawIpSocket receiver = Open(family);
            using RawIpSocket sender = Open(family);
            Assert.Equal(Errno.Success, sender.AttachFilter(ClassicFilter.Nothing));
            Assert.Equal(Errno.Success, receiver.AttachFilter(ByteSetFilter.Create(family, 1, s_members)));

            var passed = new HashSet<byte>();
            for (int value = 0; value < 256; value++)
            {
                Assert.Equal(Errno.Success, sender.Send([0x31, (byte)value, 1, 2], self));
                Read(receiver, passed);
            }
            Assert.Equal(s_members.Order(), passed.Order());
            Assert.Equal(Errno.Success, sender.Send([0x31], self));
            Assert.Equal(1, Read(receiver, passed));
        });

    [Fact]
    public void Dropped_MoreThanTheBufferHolds_CountsTheRest() => PrivateNetwork.Run(network =>
    {
        const int Sent = 100;
        network.LeftRoute.SetLinkUp(1, up: true).ThrowIfFailed("set lo up");
        using RawIpSocket receiver = Open(IpFamily.V4, receiveBufferBytes: 0);
        using RawIpSocket sender = Open(IpFamily.V4);
        for (int packet = 0; packet < Sent; packet++)
        {
            Assert.Equal(Errno.Success, sender.Send([0x31, 51, 1, 2], IpAddress.Parse("127.0.0.1")));
        }
        Assert.False(receiver.IsDrained);
        int read = Read(receiver, []);
        Assert.True(receiver.IsDrained);
        Assert.InRange(read, 1, Sent - 1);
        Assert.Equal((ulong)(Sent - read), receiver.Dropped);
    });

    private static RawIpSocket Open(IpFamily family, int? receiveBufferBytes = null) => RawIpSocket.Open(
        new RawIpSocketOptions { Family = family, Protocol = Vrrp, ReceiveBufferBytes = receiveBufferBytes });

    /// <summary>Loopback has delivered a packet when its sending returns.</summary>
    private static int Read(RawIpSocket receiver, HashSet<byte> values)
    {
        Span<byte> buffer = stackalloc byte[128];
        int count = 0;
        while (receiver.TryReceive(buffer, out ReceivedPacket packet) == Errno.Success)
        {
            count++;
            if (packet.Length > packet.HeaderLength + 1)
            {
                values.Add(buffer[packet.HeaderLength + 1]);
            }
        }
        return count;
    }
}
