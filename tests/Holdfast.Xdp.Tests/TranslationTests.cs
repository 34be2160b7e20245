using System.Buffers.Binary;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Bpf;
using Holdfast.Primitives;

namespace Holdfast.Xdp.Tests;

/// <summary>NAT where the configuration does not say whose an answer is: servers of several services, and masquerading.
/// </summary>
public sealed class TranslationTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly DirectorFixture _director = new();

    public void Dispose() => _director.Dispose();

    private static Frame Plain => new();

    private static Frame PlainV6
        => new() { Client = IpAddress.Parse("2001:db8:9::7"), Address = IpAddress.Parse("2001:db8::1") };

    [Fact]
    public void ServerOfTwoServices_AnswersEachClientFromTheAddressItAsked()
    {
        Frame other = Plain with { Address = IpAddress.Parse("192.0.2.2"), Port = 81, ClientPort = 40001 };
        RealServerKey server = AddService(Plain, port: 8000);
        Assert.Equal(server, AddService(other, port: 8000));

        foreach (Frame frame in (Frame[])[Plain, other])
        {
            Frame answer = NatTests.AnswerOf(frame, server);
            Assert.Equal(NatTests.ToServer("", frame, server), _director.Run(Packets.Whole(frame)).Bytes);
            Assert.Equal(NatTests.ToClient("", answer, frame), _director.Run(NatTests.FromServer("", answer)).Bytes);
        }
        Frame stranger = NatTests.AnswerOf(Plain with { ClientPort = 40002 }, server);
        Assert.Equal((XdpAction.Pass, DirectorCause.NoService), _director.Judge(NatTests.FromServer("", stranger)));
    }

    [Fact]
    public void ServerOfTwoServices_CannotTellTheSameClientPortApart_SoTheSecondIsDropped()
    {
        Frame other = Plain with { Address = IpAddress.Parse("192.0.2.2") };
        AddService(Plain, port: 8000);
        AddService(other, port: 8000);

        Assert.Equal((XdpAction.SendBack, DirectorCause.SentBack), _director.Judge(Packets.Whole(Plain)));
        Assert.Equal((XdpAction.Drop, DirectorCause.NoPort), _director.Judge(Packets.Whole(other)));
        Assert.Equal((XdpAction.SendBack, DirectorCause.SentBack), _director.Judge(Packets.Whole(Plain)));
    }

    [Fact]
    public void ServerOfTwoServices_OneLeaves_NeedsNoTranslationAnyMore()
    {
        Frame other = Plain with { Address = IpAddress.Parse("192.0.2.2") };
        RealServerKey server = AddService(Plain, port: 8000);
        AddService(other, port: 8000);
        _director.Client.DeleteService(NatTests.KeyOf(other)).ThrowIfFailed("delete");
        _director.Run(Packets.Whole(Plain));
        Frame answer = NatTests.AnswerOf(Plain with { ClientPort = 40007 }, server);

        Assert.Equal((XdpAction.SendBack, DirectorCause.Answer), _director.Judge(NatTests.FromServer("", answer)));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Masquerading_ServerSeesOurAddressAndAnswersIt(bool isV6, bool isUdp)
    {
        Frame frame = (isV6 ? PlainV6 : Plain) with { IsUdp = isUdp };
        RealServerKey server = AddService(frame, isMasqueraded: true);

        byte[] first = _director.Run(Packets.Whole(frame)).Bytes;
        Frame seen = Seen(frame, first);
        Assert.Equal(NatTests.ToServer("", seen, server), first);
        Assert.InRange(seen.ClientPort, 1024, 32767);

        // The answer is for an address of ours, where nothing else listens.
        _director.Client.SetOwnAddresses([DirectorFixture.OurAddress, DirectorFixture.OurAddressV6]);
        Frame answer = NatTests.AnswerOf(seen, server);
        Assert.Equal(NatTests.ToClient("", answer, frame), _director.Run(NatTests.FromServer("", answer)).Bytes);
        Assert.Equal((XdpAction.Pass, DirectorCause.NoService),
            _director.Judge(NatTests.FromServer("", answer with { Port = 40000 })));
    }

    [Fact]
    public void Masquerading_ManyFlows_HaveOnePortEachAndKeepIt()
    {
        RealServerKey server = AddService(Plain, isMasqueraded: true);
        Dictionary<ushort, Frame> flows = [];
        for (int i = 0; i < 3000; i++)
        {
            Frame frame = Plain with
            {
                ClientPort = (ushort)(1000 + (i % 50)),
                Client = IpAddress.Parse($"198.51.{i / 50}.9"),
            };
            flows.Add(Seen(frame, _director.Run(Packets.Whole(frame)).Bytes).ClientPort, frame);
        }
        foreach ((ushort port, Frame frame) in flows)
        {
            Frame seen = Seen(frame, _director.Run(Packets.Whole(frame with { Flags = Tcp.Ack })).Bytes);
            Assert.Equal(port, seen.ClientPort);
            Frame answer = NatTests.AnswerOf(seen, server);
            Assert.Equal(NatTests.ToClient("", answer, frame), _director.Run(NatTests.FromServer("", answer)).Bytes);
        }
    }

    [Fact]
    public void Masquerading_ConnectionIsForgotten_FindsItsPortAgain()
    {
        // Scheduler mh goes on with a flow that it does not know; its port must be the old one.
        AddService(Plain, isMasqueraded: true);
        ushort port = Seen(Plain, _director.Run(Packets.Whole(Plain)).Bytes).ClientPort;
        List<byte[]> keys = [];
        Assert.Equal(Errno.Success, _director.Director.Maps["young4"].ReadAll((key, _) => keys.Add(key.ToArray())));
        Assert.Equal(Errno.Success, _director.Director.Maps["young4"].Delete(Assert.Single(keys)));
        Assert.Empty(_director.Connections());

        Assert.Equal(port, Seen(Plain, _director.Run(Packets.Whole(Plain with { Flags = Tcp.Ack })).Bytes).ClientPort);
    }

    [Fact]
    public void Masquerading_WithoutAnAddressOfOurs_WaitsForOne()
    {
        RealServerKey server = AddService(Plain, isMasqueraded: true);
        _director.SetPath(server.Address, new(1, DirectorFixture.MacOf(1), Frame.OurMac));

        Assert.Equal((XdpAction.Drop, DirectorCause.NoNeighbor), _director.Judge(Packets.Whole(Plain)));
    }

    [Fact]
    public void Translations_WhoseTimeIsOver_AreForgottenAndTheirPlaceIsFree()
    {
        Frame udp = Plain with { IsUdp = true };
        Frame other = udp with { Address = IpAddress.Parse("192.0.2.2") };
        _director.Client.SetTimeouts(new(0, 0, 1)).ThrowIfFailed("timeouts");
        AddService(udp, port: 8000);
        AddService(other, port: 8000);
        _director.Run(Packets.Whole(udp));

        // The same client asks another address: once the first flow is over, the server can tell them apart.
        Eventually(() => _director.Run(Packets.Whole(other)).Action == XdpAction.SendBack);
        Assert.Equal(1, CountTranslations());
        Eventually(() =>
        {
            _director.Client.SweepTranslations();
            return CountTranslations() == 0;
        });
        Assert.Equal((XdpAction.SendBack, DirectorCause.SentBack), _director.Judge(Packets.Whole(udp)));
    }

    [Fact]
    public void Masquerading_IsPartOfTheState()
    {
        AddService(Plain, isMasqueraded: true);

        Assert.True(_director.Pool(NatTests.KeyOf(Plain)).Servers.Single().Spec.IsMasqueraded);
    }

    private int CountTranslations()
    {
        int count = 0;
        Assert.Equal(Errno.Success, _director.Director.Maps["translations"].ReadAll((_, _) => count++));
        return count;
    }

    private static void Eventually(Func<bool> condition)
        => Assert.True(SpinWait.SpinUntil(condition, s_patience), "it did not happen");

    // The flow as the server sees it.
    private static Frame Seen(Frame frame, byte[] bytes) => frame with
    {
        Client = frame.Client.IsV6 ? DirectorFixture.OurAddressV6 : DirectorFixture.OurAddress,
        ClientPort = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(frame.Client.IsV6 ? 54 : 34)),
    };

    private RealServerKey AddService(Frame frame, bool isMasqueraded = false, ushort? port = null)
    {
        VirtualServiceKey key = NatTests.KeyOf(frame);
        _director.Client.AddService(new() { Key = key, Scheduler = "mh" }).ThrowIfFailed("add the service");
        return _director.AddNatServer(key, 1, isMasqueraded, port);
    }
}
