using System.Net;
using System.Net.Sockets;
using Holdfast.Lab;
using Holdfast.Layer4.Model;
using Holdfast.Primitives;
using Holdfast.Xdp.Tests;

namespace Holdfast.Nftables.Tests;

/// <summary>
/// A client in one network, three real servers in another whose way back leads over the director, and the director
/// between them with 192.0.2.100 and fd01::100.
/// </summary>
internal sealed class NatLab : IDisposable
{
    internal const int Port = 80;
    internal const int ServerPort = 8080;
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lab.Lab _lab = Lab.Lab.Create();
    private readonly LabNode[] _servers;
    private readonly EchoServer?[] _running = new EchoServer?[3];
    private readonly List<IDisposable> _sockets = [];

    /// <summary>Who is Active has these: what clients ask for, and the servers' way back.</summary>
    internal static readonly (int Link, string Address)[] Virtual = [(0, "192.0.2.100"), (1, "10.1.0.254")];

    /// <param name="hasWayBack">Whether servers know the way to the client.</param>
    internal NatLab(bool hasWayBack = true)
    {
        LabSegment wan = _lab.AddSegment();
        LabSegment lan = _lab.AddSegment();
        Client = _lab.AddNode("client");
        Director = _lab.AddNode("director");
        _servers = [_lab.AddNode("server1"), _lab.AddNode("server2"), _lab.AddNode("server3")];
        _ = wan.Attach(Client, "192.0.2.1/24", "fd01::1/64");
        _ = wan.Attach(Director, "192.0.2.2/24", "192.0.2.100/32", "fd01::2/64", "fd01::100/128");
        _ = lan.Attach(Director, "10.1.0.254/24", "fd02::254/64");
        Director.SetSysctl("ipv4/ip_forward", 1);
        Director.SetSysctl("ipv6/conf/all/forwarding", 1);
        for (int i = 0; i < _servers.Length; i++)
        {
            LabLink link = lan.Attach(_servers[i], $"10.1.0.{i + 1}/24", $"fd02::{i + 1}/64");
            if (hasWayBack)
            {
                AddRoute(_servers[i], link, "192.0.2.0/24", "10.1.0.254");
                AddRoute(_servers[i], link, "fd01::/64", "fd02::254");
            }
        }
    }

    internal LabNode Client { get; }

    internal LabNode Director { get; }

    internal IReadOnlyList<LabNode> Servers => _servers;

    /// <summary>Address of a server, 1 to 3, for an IPv4 or IPv6 service.</summary>
    internal static RealServerSpec Server(int number, bool isV6 = false, uint weight = 1) => new()
    {
        Key = new(IpAddress.Parse(isV6 ? $"fd02::{number}" : $"10.1.0.{number}"), ServerPort),
        Forwarding = ForwardingMethod.Nat,
        Weight = weight,
    };

    /// <summary>Adds a further director, which has none of the addresses of <see cref="Virtual"/>.</summary>
    internal LabNode AddDirector()
    {
        LabNode node = _lab.AddNode("director2");
        _ = _lab.Segments[0].Attach(node, "192.0.2.3/24");
        _ = _lab.Segments[1].Attach(node, "10.1.0.253/24");
        node.SetSysctl("ipv4/ip_forward", 1);
        return node;
    }

    internal void StartServers()
    {
        for (int number = 1; number <= _servers.Length; number++)
        {
            StartServer(number);
        }
    }

    internal void StartServer(int number)
    {
        _running[number - 1] = new EchoServer(_servers[number - 1], ServerPort, (byte)number);
        _sockets.Add(_running[number - 1]!);
    }

    internal void StopServer(int number) => _running[number - 1]!.Dispose();

    /// <summary>Opens connections, and says which server answered each.</summary>
    internal IEnumerable<(Socket Socket, int Server)> Connect(string address, int count, int port = Port)
    {
        for (int i = 0; i < count; i++)
        {
            Socket socket = Open(address, port);
            byte[] number = new byte[1];
            Assert.Equal(1, socket.Receive(number));
            yield return (socket, number[0]);
        }
    }

    /// <summary>Opens a connection.</summary>
    internal Socket Open(string address, int port = Port)
    {
        var end = new IPEndPoint(IPAddress.Parse(address), port);
        Socket socket = Client.Run(() => new Socket(end.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveTimeout = (int)Patience.TotalMilliseconds,
            NoDelay = true,
        });
        _sockets.Add(socket);
        socket.Connect(end);
        return socket;
    }

    public void Dispose()
    {
        _sockets.ForEach(static socket => socket.Dispose());
        _lab.Dispose();
    }

    private static void AddRoute(LabNode node, LabLink link, string prefix, string gateway)
    {
        Assert.True(IpPrefix.TryParse(prefix, out IpPrefix destination));
        node.Route.AddRoute(new()
        {
            Destination = destination,
            Gateway = IpAddress.Parse(gateway),
            InterfaceIndex = link.Index,
        }).ThrowIfFailed("add a route");
    }
}
