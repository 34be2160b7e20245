using Holdfast.Lab;
using Holdfast.Layer4.Model;
using Holdfast.Linux.Bpf;

namespace Holdfast.Xdp.Tests;

/// <summary>
/// NAT through two interfaces, of which clients and servers may be in VLANs: what goes to a server has no tag, and its
/// answer leaves as the client's packets have come.
/// </summary>
public sealed class NatVlanTests : IDisposable
{
    private static readonly byte[] s_clients = [0x81, 0x00, 0x60, 0x2A];
    private static readonly byte[] s_servers = [0x81, 0x00, 0x00, 0x07];
    private static readonly byte[] s_none = [];

    private readonly Lab.Lab _lab = Lab.Lab.Create();
    private readonly DirectorFixture _director = new();
    private readonly LabNode _node;
    private readonly int _front;
    private readonly int _back;

    public NatVlanTests()
    {
        _node = _lab.AddNode("director");
        _front = _lab.AddSegment().Attach(_node, "10.0.0.2/24").Index;
        _back = _lab.AddSegment().Attach(_node, "10.0.1.2/24").Index;
        foreach (int index in (int[])[_front, _back])
        {
            _director.Client.SetInterface(index, Frame.OurMac, 1500);
            _director.Client.SetTagged(index, isTagged: true);
        }
    }

    public void Dispose()
    {
        _director.Dispose();
        _lab.Dispose();
    }

    /// <summary>Whether clients and servers are in VLANs, whether servers are behind an interface of their own, and
    /// whether they have several services.</summary>
    public static TheoryData<bool, bool, bool, bool> Cases => new MatrixTheoryData<bool, bool, bool, bool>(
        [false, true], [false, true], [false, true], [false, true]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Answer_LeavesInTheVlanOfItsClient(
        bool isClientTagged, bool isServerTagged, bool isBehind, bool isShared)
    {
        byte[] client = isClientTagged ? s_clients : s_none;
        byte[] servers = isServerTagged ? s_servers : s_none;
        Frame frame = new();
        RealServerKey server = AddService(frame, isBehind);
        _ = isShared ? AddService(frame with { Port = 81 }, isBehind) : server;
        Frame answer = NatTests.AnswerOf(frame, server);

        (XdpAction action, byte[] result) = Run(With(client, Packets.Whole(frame)), _front);
        Assert.Equal(isBehind ? XdpAction.Redirect : XdpAction.SendBack, action);
        Assert.Equal(With(isBehind ? s_none : client, NatTests.ToServer("", frame, server)), result);

        (action, result) = Run(With(servers, NatTests.FromServer("", answer)), isBehind ? _back : _front);
        Assert.Equal(isBehind ? XdpAction.Redirect : XdpAction.SendBack, action);
        Assert.Equal(With(client, NatTests.ToClient("", answer, frame)), result);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Client_ThatMovesToAnotherVlan_IsAnsweredThere(bool isTaggedBefore)
    {
        byte[] before = isTaggedBefore ? s_clients : s_none;
        byte[] after = isTaggedBefore ? s_none : s_clients;
        Frame frame = new();
        RealServerKey server = AddService(frame, isBehind: true);
        Frame answer = NatTests.AnswerOf(frame, server);
        Run(With(before, Packets.Whole(frame)), _front);
        Assert.Equal(With(before, NatTests.ToClient("", answer, frame)),
            Run(NatTests.FromServer("", answer), _back).Bytes);

        Run(With(after, Packets.Whole(frame with { Flags = Tcp.Ack })), _front);

        Assert.Equal(With(after, NatTests.ToClient("", answer, frame)),
            Run(NatTests.FromServer("", answer), _back).Bytes);
    }

    [Fact]
    public void Answer_ToAClientThatIsForgotten_GoesToTheStackWithTheTagItCameWith()
    {
        Frame frame = new();
        RealServerKey server = AddService(frame, isBehind: true);
        Frame answer = NatTests.AnswerOf(frame, server);

        (XdpAction action, byte[] result) = Run(With(s_servers, NatTests.FromServer("", answer)), _back);

        Assert.Equal(XdpAction.Pass, action);
        byte[] translated = NatTests.FromServer("", answer with { Client = frame.Address, ClientPort = frame.Port });
        Assert.Equal(With(s_servers, translated), result);
    }

    private RealServerKey AddService(Frame frame, bool isBehind)
    {
        VirtualServiceKey key = NatTests.KeyOf(frame);
        _director.Client.AddService(new() { Key = key, Scheduler = "mh" }).ThrowIfFailed("add the service");
        RealServerKey server = _director.AddNatServer(key, 1);
        _director.SetPath(server.Address,
            new(isBehind ? _back : _front, DirectorFixture.MacOf(1), Frame.OurMac) { Mtu = 1500 });
        return server;
    }

    private (XdpAction Action, byte[] Bytes) Run(byte[] frame, int interfaceIndex)
        => _node.Run(() => _director.Run(frame, interfaceIndex));

    private static byte[] With(byte[] tag, byte[] frame) => [.. frame[..12], .. tag, .. frame[12..]];
}
