using System.Net.Sockets;
using Holdfast.Lab;
using Holdfast.Layer4;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Xdp.Tests;

/// <summary>Two directors with one file: the second goes on with connections that it has never seen.</summary>
public sealed class FailoverTests : IDisposable
{
    private static readonly IpAddress s_virtual = IpAddress.Parse("10.0.0.100");

    private readonly DirectorLab _lab = new();
    private readonly List<ILayer4Plane> _planes = [];

    public void Dispose()
    {
        _planes.ForEach(static plane => plane.Dispose());
        _lab.Dispose();
    }

    [Fact]
    public void Director_Dies_ConnectionsGoOnWithoutAReset()
    {
        _lab.StartServers();
        LabNode second = _lab.AddDirector();
        ILayer4Plane active = Open(_lab.Director);
        ILayer4Plane backup = Open(second);
        (Socket Socket, int Server)[] connections = [.. _lab.Connect("10.0.0.100", 200)];
        Assert.All(connections, static c => Assert.True(DirectorLab.Echoes(c.Socket, "before"), "not answered"));
        Assert.Equal(0, ((XdpPlane)backup).Director.Client.CountActive());

        // The first vanishes with everything that it knows; the address and its announcement come from the second. It
        // need not have noticed the address before the first frame comes: none may reach its stack.
        _lab.Director.PowerOff();
        active.Dispose();
        _planes.Remove(active);
        TakeAddress(second);

        Assert.All(connections, static c => Assert.True(DirectorLab.Echoes(c.Socket, "after"), "not answered"));
        backup.Observe(out var pools).ThrowIfFailed("list");
        for (int server = 1; server <= 3; server++)
        {
            RealServerKey key = KeyOf(server);
            Assert.Equal((uint)connections.Count(c => c.Server == server),
                pools[0].Servers.Single(s => s.Spec.Key == key).ActiveConnections);
        }
    }

    private static void Eventually(Func<bool> condition, string problem)
        => Assert.True(SpinWait.SpinUntil(condition, DirectorLab.Patience), problem);

    private void TakeAddress(LabNode node) => node.Run(() =>
    {
        node.Route.AddAddress(new() { Prefix = IpPrefix.Host(s_virtual), InterfaceIndex = node.Links[0].Index })
            .ThrowIfFailed("take the virtual address");
        using var socket = PacketSocket.OpenSender();
        byte[] frame = new byte[ArpFrame.Size];
        int length = ArpFrame.WriteGratuitousRequest(frame, node.Links[0].Mac, s_virtual);
        Assert.Equal(Linux.Abi.Errno.Success, socket.Send(frame.AsSpan(0, length), node.Links[0].Index));
        return 0;
    });

    private RealServerKey KeyOf(int server)
        => new(IpAddress.Parse($"10.0.0.{_lab.HostOf(server)}"), DirectorLab.Port);

    private ILayer4Plane Open(LabNode node)
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
            plane!.Reconcile(
                [new(service, [.. Enumerable.Range(1, 3).Select(n => new RealServerSpec { Key = KeyOf(n) })])], out _)
                .ThrowIfFailed("reconcile");
            return plane;
        });
        _planes.Add(opened);
        Eventually(() => ((XdpPlane)opened).Director.Client.CountReady() == 3, "servers were not resolved");
        return opened;
    }
}
