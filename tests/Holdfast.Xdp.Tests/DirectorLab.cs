using System.Net;
using System.Net.Sockets;
using Holdfast.Lab;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Tests.Repository;

namespace Holdfast.Xdp.Tests;

/// <summary>
/// A client, a director with 10.0.0.100 and fd00::100, and three real servers that have them on their loopback, all on
/// one segment.
/// </summary>
internal sealed class DirectorLab : IDisposable
{
    internal const int Port = 80;
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lab.Lab _lab = Lab.Lab.Create();
    private readonly List<IDisposable> _sockets = [];
    private readonly EchoServer?[] _running = new EchoServer?[3];
    private readonly LabNode[] _servers;

    /// <param name="isDirectorActive">Whether the director has the virtual addresses from the start.</param>
    internal DirectorLab(bool isDirectorActive = true)
    {
        LabSegment lan = _lab.AddSegment();
        Client = _lab.AddNode("client");
        Director = _lab.AddNode("director");
        _servers = [_lab.AddNode("server1"), _lab.AddNode("server2"), _lab.AddNode("server3")];
        _ = lan.Attach(Client, "10.0.0.1/24", "fd00::1/64");
        string[] own = ["10.0.0.2/24", "fd00::2/64"];
        _ = lan.Attach(Director, isDirectorActive ? [.. own, "10.0.0.100/32", "fd00::100/128"] : own);
        foreach (LabNode server in _servers)
        {
            _ = lan.Attach(server, $"10.0.0.{10 + server.Number}/24", $"fd00::{10 + server.Number}/64");
            Prepare(server);
        }
    }

    internal LabNode Client { get; }

    internal LabNode Director { get; }

    /// <summary>The node of a server: 1 to 3.</summary>
    internal LabNode ServerNode(int server) => _servers[server - 1];

    /// <summary>Last part of the address of a server: 1 to 3.</summary>
    internal int HostOf(int server) => 10 + _servers[server - 1].Number;

    /// <summary>Starts one server, on all addresses of its node.</summary>
    internal EchoServer StartServer(int number)
    {
        var server = new EchoServer(_servers[number - 1], Port, (byte)number);
        _running[number - 1] = server;
        _sockets.Add(server);
        return server;
    }

    /// <summary>Ends a server and its connections.</summary>
    internal void StopServer(int number) => _running[number - 1]!.Dispose();

    /// <summary>Starts the servers.</summary>
    internal void StartServers()
    {
        for (int i = 0; i < _servers.Length; i++)
        {
            StartServer(i + 1);
        }
    }

    /// <summary>Opens connections, and says which server answered each.</summary>
    internal IEnumerable<(Socket Socket, int Server)> Connect(string address, int count)
    {
        for (int i = 0; i < count; i++)
        {
            var end = new IPEndPoint(IPAddress.Parse(address), Port);
            Socket socket = Client.Run(() => new Socket(end.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
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

    /// <summary>Adds a further director, without the virtual addresses.</summary>
    internal LabNode AddDirector()
    {
        LabNode node = _lab.AddNode("director2");
        _ = _lab.Segments[0].Attach(node, "10.0.0.3/24", "fd00::3/64");
        return node;
    }

    /// <summary>Whether the daemon of a node has all servers, and its program is attached, which comes after them.
    /// </summary>
    internal static bool IsForwarding(LabNode node, int servers)
    {
        string ipvsadm = Path.Combine(RepositoryRoot.Path, "out", "ipvsadm");
        return node.Execute(ipvsadm, "-Ln").Output.Split(" Route ").Length == servers + 1
            && node.Execute("ip", "link", "show", "eth0").Output.Contains("xdp", StringComparison.Ordinal);
    }

    /// <summary>Whether a server repeats what it hears on a connection.</summary>
    internal static bool Echoes(Socket socket, string text)
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

    public void Dispose()
    {
        _sockets.ForEach(static socket => socket.Dispose());
        _lab.Dispose();
    }

    private static void Prepare(LabNode server) => _ = server.Run(() =>
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
}
