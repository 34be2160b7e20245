using System.Net.Sockets;
using Holdfast.Layer4;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Xdp.Tests;

/// <summary>Real connections through a director in a namespace to real servers in theirs.</summary>
public sealed class TrafficTests : IDisposable
{
    private readonly DirectorLab _lab = new();
    private ILayer4Plane? _plane;

    public void Dispose()
    {
        _plane?.Dispose();
        _lab.Dispose();
    }

    [Theory]
    [InlineData("10.0.0.100", "10.0.0.")]
    [InlineData("fd00::100", "fd00::")]
    public void ThousandConnections_OneServerRemoved_OnlyItsAreAffected(string virtualAddress, string servers)
    {
        StartServers();
        VirtualServiceKey key = KeyOf(virtualAddress);
        Reconcile(key, servers, [1, 2, 3]);
        AwaitResolved(3);
        (Socket Socket, int Server)[] connections = [.. _lab.Connect(virtualAddress, 1000)];
        Assert.All([1, 2, 3], number => Assert.InRange(connections.Count(c => c.Server == number), 200, 500));
        Assert.All(connections, static c => Assert.True(DirectorLab.Echoes(c.Socket, "first"), "not answered"));

        Reconcile(key, servers, [1, 3]);

        Assert.All(connections.Where(static c => c.Server != 2),
            static c => Assert.True(DirectorLab.Echoes(c.Socket, "second"), "not answered"));
        Assert.All(_lab.Connect(virtualAddress, 50), static c => Assert.NotEqual(2, c.Server));
        // What the removed server's clients still send reaches nobody.
        ulong gone = CountGone();
        Assert.All(connections.Where(static c => c.Server == 2).Take(5), static c => c.Socket.Send(new byte[1]));
        Eventually(() => CountGone() >= gone + 5, "packets of the removed server's connections were not dropped");
    }

    [Fact]
    public void LargeTransfer_BothWays_ArrivesWhole()
    {
        StartServers();
        Reconcile(KeyOf("10.0.0.100"), "10.0.0.", [1]);
        AwaitResolved(1);
        (Socket socket, int server) = _lab.Connect("10.0.0.100", 1).Single();
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
        Reconcile(KeyOf("10.0.0.100"), "10.0.0.", [1, 2, 3]);
        AwaitResolved(3);
        Assert.Single(_lab.Connect("10.0.0.100", 1));
        var address = new AddressSpec
        {
            Prefix = new(IpAddress.Parse("10.0.0.100"), 32),
            InterfaceIndex = _lab.Director.Links[0].Index,
        };

        _lab.Director.Route.DeleteAddress(address).ThrowIfFailed("remove the virtual address");
        Eventually(() => !IsActive(), "the gate stayed open");
        _lab.Director.Route.AddAddress(address).ThrowIfFailed("add the virtual address");
        Eventually(IsActive, "the gate stayed closed");

        Assert.Single(_lab.Connect("10.0.0.100", 1));
    }

    private static VirtualServiceKey KeyOf(string address)
        => VirtualServiceKey.At(ServiceProtocol.Tcp, IpAddress.Parse(address), DirectorLab.Port);

    private void StartServers()
    {
        _lab.StartServers();
        _plane = _lab.Director.Run(static () =>
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
                Key = new(IpAddress.Parse($"{prefix}{_lab.HostOf(number)}"), DirectorLab.Port),
            })]);
        _lab.Director.Run(() => _plane!.Reconcile([pool], out _)).ThrowIfFailed("reconcile");
    }

    private void AwaitResolved(int count) => Eventually(
        () => ((XdpPlane)_plane!).Director.Client.CountReady() == count, "servers were not resolved");

    private bool IsActive() => ((XdpPlane)_plane!).Director.Client.CountActive() == 1;

    private ulong CountGone() => ((XdpPlane)_plane!).Director.Client.ReadCauses()[DirectorCause.ServerGone];

    private static void Eventually(Func<bool> condition, string problem)
        => Assert.True(SpinWait.SpinUntil(condition, DirectorLab.Patience), problem);
}
