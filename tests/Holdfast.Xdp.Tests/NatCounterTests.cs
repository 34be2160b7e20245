using Holdfast.Layer4.Model;
using Holdfast.Linux.Bpf;
using Holdfast.Primitives;

namespace Holdfast.Xdp.Tests;

/// <summary>What NAT's answers are counted for: as IPVS does it, for the real server and its service.</summary>
public sealed class NatCounterTests : IDisposable
{
    private const int Headers = 40;

    private readonly DirectorFixture _director = new();

    public void Dispose() => _director.Dispose();

    private static Frame Asked => new() { Payload = 20 };

    [Fact]
    public void Answers_AreCountedForServerAndService()
    {
        RealServerKey server = AddService(Asked);
        _director.Run(Packets.Whole(Asked));
        Answer(Asked, server, payload: 100);
        Answer(Asked, server, payload: 60);

        ObservedPool pool = _director.Pool(NatTests.KeyOf(Asked));
        foreach (TrafficCounters counters in (TrafficCounters[])[pool.Service.Counters, pool.Servers[0].Counters])
        {
            Assert.Equal((1UL, 1UL, (ulong)(Headers + 20)),
                (counters.Connections, counters.InPackets, counters.InBytes));
            Assert.Equal((2UL, (ulong)(2 * Headers + 160)), (counters.OutPackets, counters.OutBytes));
        }
    }

    [Fact]
    public void Answers_OfAServerOfTwoServices_AreCountedForTheOneThatWasAsked()
    {
        Frame other = Asked with { Address = IpAddress.Parse("192.0.2.2"), ClientPort = 40001 };
        RealServerKey server = AddService(Asked, port: 8000);
        AddService(other, port: 8000);
        _director.Run(Packets.Whole(Asked));
        _director.Run(Packets.Whole(other));
        Answer(Asked, server, payload: 0);
        Answer(other, server, payload: 0);
        Answer(other, server, payload: 0);

        Assert.Equal((1UL, 2UL), (OutPackets(Asked), OutPackets(other)));
    }

    [Fact]
    public void Answers_OfAServerThatIsRemovedOrZeroed_ArePastOrForgotten()
    {
        RealServerKey server = AddService(Asked);
        _director.Run(Packets.Whole(Asked));
        Answer(Asked, server, payload: 0);
        _director.Client.DeleteServer(NatTests.KeyOf(Asked), server).ThrowIfFailed("remove");
        Assert.Equal(1UL, OutPackets(Asked));
        Assert.Equal(XdpAction.Pass, ActionOfStranger(server));
        Assert.Equal(1UL, OutPackets(Asked));

        _director.Client.ZeroAll().ThrowIfFailed("zero");
        Assert.Equal(0UL, OutPackets(Asked));
    }

    [Fact]
    public void Answers_ThatAreNoneOfOurs_AreNotCounted()
    {
        RealServerKey server = AddService(Asked, scheduler: "rr");

        Assert.Equal(XdpAction.Pass, ActionOfStranger(server));

        Assert.Equal(0UL, OutPackets(Asked));
    }

    [Fact]
    public void Answers_OfDirectRouting_DoNotComeByHere()
    {
        _director.Add(DirectorFixture.Web, 1);
        _director.Run(new Frame().ToBytes());

        Assert.Equal(0UL, _director.Pool(DirectorFixture.Web).Service.Counters.OutPackets);
    }

    [Fact]
    public void Rates_OfAnswers_AreMeasured()
    {
        RealServerKey server = AddService(Asked);
        _director.Run(Packets.Whole(Asked));
        _director.Client.StepRates();
        for (int i = 0; i < 80; i++)
        {
            Answer(Asked, server, payload: 60);
        }

        _director.Client.StepRates();

        // A measurement is of two seconds, and counts for a quarter.
        TrafficCounters counters = _director.Pool(NatTests.KeyOf(Asked)).Service.Counters;
        Assert.Equal((10UL, 1000UL), (counters.OutPacketsPerSecond, counters.OutBytesPerSecond));
    }

    private XdpAction ActionOfStranger(RealServerKey server)
    {
        Frame stranger = NatTests.AnswerOf(Asked with { ClientPort = 41000 }, server);
        return _director.Run(NatTests.FromServer("", stranger)).Action;
    }

    private void Answer(Frame asked, RealServerKey server, int payload)
    {
        Frame answer = NatTests.AnswerOf(asked, server) with { Payload = payload };
        Assert.Equal(NatTests.ToClient("", answer, asked), _director.Run(NatTests.FromServer("", answer)).Bytes);
    }

    private ulong OutPackets(Frame asked)
        => _director.Pool(NatTests.KeyOf(asked)).Service.Counters.OutPackets;

    private RealServerKey AddService(Frame frame, ushort? port = null, string scheduler = "mh")
    {
        VirtualServiceKey key = NatTests.KeyOf(frame);
        _director.Client.AddService(new() { Key = key, Scheduler = scheduler }).ThrowIfFailed("add the service");
        return _director.AddNatServer(key, 1, port: port);
    }
}
