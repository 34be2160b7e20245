using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp;
using Holdfast.Linux.Bpf;
using Holdfast.Primitives;

namespace Holdfast.Xdp.Tests;

/// <summary>What is broken, foreign or cut off: never forwarded, always counted, never changed.</summary>
public sealed class MalformedTests : IDisposable
{
    private const int EthernetSize = 14;

    private readonly DirectorFixture _director = new();

    public MalformedTests()
    {
        _director.Add(DirectorFixture.Web, 1);
        _director.Add(DirectorFixture.WebV6, 1);
        _director.Add(DirectorFixture.Names, 1);
    }

    private static Frame V6 => new()
    {
        Client = IpAddress.Parse("2001:db8:9::7"),
        Address = IpAddress.Parse("2001:db8::1"),
    };

    public void Dispose() => _director.Dispose();

    [Theory]
    [InlineData("tcp", 20, 20)]
    [InlineData("udp", 20, 8)]
    [InlineData("options", 32, 20)]
    [InlineData("tcp6", 40, 20)]
    [InlineData("extensions", 56, 20)]
    public void Frame_CutOffAtEachLength_IsForwardedOnlyWithAllHeaders(string kind, int network, int transport)
    {
        byte[] whole = (kind switch
        {
            "tcp" => new Frame(),
            "udp" => new Frame { IsUdp = true, Port = 53 },
            "options" => new Frame { Options = [7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
            "tcp6" => V6,
            _ => V6 with { Options = [60, 0, 1, 4, 0, 0, 0, 0, 6, 0, 1, 4, 0, 0, 0, 0] },
        }).ToBytes();
        // The shortest frame that the kernel runs a program on is an Ethernet header.
        for (int length = EthernetSize; length <= whole.Length; length++)
        {
            byte[] part = whole[..length];
            bool isWhole = length >= EthernetSize + network + transport;

            (XdpAction Action, DirectorCause Cause) judged = _director.Judge(part);

            Assert.Equal(isWhole ? (XdpAction.SendBack, DirectorCause.SentBack)
                : (XdpAction.Pass, DirectorCause.Malformed), judged);
        }
    }

    [Fact]
    public void Frame_CutOff_IsNotChanged()
    {
        byte[] part = new Frame().ToBytes()[..40];

        Assert.Equal(part, _director.Run(part).Bytes);
    }

    public static TheoryData<string, DirectorCause> Oddities => new()
    {
        { "ARP", DirectorCause.NotIp },
        { "VLAN tag", DirectorCause.NotIp },
        { "ICMP", DirectorCause.NotTransport },
        { "ICMPv6", DirectorCause.NotTransport },
        { "ESP behind IPv6", DirectorCause.NotTransport },
        { "too many extensions", DirectorCause.NotTransport },
        { "version 5", DirectorCause.Malformed },
        { "version 5 as IPv6", DirectorCause.Malformed },
        { "header of 16 bytes", DirectorCause.Malformed },
        { "length below header", DirectorCause.Malformed },
        { "TCP header of 16 bytes", DirectorCause.Malformed },
        { "no service", DirectorCause.NoService },
        { "other port", DirectorCause.NoService },
        { "other protocol", DirectorCause.NoService },
    };

    [Theory]
    [MemberData(nameof(Oddities))]
    public void Frame_OfNoUse_GoesToTheStackUntouched(string kind, DirectorCause cause)
    {
        byte[] bytes = (kind switch
        {
            "ICMPv6" or "ESP behind IPv6" or "version 5 as IPv6" => V6,
            "too many extensions" => V6 with { FirstExtension = 60, Options = Destinations(7) },
            "no service" => new Frame { Address = IpAddress.Parse("192.0.2.2") },
            "other port" => new Frame { Port = 81 },
            "other protocol" => new Frame { Port = 53 },
            _ => new Frame(),
        }).ToBytes();
        Spoil(bytes, kind);

        Assert.Equal((XdpAction.Pass, cause), _director.Judge(bytes));
        Assert.Equal(bytes, _director.Run(bytes).Bytes);
    }

    [Fact]
    public void Extensions_SixInARow_AreWalked()
        => Assert.Equal((XdpAction.SendBack, DirectorCause.SentBack), _director.Judge(
            (V6 with { FirstExtension = 60, Options = Destinations(6) }).ToBytes()));

    [Fact]
    public void AnyPortService_TakesEveryPortThatHasNoServiceOfItsOwn()
    {
        VirtualServiceKey any = DirectorFixture.Web with { Port = 0 };
        _director.Client.AddService(new() { Key = any, Scheduler = "mh" }).ThrowIfFailed("add");
        _director.AddServer(any, 2);

        Assert.Equal(1, _director.ServerFor(new()));
        Assert.Equal(2, _director.ServerFor(new() { Port = 8080 }));
        Assert.Equal(2, _director.ServerFor(new() { Port = 8080, Flags = Tcp.Ack }));
        Assert.Equal(0, _director.ServerFor(new() { Port = 8080, IsUdp = true }));
    }

    private static byte[] Destinations(int count)
    {
        byte[] headers = new byte[8 * count];
        for (int i = 0; i < count; i++)
        {
            headers[8 * i] = (byte)(i == count - 1 ? 6 : 60);
            headers[(8 * i) + 2] = 1;
            headers[(8 * i) + 3] = 4;
        }
        return headers;
    }

    private static void Spoil(byte[] bytes, string kind)
    {
        (int at, byte value) = kind switch
        {
            "ARP" => (13, (byte)0x06),
            "VLAN tag" => (12, (byte)0x81),
            "ICMP" => (EthernetSize + 9, (byte)1),
            "ICMPv6" => (EthernetSize + 6, (byte)58),
            "ESP behind IPv6" => (EthernetSize + 6, (byte)50),
            "version 5" => (EthernetSize, (byte)0x55),
            "version 5 as IPv6" => (EthernetSize, (byte)0x50),
            "header of 16 bytes" => (EthernetSize, (byte)0x44),
            "length below header" => (EthernetSize + 3, (byte)19),
            "TCP header of 16 bytes" => (EthernetSize + 20 + 12, (byte)0x40),
            _ => (0, bytes[0]),
        };
        bytes[at] = value;
    }
}
