using System.Net;
using System.Net.Sockets;
using Holdfast.Lab;
using Holdfast.Primitives;

namespace Holdfast.Xdp.Tests;

/// <summary>
/// A client behind a router, a director with 10.0.0.100, 10.0.0.101 and fd00::100, and two real servers in a network of
/// their own behind the director. The stacks at the ends leave their checksums to interfaces that make none.
/// </summary>
internal sealed class NatLab : IDisposable
{
    internal const int Port = 80;
    internal const int ServerPort = 8080;
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lab.Lab _lab = Lab.Lab.Create();
    private readonly List<IDisposable> _open = [];

    private readonly LabSegment _front;
    private readonly LabSegment _back;

    /// <param name="isDirectorActive">Whether the director has the virtual addresses from the start.</param>
    internal NatLab(bool isDirectorActive = true)
    {
        LabSegment far = _lab.AddSegment();
        LabSegment front = _front = _lab.AddSegment();
        LabSegment back = _back = _lab.AddSegment();
        Client = _lab.AddNode("client");
        LabNode router = _lab.AddNode("router");
        Director = _lab.AddNode("director");
        Servers = [_lab.AddNode("server1"), _lab.AddNode("server2")];
        _ = far.Attach(Client, "10.0.9.1/24", "fd09::1/64");
        _ = far.Attach(router, "10.0.9.9/24", "fd09::9/64");
        _ = front.Attach(router, "10.0.0.9/24", "fd00::9/64");
        string[] own = ["10.0.0.2/24", "fd00::2/64"];
        _ = front.Attach(Director,
            isDirectorActive ? [.. own, "10.0.0.100/32", "10.0.0.101/32", "fd00::100/128"] : own);
        _ = back.Attach(Director, "10.0.1.2/24", "fd01::2/64");
        for (int i = 0; i < Servers.Length; i++)
        {
            _ = back.Attach(Servers[i], $"10.0.1.{i + 11}/24", $"fd01::{i + 11}/64");
        }
        foreach (LabNode end in (LabNode[])[Client, .. Servers])
        {
            // One segment a frame: the kernel redirects no larger one from one interface to another.
            LabProcess process = end.Execute("ip", "link", "set", "dev", "eth0", "gso_max_segs", "1");
            Assert.True(process.Exit!.Value.Code == 0, process.Output);
        }
        router.SetSysctl("ipv4/ip_forward", 1);
        router.SetSysctl("ipv6/conf/all/forwarding", 1);
        Route(Client, "10.0.0.0/24", "10.0.9.9");
        Route(Client, "fd00::/64", "fd09::9");
    }

    internal LabNode Client { get; }

    internal LabNode Director { get; }

    internal LabNode[] Servers { get; }

    /// <summary>What is known of the director, for the messages of failures.</summary>
    internal Func<string> Describe { get; set; } = static () => "";

    public void Dispose()
    {
        _open.ForEach(static socket => socket.Dispose());
        _lab.Dispose();
    }

    /// <summary>Has something disposed of at the end.</summary>
    internal void Keep(IDisposable socket) => _open.Add(socket);

    /// <summary>Adds a further director, without the virtual addresses.</summary>
    internal LabNode AddDirector()
    {
        LabNode node = _lab.AddNode("director2");
        _ = _front.Attach(node, "10.0.0.3/24", "fd00::3/64");
        _ = _back.Attach(node, "10.0.1.3/24", "fd01::3/64");
        return node;
    }

    /// <summary>Makes the director the servers' router.</summary>
    internal void RouteServers(string router = "10.0.1.2")
    {
        foreach (LabNode server in Servers)
        {
            Route(server, "10.0.9.0/24", router);
            Route(server, "fd09::/64", "fd01::2");
        }
    }

    /// <summary>Starts them at their port.</summary>
    internal void StartServers()
    {
        for (int i = 0; i < Servers.Length; i++)
        {
            _open.Add(new EchoServer(Servers[i], ServerPort, (byte)(i + 1)));
        }
    }

    /// <summary>Opens a connection, and says which server answered.</summary>
    internal (Socket Socket, int Server) Connect(string address, LabNode? from = null, int port = Port)
    {
        var end = new IPEndPoint(IPAddress.Parse(address), port);
        Socket socket = (from ?? Client).Run(() => new Socket(end.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveTimeout = (int)Patience.TotalMilliseconds,
            SendTimeout = (int)Patience.TotalMilliseconds,
        });
        _open.Add(socket);
        byte[] number = new byte[1];
        try
        {
            Assert.True(socket.ConnectAsync(end).Wait(Patience), $"{address}: no connection; {Describe()}");
            Assert.Equal(1, socket.Receive(number));
        }
        catch (Exception exception) when (exception is SocketException or AggregateException)
        {
            Assert.Fail($"{address}: {exception.Message}; {Describe()}");
        }
        return (socket, number[0]);
    }

    private static void Route(LabNode node, string network, string router)
    {
        Assert.True(IpPrefix.TryParse(network, out IpPrefix destination));
        node.Route.AddRoute(new() { Destination = destination, Gateway = IpAddress.Parse(router) })
            .ThrowIfFailed($"add the route to {network}");
    }
}
