using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp.Layout;
using Holdfast.Linux;
using Holdfast.Linux.Bpf;
using Holdfast.Primitives;

namespace Holdfast.Xdp.Tests;

/// <summary>What the schedulers and thresholds go by is what there is, whatever becomes of connections.</summary>
public sealed class LoadTests : IDisposable
{
    private const ulong Second = 1_000_000_000;

    private readonly DirectorFixture _director = new();

    public void Dispose() => _director.Dispose();

    [Fact]
    public void Loads_ConnectionsInEveryState_AreThoseOfTheTables()
    {
        _director.Add(DirectorFixture.Web, 3, "wlc");
        _director.Add(DirectorFixture.WebV6, 3, "wlc");
        _director.Add(DirectorFixture.Names, 3, "wlc");
        var random = new Random(5);
        Tcp[] segments = [Tcp.Syn, Tcp.Ack, Tcp.Fin | Tcp.Ack, Tcp.Rst, Tcp.None];
        for (int i = 0; i < 30000; i++)
        {
            Frame frame = new() { ClientPort = (ushort)(1000 + random.Next(700)), Flags = segments[random.Next(5)] };
            _ = _director.Run((random.Next(3) switch
            {
                0 => frame,
                1 => frame with { IsUdp = true, Port = 53 },
                _ => frame with
                {
                    Address = DirectorFixture.WebV6.Address, Client = IpAddress.Parse("2001:db8::77"),
                },
            }).ToBytes());
            if (i % 10000 == 7000)
            {
                // Its connections do not count any more, nor for who takes its slot.
                _director.Remove(DirectorFixture.Web, 2);
                _director.AddServer(DirectorFixture.Web, 2);
            }
        }

        AssertExact(DirectorFixture.Web, DirectorFixture.WebV6, DirectorFixture.Names);
        Assert.All(_director.Pool(DirectorFixture.Web).Servers, static s => Assert.NotEqual(0u, s.ActiveConnections));
    }

    [Fact]
    public void Loads_SeveralProcessorsAndASweepAtOnce_AreThoseOfTheTables()
    {
        _director.Add(DirectorFixture.Web, 3, "wlc");
        _director.Add(DirectorFixture.Names, 3, "lc");
        _director.Client.SetTimeouts(new(1, 1, 1)).ThrowIfFailed("set");
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(seed => new Thread(() => SendAtRandom(seed)))];
        Array.ForEach(threads, static thread => thread.Start());
        while (threads.Any(static thread => thread.IsAlive))
        {
            _director.Client.Sweep();
        }
        Array.ForEach(threads, static thread => thread.Join());

        // When nothing moves any more, what two processors may have done to one connection at once is repaired.
        ulong end = (ulong)MonotonicClock.Now.Nanoseconds + (1000 * Second);
        for (int sweep = 0; sweep < 3; sweep++)
        {
            _director.Client.Sweep(end);
        }
        Assert.All(Enumerable.Range(0, 6), index => Assert.Equal((0, 0), Load(index)));
        Assert.Empty(_director.Connections());

        void SendAtRandom(int seed)
        {
            var random = new Random(seed);
            Tcp[] segments = [Tcp.Syn, Tcp.Ack, Tcp.Fin | Tcp.Ack, Tcp.Rst];
            for (int i = 0; i < 40000; i++)
            {
                var port = (ushort)(1000 + random.Next(3000));
                Frame frame = new() { ClientPort = port, Flags = segments[random.Next(4)] };
                frame = random.Next(4) == 0 ? frame with { IsUdp = true, Port = 53 } : frame;
                _ = XdpTestRun.TryRun(_director.Director.Program, frame.ToBytes(), 1, out _, out byte[] _);
            }
        }
    }

    [Fact]
    public void Sweep_ConnectionsExpired_AreCountedOffOnce()
    {
        _director.Add(DirectorFixture.Web, 2, "wlc");
        _director.Add(DirectorFixture.Names, 2, "wlc");
        for (int i = 0; i < 200; i++)
        {
            Frame client = new() { ClientPort = (ushort)(1000 + i) };
            _ = _director.ServerFor(client);
            _ = i < 120 ? _director.ServerFor(client with { Flags = Tcp.Ack }) : 0;
            _ = _director.ServerFor(client with { IsUdp = true, Port = 53 });
        }
        ulong now = (ulong)MonotonicClock.Now.Nanoseconds;

        _director.Client.Sweep(now);
        Assert.Equal(((60, 40), (60, 40)), (Load(0), Load(1)));
        Assert.Equal(((0, 100), (0, 100)), (Load(2), Load(3)));

        _director.Client.Sweep(now + (70 * Second)); // half open ones last a minute
        Assert.Equal(((60, 0), (60, 0)), (Load(0), Load(1)));
        _director.Client.Sweep(now + (310 * Second));
        Assert.Equal(((0, 0), (0, 0)), (Load(2), Load(3)));
        _director.Client.Sweep(now + (1000 * Second));
        Assert.Equal(((0, 0), (0, 0)), (Load(0), Load(1)));
        Assert.Empty(_director.Connections());
    }

    [Fact]
    public void Sweep_ServerRemovedMeanwhile_CountsForNobody()
    {
        _director.Add(DirectorFixture.Web, 1, "wlc");
        for (int i = 0; i < 20; i++)
        {
            Frame client = new() { ClientPort = (ushort)(1000 + i) };
            _ = (_director.ServerFor(client), _director.ServerFor(client with { Flags = Tcp.Ack }));
        }
        _director.Remove(DirectorFixture.Web, 1);
        _director.AddServer(DirectorFixture.Web, 2);
        Assert.Equal(2, _director.ServerFor(new() { ClientPort = 1 }));

        _director.Client.Sweep((ulong)MonotonicClock.Now.Nanoseconds + (1000 * Second));

        Assert.All(Enumerable.Range(0, 4), index => Assert.Equal((0, 0), Load(index)));
    }

    [Fact]
    public void Sweep_LoadsThatAreWrong_AreRepaired()
    {
        _director.Add(DirectorFixture.Web, 1, "wlc");
        _ = _director.ServerFor(new());
        _director.Director.Maps.Set("loads", 0, new LoadRecord { Active = 7, Inactive = -3 });

        // A difference counts when it stays while nothing moves.
        _director.Client.Sweep();
        Assert.Equal((7, -3), Load(0));
        _director.Client.Sweep();

        Assert.Equal((0, 1), Load(0));
    }

    [Fact]
    public void Thresholds_Reached_NewcomersGoElsewhereUntilBelowTheLowerOne()
    {
        _director.Add(DirectorFixture.Web, 2, "rr");
        SetThresholds(upper: 4, lower: 2);
        int[] servers = [.. Enumerable.Range(0, 12).Select(Establish)];

        Assert.Equal(4, servers.Count(static s => s == 1));
        Assert.Equal(8, servers.Count(static s => s == 2));
        int[] ours = [.. Enumerable.Range(0, 12).Where(i => servers[i] == 1)];

        // Established connections stay, also beside new ones that do not get in.
        Assert.All(ours, i => Assert.Equal(1, _director.ServerFor(Client(i) with { Flags = Tcp.Ack })));
        End(ours[0]);
        End(ours[1]);
        Assert.Equal([2, 2, 2], Enumerable.Range(20, 3).Select(Establish));
        End(ours[2]);
        Assert.Equal([1, 2], Enumerable.Range(30, 2).Select(Establish).Order());
    }

    [Fact]
    public void Thresholds_WithoutALowerOne_NewcomersReturnBelowThreeQuarters()
    {
        _director.Add(DirectorFixture.Web, 2, "wlc");
        _director.SetWeight(DirectorFixture.Web, 1, 100);
        SetThresholds(upper: 8, lower: 0, weight: 100);
        int[] servers = [.. Enumerable.Range(0, 12).Select(Establish)];
        Assert.Equal(8, servers.Count(static s => s == 1));
        int[] ours = [.. Enumerable.Range(0, 12).Where(i => servers[i] == 1)];

        End(ours[0]);
        End(ours[1]);
        Assert.Equal(2, Establish(20));
        End(ours[2]);
        Assert.Equal(1, Establish(21));
    }

    [Theory]
    [InlineData("mh")]
    [InlineData("sh")]
    [InlineData("dh")]
    [InlineData("rr")]
    [InlineData("twos")]
    [InlineData("fo")]
    [InlineData("lblc")]
    public void Thresholds_AllReached_NewcomersAreDropped(string scheduler)
    {
        _director.Add(DirectorFixture.Web, 1, scheduler);
        SetThresholds(upper: 3, lower: 1);
        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(1, Establish(i)));

        Assert.Equal((XdpAction.Drop, Layer4.Xdp.DirectorCause.NoServer), _director.Judge(Client(9).ToBytes()));
        Assert.Equal(1, _director.ServerFor(Client(1) with { Flags = Tcp.Ack }));
    }

    private void SetThresholds(uint upper, uint lower, uint weight = 1) => _director.Client.SetServer(
        DirectorFixture.Web, new()
        {
            Key = new(DirectorFixture.ServerOf(1), 80),
            Weight = weight,
            UpperThreshold = upper,
            LowerThreshold = lower,
        }).ThrowIfFailed("set thresholds");

    private int Establish(int client)
    {
        int server = _director.ServerFor(Client(client));
        Assert.Equal(server, _director.ServerFor(Client(client) with { Flags = Tcp.Ack }));
        return server;
    }

    // Resets it, and lets the ten seconds pass that it is remembered after that.
    private void End(int client)
    {
        _ = _director.ServerFor(Client(client) with { Flags = Tcp.Rst });
        _director.Client.Sweep((ulong)MonotonicClock.Now.Nanoseconds + (11 * Second));
    }

    private static Frame Client(int number) => new() { ClientPort = (ushort)(1000 + number) };

    private (int Active, int Inactive) Load(int index)
    {
        LoadRecord load = _director.Director.Maps.Get<LoadRecord>("loads", index);
        return (load.Active, load.Inactive);
    }

    private void AssertExact(params VirtualServiceKey[] services)
    {
        var state = _director.Client.Load();
        foreach (VirtualServiceKey key in services)
        {
            ObservedPool pool = _director.Pool(key);
            foreach (int index in state.Members(state.Keys[key]))
            {
                ObservedServer seen = pool.Servers.Single(s => s.Spec.Key == state.Servers[index].Key);
                Assert.Equal(((int)seen.ActiveConnections, (int)seen.InactiveConnections), Load(index));
            }
        }
    }
}
