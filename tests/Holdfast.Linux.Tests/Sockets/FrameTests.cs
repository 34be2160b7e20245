using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Linux.Tests.Sockets;

public sealed class FrameTests
{
    private static readonly MacAddress Mac = new(0x0000_5E00_0133);

    [Fact]
    public void GratuitousRequest_Bytes_AreThoseOfRfc826()
    {
        Span<byte> frame = stackalloc byte[ArpFrame.Size];
        Assert.Equal(ArpFrame.Size, ArpFrame.WriteGratuitousRequest(frame, Mac, IpAddress.Parse("192.0.2.1")));
        Assert.Equal("FFFFFFFFFFFF" + "00005E000133" + "0806" + "0001080006040001"
            + "00005E000133" + "C0000201" + "FFFFFFFFFFFF" + "C0000201", Convert.ToHexString(frame));
    }

    [Fact]
    public void GratuitousReply_TargetMac_IsTheAnnouncedOne()
    {
        Span<byte> frame = stackalloc byte[ArpFrame.Size];
        ArpFrame.WriteGratuitousReply(frame, Mac, IpAddress.Parse("192.0.2.1"));
        Assert.True(ArpFrame.TryParse(frame, out ArpMessage message));
        Assert.Equal(((ushort)2, Mac, Mac, true),
            (message.Operation, message.SenderMac, message.TargetMac, message.IsAnnouncement));
    }

    [Fact]
    public void Request_ForAnotherAddress_IsNoAnnouncement()
    {
        Span<byte> frame = stackalloc byte[ArpFrame.Size];
        ArpFrame.WriteRequest(frame, Mac, IpAddress.V4(0), IpAddress.Parse("192.0.2.1"));
        Assert.True(ArpFrame.TryParse(frame, out ArpMessage message));
        Assert.False(message.IsAnnouncement);
    }

    [Fact]
    public void Arp_EveryShorterPrefix_IsRejected()
    {
        Span<byte> frame = stackalloc byte[ArpFrame.Size];
        ArpFrame.WriteGratuitousRequest(frame, Mac, IpAddress.Parse("192.0.2.1"));
        for (int length = 0; length < frame.Length; length++)
        {
            Assert.False(ArpFrame.TryParse(frame[..length], out _));
        }
    }

    [Fact]
    public void Advertisement_AnyDamagedByte_IsRejectedOrTheSame()
    {
        byte[] frame = new byte[NeighborAdvertisementFrame.Size];
        var address = IpAddress.Parse("2001:db8::1");
        NeighborAdvertisementFrame.WriteUnsolicited(frame, Mac, address, isRouter: true);
        Assert.True(NeighborAdvertisementFrame.TryParse(frame, out NeighborAdvertisement good));
        Assert.Equal(new(address, address, Mac, true, false, true), good);
        Assert.Equal("333300000001", Convert.ToHexString(frame, 0, 6));
        for (int i = 22; i < frame.Length; i++) // everything that the checksum covers
        {
            frame[i] ^= 0x10;
            Assert.False(NeighborAdvertisementFrame.TryParse(frame, out _));
            frame[i] ^= 0x10;
        }
        for (int length = 0; length < frame.Length; length++)
        {
            Assert.False(NeighborAdvertisementFrame.TryParse(frame.AsSpan(0, length), out _));
        }
    }

    [Fact]
    public void Advertisement_HopLimitBelow255_IsRejected()
    {
        byte[] frame = new byte[NeighborAdvertisementFrame.Size];
        NeighborAdvertisementFrame.WriteUnsolicited(frame, Mac, IpAddress.Parse("2001:db8::1"), false);
        frame[21] = 254;
        Assert.False(NeighborAdvertisementFrame.TryParse(frame, out _));
    }

    [Fact]
    public void Mac_Text_RoundTrips()
    {
        Assert.Equal("00:00:5e:00:01:33", Mac.ToString());
        Assert.True(MacAddress.TryParse("00:00:5E:00:01:33", out MacAddress parsed));
        Assert.Equal((Mac, MacAddress.VirtualRouter(IpFamily.V4, 0x33)), (parsed, parsed));
        Assert.False(MacAddress.TryParse("00:00:5e:00:01-33", out _));
        Assert.False(MacAddress.TryParse("00:00:5e:00:01:3g", out _));
        Assert.Equal("01:00:5e:00:00:12", MacAddress.ForMulticast(IpAddress.Parse("224.0.0.18")).ToString());
        Assert.Equal("33:33:00:00:00:12", MacAddress.ForMulticast(IpAddress.Parse("ff02::12")).ToString());
    }
}
