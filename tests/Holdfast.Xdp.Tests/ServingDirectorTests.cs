using System.Net.Sockets;
using Holdfast.Lab;
using Holdfast.Layer4;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Xdp.Tests;

/// <summary>Two directors that are each other's real servers: what one has chosen, the other does not choose again.
/// </summary>
public sealed class ServingDirectorTests : IDisposable
{
    private static readonly IpAddress s_virtual = IpAddress.Parse("10.0.0.100");

    private readonly DirectorLab _lab = new();
    private readonly List<IDisposable> _opened = [];

    public void Dispose()
    {
        _opened.ForEach(static opened => opened.Dispose());
        _lab.Dispose();
    }

    [Fact]
    public void DirectorsAreServers_FramesDoNotCircle_AndTheOtherTakesOver()
    {
        LabNode second = _lab.AddDirector();
        Serve(_lab.Director, 1);
        Serve(second, 2);
        XdpPlane active = Open(_lab.Director);
        XdpPlane backup = Open(second);

        (Socket Socket, int Server)[] connections = [.. _lab.Connect("10.0.0.100", 200)];
        Assert.All(connections, static c => Assert.True(DirectorLab.Echoes(c.Socket, "before"), "not answered"));

        Assert.Equal([1, 2], connections.Select(static c => c.Server).Distinct().Order());
        IReadOnlyDictionary<DirectorCause, ulong> causes = active.Director.Client.ReadCauses();
        Assert.True(causes[DirectorCause.Local] > 0);
        Assert.True(causes[DirectorCause.SentBack] > 0);
        causes = backup.Director.Client.ReadCauses();
        Assert.Equal(0UL, causes[DirectorCause.SentBack] + causes[DirectorCause.Redirected]);
        Assert.Equal(0UL, causes[DirectorCause.TtlExpired]);

        _lab.Director.PowerOff();
        TakeAddress(second);

        Assert.All(connections.Where(static c => c.Server == 2),
            static c => Assert.True(DirectorLab.Echoes(c.Socket, "after"), "not answered"));
    }

    private static void Eventually(Func<bool> condition, string problem)
        => Assert.True(SpinWait.SpinUntil(condition, DirectorLab.Patience), problem);

    // The address on the loopback, as a real server has it, and a server.
    private void Serve(LabNode node, byte number)
    {
        node.SetSysctl("ipv4/conf/all/arp_ignore", 1);
        node.SetSysctl("ipv4/conf/all/arp_announce", 2);
        node.Route.AddAddress(new() { Prefix = IpPrefix.Host(s_virtual), InterfaceIndex = 1 })
            .ThrowIfFailed("add the virtual address");
        _opened.Add(new EchoServer(node, DirectorLab.Port, number));
    }

    private static void TakeAddress(LabNode node) => node.Run(() =>
    {
        node.Route.AddAddress(new() { Prefix = IpPrefix.Host(s_virtual), InterfaceIndex = node.Links[0].Index })
            .ThrowIfFailed("take the virtual address");
        using var socket = PacketSocket.OpenSender();
        byte[] frame = new byte[ArpFrame.Size];
        int length = ArpFrame.WriteGratuitousRequest(frame, node.Links[0].Mac, s_virtual);
        Assert.Equal(Linux.Abi.Errno.Success, socket.Send(frame.AsSpan(0, length), node.Links[0].Index));
        return 0;
    });

    private XdpPlane Open(LabNode node)
    {
        ILayer4Plane opened = node.Run(() =>
        {
            XdpPlane.TryOpen(new XdpOptions { ConnectionsMax = 8192 }, out ILayer4Plane? plane)
                .ThrowIfFailed("open the plane");
            var service = new VirtualServiceSpec
            {
                Key = VirtualServiceKey.At(ServiceProtocol.Tcp, s_virtual, DirectorLab.Port),
                Scheduler = "mh",
                Flags = ServiceFlags.Scheduler2,
            };
            plane!.Reconcile([new(service, [.. ((string[])["10.0.0.2", "10.0.0.3"]).Select(static server
                => new RealServerSpec { Key = new(IpAddress.Parse(server), DirectorLab.Port) })])], out _)
                .ThrowIfFailed("reconcile");
            return plane;
        });
        _opened.Insert(0, opened);
        Eventually(() => ((XdpPlane)opened).Director.Client.CountReady() == 2, "servers were not resolved");
        return (XdpPlane)opened;
    }
}
