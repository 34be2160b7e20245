using System.Net.Sockets;
using Holdfast.Layer4;
using Holdfast.Layer4.Ipvs;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Nftables;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;
using Holdfast.Xdp.Tests;
using System.Collections.Immutable;

namespace Holdfast.Nftables.Tests;

/// <summary>Real connections through translation of addresses.</summary>
public sealed class NatTrafficTests : IDisposable
{
    private readonly NatLab _lab = new();
    private ILayer4Plane? _plane;

    public void Dispose()
    {
        _plane?.Dispose();
        _lab.Dispose();
    }

    [Theory]
    [InlineData("192.0.2.100", false)]
    [InlineData("fd01::100", true)]
    public void RoundRobin_Connections_AreSharedAndCounted(string address, bool isV6)
    {
        Start();
        VirtualServiceKey key = KeyOf(address);
        Reconcile(key, "rr", [1, 2, 3], isV6);

        (Socket Socket, int Server)[] connections = [.. _lab.Connect(address, 30)];

        Assert.All([1, 2, 3], number => Assert.Equal(10, connections.Count(c => c.Server == number)));
        Assert.All(connections, static c => Assert.True(DirectorLab.Echoes(c.Socket, "hello"), "not answered"));
        ObservedPool pool = Observe(key);
        Assert.Equal(30u, pool.Service.Counters.Connections);
        Assert.True(pool.Service.Counters.InPackets >= 90, $"{pool.Service.Counters}");
        Assert.True(pool.Service.Counters.OutPackets >= 60, $"{pool.Service.Counters}");
        Assert.True(pool.Service.Counters.OutBytes > pool.Service.Counters.OutPackets * 40, $"{pool.Service.Counters}");
        Assert.All(pool.Servers, static s => Assert.Equal((10u, 10u), (s.ActiveConnections, s.Counters.Connections)));
    }

    [Fact]
    public void RemovedServer_ItsConnectionsEnd_OthersGoOn()
    {
        Start();
        VirtualServiceKey key = KeyOf("192.0.2.100");
        Reconcile(key, "rr", [1, 2, 3]);
        (Socket Socket, int Server)[] connections = [.. _lab.Connect("192.0.2.100", 30)];

        Reconcile(key, "rr", [1, 3]);

        Assert.All(connections.Where(static c => c.Server != 2),
            static c => Assert.True(DirectorLab.Echoes(c.Socket, "second"), "not answered"));
        // Its clients are told at once, by a reset.
        Assert.All(connections.Where(static c => c.Server == 2),
            static c => Assert.Throws<SocketException>(() => DirectorLab.Echoes(c.Socket, "second")));
        Assert.All(_lab.Connect("192.0.2.100", 12), static c => Assert.NotEqual(2, c.Server));
        Assert.Equal(42u, Observe(key).Service.Counters.Connections);
    }

    [Fact]
    public void WeightZero_KeepsConnections_GetsNothingNew()
    {
        Start();
        VirtualServiceKey key = KeyOf("192.0.2.100");
        Reconcile(key, "wrr", [1, 2, 3]);
        (Socket Socket, int Server)[] connections = [.. _lab.Connect("192.0.2.100", 30)];

        Reconcile(new PoolSpec(new() { Key = key, Scheduler = "wrr" },
            [NatLab.Server(1), NatLab.Server(2, weight: 0), NatLab.Server(3, weight: 3)]));

        Assert.All(connections, static c => Assert.True(DirectorLab.Echoes(c.Socket, "second"), "not answered"));
        int[] servers = [.. _lab.Connect("192.0.2.100", 40).Select(static c => c.Server)];
        Assert.Equal([10, 0, 30], [servers.Count(1.Equals), servers.Count(2.Equals), servers.Count(3.Equals)]);
    }

    [Fact]
    public void Persistence_OneClient_StaysWithItsServer()
    {
        Start();
        VirtualServiceKey key = KeyOf("192.0.2.100");
        var service = new VirtualServiceSpec
        {
            Key = key,
            Scheduler = "rr",
            Flags = ServiceFlags.Persistent,
            PersistenceSeconds = 300,
            Netmask = 0xFFFFFF00,
        };
        Reconcile(new PoolSpec(service, [NatLab.Server(1), NatLab.Server(2), NatLab.Server(3)]));
        int first = Assert.Single(_lab.Connect("192.0.2.100", 20).Select(static c => c.Server).Distinct());

        RealServerSpec[] rest = [.. new[] { 1, 2, 3 }.Where(n => n != first).Select(n => NatLab.Server(n))];
        Reconcile(new PoolSpec(service, [.. rest]));
        int second = Assert.Single(_lab.Connect("192.0.2.100", 20).Select(static c => c.Server).Distinct());

        Assert.NotEqual(first, second);
        Assert.Equal(service, Observe(key).Service.Spec);
    }

    [Fact]
    public void NoServer_NothingIsAnswered_UntilOneComes()
    {
        Start();
        VirtualServiceKey key = KeyOf("192.0.2.100");
        Reconcile(key, "rr", []);
        int server = 0;
        var client = new Thread(() => server = _lab.Connect("192.0.2.100", 1).Single().Server) { IsBackground = true };
        client.Start();

        Reconcile(key, "rr", [2]);

        Assert.True(client.Join(NatLab.Patience), "the connection did not come");
        Assert.Equal(2, server);
    }

    [Fact]
    public void AddressLeavesTheNode_NobodySchedules_WithoutAnyProcess()
    {
        Start();
        Reconcile(KeyOf("192.0.2.100"), "rr", [1, 2, 3]);
        _plane!.Dispose();
        _plane = null;
        Assert.Single(_lab.Connect("192.0.2.100", 1));
        var address = new AddressSpec
        {
            Prefix = new(IpAddress.Parse("192.0.2.100"), 32),
            InterfaceIndex = _lab.Director.Links[0].Index,
        };

        _lab.Director.Route.DeleteAddress(address).ThrowIfFailed("remove the virtual address");
        ulong before = Scheduled();
        using Socket socket = _lab.Client.Run(() => new Socket(SocketType.Stream, ProtocolType.Tcp));
        const int TcpSynCount = 7;
        socket.SetRawSocketOption((int)ProtocolType.Tcp, TcpSynCount, BitConverter.GetBytes(1));
        Assert.Throws<SocketException>(() => socket.Connect("192.0.2.100", NatLab.Port));
        Assert.Equal(before, Scheduled());
        _lab.Director.Route.AddAddress(address).ThrowIfFailed("add the virtual address");

        Assert.Single(_lab.Connect("192.0.2.100", 1));
        Assert.Equal(before + 1, Scheduled());
    }

    [Fact]
    public void Datagrams_ServerRemoved_GoToAnother_EvenThoseThatCameTooEarly()
    {
        using var first = new DatagramServer(_lab.Servers[0], NatLab.ServerPort, 1);
        using var second = new DatagramServer(_lab.Servers[1], NatLab.ServerPort, 2);
        Start(startServers: false);
        VirtualServiceKey key = KeyOf("192.0.2.100") with { Protocol = ServiceProtocol.Udp };
        using Socket client = _lab.Client.Run(() => new Socket(SocketType.Dgram, ProtocolType.Udp));
        client.Connect("192.0.2.100", NatLab.Port);
        client.ReceiveTimeout = 200;
        // Connection tracking knows the flow before there is a service: it must forget it.
        _ = client.Send(new byte[1]);

        Reconcile(key, "rr", [1]);
        Assert.Equal(1, DatagramServer.Ask(client, NatLab.Patience));
        Reconcile(key, "rr", [2]);

        // An answer to an earlier question may come late.
        Assert.True(SpinWait.SpinUntil(() => DatagramServer.Ask(client, NatLab.Patience) == 2, NatLab.Patience),
            "it stays with the removed server");
    }

    private ulong Scheduled() => _lab.Director.Run(static () =>
    {
        NftablesClient.TryOpen(out NftablesClient? client).ThrowIfFailed("open");
        using (client)
        {
            client!.Observe(out ImmutableArray<ObservedPool> pools).ThrowIfFailed("observe");
            return pools[0].Service.Counters.Connections;
        }
    });

    private void Start(bool startServers = true)
    {
        if (startServers)
        {
            _lab.StartServers();
        }
        _plane = _lab.Director.Run(static () =>
        {
            NftablesPlane.TryOpen(out ILayer4Plane? plane).ThrowIfFailed("open the plane");
            return plane;
        });
    }

    private static VirtualServiceKey KeyOf(string address)
        => VirtualServiceKey.At(ServiceProtocol.Tcp, IpAddress.Parse(address), NatLab.Port);

    private void Reconcile(VirtualServiceKey key, string scheduler, int[] servers, bool isV6 = false)
        => Reconcile(new PoolSpec(
            new() { Key = key, Scheduler = scheduler }, [.. servers.Select(n => NatLab.Server(n, isV6))]));

    private void Reconcile(PoolSpec pool)
        => _lab.Director.Run(() =>
        {
            NetlinkResult result = _plane!.Reconcile([pool], out ImmutableArray<Layer4Outcome> outcomes);
            Assert.All(outcomes, static o => Assert.True(o.Result.IsSuccess, $"{o.Operation}: {o.Result}"));
            return result;
        }).ThrowIfFailed("reconcile");

    private ObservedPool Observe(VirtualServiceKey key)
    {
        ImmutableArray<ObservedPool> pools = [];
        _lab.Director.Run(() => _plane!.Observe(out pools)).ThrowIfFailed("observe");
        return pools.Single(pool => pool.Service.Spec.Key == key);
    }
}
