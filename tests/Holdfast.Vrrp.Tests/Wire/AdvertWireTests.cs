using Holdfast.Primitives;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Vrrp.Tests.Wire;

public sealed class AdvertWireTests
{
    private static readonly IpAddress Source = IpAddress.Parse("192.168.1.2");

    [Fact]
    public void Write_Version2WithPassword_GivesTheBytesOfTheSeed()
    {
        // VRID 51, priority 100, one address, PASS 1111, 1 s: what the seed's master sends.
        byte[] packet = WireSample.Write(WireSample.Version2Pass, 100, 1, ["192.168.1.100"], Source);

        Assert.Equal("213364010101" + Convert.ToHexString(packet)[12..16]
            + "C0A80164" + "3131313100000000", Convert.ToHexString(packet));
        Assert.Equal(20, packet.Length);
        Assert.True(AdvertChecksum.IsValid(
            packet, 2, ChecksumForm.PseudoHeader, Source, AdvertFormat.MulticastGroupV4));
    }

    [Fact]
    public void Write_Version3_PutsCentisecondsIntoTwelveBits()
    {
        byte[] packet = WireSample.Write(
            WireSample.Version3, 254, 40.95, ["10.0.0.1", "10.0.0.2"], Source);

        Assert.Equal("310AFE020FFF", Convert.ToHexString(packet)[..12]);
        Assert.Equal("0A0000010A000002", Convert.ToHexString(packet)[16..]);
    }

    [Theory]
    [InlineData(ChecksumForm.PseudoHeader)]
    [InlineData(ChecksumForm.MessageOnly)]
    public void Check_Version3EitherChecksum_IsAccepted(ChecksumForm form)
    {
        byte[] packet = WireSample.Write(WireSample.Version3 with { Form = form }, 100, 1, ["10.0.0.1"], Source);

        Assert.Equal(ReceiveVerdict.Accepted, WireSample.Check(WireSample.Policy(WireSample.Version3), packet));
    }

    [Fact]
    public void Check_Version6_UsesThePseudoHeaderAlways()
    {
        AdvertTemplate template = WireSample.Version3 with { Family = IpFamily.V6, Form = ChecksumForm.MessageOnly };
        IpAddress source = IpAddress.Parse("fe80::1");
        byte[] packet = WireSample.Write(template, 100, 1, ["fe80::10"], source);

        Assert.True(AdvertChecksum.IsValid(
            packet, 3, ChecksumForm.PseudoHeader, source, AdvertFormat.MulticastGroupV6));
    }

    [Fact]
    public void Check_GoodAdvert_TellsWhatItSaid()
    {
        byte[] packet = WireSample.Write(WireSample.Version2Pass, 90, 1, ["192.168.1.100"], Source);

        ReceiveVerdict verdict = ReceiveChecks.Check(
            WireSample.Policy(WireSample.Version2Pass, "192.168.1.100"), WireSample.Packet(packet), false,
            out Advert advert);

        Assert.Equal(ReceiveVerdict.Accepted, verdict);
        Assert.Equal(new Advert(new Vrid(51), new Priority(90), TimeSpan.FromSeconds(1), Source, 2, 1), advert);
    }

    [Theory]
    [InlineData(0, (byte)0x31, ReceiveVerdict.PacketLengthError)]  // read as version 3, it is 8 bytes too long
    [InlineData(0, (byte)0x11, ReceiveVerdict.VersionMismatch)]
    [InlineData(0, (byte)0x22, ReceiveVerdict.InvalidTypeReceived)]
    [InlineData(3, (byte)2, ReceiveVerdict.PacketLengthError)]
    [InlineData(4, (byte)3, ReceiveVerdict.InvalidAuthType)]
    [InlineData(4, (byte)0, ReceiveVerdict.AuthTypeMismatch)]
    [InlineData(5, (byte)2, ReceiveVerdict.AdvertisementIntervalError)]
    [InlineData(6, (byte)0, ReceiveVerdict.ChecksumError)]
    [InlineData(12, (byte)'2', ReceiveVerdict.AuthFailure)]
    public void Check_OneByteWrong_IsDroppedWithItsOwnVerdict(int index, byte value, ReceiveVerdict expected)
    {
        byte[] packet = WireSample.Write(WireSample.Version2Pass, 100, 1, ["192.168.1.100"], Source);
        packet[index] = value;

        Assert.Equal(expected, WireSample.Check(WireSample.Policy(WireSample.Version2Pass), packet));
    }

    [Theory]
    [InlineData(254)]
    [InlineData(1)]
    public void Check_MulticastTtlNot255_IsDropped(byte ttl)
    {
        byte[] packet = WireSample.Write(WireSample.Version3, 100, 1, ["10.0.0.1"], Source);

        Assert.Equal(
            ReceiveVerdict.IpTtlError, WireSample.Check(WireSample.Policy(WireSample.Version3), packet, ttl));
    }

    [Fact]
    public void Check_OtherAddressList_IsAcceptedAndCounted()
    {
        byte[] packet = WireSample.Write(WireSample.Version3, 100, 1, ["10.0.0.1", "10.0.0.9"], Source);

        Assert.Equal(ReceiveVerdict.AcceptedAddressListDiffers,
            WireSample.Check(WireSample.Policy(WireSample.Version3, "10.0.0.1", "10.0.0.2"), packet));
        Assert.Equal(ReceiveVerdict.Accepted,
            WireSample.Check(WireSample.Policy(WireSample.Version3, "10.0.0.9", "10.0.0.1"), packet));
    }

    [Theory]
    [InlineData("192.168.1.2", true, (byte)255, ReceiveVerdict.Accepted)]
    [InlineData("192.168.1.2", true, (byte)250, ReceiveVerdict.IpTtlError)]
    [InlineData("192.168.1.3", false, (byte)1, ReceiveVerdict.Accepted)]
    [InlineData("192.168.1.3", true, (byte)255, ReceiveVerdict.UnknownUnicastSource)]
    public void Check_Unicast_AppliesThePeersLimits(string source, bool check, byte ttl, ReceiveVerdict expected)
    {
        IpAddress from = IpAddress.Parse(source);
        IpAddress to = IpAddress.Parse("192.168.1.9");
        byte[] packet = WireSample.Write(WireSample.Version3, 100, 1, ["10.0.0.1"], from, to);
        ReceivePolicy policy = WireSample.Policy(WireSample.Version3) with
        {
            Peers = new[] { new UnicastPeer(Source, 254, 255) },
            CheckUnicastSource = check,
        };

        ReceiveVerdict verdict = ReceiveChecks.Check(policy, new ReceivedPacket
        {
            Message = packet, Source = from, Destination = to, Ttl = ttl,
        }, false, out _);

        Assert.Equal(expected, verdict);
    }

    [Fact]
    public void Check_MulticastWhereUnicastIsConfigured_IsDropped()
    {
        byte[] packet = WireSample.Write(WireSample.Version3, 100, 1, ["10.0.0.1"], Source);
        ReceivePolicy policy = WireSample.Policy(WireSample.Version3) with
        {
            Peers = new[] { new UnicastPeer(Source, 0, 255) },
        };

        Assert.Equal(ReceiveVerdict.DestinationMismatch, WireSample.Check(policy, packet));
    }

    [Fact]
    public void Check_AnyBytes_NeverThrowsAndNeverAllocates()
    {
        var random = new Random(112);
        byte[] buffer = new byte[64];
        ReceivePolicy[] policies =
            [WireSample.Policy(WireSample.Version2Pass, "192.168.1.100"), WireSample.Policy(WireSample.Version3)];
        _ = WireSample.Check(policies[0], buffer);
        int accepted = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 200_000; round++)
        {
            random.NextBytes(buffer);
            // Most random bytes fail at the version: steer them so that the later checks are reached, too.
            buffer[0] = (round & 1) == 0 ? (byte)0x21 : (byte)0x31;
            buffer[3] = (byte)random.Next(4);
            Span<byte> packet = buffer.AsSpan(0, random.Next(buffer.Length + 1));
            accepted += WireSample.Check(policies[round & 1], packet) <= ReceiveVerdict.AcceptedAddressListDiffers
                ? 1 : 0;
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.InRange(accepted, 0, 20);
    }
}
