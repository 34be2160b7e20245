using System.Buffers.Binary;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp;
using Holdfast.Linux.Bpf;
using Holdfast.Primitives;

namespace Holdfast.Xdp.Tests;

/// <summary>ICMP errors, to the byte: they reach the server or the client whose packet they quote.</summary>
public sealed class IcmpTests : IDisposable
{
    private static readonly IpAddress s_router = IpAddress.Parse("203.0.113.5");
    private static readonly IpAddress s_routerV6 = IpAddress.Parse("2001:db8:77::5");

    private readonly DirectorFixture _director = new();

    public void Dispose() => _director.Dispose();

    public static TheoryData<string, int, int> Errors => new()
    {
        { "tcp", 3, 60 }, { "tcp", 3, 28 }, { "tcp", 11, 40 }, { "tcp", 12, 39 }, { "udp", 3, 51 }, { "udp", 3, 28 },
        { "tcp6", 2, 80 }, { "tcp6", 1, 48 }, { "tcp6", 3, 71 }, { "udp6", 1, 60 }, { "udp6", 4, 48 },
    };

    private static Frame Of(string kind) => kind switch
    {
        "tcp" => new() { Fragment = 0x4000, Payload = 40 },
        "udp" => new() { IsUdp = true, Port = 53, Payload = 40 },
        "tcp6" => new()
        {
            Client = IpAddress.Parse("2001:db8:9::7"),
            Address = IpAddress.Parse("2001:db8::1"),
            Payload = 40,
        },
        _ => Of("tcp6") with { IsUdp = true, Port = 53 },
    };

    // What a server that has the virtual address sends to the client.
    private static Frame AnswerOf(Frame frame)
        => NatTests.AnswerOf(frame, new(frame.Address, frame.Port)) with { Flags = Tcp.Ack };

    [Theory]
    [MemberData(nameof(Errors))]
    public void DirectRouting_ErrorAboutAnAnswer_ReachesTheServerOfTheConnection(string kind, int type, int quoted)
    {
        Frame frame = Of(kind);
        _director.Add(NatTests.KeyOf(frame), 3, "rr");
        int server = _director.ServerFor(frame);
        byte[] error = Error(type, RouterOf(frame), frame.Address, Quote(AnswerOf(frame), quoted));

        (XdpAction action, byte[] result) = _director.Run(error);

        Assert.Equal(XdpAction.SendBack, action);
        Assert.Equal(DirectorFixture.Forwarded(error, DirectorFixture.MacOf(server), Frame.OurMac), result);
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public void Nat_ErrorAboutAnAnswer_QuotesWhatTheServerSent(string kind, int type, int quoted)
    {
        Frame frame = Of(kind);
        RealServerKey server = AddNat(frame, isMasqueraded: false);
        _director.Run(Packets.Whole(frame));
        byte[] error = Error(type, RouterOf(frame), frame.Address, Quote(AnswerOf(frame), quoted));
        byte[] expected = Error(type, RouterOf(frame), server.Address, Quote(NatTests.AnswerOf(frame, server), quoted));

        Assert.Equal(DirectorFixture.Forwarded(expected, DirectorFixture.MacOf(1), Frame.OurMac),
            _director.Run(error).Bytes);
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public void Nat_ErrorFromTheServer_QuotesWhatTheClientSent(string kind, int type, int quoted)
    {
        Frame frame = Of(kind);
        RealServerKey server = AddNat(frame, isMasqueraded: false);
        _director.Run(Packets.Whole(frame));
        Frame seen = frame with { Address = server.Address, Port = server.Port };
        byte[] error = Error(type, server.Address, frame.Client, Quote(seen, quoted));
        byte[] expected = Error(type, frame.Address, frame.Client, Quote(frame, quoted));

        (XdpAction action, byte[] result) = _director.Run(error);

        Assert.Equal(XdpAction.SendBack, action);
        Assert.Equal(DirectorFixture.Forwarded(expected, Frame.ClientMac, Frame.OurMac), result);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("udp6")]
    public void Masquerading_ErrorsBothWays_AreTranslated(string kind)
    {
        Frame frame = Of(kind);
        RealServerKey server = AddNat(frame, isMasqueraded: true);
        byte[] first = _director.Run(Packets.Whole(frame)).Bytes;
        Frame seen = frame with
        {
            Client = frame.Client.IsV6 ? DirectorFixture.OurAddressV6 : DirectorFixture.OurAddress,
            ClientPort = BinaryPrimitives.ReadUInt16BigEndian(first.AsSpan(frame.Client.IsV6 ? 54 : 34)),
            Address = server.Address,
            Port = server.Port,
        };
        int type = frame.Client.IsV6 ? 1 : 3;

        byte[] toServer = Error(type, RouterOf(frame), frame.Address, Quote(AnswerOf(frame), 68));
        byte[] expected = Error(type, RouterOf(frame), server.Address, Quote(NatTests.AnswerOf(seen, server), 68));
        Assert.Equal(DirectorFixture.Forwarded(expected, DirectorFixture.MacOf(1), Frame.OurMac),
            _director.Run(toServer).Bytes);

        byte[] toClient = Error(type, server.Address, seen.Client, Quote(seen, 68));
        expected = Error(type, frame.Address, frame.Client, Quote(frame, 68));
        Assert.Equal(DirectorFixture.Forwarded(expected, Frame.ClientMac, Frame.OurMac),
            _director.Run(toClient).Bytes);
    }

    [Fact]
    public void Tunnel_Error_GoesThroughTheTunnel()
    {
        Frame frame = Of("tcp");
        RealServerSpec server = new()
        {
            Key = new(DirectorFixture.ServerOf(1), 80),
            Forwarding = ForwardingMethod.Tunnel,
        };
        _director.Client.AddService(new() { Key = DirectorFixture.Web, Scheduler = "mh" }).ThrowIfFailed("add");
        _director.Client.AddServer(DirectorFixture.Web, server).ThrowIfFailed("add");
        _director.SetPath(server.Key.Address,
            new(1, DirectorFixture.MacOf(1), Frame.OurMac) { Source = DirectorFixture.OurAddress });
        byte[] error = Error(3, s_router, frame.Address, Quote(AnswerOf(frame), 40));

        byte[] result = _director.Run(error).Bytes;

        Assert.Equal(Packets.Outer(Packets.Inner(error), server, DirectorFixture.OurAddress,
            DirectorFixture.MacOf(1), BinaryPrimitives.ReadUInt16BigEndian(result.AsSpan(18)), 0), result);
    }

    [Fact]
    public void Error_OfAFlowThatEveryDirectorWouldSendThere_NeedsNoConnection()
    {
        Frame frame = Of("tcp");
        _director.Add(DirectorFixture.Web, 3);
        byte[] error = Error(3, s_router, frame.Address, Quote(AnswerOf(frame), 40));

        byte to = _director.Run(error).Bytes[5];

        Assert.Empty(_director.Connections());
        Assert.Equal(_director.ServerFor(frame), to);
    }

    [Theory]
    [InlineData("unknown flow")]
    [InlineData("other address")]
    [InlineData("echo")]
    [InlineData("cut off")]
    [InlineData("not the first fragment")]
    [InlineData("other protocol")]
    public void Error_ThatIsNotForAServer_GoesToTheStackUntouched(string what)
    {
        Frame frame = Of("udp");
        _director.Add(DirectorFixture.Names, 3, "rr");
        _ = _director.ServerFor(frame);
        Frame answer = AnswerOf(frame);
        byte[] quote = Quote(what switch
        {
            "unknown flow" => answer with { Port = 4711 },
            "other address" => answer with { Client = IpAddress.Parse("192.0.2.9") },
            "not the first fragment" => answer with { Fragment = 5 },
            _ => answer,
        }, what == "cut off" ? 27 : 28);
        quote[9] = what == "other protocol" ? (byte)47 : quote[9];
        byte[] error = Error(what == "echo" ? 8 : 3, s_router, frame.Address, quote);

        Assert.Equal((XdpAction.Pass, DirectorCause.NotTransport), _director.Judge(error));
        Assert.Equal(error, _director.Run(error).Bytes);
    }

    [Fact]
    public void Errors_OfEveryLength_AreSurvived()
    {
        Frame frame = Of("tcp");
        AddNat(frame, isMasqueraded: false);
        _director.Run(Packets.Whole(frame));
        byte[] error = Error(3, s_router, frame.Address, Quote(AnswerOf(frame), 60));
        for (int length = 14; length < error.Length; length++)
        {
            (XdpAction action, byte[] result) = _director.Run(error[..length]);
            Assert.Equal(length >= 14 + 20 + 8 + 28 ? XdpAction.SendBack : XdpAction.Pass, action);
            Assert.Equal(length, result.Length);
        }
    }

    private static IpAddress RouterOf(Frame frame) => frame.Client.IsV6 ? s_routerV6 : s_router;

    // The first bytes of an IP packet.
    private static byte[] Quote(Frame frame, int length) => Packets.Whole(frame)[14..(14 + length)];

    private static byte[] Error(int type, IpAddress from, IpAddress to, byte[] quote)
        => Packets.Icmp((byte)type, 0x05DC, from, to, quote);

    private RealServerKey AddNat(Frame frame, bool isMasqueraded)
    {
        VirtualServiceKey key = NatTests.KeyOf(frame);
        _director.Client.AddService(new() { Key = key, Scheduler = "rr" }).ThrowIfFailed("add the service");
        return _director.AddNatServer(key, 1, isMasqueraded);
    }
}
