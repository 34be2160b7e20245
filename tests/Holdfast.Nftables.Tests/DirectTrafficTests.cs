using System.Collections.Immutable;
using System.Net.Sockets;
using Holdfast.Lab;
using Holdfast.Layer4;
using Holdfast.Layer4.Ipvs;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Nftables;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Xdp.Tests;

namespace Holdfast.Nftables.Tests;

/// <summary>Real connections through direct routing, which happens before frames are packets.</summary>
public sealed class DirectTrafficTests : IDisposable
{
    private readonly DirectorLab _lab = new();
    private ILayer4Plane? _plane;

    public void Dispose()
    {
        _plane?.Dispose();
        _lab.Dispose();
    }

    [Theory]
    [InlineData("10.0.0.100", "10.0.0.", "rr")]
    [InlineData("fd00::100", "fd00::", "rr")]
    [InlineData("10.0.0.100", "10.0.0.", "mh")]
    [InlineData("fd00::100", "fd00::", "sh")]
    public void Connections_OneServerRemoved_OnlyItsAreAffected(string address, string prefix, string scheduler)
    {
        Start();
        VirtualServiceKey key = KeyOf(address);
        Reconcile(Pool(key, scheduler, prefix, [1, 2, 3]));
        (Socket Socket, int Server)[] connections = [.. _lab.Connect(address, 300)];
        Assert.All([1, 2, 3], number => Assert.InRange(
            connections.Count(c => c.Server == number), scheduler == "rr" ? 100 : 30, scheduler == "rr" ? 100 : 200));
        Assert.All(connections, static c => Assert.True(DirectorLab.Echoes(c.Socket, "first"), "not answered"));
        ObservedPool pool = Observe(key);
        Assert.Equal(300u, pool.Service.Counters.Connections);
        Assert.Equal(300u, (uint)pool.Servers.Sum(static s => s.ActiveConnections));
        Assert.True(pool.Service.Counters.InPackets >= 900, $"{pool.Service.Counters}");

        Reconcile(Pool(key, scheduler, prefix, [1, 3]));

        Assert.All(connections.Where(static c => c.Server != 2),
            static c => Assert.True(DirectorLab.Echoes(c.Socket, "second"), "not answered"));
        Assert.All(connections.Where(static c => c.Server == 2),
            static c => Assert.Throws<SocketException>(() => DirectorLab.Echoes(c.Socket, "second")));
        Assert.All(_lab.Connect(address, 30), static c => Assert.NotEqual(2, c.Server));
    }

    [Fact]
    public void LargeTransfer_BothWays_ArrivesWhole()
    {
        Start();
        Reconcile(Pool(KeyOf("10.0.0.100"), "rr", "10.0.0.", [1]));
        (Socket socket, _) = _lab.Connect("10.0.0.100", 1).Single();
        byte[] sent = new byte[4 << 20];
        new Random(1).NextBytes(sent);
        byte[] received = new byte[sent.Length];
        var sender = new Thread(() => socket.Send(sent)) { IsBackground = true };
        sender.Start();

        for (int length = 0; length < received.Length;)
        {
            int count = socket.Receive(received.AsSpan(length));
            Assert.NotEqual(0, count);
            length += count;
        }
        sender.Join();

        Assert.Equal(sent, received);
    }

    [Fact]
    public void ProcessGone_ForwardsOn_NextOneTakesOver()
    {
        Start();
        VirtualServiceKey key = KeyOf("10.0.0.100");
        PoolSpec pool = Pool(key, "rr", "10.0.0.", [1, 2, 3]);
        Reconcile(pool);
        (Socket Socket, int Server)[] connections = [.. _lab.Connect("10.0.0.100", 9)];

        _plane!.Dispose();
        connections = [.. connections, .. _lab.Connect("10.0.0.100", 9)];
        Assert.All(connections, static c => Assert.True(DirectorLab.Echoes(c.Socket, "alone"), "not answered"));
        Open();
        ImmutableArray<Layer4Outcome> outcomes = [];
        _lab.Director.Run(() => _plane.Reconcile([pool], out outcomes)).ThrowIfFailed("reconcile");

        Assert.Empty(outcomes);
        Assert.All(connections, static c => Assert.True(DirectorLab.Echoes(c.Socket, "again"), "not answered"));
        Assert.Equal(18u, Observe(key).Service.Counters.Connections);
        Assert.Equal(pool.Servers.Reverse(), Observe(key).Servers.Select(static s => s.Spec));

        _lab.Director.Run(() => _plane.Reconcile([], out _)).ThrowIfFailed("remove");
        Assert.Equal("", _lab.Director.Execute("nft", "list", "ruleset").Output);
    }

    [Fact]
    public void Director_Dies_TheSecondGoesOnWithoutAReset()
    {
        _lab.StartServers();
        PoolSpec pool = Pool(KeyOf("10.0.0.100"), "mh", "10.0.0.", [1, 2, 3]);
        LabNode second = _lab.AddDirector();
        using ILayer4Plane backup = OpenOn(second);
        second.Run(() => backup.Reconcile([pool], out _)).ThrowIfFailed("reconcile");
        Open();
        Reconcile(pool);
        (Socket Socket, int Server)[] connections = [.. _lab.Connect("10.0.0.100", 1000)];

        // The first vanishes with everything that it knows; no process of the second has to notice anything.
        _lab.Director.PowerOff();
        second.Run(() =>
        {
            IpAddress address = IpAddress.Parse("10.0.0.100");
            second.Route.AddAddress(new() { Prefix = IpPrefix.Host(address), InterfaceIndex = second.Links[0].Index })
                .ThrowIfFailed("take the virtual address");
            using var socket = PacketSocket.OpenSender();
            byte[] frame = new byte[ArpFrame.Size];
            int length = ArpFrame.WriteGratuitousRequest(frame, second.Links[0].Mac, address);
            Assert.Equal(Linux.Abi.Errno.Success, socket.Send(frame.AsSpan(0, length), second.Links[0].Index));
            return 0;
        });

        Assert.All(connections, static c => Assert.True(DirectorLab.Echoes(c.Socket, "after"), "not answered"));
        backup.Observe(out ImmutableArray<ObservedPool> pools).ThrowIfFailed("observe");
        Assert.Equal(1000u, pools[0].Service.Counters.Connections);
    }

    [Fact]
    public void TwoClients_AtTheSameTime_LoseNothingOfEachOther()
    {
        _ = Parallel.For(0, 2, side => _lab.Director.Run(() =>
        {
            NftablesClient.TryOpen(out NftablesClient? client).ThrowIfFailed("open");
            using (client)
            {
                for (int port = 1; port <= 40; port++)
                {
                    VirtualServiceKey key = KeyOf("10.0.0.100") with { Port = (ushort)((side * 100) + port) };
                    client!.AddService(new() { Key = key, Scheduler = "rr" }).ThrowIfFailed("add");
                    client.AddServer(key, new() { Key = new(IpAddress.Parse("10.0.0.13"), key.Port) })
                        .ThrowIfFailed("add a server");
                }
            }
            return 0;
        }));

        Open();
        _plane!.Observe(out ImmutableArray<ObservedPool> pools).ThrowIfFailed("observe");
        Assert.Equal(80, pools.Length);
        Assert.All(pools, static pool => Assert.Single(pool.Servers));
    }

    [Fact]
    public void Open_LeavesNothingBehind()
    {
        Open();

        Assert.Equal("", List());
    }

    [Fact]
    public void AddressOnTheLoopbackAlone_ThisIsARealServer_Answers()
    {
        Start();
        Reconcile(Pool(KeyOf("10.0.0.100"), "rr", "10.0.0.", [1, 2, 3]));
        using var own = new EchoServer(_lab.Director, DirectorLab.Port, 9);
        Assert.NotEqual(9, _lab.Connect("10.0.0.100", 1).Single().Server);
        Assert.True(IpPrefix.TryParse("10.0.0.100/32", out IpPrefix prefix));

        _lab.Director.Route.DeleteAddress(new() { Prefix = prefix, InterfaceIndex = _lab.Director.Links[0].Index })
            .ThrowIfFailed("remove");
        _lab.Director.Route.AddAddress(new() { Prefix = prefix, InterfaceIndex = 1 }).ThrowIfFailed("add to lo");

        Eventually(() => IsAnsweredBy(9), "it passes on what is its own");
    }

    // A connection that is being made while the address moves is begun with one and answered by another: it is reset.
    private bool IsAnsweredBy(int server)
    {
        try
        {
            return _lab.Connect("10.0.0.100", 1).Single().Server == server;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [Fact]
    public void InterfaceComesLater_IsAnEntrance()
    {
        Start();
        Reconcile(Pool(KeyOf("10.0.0.100"), "rr", "10.0.0.", [1]));
        LabProcess process = _lab.Director.Execute(
            "/bin/sh", "-c", "ip link add late type veth peer name other && ip link set late up "
            + "&& ip addr add 10.9.9.1/24 dev late");
        Assert.True(process.Exit!.Value.Code == 0, process.Output);

        Eventually(() => List().Contains("device \"late\"", StringComparison.Ordinal), "it is none");
        _ = _lab.Director.Execute("ip", "link", "del", "late");
        Eventually(() => !List().Contains("late", StringComparison.Ordinal), "it stayed");
        Assert.Equal(1, _lab.Connect("10.0.0.100", 1).Single().Server);
    }

    [Fact]
    public void Method_ChangesToTranslationAndBack_IsWhollyMoved()
    {
        Start();
        VirtualServiceKey key = KeyOf("10.0.0.100");
        PoolSpec direct = Pool(key, "rr", "10.0.0.", [1, 2]);
        Reconcile(direct);
        _ = _lab.Connect("10.0.0.100", 4).Count();
        Reconcile(direct with
        {
            Servers = [.. direct.Servers.Select(static s => s with { Forwarding = ForwardingMethod.Nat })],
        });
        Assert.DoesNotContain("fwd", List(), StringComparison.Ordinal);
        Assert.Contains("dnat ip to 10.0.0.13:80", List(), StringComparison.Ordinal);
        Assert.Equal(4u, Observe(key).Service.Counters.Connections);

        Reconcile(direct);

        Assert.DoesNotContain("dnat ip to", List(), StringComparison.Ordinal);
        Assert.Equal([1, 2], _lab.Connect("10.0.0.100", 4).Select(static c => c.Server).Distinct().Order());
    }

    [Fact]
    public void TablesTakenAway_ReconcileMakesThemAnew()
    {
        Start();
        PoolSpec pool = Pool(KeyOf("10.0.0.100"), "rr", "10.0.0.", [1, 2]);
        Reconcile(pool);
        string before = List();
        _ = _lab.Director.Execute("nft", "flush", "ruleset");
        Assert.Equal("", List());

        Reconcile(pool);

        Assert.Equal(before, List());
        Assert.Equal(2, _lab.Connect("10.0.0.100", 4).Select(static c => c.Server).Distinct().Count());

        // And when only a part is gone, which nothing of ours notices but the kernel.
        _ = _lab.Director.Execute("nft", "flush table netdev holdfast");
        _ = _lab.Director.Execute("nft", "delete map netdev holdfast tcp-10.0.0.100-80/connections");
        Reconcile(Pool(KeyOf("10.0.0.100"), "rr", "10.0.0.", [1, 2, 3]));
        Assert.Equal(3, _lab.Connect("10.0.0.100", 6).Select(static c => c.Server).Distinct().Count());
    }

    private void Start()
    {
        _lab.StartServers();
        Open();
    }

    private void Open() => _plane = OpenOn(_lab.Director);

    private static ILayer4Plane OpenOn(LabNode node) => node.Run(static () =>
    {
        NftablesPlane.TryOpen(out ILayer4Plane? plane).ThrowIfFailed("open the plane");
        return plane!;
    });

    private string List() => _lab.Director.Execute("nft", "list", "ruleset").Output;

    private static VirtualServiceKey KeyOf(string address)
        => VirtualServiceKey.At(ServiceProtocol.Tcp, IpAddress.Parse(address), DirectorLab.Port);

    private PoolSpec Pool(VirtualServiceKey key, string scheduler, string prefix, int[] servers) => new(
        new() { Key = key, Scheduler = scheduler, Flags = scheduler == "rr" ? 0 : ServiceFlags.Scheduler2 },
        [.. servers.Select(number => new RealServerSpec
        {
            Key = new(IpAddress.Parse($"{prefix}{_lab.HostOf(number)}"), DirectorLab.Port),
        })]);

    private void Reconcile(PoolSpec pool) => _lab.Director.Run(() =>
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

    private static void Eventually(Func<bool> condition, string problem)
        => Assert.True(SpinWait.SpinUntil(condition, DirectorLab.Patience), problem);
}
