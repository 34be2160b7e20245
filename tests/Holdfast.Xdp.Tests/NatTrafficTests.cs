using System.Net;
using System.Net.Sockets;
using Holdfast.Lab;
using Holdfast.Layer4;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp;
using Holdfast.Primitives;

namespace Holdfast.Xdp.Tests;

/// <summary>
/// A client behind a router, a director, and two real servers in a network of their own behind the director: real
/// connections through NAT. The stacks at the ends leave their checksums to interfaces that make none.
/// </summary>
public sealed class NatTrafficTests : IDisposable
{
    private const int Port = 80;
    private const int ServerPort = 8080;
    private const int Size = 4 << 20;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly Lab.Lab _lab = Lab.Lab.Create();
    private readonly List<IDisposable> _open = [];
    private readonly LabNode _client;
    private readonly LabNode _director;
    private readonly LabNode[] _servers;
    private ILayer4Plane? _plane;

    public NatTrafficTests()
    {
        LabSegment far = _lab.AddSegment();
        LabSegment front = _lab.AddSegment();
        LabSegment back = _lab.AddSegment();
        _client = _lab.AddNode("client");
        LabNode router = _lab.AddNode("router");
        _director = _lab.AddNode("director");
        _servers = [_lab.AddNode("server1"), _lab.AddNode("server2")];
        _ = far.Attach(_client, "10.0.9.1/24", "fd09::1/64");
        _ = far.Attach(router, "10.0.9.9/24", "fd09::9/64");
        _ = front.Attach(router, "10.0.0.9/24", "fd00::9/64");
        _ = front.Attach(_director, "10.0.0.2/24", "10.0.0.100/32", "10.0.0.101/32", "fd00::2/64", "fd00::100/128");
        _ = back.Attach(_director, "10.0.1.2/24", "fd01::2/64");
        for (int i = 0; i < _servers.Length; i++)
        {
            _ = back.Attach(_servers[i], $"10.0.1.{i + 11}/24", $"fd01::{i + 11}/64");
        }
        foreach (LabNode end in (LabNode[])[_client, .. _servers])
        {
            // One segment a frame: the kernel redirects no larger one from one interface to another.
            LabProcess process = end.Execute("ip", "link", "set", "dev", "eth0", "gso_max_segs", "1");
            Assert.True(process.Exit!.Value.Code == 0, process.Output);
        }
        router.SetSysctl("ipv4/ip_forward", 1);
        router.SetSysctl("ipv6/conf/all/forwarding", 1);
        Route(_client, "10.0.0.0/24", "10.0.9.9");
        Route(_client, "fd00::/64", "fd09::9");
    }

    public void Dispose()
    {
        _plane?.Dispose();
        _open.ForEach(static socket => socket.Dispose());
        _lab.Dispose();
    }

    [Theory]
    [InlineData("10.0.0.100", "10.0.1.", false)]
    [InlineData("fd00::100", "fd01::", false)]
    [InlineData("10.0.0.100", "10.0.1.", true)]
    [InlineData("fd00::100", "fd01::", true)]
    public void Transfer_BothWays_ArrivesWhole(string address, string servers, bool isMasqueraded)
    {
        if (!isMasqueraded)
        {
            RouteServers();
        }
        StartServers();
        Reconcile([Pool(address, servers, isMasqueraded)]);
        byte[] sent = new byte[Size];
        new Random(1).NextBytes(sent);

        Assert.Equal(sent, Exchange(Connect(address).Socket, sent));

        Assert.True(Causes()[DirectorCause.Answer] > 100, Describe());
        Assert.Equal(0UL, Causes()[DirectorCause.NoHop]);
    }

    [Fact]
    public void ManyConnections_ServerRemovedAndAdded_OnlyItsAreAffected()
    {
        RouteServers();
        StartServers();
        PoolSpec both = Pool("10.0.0.100", "10.0.1.", false);
        Reconcile([both]);
        (Socket Socket, int Server)[] connections = [.. Enumerable.Range(0, 200).Select(_ => Connect("10.0.0.100"))];
        Assert.Equal([1, 2], connections.Select(static c => c.Server).Distinct().Order());

        Reconcile([both with { Servers = [both.Servers[0]] }]);

        Assert.All(connections.Where(static c => c.Server == 1),
            static c => Assert.True(DirectorLab.Echoes(c.Socket, "still there"), "not answered"));
        Assert.All(Enumerable.Range(0, 20), _ => Assert.Equal(1, Connect("10.0.0.100").Server));
        Reconcile([both]);
        Assert.Contains(Enumerable.Range(0, 40).Select(_ => Connect("10.0.0.100").Server), static s => s == 2);
    }

    [Fact]
    public void ServersOfTwoServices_AndTheirOwnAddresses_AllAnswer()
    {
        RouteServers();
        StartServers();
        Reconcile([Pool("10.0.0.100", "10.0.1.", false), Pool("10.0.0.101", "10.0.1.", false)]);

        for (int i = 0; i < 20; i++)
        {
            foreach (string address in (string[])["10.0.0.100", "10.0.0.101"])
            {
                Assert.True(DirectorLab.Echoes(Connect(address).Socket, address), Describe());
            }
        }
        // What checks do: from this host to a server's own address.
        Assert.Equal(2, Connect("10.0.1.12", _director, ServerPort).Server);
    }

    [Fact]
    public void Datagrams_BothWays_AlsoLargeOnes_ComeFromTheVirtualAddress()
    {
        RouteServers();
        foreach (LabNode server in _servers)
        {
            Repeat(server);
        }
        Reconcile([Pool("10.0.0.100", "10.0.1.", false, ServiceProtocol.Udp)]);
        using Socket socket = _client.Run(
            () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        socket.ReceiveTimeout = (int)s_patience.TotalMilliseconds;
        socket.Connect(IPAddress.Parse("10.0.0.100"), Port); // takes datagrams from there only
        byte[] buffer = new byte[65536];
        foreach (int size in (int[])[0, 1, 1400, 1473, 4000, 20000])
        {
            byte[] sent = new byte[size];
            new Random(size).NextBytes(sent);
            socket.Send(sent);
            Assert.Equal(size, socket.Receive(buffer));
            Assert.Equal(sent, buffer[..size]);
        }
    }

    private static void Route(LabNode node, string network, string router)
    {
        Assert.True(IpPrefix.TryParse(network, out IpPrefix destination));
        node.Route.AddRoute(new() { Destination = destination, Gateway = IpAddress.Parse(router) })
            .ThrowIfFailed($"add the route to {network}");
    }

    private void RouteServers()
    {
        foreach (LabNode server in _servers)
        {
            Route(server, "10.0.9.0/24", "10.0.1.2");
            Route(server, "fd09::/64", "fd01::2");
        }
    }

    private void StartServers()
    {
        for (int i = 0; i < _servers.Length; i++)
        {
            _open.Add(new EchoServer(_servers[i], ServerPort, (byte)(i + 1)));
        }
    }

    private void Repeat(LabNode server)
    {
        Socket socket = server.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        socket.Bind(new IPEndPoint(IPAddress.Any, ServerPort));
        _open.Add(socket);
        new Thread(() =>
        {
            byte[] buffer = new byte[65536];
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            try
            {
                while (true)
                {
                    int length = socket.ReceiveFrom(buffer, ref from);
                    _ = socket.SendTo(buffer.AsSpan(0, length), from);
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // The test has ended.
            }
        })
        { IsBackground = true }.Start();
    }

    private static PoolSpec Pool(
        string address, string servers, bool isMasqueraded, ServiceProtocol protocol = ServiceProtocol.Tcp)
        => new(
            new()
            {
                Key = VirtualServiceKey.At(protocol, IpAddress.Parse(address), Port),
                Scheduler = "mh",
                Flags = ServiceFlags.Scheduler2,
            },
            [.. Enumerable.Range(11, 2).Select(host => new RealServerSpec
            {
                Key = new(IpAddress.Parse($"{servers}{host}"), ServerPort),
                Forwarding = ForwardingMethod.Nat,
                IsMasqueraded = isMasqueraded,
            })]);

    private void Reconcile(PoolSpec[] pools)
    {
        _plane ??= _director.Run(static () =>
        {
            XdpPlane.TryOpen(new XdpOptions { ConnectionsMax = 8192 }, out ILayer4Plane? plane)
                .ThrowIfFailed("open the plane");
            return plane;
        });
        _director.Run(() => _plane!.Reconcile(pools, out _)).ThrowIfFailed("reconcile");
        int servers = pools.Sum(static pool => pool.Servers.Length);
        Assert.True(SpinWait.SpinUntil(() => ((XdpPlane)_plane!).Director.Client.CountReady() == servers, s_patience),
            "the servers were not found");
    }

    private (Socket Socket, int Server) Connect(string address, LabNode? from = null, int port = Port)
    {
        var end = new IPEndPoint(IPAddress.Parse(address), port);
        Socket socket = (from ?? _client).Run(() => new Socket(end.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveTimeout = (int)s_patience.TotalMilliseconds,
            SendTimeout = (int)s_patience.TotalMilliseconds,
        });
        _open.Add(socket);
        byte[] number = new byte[1];
        try
        {
            Assert.True(socket.ConnectAsync(end).Wait(s_patience), $"{address}: no connection; {Describe()}");
            Assert.Equal(1, socket.Receive(number));
        }
        catch (Exception exception) when (exception is SocketException or AggregateException)
        {
            Assert.Fail($"{address}: {exception.Message}; {Describe()}");
        }
        return (socket, number[0]);
    }

    private byte[] Exchange(Socket socket, byte[] sent)
    {
        Exception? trouble = null;
        var sender = new Thread(() =>
        {
            try
            {
                socket.Send(sent);
            }
            catch (SocketException exception)
            {
                trouble = exception;
            }
        });
        sender.Start();
        byte[] received = new byte[sent.Length];
        int length = 0;
        try
        {
            while (length < received.Length && socket.Receive(received.AsSpan(length)) is > 0 and int count)
            {
                length += count;
            }
        }
        catch (SocketException exception)
        {
            Assert.Fail($"{exception.SocketErrorCode} after {length} bytes; {Describe()}");
        }
        sender.Join();
        Assert.Null(trouble);
        return received[..length];
    }

    private IReadOnlyDictionary<DirectorCause, ulong> Causes() => ((XdpPlane)_plane!).Director.Client.ReadCauses();

    private string Describe() => string.Join(", ", Causes().Where(static c => c.Value > 0));
}
