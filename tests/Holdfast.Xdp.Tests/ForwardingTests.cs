using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp;
using Holdfast.Linux.Bpf;
using Holdfast.Primitives;

namespace Holdfast.Xdp.Tests;

/// <summary>Direct routing to the byte.</summary>
public sealed class ForwardingTests : IDisposable
{
    private static readonly MacAddress OtherMac = MacAddress.FromBytes([2, 0, 0, 0, 0, 9]);

    private readonly DirectorFixture _director = new();

    public void Dispose() => _director.Dispose();

    public static TheoryData<string> Kinds =>
        ["tcp", "udp", "tcp6", "udp6", "options", "extensions", "first fragment", "long"];

    private static Frame Of(string kind) => kind switch
    {
        "tcp" => new(),
        "udp" => new() { IsUdp = true, Port = 53 },
        "tcp6" => new() { Client = IpAddress.Parse("2001:db8:9::7"), Address = IpAddress.Parse("2001:db8::1") },
        "udp6" => Of("tcp6") with { IsUdp = true, Port = 53 },
        "options" => new() { Options = [7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
        "extensions" => Of("tcp6") with { Options = [60, 0, 1, 4, 0, 0, 0, 0, 6, 0, 1, 4, 0, 0, 0, 0] },
        "first fragment" => new() { IsUdp = true, Port = 53, Fragment = 0x2000, Payload = 64 },
        _ => new() { Payload = 1400, Flags = Tcp.Ack },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void DirectRouting_EveryKindOfPacket_ChangesAddressesAndTtlOnly(string kind)
    {
        Frame frame = Of(kind);
        AddServices();
        byte[] bytes = frame.ToBytes();

        (XdpAction action, byte[] result) = _director.Run(bytes);

        Assert.Equal(XdpAction.SendBack, action);
        Assert.Equal(DirectorFixture.Forwarded(bytes, DirectorFixture.MacOf(1), Frame.OurMac), result);
    }

    [Fact]
    public void DirectRouting_EveryTtl_KeepsTheChecksumRight()
    {
        AddServices();
        for (int ttl = 2; ttl <= 255; ttl++)
        {
            // The identification walks, so that the sum passes every carry.
            byte[] bytes = (new Frame { Ttl = (byte)ttl, Identification = (ushort)(ttl * 257) }).ToBytes();
            Assert.Equal(DirectorFixture.Forwarded(bytes, DirectorFixture.MacOf(1), Frame.OurMac),
                _director.Run(bytes).Bytes);
        }
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("tcp6")]
    public void DirectRouting_TtlHasRunOut_IsDropped(string kind)
    {
        AddServices();
        Assert.Equal((XdpAction.Drop, DirectorCause.TtlExpired),
            _director.Judge((Of(kind) with { Ttl = 1 }).ToBytes()));
        Assert.Equal((XdpAction.Drop, DirectorCause.TtlExpired),
            _director.Judge((Of(kind) with { Ttl = 0 }).ToBytes()));
    }

    [Fact]
    public void DirectRouting_ServerBehindAnotherInterface_IsRedirectedThere()
    {
        AddServices();
        _director.SetPath(DirectorFixture.ServerOf(1), new(4711, DirectorFixture.MacOf(1), OtherMac));
        byte[] bytes = new Frame().ToBytes();

        (XdpAction action, byte[] result) = _director.Run(bytes);

        Assert.Equal(XdpAction.Redirect, action);
        Assert.Equal(DirectorFixture.Forwarded(bytes, DirectorFixture.MacOf(1), OtherMac), result);
    }

    [Fact]
    public void DirectRouting_UnknownNeighbor_IsDroppedUntilItIsKnown()
    {
        AddServices();
        _director.SetPath(DirectorFixture.ServerOf(1), new(1, default, Frame.OurMac));
        Assert.Equal((XdpAction.Drop, DirectorCause.NoNeighbor), _director.Judge(new Frame().ToBytes()));

        _director.SetPath(DirectorFixture.ServerOf(1), new(1, DirectorFixture.MacOf(1), Frame.OurMac));
        Assert.Equal((XdpAction.SendBack, DirectorCause.SentBack), _director.Judge(new Frame().ToBytes()));
    }

    [Fact]
    public void LocalServer_GetsThePacketUntouched()
    {
        AddServices();
        _director.SetPath(DirectorFixture.ServerOf(1), new(0, default, default, IsLocal: true));
        byte[] bytes = new Frame().ToBytes();

        Assert.Equal((XdpAction.Pass, DirectorCause.Local), _director.Judge(bytes));
        Assert.Equal(bytes, _director.Run(bytes).Bytes);
    }

    [Fact]
    public void Gate_Closed_PassesBothNewAndKnown()
    {
        AddServices();
        _ = _director.Run(new Frame().ToBytes());
        _director.Client.SetGates(static address => address.IsV6 ? ServiceGate.Open : ServiceGate.Closed);

        Assert.Equal((XdpAction.Pass, DirectorCause.Inactive),
            _director.Judge(new Frame { Flags = Tcp.Ack }.ToBytes()));
        Assert.Equal((XdpAction.Pass, DirectorCause.Inactive), _director.Judge(new Frame { ClientPort = 9 }.ToBytes()));
        Assert.Equal((XdpAction.SendBack, DirectorCause.SentBack), _director.Judge(Of("tcp6").ToBytes()));

        _director.Client.SetGates(static _ => ServiceGate.Open);
        Assert.Equal((XdpAction.SendBack, DirectorCause.SentBack),
            _director.Judge(new Frame { Flags = Tcp.Ack }.ToBytes()));
    }

    [Fact]
    public void Gate_Closed_KnownConnectionOfAnotherServerGoesOn()
    {
        AddServices();
        _director.Client.SetInterface(1, Frame.OurMac);
        _ = _director.Run(new Frame().ToBytes());
        _director.Client.SetGates(static _ => ServiceGate.Closed);
        byte[] known = new Frame { Flags = Tcp.Ack }.ToBytes();

        // A client takes us for the Active node, and in a moment it is right.
        Assert.Equal((XdpAction.SendBack, DirectorCause.SentBack), _director.Judge(To(Frame.OurMac, known)));
        Assert.Equal((XdpAction.Pass, DirectorCause.Inactive), _director.Judge(To(OtherMac, known)));
        Assert.Equal((XdpAction.Pass, DirectorCause.Inactive),
            _director.Judge(To(Frame.OurMac, new Frame { ClientPort = 9 }.ToBytes())));

        // Another director has chosen us.
        _director.SetPath(DirectorFixture.ServerOf(1), new(0, default, default, IsLocal: true));
        Assert.Equal((XdpAction.Pass, DirectorCause.Inactive), _director.Judge(To(Frame.OurMac, known)));
    }

    [Fact]
    public void Gate_Ajar_TakesWhatIsSentToOurOwnEthernetAddress()
    {
        AddServices();
        _director.Client.SetInterface(1, Frame.OurMac);
        _director.Client.SetGates(static _ => ServiceGate.Ajar);
        byte[] bytes = new Frame().ToBytes();

        for (int round = 0; round < 2; round++)
        {
            // A frame for somebody else goes to the stack, which drops it; one for a virtual router goes nowhere.
            Assert.Equal((XdpAction.Pass, DirectorCause.Inactive), _director.Judge(To(OtherMac, bytes)));
            Assert.Equal((XdpAction.Drop, DirectorCause.Inactive),
                _director.Judge(To(MacAddress.VirtualRouter(IpFamily.V4, 51), bytes)));
            // The second round meets a connection that is known.
            Assert.Equal((XdpAction.SendBack, DirectorCause.SentBack), _director.Judge(bytes));
        }
    }

    [Fact]
    public void Counters_OfServerAndService_CountPacketsAndBytesOfTheIpPacket()
    {
        AddServices();
        Frame frame = new() { Payload = 100 };
        _ = _director.Run(frame.ToBytes());
        _ = _director.Run((frame with { Flags = Tcp.Ack }).ToBytes());

        ObservedPool pool = _director.Pool(DirectorFixture.Web);

        Assert.Equal((1UL, 2UL, 280UL), Figures(pool.Servers[0].Counters));
        Assert.Equal((1UL, 2UL, 280UL), Figures(pool.Service.Counters));
        Assert.Equal((1u, 0u), (pool.Servers[0].ActiveConnections, pool.Servers[0].InactiveConnections));

        _director.Client.ZeroService(DirectorFixture.Web).ThrowIfFailed("zero");
        Assert.Equal((0UL, 0UL, 0UL), Figures(_director.Pool(DirectorFixture.Web).Service.Counters));
        _ = _director.Run((frame with { Flags = Tcp.Ack }).ToBytes());
        _director.Remove(DirectorFixture.Web, 1);
        Assert.Equal((0UL, 1UL, 140UL), Figures(_director.Pool(DirectorFixture.Web).Service.Counters));
    }

    private static byte[] To(MacAddress destination, byte[] frame)
    {
        byte[] other = [.. frame];
        destination.CopyTo(other);
        return other;
    }

    private static (ulong Connections, ulong Packets, ulong Bytes) Figures(TrafficCounters counters)
        => (counters.Connections, counters.InPackets, counters.InBytes);

    private void AddServices()
    {
        _director.Add(DirectorFixture.Web, 1);
        _director.Add(DirectorFixture.WebV6, 1);
        _director.Add(DirectorFixture.Names, 1);
        _director.Add(VirtualServiceKey.At(ServiceProtocol.Udp, IpAddress.Parse("2001:db8::1"), 53), 1);
    }
}
