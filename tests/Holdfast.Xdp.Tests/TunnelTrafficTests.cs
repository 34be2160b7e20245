using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Holdfast.Lab;
using Holdfast.Layer4;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.RealServers;
using Holdfast.Layer4.RealServers.Decapsulation;
using Holdfast.Layer4.Xdp;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Xdp.Tests;

/// <summary>
/// A client, a director, and a real server behind a router of the director, made by `realserver --decap`: connections
/// through tunnels, with answers straight to the client.
/// </summary>
public sealed class TunnelTrafficTests : IDisposable
{
    private const int Port = 80;
    private const int Size = 4 << 20;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly ImmutableArray<IpAddress> s_vips
        = [IpAddress.Parse("10.0.0.100"), IpAddress.Parse("fd00::100")];

    private readonly Lab.Lab _lab = Lab.Lab.Create();
    private readonly string _directory = Directory.CreateTempSubdirectory("holdfast-decap-").FullName;
    private readonly LabNode _client;
    private readonly LabNode _director;
    private readonly LabNode _server;
    private EchoServer? _echo;
    private ILayer4Plane? _plane;

    public TunnelTrafficTests()
    {
        LabSegment front = _lab.AddSegment();
        LabSegment back = _lab.AddSegment();
        _client = _lab.AddNode("client");
        _director = _lab.AddNode("director");
        LabNode router = _lab.AddNode("router");
        _server = _lab.AddNode("server");
        _ = front.Attach(_client, "10.0.0.1/24", "fd00::1/64");
        _ = front.Attach(_director, "10.0.0.2/24", "10.0.0.100/32", "fd00::2/64", "fd00::100/128");
        _ = front.Attach(router, "10.0.0.9/24", "fd00::9/64");
        _ = back.Attach(router, "10.0.1.9/24", "fd01::9/64");
        _ = back.Attach(_server, "10.0.1.11/24", "fd01::11/64");
        router.SetSysctl("ipv4/ip_forward", 1);
        router.SetSysctl("ipv6/conf/all/forwarding", 1);
        Route(_director, "10.0.1.0/24", "10.0.0.9");
        Route(_director, "fd01::/64", "fd00::9");
        Route(_client, "10.0.1.0/24", "10.0.0.9");
        Route(_client, "fd01::/64", "fd00::9");
        Route(_server, "10.0.0.0/24", "10.0.1.9");
        Route(_server, "fd00::/64", "fd01::9");
    }

    public void Dispose()
    {
        _plane?.Dispose();
        _echo?.Dispose();
        _ = _server.Run(() => Undo());
        _lab.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData("10.0.0.100", "10.0.1.11", TunnelKind.Ipip)]
    [InlineData("10.0.0.100", "10.0.1.11", TunnelKind.Gue)]
    [InlineData("10.0.0.100", "10.0.1.11", TunnelKind.Gre)]
    [InlineData("fd00::100", "fd01::11", TunnelKind.Ipip)]
    [InlineData("fd00::100", "fd01::11", TunnelKind.Gue)]
    [InlineData("10.0.0.100", "fd01::11", TunnelKind.Ipip)]
    [InlineData("fd00::100", "10.0.1.11", TunnelKind.Gue)]
    public void Transfer_ThroughTheTunnel_ArrivesWholeBothWays(string address, string server, TunnelKind kind)
    {
        DecapsulationFacts before = _server.Run(() => Apply(kind));
        Assert.Equal(s_vips, before.Addresses);
        _echo = new EchoServer(_server, Port, 1);
        Reconcile(address, server, kind);

        byte[] sent = new byte[Size];
        new Random(1).NextBytes(sent);
        Assert.Equal(sent, Exchange(address, sent));

        // Each of the client's packets came through the tunnel; the server's answers went to the client by themselves.
        DecapsulationFacts after = _server.Run(ReadFacts).Decapsulation!;
        TunnelFate fate = kind switch
        {
            TunnelKind.Gue => TunnelFate.Gue,
            TunnelKind.Gre => TunnelFate.Gre,
            _ => TunnelFate.Ipip,
        };
        Assert.True(after.Counters[fate].Bytes > Size, $"only {after.Counters[fate]}");
        Assert.Equal(0UL, after.Counters[TunnelFate.Source].Packets);

        Assert.True(_server.Run(Undo), "undo failed");
        Assert.Null(_server.Run(ReadFacts).Decapsulation);
    }

    [Theory]
    [InlineData("10.0.0.100", "10.0.1.11", 1480)]
    [InlineData("fd00::100", "fd01::11", 1460)]
    public void Datagram_TooBigForTheTunnel_TellsTheClientWhatFits(string address, string server, int fits)
    {
        _ = _server.Run(() => Apply(TunnelKind.Ipip));
        Reconcile(address, server, TunnelKind.Ipip, ServiceProtocol.Udp);
        var end = new IPEndPoint(IPAddress.Parse(address), Port);
        using Socket socket = _client.Run(() => new Socket(end.AddressFamily, SocketType.Dgram, ProtocolType.Udp));
        bool isV6 = end.AddressFamily == AddressFamily.InterNetworkV6;
        // IP_MTU_DISCOVER and IPV6_MTU_DISCOVER: the sender cuts nothing; IP_MTU and IPV6_MTU: what it believes fits.
        socket.SetRawSocketOption(isV6 ? 41 : 0, isV6 ? 23 : 10, BitConverter.GetBytes(2));
        socket.Connect(end);
        byte[] mtu = new byte[4];
        byte[] datagram = new byte[1500 - 8 - (isV6 ? 40 : 20)];

        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                try
                {
                    _ = socket.Send(datagram);
                }
                catch (SocketException exception) when (exception.SocketErrorCode == SocketError.MessageSize)
                {
                    // The kernel says so once it knows.
                }
                _ = socket.GetRawSocketOption(isV6 ? 41 : 0, isV6 ? 24 : 14, mtu);
                return BitConverter.ToInt32(mtu) == fits;
            },
            s_patience), $"the client believes that {BitConverter.ToInt32(mtu)} bytes fit; "
                + string.Join(", ", ((XdpPlane)_plane!).Director.Client.ReadCauses().Where(static c => c.Value > 0)));
    }

    private static void Route(LabNode node, string network, string router)
    {
        Assert.True(IpPrefix.TryParse(network, out IpPrefix destination));
        node.Route.AddRoute(new() { Destination = destination, Gateway = IpAddress.Parse(router) })
            .ThrowIfFailed($"add the route to {network}");
    }

    private static RealServerFacts ReadFacts()
    {
        using RouteNetlink netlink = RouteNetlink.Open();
        RealServerFacts.Read(netlink, out RealServerFacts facts).ThrowIfFailed("facts");
        return facts;
    }

    // What `holdfast realserver VIP... --decap --from DIRECTORS --apply` does.
    private DecapsulationFacts Apply(TunnelKind kind)
    {
        using RouteNetlink netlink = RouteNetlink.Open();
        var host = new RealServerHost(netlink, Path.Combine(_directory, "realserver.json"));
        RealServerState state = host.Load(out string? problem);
        Assert.Null(problem);
        var request = new RealServerRequest
        {
            Addresses = s_vips,
            Decapsulate = true,
            Directors = [IpPrefix.Host(IpAddress.Parse("10.0.0.2")), IpPrefix.Host(IpAddress.Parse("fd00::2"))],
            GuePort = kind == TunnelKind.Gue ? (ushort)7000 : RealServerRequest.DefaultGuePort,
        };
        RealServerPlan plan = RealServerPlan.For(request, ReadFacts());
        Assert.Empty(plan.Problems);
        NetlinkResult result = host.Apply(plan, state, out RealServerStep? failed);
        Assert.True(result.IsSuccess, $"{failed?.Command}: {result}");
        RealServerFacts facts = ReadFacts();
        Assert.Empty(RealServerPlan.For(request, facts).Missing);
        return facts.Decapsulation!;
    }

    private bool Undo()
    {
        using RouteNetlink netlink = RouteNetlink.Open();
        var host = new RealServerHost(netlink, Path.Combine(_directory, "realserver.json"));
        RealServerState state = host.Load(out _);
        return host.Undo(RealServerUndo.For(state, [], ReadFacts()), out _).IsSuccess;
    }

    private void Reconcile(
        string address, string server, TunnelKind kind, ServiceProtocol protocol = ServiceProtocol.Tcp)
    {
        var key = VirtualServiceKey.At(protocol, IpAddress.Parse(address), Port);
        var pool = new PoolSpec(new() { Key = key, Scheduler = "mh" },
        [
            new RealServerSpec
            {
                Key = new(IpAddress.Parse(server), Port),
                Forwarding = ForwardingMethod.Tunnel,
                TunnelKind = kind,
                TunnelPort = kind == TunnelKind.Gue ? (ushort)7000 : (ushort)0,
                TunnelChecksum = kind == TunnelKind.Ipip ? TunnelChecksum.None : TunnelChecksum.Full,
            },
        ]);
        _plane = _director.Run(static () =>
        {
            XdpPlane.TryOpen(new XdpOptions { ConnectionsMax = 8192 }, out ILayer4Plane? plane)
                .ThrowIfFailed("open the plane");
            return plane;
        });
        _director.Run(() => _plane!.Reconcile([pool], out _)).ThrowIfFailed("reconcile");
        Assert.True(SpinWait.SpinUntil(() => ((XdpPlane)_plane!).Director.Client.CountReady() == 1, s_patience),
            "the router was not found");
    }

    private byte[] Exchange(string address, byte[] sent)
    {
        var end = new IPEndPoint(IPAddress.Parse(address), Port);
        using Socket socket = _client.Run(() => new Socket(end.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveTimeout = (int)s_patience.TotalMilliseconds,
            SendTimeout = (int)s_patience.TotalMilliseconds,
        });
        socket.Connect(end);
        byte[] number = new byte[1];
        Assert.Equal(1, socket.Receive(number));
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
            Assert.Fail($"{exception.SocketErrorCode} after {length} bytes; "
                + string.Join(", ", ((XdpPlane)_plane!).Director.Client.ReadCauses().Where(static c => c.Value > 0)));
        }
        sender.Join();
        Assert.Null(trouble);
        return received[..length];
    }
}
