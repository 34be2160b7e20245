using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Bpf;

namespace Holdfast.Xdp.Tests;

/// <summary>What the director remembers of a connection, and what it does with it.</summary>
public sealed class ConnectionTests : IDisposable
{
    private readonly DirectorFixture _director = new();

    public void Dispose() => _director.Dispose();

    [Fact]
    public void Connections_AfterTheTableChanged_StayWithTheirServers()
    {
        _director.Add(DirectorFixture.Web, 3);
        Dictionary<ushort, int> before = Clients(1000).ToDictionary(static c => c.ClientPort, _director.ServerFor);

        _director.AddServer(DirectorFixture.Web, 4);
        _director.SetWeight(DirectorFixture.Web, 1, 10);

        Assert.All(Clients(1000), client => Assert.Equal(before[client.ClientPort],
            _director.ServerFor(client with { Flags = Tcp.Ack })));
    }

    [Fact]
    public void Server_Removed_LosesItsConnectionsAndNoOthers()
    {
        _director.Add(DirectorFixture.Web, 3);
        Dictionary<ushort, int> before = Clients(300).ToDictionary(static c => c.ClientPort, _director.ServerFor);
        _director.Remove(DirectorFixture.Web, 2);

        foreach (Frame client in Clients(300))
        {
            Frame data = client with { Flags = Tcp.Ack };
            if (before[client.ClientPort] == 2)
            {
                Assert.Equal((XdpAction.Drop, DirectorCause.ServerGone), _director.Judge(data.ToBytes()));
                Assert.NotEqual(2, _director.ServerFor(client)); // its SYN begins anew, elsewhere
            }
            else
            {
                Assert.Equal(before[client.ClientPort], _director.ServerFor(data));
            }
        }
        Assert.Contains(2, before.Values);
    }

    [Fact]
    public void Server_RemovedAndAnotherAddedInItsPlace_DoesNotInheritConnections()
    {
        using var small = new DirectorFixture();
        small.Add(DirectorFixture.Web, 1);
        Assert.Equal(1, small.ServerFor(new()));
        small.Remove(DirectorFixture.Web, 1);
        for (int number = 2; number <= 5; number++)
        {
            small.AddServer(DirectorFixture.Web, number);
        }

        Assert.Equal(0, small.ServerFor(new() { Flags = Tcp.Ack }));
    }

    [Fact]
    public void Server_WeightZero_KeepsItsConnectionsAndGetsNoOthers()
    {
        _director.Add(DirectorFixture.Web, 3);
        Dictionary<ushort, int> before = Clients(300).ToDictionary(static c => c.ClientPort, _director.ServerFor);
        _director.SetWeight(DirectorFixture.Web, 2, 0);

        Assert.All(Clients(300), client => Assert.Equal(before[client.ClientPort],
            _director.ServerFor(client with { Flags = Tcp.Ack })));
        int[] newcomers = [.. Clients(300, first: 5000).Select(_director.ServerFor)];
        Assert.DoesNotContain(2, newcomers);
        Assert.DoesNotContain(0, newcomers);

        _director.SetWeight(DirectorFixture.Web, 2, 1);
        Assert.Contains(2, Clients(300, first: 9000).Select(_director.ServerFor));
    }

    [Fact]
    public void Service_AllServersDraining_DropsNewcomers()
    {
        _director.Add(DirectorFixture.Web, 2);
        Assert.NotEqual(0, _director.ServerFor(new()));
        _director.SetWeight(DirectorFixture.Web, 1, 0);
        _director.SetWeight(DirectorFixture.Web, 2, 0);

        Assert.Equal((XdpAction.Drop, DirectorCause.NoServer), _director.Judge(new Frame { ClientPort = 7 }.ToBytes()));
        Assert.NotEqual(0, _director.ServerFor(new() { Flags = Tcp.Ack }));
    }

    [Fact]
    public void Service_WithoutServers_DropsEverything()
    {
        _director.Add(DirectorFixture.Web, 0);

        Assert.Equal((XdpAction.Drop, DirectorCause.NoServer), _director.Judge(new Frame().ToBytes()));
    }

    [Fact]
    public void Flow_BegunInTheMiddle_IsTakenUpByHashAndNotInTurn()
    {
        _director.Add(DirectorFixture.Web, 3);
        Frame client = new() { Flags = Tcp.Ack };
        int chosen = _director.ServerFor(client);
        Assert.NotEqual(0, chosen);
        Assert.Equal(chosen, _director.ServerFor(client with { ClientPort = 41000, Flags = Tcp.Syn }));
        Assert.Equal((XdpAction.Pass, DirectorCause.UnknownFlow),
            _director.Judge(new Frame { ClientPort = 3, Flags = Tcp.Rst }.ToBytes()));

        VirtualServiceKey other = DirectorFixture.Web with { Port = 81 };
        _director.Add(other, 3, "rr");
        Assert.Equal((XdpAction.Pass, DirectorCause.UnknownFlow),
            _director.Judge(new Frame { Port = 81, Flags = Tcp.Ack }.ToBytes()));
    }

    // IPVS's table for connections of which only the client's side is seen, written down state by state.
    [Theory]
    [InlineData("SYN_RECV", Tcp.Syn)]
    [InlineData("SYN_RECV", Tcp.Syn, Tcp.Syn)]
    [InlineData("ESTABLISHED", Tcp.Syn, Tcp.Ack)]
    [InlineData("ESTABLISHED", Tcp.Syn, Tcp.Ack, Tcp.Syn)]
    [InlineData("ESTABLISHED", Tcp.Ack)]
    [InlineData("FIN_WAIT", Tcp.Syn, Tcp.Ack, Tcp.Fin)]
    [InlineData("FIN_WAIT", Tcp.Syn, Tcp.Ack, Tcp.Fin, Tcp.Ack)]
    [InlineData("FIN_WAIT", Tcp.Syn, Tcp.Ack, Tcp.Fin | Tcp.Ack, Tcp.None)]
    [InlineData("TIME_WAIT", Tcp.Syn, Tcp.Fin)]
    [InlineData("CLOSE", Tcp.Syn, Tcp.Ack, Tcp.Rst)]
    [InlineData("CLOSE", Tcp.Syn, Tcp.Ack, Tcp.Rst | Tcp.Ack)]
    [InlineData("SYN_RECV", Tcp.Syn, Tcp.Rst)]
    [InlineData("CLOSE", Tcp.Fin)]
    public void TcpState_AfterSegments_IsIpvss(string state, params Tcp[] segments)
    {
        _director.Add(DirectorFixture.Web, 1);
        foreach (Tcp flags in segments)
        {
            Assert.Equal(1, _director.ServerFor(new() { Flags = flags }));
        }

        ObservedConnection connection = Assert.Single(_director.Connections());

        Assert.Equal(state, connection.State);
        Assert.Equal(new RealServerKey(DirectorFixture.ServerOf(1), 80), connection.Server);
        Assert.Equal((40000, 80, "198.51.100.7", "192.0.2.1"), (connection.ClientPort, connection.Port,
            connection.Client.ToString(), connection.Address.ToString()));
        double seconds = state switch { "ESTABLISHED" => 900, "SYN_RECV" => 60, "CLOSE" => 10, _ => 120 };
        // Less the time that this test may take; never more, but for the coarse clock.
        Assert.InRange(connection.Expires.TotalSeconds, Math.Max(0.001, seconds - 30), seconds);
    }

    [Fact]
    public void Timeouts_Set_CountFromTheNextPacket()
    {
        _director.Add(DirectorFixture.Web, 1);
        _director.Add(DirectorFixture.Names, 1);
        _director.Client.SetTimeouts(new(3000, 0, 5000)).ThrowIfFailed("set");
        _director.Client.GetTimeouts(out ConnectionTimeouts timeouts).ThrowIfFailed("get");
        Assert.Equal(new(3000, 120, 5000), timeouts);
        Assert.Equal(Errno.EINVAL, _director.Client.SetTimeouts(new(31536000, 0, 0)).Errno);
        _ = _director.ServerFor(new() { Flags = Tcp.Ack });
        _ = _director.ServerFor(new() { IsUdp = true, Port = 53 });

        Assert.All(_director.Connections(), static connection => Assert.InRange(connection.Expires.TotalSeconds,
            connection.State == "UDP" ? 4900 : 2900, connection.State == "UDP" ? 5000 : 3000));
    }

    [Fact]
    public void Syn_OnAConnectionThatHasEnded_IsScheduledAnew()
    {
        _director.Add(DirectorFixture.Web, 2, "rr");
        int first = _director.ServerFor(new());
        Assert.Equal(first, _director.ServerFor(new()));
        _ = _director.ServerFor(new() { Flags = Tcp.Ack });
        Assert.Equal(first, _director.ServerFor(new() { Flags = Tcp.Fin | Tcp.Ack }));

        Assert.Equal(3 - first, _director.ServerFor(new()));
        Assert.Equal("SYN_RECV", Assert.Single(_director.Connections()).State);
    }

    [Fact]
    public void Udp_ServerRemoved_GoesToAnotherAtOnce()
    {
        _director.Add(DirectorFixture.Names, 2, "rr");
        Frame query = new() { IsUdp = true, Port = 53 };
        int first = _director.ServerFor(query);
        Assert.Equal(first, _director.ServerFor(query));
        _director.Remove(DirectorFixture.Names, first);

        Assert.Equal(3 - first, _director.ServerFor(query));
    }

    [Fact]
    public void OnePacketScheduling_RemembersNothing()
    {
        _director.Add(DirectorFixture.Names, 2, "rr", ServiceFlags.OnePacket);
        Frame query = new() { IsUdp = true, Port = 53 };
        int[] servers = [_director.ServerFor(query), _director.ServerFor(query), _director.ServerFor(query)];

        Assert.Equal(servers[0], servers[2]);
        Assert.NotEqual(servers[0], servers[1]);
        Assert.Empty(_director.Connections());
    }

    [Theory]
    [InlineData("rr", 1, 1, 1)]
    [InlineData("wrr", 3, 2, 1)]
    public void RoundRobin_ManyClients_SharesByWeight(string scheduler, params int[] weights)
    {
        _director.Add(DirectorFixture.Web, 3, scheduler);
        for (int number = 1; number <= 3; number++)
        {
            _director.SetWeight(DirectorFixture.Web, number, (uint)weights[number - 1]);
        }
        int[] counts = new int[4];
        foreach (Frame client in Clients(600))
        {
            counts[_director.ServerFor(client)]++;
        }

        Assert.Equal([0, .. weights.Select(weight => 600 * weight / weights.Sum())], counts);
    }

    private static IEnumerable<Frame> Clients(int count, int first = 1024)
        => Enumerable.Range(first, count).Select(static port => new Frame
        {
            ClientPort = (ushort)port,
            Client = Primitives.IpAddress.V4((uint)(0xC6336400 + port)),
        });
}
