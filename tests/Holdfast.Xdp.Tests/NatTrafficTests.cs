using System.Net;
using System.Net.Sockets;
using Holdfast.Lab;
using Holdfast.Layer4;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp;
using Holdfast.Primitives;

namespace Holdfast.Xdp.Tests;

/// <summary>Real connections and datagrams through NAT.</summary>
public sealed class NatTrafficTests : IDisposable
{
    private const int Size = 4 << 20;

    private readonly NatLab _lab = new();
    private ILayer4Plane? _plane;

    public NatTrafficTests() => _lab.Describe = Describe;

    public void Dispose()
    {
        _plane?.Dispose();
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
            _lab.RouteServers();
        }
        _lab.StartServers();
        Reconcile([Pool(address, servers, isMasqueraded)]);
        byte[] sent = new byte[Size];
        new Random(1).NextBytes(sent);

        Assert.Equal(sent, Exchange(_lab.Connect(address).Socket, sent));

        Assert.True(Causes()[DirectorCause.Answer] > 100, Describe());
        Assert.Equal(0UL, Causes()[DirectorCause.NoHop]);
    }

    [Fact]
    public void ManyConnections_ServerRemovedAndAdded_OnlyItsAreAffected()
    {
        _lab.RouteServers();
        _lab.StartServers();
        PoolSpec both = Pool("10.0.0.100", "10.0.1.", false);
        Reconcile([both]);
        (Socket Socket, int Server)[] connections
            = [.. Enumerable.Range(0, 200).Select(_ => _lab.Connect("10.0.0.100"))];
        Assert.Equal([1, 2], connections.Select(static c => c.Server).Distinct().Order());

        Reconcile([both with { Servers = [both.Servers[0]] }]);

        Assert.All(connections.Where(static c => c.Server == 1),
            static c => Assert.True(DirectorLab.Echoes(c.Socket, "still there"), "not answered"));
        Assert.All(Enumerable.Range(0, 20), _ => Assert.Equal(1, _lab.Connect("10.0.0.100").Server));
        Reconcile([both]);
        Assert.Contains(Enumerable.Range(0, 40).Select(_ => _lab.Connect("10.0.0.100").Server), static s => s == 2);
    }

    [Fact]
    public void ServersOfTwoServices_AndTheirOwnAddresses_AllAnswer()
    {
        _lab.RouteServers();
        _lab.StartServers();
        Reconcile([Pool("10.0.0.100", "10.0.1.", false), Pool("10.0.0.101", "10.0.1.", false)]);

        for (int i = 0; i < 20; i++)
        {
            foreach (string address in (string[])["10.0.0.100", "10.0.0.101"])
            {
                Assert.True(DirectorLab.Echoes(_lab.Connect(address).Socket, address), Describe());
            }
        }
        // What checks do: from this host to a server's own address.
        Assert.Equal(2, _lab.Connect("10.0.1.12", _lab.Director, NatLab.ServerPort).Server);
    }

    [Fact]
    public void Datagrams_BothWays_AlsoLargeOnes_ComeFromTheVirtualAddress()
    {
        _lab.RouteServers();
        foreach (LabNode server in _lab.Servers)
        {
            Repeat(server);
        }
        Reconcile([Pool("10.0.0.100", "10.0.1.", false, ServiceProtocol.Udp)]);
        using Socket socket = _lab.Client.Run(
            () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        socket.ReceiveTimeout = (int)NatLab.Patience.TotalMilliseconds;
        socket.Connect(IPAddress.Parse("10.0.0.100"), NatLab.Port); // takes datagrams from there only
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

    private void Repeat(LabNode server)
    {
        Socket socket = server.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        socket.Bind(new IPEndPoint(IPAddress.Any, NatLab.ServerPort));
        _lab.Keep(socket);
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
                Key = VirtualServiceKey.At(protocol, IpAddress.Parse(address), NatLab.Port),
                Scheduler = "mh",
                Flags = ServiceFlags.Scheduler2,
            },
            [.. Enumerable.Range(11, 2).Select(host => new RealServerSpec
            {
                Key = new(IpAddress.Parse($"{servers}{host}"), NatLab.ServerPort),
                Forwarding = ForwardingMethod.Nat,
                IsMasqueraded = isMasqueraded,
            })]);

    private void Reconcile(PoolSpec[] pools)
    {
        _plane ??= _lab.Director.Run(static () =>
        {
            XdpPlane.TryOpen(new XdpOptions { ConnectionsMax = 8192 }, out ILayer4Plane? plane)
                .ThrowIfFailed("open the plane");
            return plane;
        });
        _lab.Director.Run(() => _plane!.Reconcile(pools, out _)).ThrowIfFailed("reconcile");
        int servers = pools.Sum(static pool => pool.Servers.Length);
        Assert.True(SpinWait.SpinUntil(
            () => ((XdpPlane)_plane!).Director.Client.CountReady() == servers, NatLab.Patience),
            "the servers were not found");
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
