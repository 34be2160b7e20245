using System.Net;
using System.Net.Sockets;
using Holdfast.Lab;
using Holdfast.Layer4;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Xdp.Tests;

/// <summary>Real connections through a director in a namespace to real servers in theirs.</summary>
public sealed class TrafficTests : IDisposable
{
    private const int Port = 80;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lab.Lab _lab = Lab.Lab.Create();
    private readonly List<IDisposable> _sockets = [];
    private readonly LabNode _client;
    private readonly LabNode _director;
    private readonly LabNode[] _servers;
    private ILayer4Plane? _plane;

    public TrafficTests()
    {
        LabSegment lan = _lab.AddSegment();
        _client = _lab.AddNode("client");
        _director = _lab.AddNode("director");
        _servers = [_lab.AddNode("server1"), _lab.AddNode("server2"), _lab.AddNode("server3")];
        _ = lan.Attach(_client, "10.0.0.1/24", "fd00::1/64");
        _ = lan.Attach(_director, "10.0.0.2/24", "10.0.0.100/32", "fd00::2/64", "fd00::100/128");
        foreach (LabNode server in _servers)
        {
            LabLink link = lan.Attach(server, $"10.0.0.{10 + server.Number}/24", $"fd00::{10 + server.Number}/64");
            PrepareServer(server);
        }
    }

    public void Dispose()
    {
        _sockets.ForEach(static socket => socket.Dispose());
        _plane?.Dispose();
        _lab.Dispose();
    }

    [Theory]
    [InlineData("10.0.0.100", "10.0.0.")]
    [InlineData("fd00::100", "fd00::")]
    public void ThousandConnections_OneServerRemoved_OnlyItsAreAffected(string virtualAddress, string servers)
    {
        StartServers();
        VirtualServiceKey key = VirtualServiceKey.At(ServiceProtocol.Tcp, IpAddress.Parse(virtualAddress), Port);
        Reconcile(key, servers, [1, 2, 3]);
        AwaitResolved(3);
        (Socket Socket, int Server)[] connections = [.. Connect(virtualAddress, 1000)];
        Assert.All([1, 2, 3], number => Assert.InRange(connections.Count(c => c.Server == number), 200, 500));
        Assert.All(connections, static c => Assert.True(Echoes(c.Socket, "first"), "not answered"));

        Reconcile(key, servers, [1, 3]);

        Assert.All(connections.Where(static c => c.Server != 2),
            static c => Assert.True(Echoes(c.Socket, "second"), "not answered"));
        Assert.All(Connect(virtualAddress, 50), static c => Assert.NotEqual(2, c.Server));
        // What the removed server's clients still send reaches nobody.
        ulong gone = CountGone();
        Assert.All(connections.Where(static c => c.Server == 2).Take(5), static c => c.Socket.Send(new byte[1]));
        Eventually(() => CountGone() >= gone + 5, "packets of the removed server's connections were not dropped");
    }

    [Fact]
    public void LargeTransfer_BothWays_ArrivesWhole()
    {
        StartServers();
        Reconcile(VirtualServiceKey.At(ServiceProtocol.Tcp, IpAddress.Parse("10.0.0.100"), Port), "10.0.0.", [1]);
        AwaitResolved(1);
        (Socket socket, int server) = Connect("10.0.0.100", 1).Single();
        Assert.Equal(1, server);
        byte[] sent = new byte[4 << 20];
        new Random(1).NextBytes(sent);
        byte[] received = new byte[sent.Length];
        var sender = new Thread(() => socket.Send(sent));
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
    public void VirtualAddress_LeavesTheNode_ClosesTheGateUntilItReturns()
    {
        StartServers();
        Reconcile(VirtualServiceKey.At(ServiceProtocol.Tcp, IpAddress.Parse("10.0.0.100"), Port), "10.0.0.", [1, 2, 3]);
        AwaitResolved(3);
        Assert.Single(Connect("10.0.0.100", 1));
        var address = new AddressSpec
        {
            Prefix = new(IpAddress.Parse("10.0.0.100"), 32),
            InterfaceIndex = _director.Links[0].Index,
        };

        _director.Route.DeleteAddress(address).ThrowIfFailed("remove the virtual address");
        Eventually(() => !IsActive(), "the gate stayed open");
        _director.Route.AddAddress(address).ThrowIfFailed("add the virtual address");
        Eventually(IsActive, "the gate stayed closed");

        Assert.Single(Connect("10.0.0.100", 1));
    }

    private static void PrepareServer(LabNode server) => _ = server.Run(() =>
    {
        // What a real server needs for direct routing: it has the address, and says nothing of it.
        _ = InterfaceInfo.TryWriteSetting(IpFamily.V4, "all", "arp_ignore", 1);
        _ = InterfaceInfo.TryWriteSetting(IpFamily.V4, "all", "arp_announce", 2);
        foreach (string address in (string[])["10.0.0.100/32", "fd00::100/128"])
        {
            Assert.True(IpPrefix.TryParse(address, out IpPrefix prefix));
            server.Route.AddAddress(new()
            {
                Prefix = prefix,
                InterfaceIndex = 1,
                Flags = prefix.Address.IsV6 ? AddressFlags.NoDad : AddressFlags.None,
            }).ThrowIfFailed("add the virtual address");
        }
        return 0;
    });

    private void StartServers()
    {
        for (int i = 0; i < _servers.Length; i++)
        {
            _sockets.Add(new EchoServer(_servers[i], IPAddress.Parse("10.0.0.100"), Port, (byte)(i + 1)));
            _sockets.Add(new EchoServer(_servers[i], IPAddress.Parse("fd00::100"), Port, (byte)(i + 1)));
        }
        _plane = _director.Run(static () =>
        {
            NetlinkResult result = XdpPlane.TryOpen(new XdpOptions { ConnectionsMax = 8192 }, out ILayer4Plane? plane);
            result.ThrowIfFailed("open the plane");
            return plane;
        });
    }

    private void Reconcile(VirtualServiceKey key, string prefix, int[] servers)
    {
        var pool = new PoolSpec(
            new() { Key = key, Scheduler = "mh", Flags = ServiceFlags.Scheduler2 },
            [.. servers.Select(number => new RealServerSpec
            {
                Key = new(IpAddress.Parse($"{prefix}{10 + _servers[number - 1].Number}"), Port),
            })]);
        _director.Run(() => _plane!.Reconcile([pool], out _)).ThrowIfFailed("reconcile");
    }

    private void AwaitResolved(int count) => Eventually(
        () => ((XdpPlane)_plane!).Director.Client.CountReady() == count, "servers were not resolved");

    private bool IsActive() => ((XdpPlane)_plane!).Director.Client.CountActive() == 1;

    private ulong CountGone() => ((XdpPlane)_plane!).Director.Client.ReadCauses()[DirectorCause.ServerGone];

    private IEnumerable<(Socket Socket, int Server)> Connect(string address, int count)
    {
        for (int i = 0; i < count; i++)
        {
            var end = new IPEndPoint(IPAddress.Parse(address), Port);
            Socket socket = _client.Run(() => new Socket(end.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            {
                ReceiveTimeout = (int)Patience.TotalMilliseconds,
                NoDelay = true,
            });
            _sockets.Add(socket);
            socket.Connect(end);
            byte[] number = new byte[1];
            Assert.Equal(1, socket.Receive(number));
            yield return (socket, number[0]);
        }
    }

    private static bool Echoes(Socket socket, string text)
    {
        byte[] sent = System.Text.Encoding.ASCII.GetBytes(text);
        socket.Send(sent);
        byte[] received = new byte[sent.Length];
        for (int length = 0; length < received.Length;)
        {
            int count = socket.Receive(received.AsSpan(length));
            if (count == 0)
            {
                return false;
            }
            length += count;
        }
        return sent.AsSpan().SequenceEqual(received);
    }

    private static void Eventually(Func<bool> condition, string problem)
        => Assert.True(SpinWait.SpinUntil(condition, Patience), problem);
}
