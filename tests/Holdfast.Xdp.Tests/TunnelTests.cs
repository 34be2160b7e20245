using System.Buffers.Binary;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp;
using Holdfast.Linux.Bpf;
using Holdfast.Primitives;

namespace Holdfast.Xdp.Tests;

/// <summary>Forwarding through tunnels, to the byte.</summary>
public sealed class TunnelTests : IDisposable
{
    private const int EthernetSize = 14;
    private const ushort GuePort = 6080;
    private static readonly IpAddress s_source = IpAddress.Parse("192.0.2.250");
    private static readonly IpAddress s_sourceV6 = IpAddress.Parse("2001:db8::250");

    private readonly DirectorFixture _director = new();

    public void Dispose() => _director.Dispose();

    private static Frame Of(string kind) => kind switch
    {
        "tcp" => new() { Fragment = 0x4000 },
        "odd" => new() { Payload = 13, Ttl = 2 },
        "udp" => new() { IsUdp = true, Port = 53 },
        "udp without checksum" => new() { IsUdp = true, Port = 53, Payload = 34 },
        "options" => new() { Options = [7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0], Fragment = 0x4000 },
        "first fragment" => new() { IsUdp = true, Port = 53, Fragment = 0x2000, Payload = 64 },
        "tcp6" => new() { Client = IpAddress.Parse("2001:db8:9::7"), Address = IpAddress.Parse("2001:db8::1") },
        "udp6" => Of("tcp6") with { IsUdp = true, Port = 53, Payload = 101 },
        _ => Of("tcp6") with { Options = [60, 0, 1, 4, 0, 0, 0, 0, 6, 0, 1, 4, 0, 0, 0, 0] },
    };

    public static TheoryData<string, TunnelKind, TunnelChecksum, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, TunnelKind, TunnelChecksum, bool>();
            foreach (string kind in (string[])["tcp", "odd", "udp", "udp without checksum", "options", "first fragment",
                "tcp6", "udp6", "extensions"])
            {
                foreach (TunnelKind tunnel in Enum.GetValues<TunnelKind>())
                {
                    foreach (bool isV6 in (bool[])[false, true])
                    {
                        cases.Add(kind, tunnel, TunnelChecksum.None, isV6);
                        if (tunnel != TunnelKind.Ipip)
                        {
                            cases.Add(kind, tunnel, TunnelChecksum.Full, isV6);
                        }
                    }
                }
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Tunnel_EveryKindOfPacket_HasTheOuterHeadersOfItsKind(
        string kind, TunnelKind tunnel, TunnelChecksum checksum, bool isOuterV6)
    {
        Frame frame = Of(kind);
        byte[] bytes = frame.ToBytes();
        // Neither a fragment nor a packet with options has its sum where the program could use it.
        bytes = kind is "options" or "first fragment" or "udp without checksum" or "extensions" ? bytes
            : Packets.WithChecksum(bytes);
        bytes[kind.Contains('6', StringComparison.Ordinal) ? 15 : 14 + 1] |= 0x10; // a traffic class of its own
        bytes = FixHeader(bytes);
        RealServerSpec server = AddTunnel(frame, tunnel, checksum, isOuterV6);

        (XdpAction action, byte[] result) = _director.Run(bytes);

        Assert.Equal(XdpAction.SendBack, action);
        Assert.Equal(Expected(bytes, server, result), result);
        if (tunnel == TunnelKind.Gue)
        {
            Assert.InRange(SourcePort(result), 0xC000, 0xFFFF);
        }
    }

    [Fact]
    public void Gue_SourcePort_IsTheFlowsAndDiffersBetweenFlows()
    {
        AddTunnel(Of("tcp"), TunnelKind.Gue, TunnelChecksum.None, false);
        HashSet<int> ports = [];
        for (ushort port = 1000; port < 1064; port++)
        {
            Frame frame = Of("tcp") with { ClientPort = port };
            int first = SourcePort(_director.Run(frame.ToBytes()).Bytes);
            Assert.Equal(first, SourcePort(_director.Run((frame with { Flags = Tcp.Ack }).ToBytes()).Bytes));
            ports.Add(first);
        }
        Assert.True(ports.Count > 32, $"only {ports.Count} ports");
    }

    [Theory]
    [InlineData("tcp", TunnelKind.Ipip, TunnelChecksum.None, false, 20)]
    [InlineData("tcp", TunnelKind.Gue, TunnelChecksum.Full, false, 32)]
    [InlineData("tcp", TunnelKind.Gre, TunnelChecksum.Full, true, 48)]
    [InlineData("tcp6", TunnelKind.Ipip, TunnelChecksum.None, true, 40)]
    [InlineData("tcp6", TunnelKind.Gue, TunnelChecksum.None, true, 52)]
    [InlineData("tcp6", TunnelKind.Gre, TunnelChecksum.None, false, 24)]
    public void Tunnel_PacketOfTheLargestSize_FitsAndOneByteMoreIsAnswered(
        string kind, TunnelKind tunnel, TunnelChecksum checksum, bool isOuterV6, int overhead)
    {
        Frame frame = Of(kind);
        RealServerSpec server = AddTunnel(frame, tunnel, checksum, isOuterV6);
        int headers = kind == "tcp6" ? 60 : 40;
        byte[] largest = Packets.WithChecksum((frame with { Payload = 1500 - overhead - headers }).ToBytes());
        byte[] larger = Packets.WithChecksum((frame with { Payload = 1501 - overhead - headers }).ToBytes());

        (XdpAction action, byte[] result) = _director.Run(largest);
        Assert.Equal(XdpAction.SendBack, action);
        Assert.Equal(Expected(largest, server, result), result);

        (action, result) = _director.Run(larger);
        Assert.Equal(XdpAction.SendBack, action);
        Assert.Equal(Packets.TooBig(larger, (uint)(1500 - overhead)), result);
        Assert.Equal((XdpAction.SendBack, DirectorCause.TooBigAnswered), _director.Judge(larger));
    }

    [Fact]
    public void Tunnel_TooBigWithOptionsAndHardlyMoreThanTheQuote_IsAnswered()
    {
        RealServerSpec server = AddTunnel(Of("options"), TunnelKind.Ipip, TunnelChecksum.None, false);
        SetPath(server.Key.Address, 400);
        for (int payload = 329; payload < 520; payload += 17)
        {
            byte[] bytes = (Of("options") with { Payload = payload }).ToBytes();
            Assert.Equal(Packets.TooBig(bytes, 380), _director.Run(bytes).Bytes);
        }
    }

    [Theory]
    [InlineData("may be cut")]
    [InlineData("later fragment")]
    [InlineData("multicast client")]
    [InlineData("small link")]
    public void Tunnel_TooBigAndNotToBeAnswered_IsDropped(string what)
    {
        Frame frame = what switch
        {
            "may be cut" => Of("tcp") with { Fragment = 0 },
            "later fragment" => Of("udp") with { Fragment = 0x4010 },
            "multicast client" => Of("tcp") with { Client = IpAddress.Parse("224.0.0.5") },
            _ => Of("tcp6"),
        };
        RealServerSpec server = AddTunnel(frame, TunnelKind.Ipip, TunnelChecksum.None, false);
        if (what == "later fragment")
        {
            _director.Run((frame with { Fragment = 0x2000 }).ToBytes());
        }
        if (what == "small link")
        {
            SetPath(server.Key.Address, 1299); // 1279 are no MTU of IPv6
        }
        byte[] bytes = (frame with { Payload = 1470 }).ToBytes();

        Assert.Equal((XdpAction.Drop, DirectorCause.TooBig), _director.Judge(bytes));
    }

    [Fact]
    public void Tunnel_CutOffAtEachLength_IsNeverMoreThanWhatCame()
    {
        foreach (TunnelKind tunnel in Enum.GetValues<TunnelKind>())
        {
            using var director = new TunnelTests();
            RealServerSpec server = director.AddTunnel(Of("udp"), tunnel, tunnel == TunnelKind.Ipip
                ? TunnelChecksum.None : TunnelChecksum.Full, false);
            byte[] whole = (Of("udp") with { Fragment = 0x4000 }).ToBytes(); // its checksum is 0: all bytes are summed
            for (int length = EthernetSize; length <= whole.Length; length++)
            {
                byte[] part = whole[..length];
                (XdpAction action, byte[] result) = director._director.Run(part);
                bool isForwarded = length >= (tunnel == TunnelKind.Ipip ? EthernetSize + 28 : whole.Length);
                bool isRead = length >= EthernetSize + 28;
                Assert.Equal(isForwarded ? XdpAction.SendBack : isRead ? XdpAction.Drop : XdpAction.Pass, action);
                if (isForwarded)
                {
                    Assert.Equal(Expected(whole, server, result)[..result.Length], result);
                    Assert.True(result.Length > part.Length, "no outer header");
                }
            }
        }
    }

    [Fact]
    public void Tunnel_FramePaddedByEthernet_CarriesTheRightLengths()
    {
        RealServerSpec server = AddTunnel(Of("udp"), TunnelKind.Gue, TunnelChecksum.Full, false);
        byte[] bytes = Packets.WithChecksum((Of("udp") with { Payload = 3, Fragment = 0x4000 }).ToBytes());
        byte[] padded = [.. bytes, .. new byte[60 - bytes.Length]];

        byte[] result = _director.Run(padded).Bytes;

        Assert.Equal([.. Expected(bytes, server, result), .. new byte[60 - bytes.Length]], result);
    }

    [Fact]
    public void Tunnel_WithoutAnAddressOfOurs_IsNotResolved()
    {
        RealServerSpec server = AddTunnel(Of("tcp"), TunnelKind.Ipip, TunnelChecksum.None, false);
        _director.SetPath(server.Key.Address, new(1, DirectorFixture.MacOf(1), Frame.OurMac));

        Assert.Equal((XdpAction.Drop, DirectorCause.NoNeighbor), _director.Judge(Of("tcp").ToBytes()));
    }

    private static int SourcePort(byte[] frame)
        => BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(EthernetSize + (frame[12] == 0x86 ? 40 : 20)));

    // What the program is free to choose is taken from the result: the identification and the source port.
    private static byte[] Expected(byte[] frame, RealServerSpec server, byte[] result) => Packets.Outer(
        Packets.Inner(frame), server, server.Key.Address.IsV6 ? s_sourceV6 : s_source, DirectorFixture.MacOf(1),
        BinaryPrimitives.ReadUInt16BigEndian(result.AsSpan(EthernetSize + 4)), (ushort)SourcePort(result));

    private static byte[] FixHeader(byte[] frame)
    {
        if (frame[12] == 8)
        {
            Span<byte> header = frame.AsSpan(EthernetSize, (frame[14] & 15) * 4);
            header[10..12].Clear();
            BinaryPrimitives.WriteUInt16BigEndian(header[10..], Frame.Checksum(header));
        }
        return frame;
    }

    private RealServerSpec AddTunnel(Frame frame, TunnelKind tunnel, TunnelChecksum checksum, bool isOuterV6)
    {
        VirtualServiceKey key = VirtualServiceKey.At(
            frame.IsUdp ? ServiceProtocol.Udp : ServiceProtocol.Tcp, frame.Address, frame.Port);
        var server = new RealServerSpec
        {
            Key = new(DirectorFixture.ServerOf(1, isOuterV6), key.Port),
            Forwarding = ForwardingMethod.Tunnel,
            TunnelKind = tunnel,
            TunnelChecksum = checksum,
            TunnelPort = tunnel == TunnelKind.Gue ? GuePort : (ushort)0,
        };
        _director.Client.AddService(new() { Key = key, Scheduler = "mh" }).ThrowIfFailed("add the service");
        _director.Client.AddServer(key, server).ThrowIfFailed("add the server");
        SetPath(server.Key.Address, 1500);
        return server;
    }

    private void SetPath(IpAddress server, uint mtu) => _director.SetPath(server,
        new(1, DirectorFixture.MacOf(1), Frame.OurMac) { Source = server.IsV6 ? s_sourceV6 : s_source, Mtu = mtu });
}
