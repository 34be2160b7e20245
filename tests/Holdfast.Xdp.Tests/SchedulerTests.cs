using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp;
using Holdfast.Linux.Bpf;
using Holdfast.Primitives;

namespace Holdfast.Xdp.Tests;

/// <summary>What each scheduler chooses, given what its servers have to do.</summary>
public sealed class SchedulerTests : IDisposable
{
    private readonly DirectorFixture _director = new();

    public void Dispose() => _director.Dispose();

    // Half open connections count 1, established ones 256: each newcomer goes to the smallest sum per weight.
    [Theory]
    [InlineData("lc", 1, 1, 1)]
    [InlineData("lc", 3, 2, 1)]
    [InlineData("wlc", 1, 1, 1)]
    [InlineData("wlc", 3, 2, 1)]
    [InlineData("wlc", 100, 10, 1)]
    [InlineData("sed", 3, 2, 1)]
    [InlineData("nq", 3, 2, 1)]
    [InlineData("twos", 1, 1, 1)]
    public void LeastLoaded_ConnectionsThatStay_AreSharedByWeight(string scheduler, params int[] weights)
    {
        Add(scheduler, weights);
        int[] counts = new int[4];
        for (int i = 0; i < 6000; i++)
        {
            counts[Establish(i)]++;
        }

        int[] shares = scheduler == "lc" ? [1, 1, 1] : weights;
        Assert.Equal(0, counts[0]);
        for (int server = 1; server <= 3; server++)
        {
            Assert.InRange(counts[server], Expected(server) - 60, Expected(server) + 60);
        }

        double Expected(int server) => 6000.0 * shares[server - 1] / shares.Sum();
    }

    [Fact]
    public void HalfOpenConnections_Alone_AreSharedToo()
    {
        Add("wlc", 2, 1, 1);
        int[] counts = new int[4];
        for (int i = 0; i < 400; i++)
        {
            counts[_director.ServerFor(Client(i))]++;
        }

        Assert.Equal([0, 200, 100, 100], counts);
    }

    [Theory]
    [InlineData("wlc", 2)]
    [InlineData("lc", 2)]
    [InlineData("sed", 2)]
    [InlineData("nq", 2)]
    public void Server_ThatIsLessLoaded_GetsTheNewcomer(string scheduler, int expected)
    {
        Add(scheduler, 1, 1);
        int[] servers = [Establish(1), Establish(2), Establish(3), Establish(4)];
        Assert.Equal(2, servers.Count(static s => s == 1));

        // Both connections of the second server end: it has fewer active ones.
        for (int i = 0; i < 4; i++)
        {
            if (servers[i] == 2)
            {
                _ = _director.ServerFor(Client(i + 1) with { Flags = Tcp.Fin | Tcp.Ack });
            }
        }

        Assert.Equal(expected, Establish(10));
        Assert.Equal((2u, 0u), Counts(1));
        Assert.Equal((1u, 2u), Counts(2));
    }

    [Fact]
    public void Sed_FastServer_GetsAllUntilItsDelayIsThatOfTheOthers()
    {
        Add("sed", 3, 1);

        // (C+1)/W: 1/3 < 1, 2/3 < 1, 3/3 = 1 is a tie, which the last address in the list, being first, wins.
        Assert.Equal([1, 1], [Establish(1), Establish(2)]);
        Assert.Equal([1, 2], new[] { Establish(3), Establish(4) }.Order());
    }

    [Fact]
    public void Nq_AnIdleServer_ComesFirst()
    {
        Add("nq", 100, 1);

        Assert.Equal([1, 2], new[] { Establish(1), Establish(2) }.Order());
        Assert.Equal([1, 1, 1], [Establish(3), Establish(4), Establish(5)]);
    }

    [Fact]
    public void Fo_HighestWeight_GetsAllWhileItTakesNewOnes()
    {
        Add("fo", 1, 5, 3);

        Assert.All(Enumerable.Range(0, 50), i => Assert.Equal(2, Establish(i)));
        _director.SetWeight(DirectorFixture.Web, 2, 0);
        Assert.All(Enumerable.Range(50, 50), i => Assert.Equal(3, Establish(i)));
    }

    [Fact]
    public void Ovf_HighestWeightFull_NextOneGetsTheRest()
    {
        Add("ovf", 2, 5, 3);

        // Not more active connections than its weight: the one beside goes on to the next.
        int[] servers = [.. Enumerable.Range(0, 13).Select(Establish)];
        Assert.Equal([2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 1, 1, 1], servers);
        Assert.Equal((XdpAction.Drop, DirectorCause.NoServer), _director.Judge(Client(99).ToBytes()));
    }

    [Fact]
    public void Dh_OneAddress_OneServer()
    {
        Add("dh", 1, 1, 1);
        int first = Establish(0);

        Assert.All(Enumerable.Range(1, 50), i => Assert.Equal(first, Establish(i)));
        _director.SetWeight(DirectorFixture.Web, first, 0);
        int second = Establish(60);
        Assert.NotEqual(first, second);
        Assert.NotEqual(0, second);
    }

    [Fact]
    public void Lblc_OneAddress_KeepsItsServerUntilThatHasTooMuch()
    {
        Add("lblc", 4, 4);
        int[] servers = [.. Enumerable.Range(0, 6).Select(Establish)];

        // Five are more than its weight, and the other has less than half of its own: the sixth moves the address.
        Assert.All(servers[..5], server => Assert.Equal(servers[0], server));
        Assert.Equal(3 - servers[0], servers[5]);
        Assert.Equal(servers[5], Establish(7));
    }

    [Fact]
    public void Lblcr_OneAddress_GetsFurtherServersAsTheyAreNeeded()
    {
        Add("lblcr", 2, 2, 2);
        int[] servers = [.. Enumerable.Range(0, 12).Select(Establish)];

        Assert.Single(servers[..3].Distinct());
        Assert.Equal([1, 2, 3], servers.Distinct().Order());
        Assert.Equal([4, 4, 4], servers.GroupBy(static s => s).Select(static g => g.Count()));
    }

    [Fact]
    public void Sh_OneClient_OneServer_PortsCountWithTheFlagOnly()
    {
        Add("sh", 1, 1, 1);
        Frame client = new();
        int server = _director.ServerFor(client);
        Assert.All(Enumerable.Range(1000, 50), port => Assert.Equal(server,
            _director.ServerFor(client with { ClientPort = (ushort)port })));

        _director.Client.SetService(new()
        {
            Key = DirectorFixture.Web,
            Scheduler = "sh",
            Flags = ServiceFlags.Scheduler2,
        }).ThrowIfFailed("set the flag");
        Assert.Equal([1, 2, 3], Enumerable.Range(2000, 50).Select(port =>
            _director.ServerFor(client with { ClientPort = (ushort)port })).Distinct().Order());
    }

    [Fact]
    public void Twos_WeightedServers_AreDrawnByWeight()
    {
        Add("twos", 8, 1, 1);
        int[] counts = new int[4];
        for (int i = 0; i < 5000; i++)
        {
            counts[Establish(i)]++;
        }

        // The better one of two by lot evens connections per weight out.
        Assert.InRange(counts[1], 3950, 4050);
        Assert.InRange(counts[2], 450, 550);
    }

    [Fact]
    public void ManyServers_AllGetTheirShare()
    {
        _director.Client.AddService(new() { Key = DirectorFixture.Web, Scheduler = "wlc" }).ThrowIfFailed("add");
        for (int i = 1; i <= 300; i++)
        {
            IpAddress address = IpAddress.V4(0x0A000000u + (uint)i);
            _director.Client.AddServer(DirectorFixture.Web, new() { Key = new(address, 80) }).ThrowIfFailed("add");
        }
        _director.Client.SetPaths(static _ => new(1, DirectorFixture.MacOf(1), Frame.OurMac));
        for (int i = 0; i < 900; i++)
        {
            Assert.NotEqual(0, Establish(i));
        }

        Assert.All(_director.Pool(DirectorFixture.Web).Servers,
            static server => Assert.Equal(3u, server.ActiveConnections));
    }

    [Theory]
    [InlineData("rr")]
    [InlineData("wrr")]
    [InlineData("lc")]
    [InlineData("wlc")]
    [InlineData("sed")]
    [InlineData("nq")]
    [InlineData("sh")]
    [InlineData("dh")]
    [InlineData("mh")]
    [InlineData("fo")]
    [InlineData("ovf")]
    [InlineData("twos")]
    [InlineData("lblc")]
    [InlineData("lblcr")]
    public void EveryScheduler_DrainingAndReusedPorts_AreTreatedAlike(string scheduler)
    {
        Add(scheduler, 1, 1, 1);
        int first = Establish(1);
        Assert.InRange(first, 1, 3);
        _director.SetWeight(DirectorFixture.Web, first, 0);

        // Draining keeps what is established, and gets nothing new.
        Assert.Equal(first, _director.ServerFor(Client(1) with { Flags = Tcp.Ack }));
        Assert.All(Enumerable.Range(100, 2), i => AssertElsewhere(Establish(i)));

        // A SYN on what has ended is a new connection, and goes elsewhere at once.
        Assert.Equal(first, _director.ServerFor(Client(1) with { Flags = Tcp.Fin | Tcp.Ack }));
        AssertElsewhere(_director.ServerFor(Client(1)));

        // With no server at all it is dropped, and the first one that returns gets it.
        foreach (int number in (int[])[1, 2, 3])
        {
            _director.SetWeight(DirectorFixture.Web, number, 0);
        }
        Assert.Equal((XdpAction.Drop, DirectorCause.NoServer), _director.Judge(Client(500).ToBytes()));
        _director.SetWeight(DirectorFixture.Web, 2, 7);
        Assert.Equal(2, _director.ServerFor(Client(500)));

        void AssertElsewhere(int server)
        {
            Assert.InRange(server, 1, 3);
            Assert.NotEqual(first, server);
        }
    }

    private void Add(string scheduler, params int[] weights)
    {
        _director.Add(DirectorFixture.Web, weights.Length, scheduler);
        for (int number = 1; number <= weights.Length; number++)
        {
            _director.SetWeight(DirectorFixture.Web, number, (uint)weights[number - 1]);
        }
    }

    /// <summary>A client's SYN and its ACK, which go to the same server.</summary>
    private int Establish(int client)
    {
        int server = _director.ServerFor(Client(client));
        Assert.Equal(server, _director.ServerFor(Client(client) with { Flags = Tcp.Ack }));
        return server;
    }

    private (uint Active, uint Inactive) Counts(int server)
    {
        ObservedServer observed = _director.Pool(DirectorFixture.Web).Servers
            .Single(s => s.Spec.Key.Address == DirectorFixture.ServerOf(server));
        return (observed.ActiveConnections, observed.InactiveConnections);
    }

    private static Frame Client(int number) => new()
    {
        Client = IpAddress.V4(0xC6336400u + (uint)(number / 200)),
        ClientPort = (ushort)(10000 + (number % 200)),
    };
}
