using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp;
using Holdfast.Linux.Bpf;
using Holdfast.Primitives;

namespace Holdfast.Xdp.Tests;

/// <summary>Frames with a VLAN tag keep it.</summary>
public sealed class VlanTests : IDisposable
{
    private static readonly byte[] s_tag = [0x81, 0x00, 0x60, 0x2A];

    private readonly DirectorFixture _director = new();

    public VlanTests()
    {
        _director.Client.SetInterface(1, Frame.OurMac, 1500);
        _director.Client.SetTagged(1, isTagged: true);
    }

    public void Dispose() => _director.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Tagged_DirectRouting_IsForwardedWithItsTag(bool isV6)
    {
        _director.Add(isV6 ? DirectorFixture.WebV6 : DirectorFixture.Web, 1);
        byte[] frame = new Frame
        {
            Client = IpAddress.Parse(isV6 ? "2001:db8:9::7" : "198.51.100.7"),
            Address = (isV6 ? DirectorFixture.WebV6 : DirectorFixture.Web).Address,
        }.ToBytes();

        (XdpAction action, byte[] result) = _director.Run(Tagged(frame));

        Assert.Equal(XdpAction.SendBack, action);
        Assert.Equal(Tagged(DirectorFixture.Forwarded(frame, DirectorFixture.MacOf(1), Frame.OurMac)), result);
    }

    [Fact]
    public void Tagged_NatAndItsAnswer_KeepTheTag()
    {
        Frame frame = new();
        _director.Client.AddService(new() { Key = DirectorFixture.Web, Scheduler = "mh" }).ThrowIfFailed("add");
        RealServerKey server = _director.AddNatServer(DirectorFixture.Web, 1);
        Frame answer = NatTests.AnswerOf(frame, server);

        Assert.Equal(Tagged(NatTests.ToServer("", frame, server)), _director.Run(Tagged(Packets.Whole(frame))).Bytes);
        Assert.Equal(Tagged(NatTests.ToClient("", answer, frame)),
            _director.Run(Tagged(NatTests.FromServer("", answer))).Bytes);
    }

    [Fact]
    public void Tagged_ToAServerAtAnotherInterface_HasNoTagThere()
    {
        _director.Add(DirectorFixture.Web, 1);
        _director.SetPath(DirectorFixture.ServerOf(1), new(4711, DirectorFixture.MacOf(1), Frame.OurMac));
        byte[] frame = new Frame().ToBytes();

        (XdpAction action, byte[] result) = _director.Run(Tagged(frame));

        Assert.Equal(XdpAction.Redirect, action);
        Assert.Equal(DirectorFixture.Forwarded(frame, DirectorFixture.MacOf(1), Frame.OurMac), result);
    }

    [Theory]
    [InlineData("no service")]
    [InlineData("not IP")]
    [InlineData("two tags")]
    [InlineData("VLAN interfaces")]
    public void Tagged_ButNotForAService_GoesToTheStackUntouched(string what)
    {
        _director.Add(DirectorFixture.Web, 1);
        byte[] frame = new Frame { Port = what == "no service" ? (ushort)81 : (ushort)80 }.ToBytes();
        frame[12] = what == "not IP" ? (byte)9 : frame[12];
        frame = Tagged(what == "two tags" ? Tagged(frame) : frame);
        _director.Client.SetTagged(1, what != "VLAN interfaces");

        (XdpAction action, byte[] result) = _director.Run(frame);

        Assert.Equal(XdpAction.Pass, action);
        Assert.Equal(frame, result);
        Assert.Equal(what == "no service" ? DirectorCause.NoService : DirectorCause.NotIp,
            _director.Judge(frame).Cause);
    }

    [Fact]
    public void Tagged_OfEveryLength_IsSurvived()
    {
        _director.Add(DirectorFixture.Web, 1);
        byte[] frame = Tagged(new Frame().ToBytes());
        for (int length = 14; length < 14 + 4 + 40; length++)
        {
            (XdpAction action, byte[] result) = _director.Run(frame[..length]);
            Assert.Equal(XdpAction.Pass, action);
            Assert.Equal(frame[..length], result);
        }
    }

    private static byte[] Tagged(byte[] frame) => [.. frame[..12], .. s_tag, .. frame[12..]];
}
