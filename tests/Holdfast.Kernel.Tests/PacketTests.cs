using System.Buffers.Binary;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Kernel.Tests;

public sealed class PacketTests
{
    private const byte Vrrp = 112;
    private static readonly IpAddress GroupV4 = IpAddress.Parse("224.0.0.18");
    private static readonly IpAddress GroupV6 = IpAddress.Parse("ff02::12");
    private static readonly IpAddress Left = IpAddress.Parse("192.0.2.1");
    private static readonly byte[] Advert = [0x31, 51, 100, 1, 0, 100, 0, 0, 10, 0, 0, 1];

    [Fact]
    public void Advert_V4_ArrivesWithSourceTtlInterfaceAndTime() => PrivateNetwork.Run(static network =>
    {
        network.AddHostAddresses();
        using RawIpSocket receiver = network.OnRight(() => OpenReceiver(IpFamily.V4, network.RightIndex));
        using RawIpSocket sender = OpenSender(IpFamily.V4, network.LeftIndex);
        Span<byte> buffer = stackalloc byte[1500];
        int length = WritePacket(buffer, Left, GroupV4);
        Assert.Equal(Errno.Success, sender.Send(buffer[..length], GroupV4, network.LeftIndex));

        ReceivedPacket packet = Receive(receiver, buffer);
        Assert.Equal((32, 20, false), (packet.Length, packet.HeaderLength, packet.IsTruncated));
        Assert.Equal((Left, GroupV4), (packet.Source, packet.Destination));
        Assert.Equal((255, network.RightIndex), (packet.HopLimit, packet.InterfaceIndex));
        Assert.Equal(0xC0, buffer[1]);
        Assert.Equal(0, InternetChecksum.Finish(InternetChecksum.Add(buffer[..20])));
        Assert.True(buffer[packet.HeaderLength..packet.Length].SequenceEqual(Advert));
        Assert.InRange(MonotonicClock.Now - packet.ToMonotonic(), TimeSpan.Zero, PrivateNetwork.Patience);
        Assert.NotEqual(0, packet.RealtimeNanoseconds);
    });

    [Fact]
    public void Advert_V6_ArrivesWithSourceHopLimitInterfaceAndChecksum() => PrivateNetwork.Run(static network =>
    {
        network.AddHostAddresses();
        using RawIpSocket receiver = network.OnRight(() => OpenReceiver(IpFamily.V6, network.RightIndex));
        using RawIpSocket sender = OpenSender(IpFamily.V6, network.LeftIndex);
        var source = IpAddress.Parse("2001:db8::1");
        Assert.Equal(Errno.Success, sender.Send(Advert, GroupV6, network.LeftIndex, source));

        Span<byte> buffer = stackalloc byte[1500];
        ReceivedPacket packet = Receive(receiver, buffer);
        Assert.Equal((Advert.Length, 0), (packet.Length, packet.HeaderLength));
        Assert.Equal((source, GroupV6), (packet.Source, packet.Destination));
        Assert.Equal((255, network.RightIndex), (packet.HopLimit, packet.InterfaceIndex));
        uint pseudo = InternetChecksum.AddPseudoHeader(source, GroupV6, Vrrp, packet.Length);
        Assert.Equal(0, InternetChecksum.Finish(InternetChecksum.Add(buffer[..packet.Length], pseudo)));
    });

    [Fact]
    public void Advert_OwnMulticast_IsNotHeard() => PrivateNetwork.Run(static network =>
    {
        network.AddHostAddresses();
        using RawIpSocket own = OpenReceiver(IpFamily.V4, network.LeftIndex);
        using RawIpSocket other = network.OnRight(() => OpenReceiver(IpFamily.V4, network.RightIndex));
        using RawIpSocket sender = OpenSender(IpFamily.V4, network.LeftIndex);
        Span<byte> buffer = stackalloc byte[1500];
        int length = WritePacket(buffer, Left, GroupV4);
        Assert.Equal(Errno.Success, sender.Send(buffer[..length], GroupV4, network.LeftIndex));
        _ = Receive(other, buffer);
        Assert.Equal(Errno.EAGAIN, own.TryReceive(buffer, out _));
    });

    [Fact]
    public void Adverts_InOneBatch_AllArriveInOrder() => PrivateNetwork.Run(static network =>
    {
        network.AddHostAddresses();
        using RawIpSocket receiver = network.OnRight(() => OpenReceiver(IpFamily.V4, network.RightIndex));
        using RawIpSocket sender = OpenSender(IpFamily.V4, network.LeftIndex);
        var buffer = new byte[100 * 32];
        var slices = new PacketSlice[100];
        for (int i = 0; i < slices.Length; i++)
        {
            int length = WritePacket(buffer.AsSpan(i * 32), Left, GroupV4);
            buffer[(i * 32) + 21] = (byte)i;
            slices[i] = new(i * 32, length, GroupV4, network.LeftIndex);
        }
        Assert.Equal(Errno.Success, sender.SendBatch(buffer, slices, out int sent));
        Assert.Equal(slices.Length, sent);
        Span<byte> received = stackalloc byte[1500];
        for (int i = 0; i < slices.Length; i++)
        {
            _ = Receive(receiver, received);
            Assert.Equal(i, received[21]);
        }
    });

    [Fact]
    public void GratuitousArp_BothForms_AreSeenAndOtherFramesAreNot() => PrivateNetwork.Run(static network =>
    {
        network.AddHostAddresses();
        using PacketSocket receiver = network.OnRight(() => PacketSocket.OpenArp(network.RightIndex));
        using PacketSocket sender = PacketSocket.OpenSender();
        var mac = MacAddress.VirtualRouter(IpFamily.V4, 51);
        var address = IpAddress.Parse("192.0.2.100");
        Span<byte> frame = stackalloc byte[128];
        Assert.Equal(Errno.Success, sender.Send(
            frame[..NeighborAdvertisementFrame.WriteUnsolicited(frame, mac, IpAddress.Parse("2001:db8::5"), false)],
            network.LeftIndex));
        foreach (ushort operation in new ushort[] { 1, 2 })
        {
            int size = operation == 1 ? ArpFrame.WriteGratuitousRequest(frame, mac, address)
                : ArpFrame.WriteGratuitousReply(frame, mac, address);
            Assert.Equal(Errno.Success, sender.Send(frame[..size], network.LeftIndex));
            ReceivedFrame info = Receive(receiver, frame);
            Assert.Equal((0x0806, network.RightIndex, mac), (info.Protocol, info.InterfaceIndex, info.Source));
            Assert.True(ArpFrame.TryParse(frame[..info.Length], out ArpMessage message));
            Assert.Equal((operation, mac, address, true),
                (message.Operation, message.SenderMac, message.TargetAddress, message.IsAnnouncement));
        }
    });

    [Fact]
    public void GratuitousArp_InOneBatch_UpdatesTheNeighborTable() => PrivateNetwork.Run(static network =>
    {
        network.AddHostAddresses();
        var mac = new MacAddress(0x0200_0000_0099);
        NeighborSpec[] known = [.. Enumerable.Range(0, 200).Select(i => new NeighborSpec(
            IpAddress.V4(0xC000_020Au + (uint)i), network.RightIndex, new(0x0200_0000_0001), NeighborStates.Stale))];
        Assert.All(known, n => Assert.Equal(default, network.RightRoute.AddNeighbor(n)));
        using PacketSocket sender = PacketSocket.OpenSender();
        using RouteMonitor monitor = network.OnRight(() => RouteMonitor.Open(MonitorGroups.Neighbors));
        var buffer = new byte[200 * ArpFrame.Size];
        var slices = new FrameSlice[200];
        for (int i = 0; i < slices.Length; i++)
        {
            int size = ArpFrame.WriteGratuitousRequest(buffer.AsSpan(i * ArpFrame.Size), mac, known[i].Address);
            slices[i] = new(i * ArpFrame.Size, size, network.LeftIndex);
        }
        Assert.Equal(Errno.Success, sender.SendBatch(buffer, slices, out int sent));
        Assert.Equal(slices.Length, sent);
        List<NeighborSpec> seen = [];
        RecordingHandler handler = new();
        while (handler.Neighbors.Count(n => n.Mac == mac) < known.Length)
        {
            Assert.True(DescriptorWait.ForRead(monitor.Descriptor, PrivateNetwork.Patience));
            Assert.Equal(Errno.Success, monitor.Drain(handler));
        }
        network.RightRoute.DumpNeighbors(seen, IpFamily.V4).ThrowIfFailed("dump");
        Assert.Equal(known.Length, seen.Count(n => n.Mac == mac));
    });

    [Fact]
    public void NeighborAdvertisement_Unsolicited_IsSeenAndCorrect() => PrivateNetwork.Run(static network =>
    {
        using PacketSocket receiver = network.OnRight(
            () => PacketSocket.OpenNeighborAdvertisement(network.RightIndex));
        using PacketSocket sender = PacketSocket.OpenSender();
        var mac = MacAddress.VirtualRouter(IpFamily.V6, 51);
        var address = IpAddress.Parse("2001:db8::100");
        Span<byte> frame = stackalloc byte[1500];
        Assert.Equal(Errno.Success, sender.Send(
            frame[..ArpFrame.WriteGratuitousRequest(frame, mac, Left)], network.LeftIndex));
        Assert.Equal(Errno.Success, sender.Send(
            frame[..NeighborAdvertisementFrame.WriteUnsolicited(frame, mac, address, isRouter: true)],
            network.LeftIndex));
        NeighborAdvertisement advertisement = default;
        while (advertisement.Target != address) // the kernel may announce its own addresses too
        {
            ReceivedFrame info = Receive(receiver, frame);
            Assert.True(NeighborAdvertisementFrame.TryParse(frame[..info.Length], out advertisement));
        }
        Assert.Equal(new NeighborAdvertisement(address, address, mac, true, false, true), advertisement);
    });

    [Theory]
    [InlineData(IpFamily.V4, "192.0.2.2")]
    [InlineData(IpFamily.V6, "2001:db8::2")]
    public void Echo_ToTheOtherHost_IsAnsweredToItsOwnSocketOnly(IpFamily family, string target)
        => PrivateNetwork.Run(network =>
    {
        network.AddHostAddresses();
        using IcmpEchoSocket socket = IcmpEchoSocket.Open(family, 0x1234);
        using IcmpEchoSocket other = IcmpEchoSocket.Open(family, 0x4321);
        MonotonicTime start = MonotonicClock.Now;
        Assert.Equal(Errno.Success, socket.Send(IpAddress.Parse(target), 7, payloadBytes: 56));
        Assert.True(DescriptorWait.ForRead(socket.Descriptor, PrivateNetwork.Patience));
        Assert.Equal(Errno.Success, socket.TryReceive(out EchoReply reply));
        Assert.Equal((IpAddress.Parse(target), (ushort)7), (reply.Source, reply.Sequence));
        Assert.InRange(reply.ReceivedAt - start, TimeSpan.Zero, MonotonicClock.Now - start);
        Assert.Equal(Errno.EAGAIN, other.TryReceive(out _));
    });

    [Fact]
    public void SendAndReceive_InSteadyState_AllocateNothing() => PrivateNetwork.Run(static network =>
    {
        network.AddHostAddresses();
        using RawIpSocket receiver = network.OnRight(() => OpenReceiver(IpFamily.V4, network.RightIndex));
        using PacketSocket arp = network.OnRight(() => PacketSocket.OpenArp(network.RightIndex));
        using RawIpSocket sender = OpenSender(IpFamily.V4, network.LeftIndex);
        using PacketSocket frames = PacketSocket.OpenSender();
        PacketSlice[] slices = new PacketSlice[4];
        byte[] buffer = new byte[2048];
        for (int round = 0; round < 40; round++)
        {
            Cycle();
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        Cycle();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Cycle()
        {
            int length = WritePacket(buffer, Left, GroupV4);
            Array.Fill(slices, new PacketSlice(0, length, GroupV4, network.LeftIndex));
            Invariant.Check(sender.Send(buffer.AsSpan(0, length), GroupV4, network.LeftIndex) == Errno.Success);
            Invariant.Check(sender.SendBatch(buffer, slices, out _) == Errno.Success);
            length = ArpFrame.WriteGratuitousRequest(buffer, new(0x0200_0000_0001), Left);
            Invariant.Check(frames.Send(buffer.AsSpan(0, length), network.LeftIndex) == Errno.Success);
            Invariant.Check(DescriptorWait.ForRead(arp.Descriptor, PrivateNetwork.Patience));
            Invariant.Check(arp.TryReceive(buffer, out ReceivedFrame info) == Errno.Success);
            Invariant.Check(ArpFrame.TryParse(buffer.AsSpan(0, info.Length), out _));
            for (int i = 0; i < 5; i++)
            {
                Invariant.Check(DescriptorWait.ForRead(receiver.Descriptor, PrivateNetwork.Patience));
                Invariant.Check(receiver.TryReceive(buffer, out _) == Errno.Success);
            }
        }
    });

    [Fact]
    public void Settings_WrittenInANamespace_AreReadBack() => PrivateNetwork.Run(static network =>
    {
        Assert.Equal("left0", InterfaceInfo.NameOf(network.LeftIndex));
        Assert.Equal(0, InterfaceInfo.IndexOf("right0"));
        Assert.Equal(Errno.Success, InterfaceInfo.TryWriteSetting(IpFamily.V4, "left0", "arp_ignore", 2));
        Assert.Equal(Errno.Success, InterfaceInfo.TryReadSetting(IpFamily.V4, "left0", "arp_ignore", out int value));
        Assert.Equal(2, value);
        Assert.Equal(Errno.ENOENT, InterfaceInfo.TryReadSetting(IpFamily.V4, "none0", "arp_ignore", out _));
        Assert.Equal(Errno.EINVAL, InterfaceInfo.TryReadSetting(IpFamily.V4, "../../..", "hostname", out _));
    });

    private static RawIpSocket OpenReceiver(IpFamily family, int index)
    {
        IpAddress group = family == IpFamily.V4 ? GroupV4 : GroupV6;
        RawIpSocket socket = RawIpSocket.Open(new()
        {
            Family = family,
            Protocol = Vrrp,
            InterfaceIndex = index,
            BindAddress = group,
            ReceiveBufferBytes = 1 << 20,
            Timestamps = true,
        });
        Assert.Equal(Errno.Success, socket.JoinGroup(group, index));
        Assert.Equal(Errno.EADDRINUSE, socket.JoinGroup(group, index));
        return socket;
    }

    private static RawIpSocket OpenSender(IpFamily family, int index) => RawIpSocket.Open(new()
    {
        Family = family,
        Protocol = Vrrp,
        InterfaceIndex = index,
        HeaderIncluded = true,
        ReceiveBufferBytes = 0,
        ChecksumOffset = family == IpFamily.V6 ? 6 : null,
        Priority = 6,
        Mark = 9,
    });

    private static int WritePacket(Span<byte> packet, IpAddress source, IpAddress destination)
    {
        packet[..20].Clear();
        packet[0] = 0x45;
        packet[1] = 0xC0;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)(20 + Advert.Length));
        packet[8] = 255;
        packet[9] = Vrrp;
        source.CopyTo(packet[12..]);
        destination.CopyTo(packet[16..]);
        Advert.CopyTo(packet[20..]);
        return 20 + Advert.Length;
    }

    private static ReceivedPacket Receive(RawIpSocket socket, Span<byte> buffer)
    {
        Assert.True(DescriptorWait.ForRead(socket.Descriptor, PrivateNetwork.Patience), "no packet came");
        Assert.Equal(Errno.Success, socket.TryReceive(buffer, out ReceivedPacket packet));
        return packet;
    }

    private static ReceivedFrame Receive(PacketSocket socket, Span<byte> buffer)
    {
        Assert.True(DescriptorWait.ForRead(socket.Descriptor, PrivateNetwork.Patience), "no frame came");
        Assert.Equal(Errno.Success, socket.TryReceive(buffer, out ReceivedFrame frame));
        return frame;
    }
}
