using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp;
using Holdfast.Layer4.Xdp.Sync;
using Holdfast.Linux;
using Holdfast.Linux.Bpf;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Xdp.Tests;

/// <summary>What a director needs of another one so that answers of NAT's servers reach their clients through it
/// before those have sent anything: frame by frame.</summary>
public sealed class SyncNatTests : IDisposable
{
    private const int SizeMax = 1400;

    private static readonly byte[] s_tag = [0x81, 0x00, 0x60, 0x2A];

    private readonly DirectorFixture _first = new();
    private readonly DirectorFixture _second = new();

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }

    private static Frame FrameOf(bool isV6) => isV6
        ? new() { Client = IpAddress.Parse("2001:db8:9::7"), Address = IpAddress.Parse("2001:db8::1") } : new();

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(true, true, false)]
    [InlineData(false, true, true)]
    public void Answer_AfterATakeover_GoesToTheClientAtOnce(bool isV6, bool isShared, bool isTagged)
    {
        Frame frame = FrameOf(isV6);
        RealServerKey server = default;
        foreach (DirectorFixture director in (DirectorFixture[])[_second, _first])
        {
            director.Client.SetTagged(1, isTagged);
            server = AddService(director, frame);
            _ = isShared ? AddService(director, frame with { Port = 81 }) : server;
        }
        foreach (Tcp flags in (Tcp[])[Tcp.Syn, Tcp.Ack])
        {
            byte[] bytes = Packets.Whole(frame with { Flags = flags });
            _first.Run(isTagged ? Tagged(bytes) : bytes);
        }
        Frame answer = NatTests.AnswerOf(frame, server);
        Assert.Equal((XdpAction.Pass, DirectorCause.NoService), _second.Judge(NatTests.FromServer("", answer)));

        Synchronise("192.0.2.251/24", "2001:db8::251/64");

        byte[] expected = NatTests.ToClient("", answer, frame);
        (XdpAction action, byte[] result) = _second.Run(NatTests.FromServer("", answer));
        Assert.Equal(XdpAction.SendBack, action);
        Assert.Equal(isTagged ? Tagged(expected) : expected, result);
        Assert.Equal(1UL, _second.Pool(NatTests.KeyOf(frame)).Service.Counters.OutPackets);
    }

    [Fact]
    public void Answer_WhereTheClientsLinkIsNotHere_GoesToTheStack()
    {
        Frame frame = FrameOf(isV6: false);
        _ = AddService(_second, frame);
        RealServerKey server = AddService(_first, frame);
        _first.Run(Packets.Whole(frame));
        _first.Run(Packets.Whole(frame with { Flags = Tcp.Ack }));

        Synchronise("203.0.113.1/24");

        Assert.Equal((XdpAction.Pass, DirectorCause.NoHop),
            _second.Judge(NatTests.FromServer("", NatTests.AnswerOf(frame, server))));
    }

    [Fact]
    public void Hop_OfAClientThatAnActiveDirectorSeesItself_StaysItsOwn()
    {
        Frame frame = FrameOf(isV6: false);
        RealServerKey server = AddService(_second, frame);
        _ = AddService(_first, frame);
        var other = MacAddress.FromBytes([2, 0, 0, 0, 0, 9]);
        _second.Run(Packets.Between(Packets.Whole(frame), other, Frame.OurMac));
        _first.Run(Packets.Whole(frame));
        _first.Run(Packets.Whole(frame with { Flags = Tcp.Ack }));

        Synchronise("192.0.2.251/24");

        Frame answer = NatTests.AnswerOf(frame, server);
        Assert.Equal(Packets.Between(NatTests.ToClient("", answer, frame), Frame.OurMac, other),
            _second.Run(NatTests.FromServer("", answer)).Bytes);
    }

    private void Synchronise(params string[] ofSecond)
    {
        var receiver = new SyncReceiver(_second.Client, 0, Links(ofSecond), static _ => true);
        var sender = new SyncSender(_first.Client, 1, SizeMax, Links("192.0.2.250/24", "2001:db8::250/64"), message =>
        {
            receiver.Take(message, MonotonicClock.Now);
            return true;
        });
        _ = sender.Walk();
        Assert.Equal(0UL, receiver.UnknownCount);
        Assert.NotEmpty(_second.Connections());
    }

    private static SyncLinks Links(params string[] prefixes) => new(() => [.. prefixes.Select(static text =>
    {
        Assert.True(IpPrefix.TryParse(text, out IpPrefix prefix));
        return new AddressSpec { Prefix = prefix, InterfaceIndex = 1 };
    })]);

    private static RealServerKey AddService(DirectorFixture director, Frame frame)
    {
        VirtualServiceKey key = NatTests.KeyOf(frame);
        director.Client.AddService(new() { Key = key, Scheduler = "rr" }).ThrowIfFailed("add the service");
        return director.AddNatServer(key, 1);
    }

    private static byte[] Tagged(byte[] frame) => [.. frame[..12], .. s_tag, .. frame[12..]];
}
