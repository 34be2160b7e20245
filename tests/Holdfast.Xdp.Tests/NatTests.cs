using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp;
using Holdfast.Linux.Bpf;
using Holdfast.Primitives;

namespace Holdfast.Xdp.Tests;

/// <summary>NAT to the byte: what a server gets, and what a client gets of its answer.</summary>
public sealed class NatTests : IDisposable
{
    private readonly DirectorFixture _director = new();

    public void Dispose() => _director.Dispose();

    public static TheoryData<string> Kinds =>
        ["tcp", "udp", "udp without checksum", "odd", "long", "options", "tcp6", "udp6", "extensions"];

    private static Frame Of(string kind) => kind switch
    {
        "tcp" => new() { Fragment = 0x4000 },
        "udp" => new() { IsUdp = true, Port = 53, Payload = 40 },
        "udp without checksum" => new() { IsUdp = true, Port = 53, Payload = 34 },
        "odd" => new() { Payload = 13, Ttl = 2 },
        "long" => new() { Payload = 1400 },
        "options" => new() { Options = [7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
        "tcp6" => new() { Client = IpAddress.Parse("2001:db8:9::7"), Address = IpAddress.Parse("2001:db8::1") },
        "udp6" => Of("tcp6") with { IsUdp = true, Port = 53, Payload = 101 },
        _ => Of("tcp6") with { Options = [60, 0, 1, 4, 0, 0, 0, 0, 6, 0, 1, 4, 0, 0, 0, 0] },
    };

    private static byte[] Bytes(string kind, Frame frame)
        => kind == "udp without checksum" ? frame.ToBytes() : Packets.Whole(frame);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Nat_EveryKindOfPacket_IsRewrittenBothWays(string kind)
    {
        Frame frame = Of(kind);
        RealServerKey server = AddService(frame);

        (XdpAction action, byte[] result) = _director.Run(Bytes(kind, frame));
        Assert.Equal(XdpAction.SendBack, action);
        Assert.Equal(ToServer(kind, frame, server), result);

        Frame answer = AnswerOf(frame, server);
        (action, result) = _director.Run(FromServer(kind, answer));
        Assert.Equal(XdpAction.SendBack, action);
        Assert.Equal(ToClient(kind, answer, frame), result);
        Assert.Equal((XdpAction.SendBack, DirectorCause.Answer), _director.Judge(FromServer(kind, answer)));
    }

    [Fact]
    public void Nat_RandomFlows_HaveRightChecksums()
    {
        var random = new Random(7);
        Frame[] kinds = [Of("tcp"), Of("udp"), Of("tcp6"), Of("udp6")];
        RealServerKey[] servers = [.. kinds.Select(kind => AddService(kind))];
        for (int i = 0; i < 2000; i++)
        {
            Frame kind = kinds[i % 4];
            byte[] address = new byte[kind.Client.IsV6 ? 16 : 4];
            random.NextBytes(address);
            address[0] = 0x20;
            Frame frame = kind with
            {
                Client = IpAddress.FromBytes(address),
                ClientPort = (ushort)random.Next(1, 65536),
                Payload = random.Next(0, 40),
                Identification = (ushort)random.Next(65536),
            };
            Frame answer = AnswerOf(frame, servers[i % 4]);

            Assert.Equal(ToServer("", frame, servers[i % 4]), _director.Run(Packets.Whole(frame)).Bytes);
            Assert.Equal(ToClient("", answer, frame), _director.Run(FromServer("", answer)).Bytes);
        }
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("udp")]
    [InlineData("tcp6")]
    [InlineData("udp6")]
    public void Nat_ChecksumLeftToTheInterface_StaysSo(string kind)
    {
        Frame frame = Of(kind);
        RealServerKey server = AddService(frame);
        Frame answer = AnswerOf(frame, server);

        Assert.Equal(Packets.Partial(ToServer(kind, frame, server)),
            _director.Run(Packets.Partial(Packets.Whole(frame))).Bytes);
        Assert.Equal(Packets.Partial(ToClient(kind, answer, frame)),
            _director.Run(Packets.Partial(FromServer(kind, answer))).Bytes);
    }

    [Fact]
    public void Nat_WholeChecksumThatLooksLeftToTheInterface_IsKnownBySummingUp()
    {
        // Of 65536 payloads one has the sum of the pseudo header.
        Frame frame = Of("udp") with { Payload = 2 };
        RealServerKey server = AddService(frame);
        byte[] bytes = frame.ToBytes();
        byte[] partial = Packets.Partial(Packets.WithChecksum(bytes));
        int tried = 0;
        do
        {
            bytes[^2] = (byte)(tried >> 8);
            bytes[^1] = (byte)tried;
        }
        while (!Packets.WithChecksum(bytes).AsSpan(40, 2).SequenceEqual(partial.AsSpan(40, 2)) && ++tried < 65536);
        Assert.InRange(tried, 0, 65535);

        byte[] result = _director.Run(Packets.WithChecksum(bytes)).Bytes;

        Assert.Equal(server.Address, IpAddress.FromBytes(result.AsSpan(30, 4)));
        Assert.Equal(Packets.WithChecksum(result), result);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fragments_FollowTheFirstBothWays(bool isAnswer)
    {
        Frame frame = Of("udp") with { Payload = 64 };
        RealServerKey server = AddService(frame);
        _director.Run(Packets.Whole(frame));
        Frame sent = isAnswer ? AnswerOf(frame, server) : frame;
        byte[] whole = isAnswer ? FromServer("", sent) : Packets.Whole(sent);
        byte[] expected = isAnswer ? ToClient("", sent, frame) : ToServer("", sent, server);

        // 8 bytes of UDP and 32 of the payload, then the other 32.
        Assert.Equal(Cut(expected, 0, 40, 0x2000), _director.Run(Cut(whole, 0, 40, 0x2000)).Bytes);
        Assert.Equal(Cut(expected, 40, 32, 5), _director.Run(Cut(whole, 40, 32, 5)).Bytes);
    }

    [Fact]
    public void Answer_OfAConnectionThatIsNotOurs_GoesToTheStackUntouched()
    {
        Frame frame = Of("tcp");
        RealServerKey server = AddService(frame, "rr");
        Frame stranger = AnswerOf(frame with { ClientPort = 41000 }, server);

        Assert.Equal((XdpAction.Pass, DirectorCause.NoService), _director.Judge(FromServer("", stranger)));
        Assert.Equal(FromServer("", stranger), _director.Run(FromServer("", stranger)).Bytes);
    }

    [Fact]
    public void Answer_InTheMiddleOfAFlowThatAnotherDirectorBegan_IsTranslated()
    {
        // With mh every director would have chosen the same server. The client has shown itself with another flow.
        Frame frame = Of("tcp");
        RealServerKey server = AddService(frame);
        Frame answer = AnswerOf(frame, server);
        byte[] translated = FromServer("", answer with { Client = frame.Address, ClientPort = frame.Port });
        (XdpAction action, byte[] result) = _director.Run(FromServer("", answer));
        Assert.Equal(XdpAction.Pass, action);
        Assert.Equal(translated, result);

        _director.Run(Packets.Whole(frame with { ClientPort = 999 }));
        Assert.Equal(ToClient("", answer, frame), _director.Run(FromServer("", answer)).Bytes);
        Assert.Equal((XdpAction.Pass, DirectorCause.NoService),
            _director.Judge(FromServer("", answer with { Flags = Tcp.Syn | Tcp.Ack })));
    }

    [Fact]
    public void Answer_ToThisMachine_GoesToTheStackUntouched()
    {
        Frame frame = Of("udp");
        RealServerKey server = AddService(frame);
        Frame check = AnswerOf(frame with { Client = DirectorFixture.OurAddress }, server);
        _director.Client.SetOwnAddresses([DirectorFixture.OurAddress, frame.Address]);

        Assert.Equal((XdpAction.Pass, DirectorCause.NoService), _director.Judge(FromServer("", check)));
        Assert.Equal(FromServer("", check), _director.Run(FromServer("", check)).Bytes);
    }

    [Fact]
    public void Client_ThatComesByAnotherRouter_IsAnsweredThere()
    {
        Frame frame = Of("tcp");
        RealServerKey server = AddService(frame);
        var other = MacAddress.FromBytes([2, 0, 0, 0, 0, 9]);
        Frame answer = AnswerOf(frame, server);
        _director.Run(Packets.Whole(frame));

        _director.Run(Packets.Between(Packets.Whole(frame with { Flags = Tcp.Ack }), other, Frame.OurMac));

        Assert.Equal(Packets.Between(ToClient("", answer, frame), Frame.OurMac, other),
            _director.Run(FromServer("", answer)).Bytes);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("tcp6")]
    public void Hops_ThatHaveRunOut_EndThePacket(string kind)
    {
        Frame frame = Of(kind);
        RealServerKey server = AddService(frame);
        _director.Run(Packets.Whole(frame));
        Frame answer = AnswerOf(frame, server) with { Ttl = 1 };

        Assert.Equal((XdpAction.Drop, DirectorCause.TtlExpired),
            _director.Judge(Packets.Whole(frame with { Ttl = 1 })));
        Assert.Equal((XdpAction.Pass, DirectorCause.TtlExpired), _director.Judge(FromServer("", answer)));
        Assert.Equal(FromServer("", answer), _director.Run(FromServer("", answer)).Bytes);
    }

    [Theory]
    [InlineData("tcp", 40)]
    [InlineData("tcp6", 60)]
    public void PacketThatIsTooBigForTheServersLink_IsAnswered(string kind, int headers)
    {
        Frame frame = Of(kind);
        RealServerKey server = AddService(frame);
        _director.SetPath(server.Address, new(1, DirectorFixture.MacOf(1), Frame.OurMac) { Mtu = 1400 });
        byte[] largest = Packets.Whole(frame with { Payload = 1400 - headers });
        byte[] larger = Packets.Whole(frame with { Payload = 1401 - headers });

        Assert.Equal((XdpAction.SendBack, DirectorCause.SentBack), _director.Judge(largest));
        Assert.Equal((XdpAction.SendBack, DirectorCause.TooBigAnswered), _director.Judge(larger));
        Assert.Equal(Packets.TooBig(larger, 1400), _director.Run(larger).Bytes);
        if (kind == "tcp")
        {
            byte[] mayBeCut = Packets.Whole(frame with { Payload = 1401 - headers, Fragment = 0 });
            Assert.Equal((XdpAction.Drop, DirectorCause.TooBig), _director.Judge(mayBeCut));
        }
    }

    [Theory]
    [InlineData(80, DirectorCause.Local)]
    [InlineData(8001, DirectorCause.NoNeighbor)]
    public void ServerThatHasBecomeThisHost_IsSentToOnlyAtTheVirtualPort(ushort port, DirectorCause cause)
    {
        Frame frame = Of("tcp");
        VirtualServiceKey key = KeyOf(frame);
        _director.Client.AddService(new() { Key = key, Scheduler = "mh" }).ThrowIfFailed("add the service");
        RealServerKey server = _director.AddNatServer(key, 1, port: port);
        byte[] bytes = Packets.Whole(frame);
        Assert.Equal(DirectorCause.SentBack, _director.Judge(bytes).Cause);

        _director.SetPath(server.Address, new(0, default, default, IsLocal: true));

        Assert.Equal(cause, _director.Judge(bytes).Cause);
        Assert.Equal(bytes, _director.Run(bytes).Bytes);
    }

    [Fact]
    public void Service_OfEveryPort_KeepsThePort()
    {
        Frame frame = Of("tcp") with { Port = 4242 };
        VirtualServiceKey key = KeyOf(frame) with { Port = 0 };
        _director.Client.AddService(new() { Key = key, Scheduler = "mh" }).ThrowIfFailed("add the service");
        RealServerKey server = _director.AddNatServer(key, 1, port: 0);
        Frame answer = AnswerOf(frame, server with { Port = 4242 });

        Assert.Equal(ToServer("", frame, server with { Port = 4242 }), _director.Run(Packets.Whole(frame)).Bytes);
        Assert.Equal(ToClient("", answer, frame), _director.Run(FromServer("", answer)).Bytes);
    }

    internal static VirtualServiceKey KeyOf(Frame frame) => VirtualServiceKey.At(
        frame.IsUdp ? ServiceProtocol.Udp : ServiceProtocol.Tcp, frame.Address, frame.Port);

    internal static byte[] ToServer(string kind, Frame frame, RealServerKey server)
        => Packets.Between(Bytes(kind, frame with
        {
            Address = server.Address,
            Port = server.Port,
            Ttl = (byte)(frame.Ttl - 1),
        }), Frame.OurMac, DirectorFixture.MacOf(1));

    internal static Frame AnswerOf(Frame frame, RealServerKey server) => frame with
    {
        Client = server.Address,
        ClientPort = server.Port,
        Address = frame.Client,
        Port = frame.ClientPort,
        Flags = Tcp.Ack,
        Ttl = 61,
    };

    internal static byte[] FromServer(string kind, Frame answer)
        => Packets.Between(Bytes(kind, answer), DirectorFixture.MacOf(1), Frame.OurMac);

    internal static byte[] ToClient(string kind, Frame answer, Frame frame)
        => Packets.Between(Bytes(kind, answer with
        {
            Client = frame.Address,
            ClientPort = frame.Port,
            Address = frame.Client,
            Port = frame.ClientPort,
            Ttl = (byte)(answer.Ttl - 1),
        }), Frame.OurMac, Frame.ClientMac);

    private RealServerKey AddService(Frame frame, string scheduler = "mh")
    {
        VirtualServiceKey key = KeyOf(frame);
        _director.Client.AddService(new() { Key = key, Scheduler = scheduler }).ThrowIfFailed("add the service");
        return _director.AddNatServer(key, 1);
    }

    // A part of an IPv4 packet without options.
    private static byte[] Cut(byte[] frame, int offset, int length, ushort fragment)
    {
        byte[] result = [.. frame[..34], .. frame[(34 + offset)..(34 + offset + length)]];
        result[16] = (byte)((20 + length) >> 8);
        result[17] = (byte)(20 + length);
        result[20] = (byte)(fragment >> 8);
        result[21] = (byte)fragment;
        result[24] = result[25] = 0;
        ushort sum = Frame.Checksum(result.AsSpan(14, 20));
        result[24] = (byte)(sum >> 8);
        result[25] = (byte)sum;
        return result;
    }
}
