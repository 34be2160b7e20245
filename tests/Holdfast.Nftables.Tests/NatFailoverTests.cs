using System.Net.Sockets;
using Holdfast.Lab;
using Holdfast.Layer4;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Nftables;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Xdp.Tests;

namespace Holdfast.Nftables.Tests;

/// <summary>NAT behind two directors: what another one can go on with.</summary>
public sealed class NatFailoverTests : IDisposable
{
    private const int Count = 1000;

    private readonly NatLab _lab = new();
    private readonly List<ILayer4Plane> _planes = [];

    public void Dispose()
    {
        _planes.ForEach(static plane => plane.Dispose());
        _lab.Dispose();
    }

    [Fact]
    public void Director_Dies_Maglev_TheSecondGoesOnWithoutAReset()
    {
        (Socket Socket, int Server)[] connections = FailOver("mh", isMasqueraded: false);

        Assert.All(connections, static c => Assert.True(DirectorLab.Echoes(c.Socket, "after"), "not answered"));
    }

    [Theory]
    [InlineData("rr", false)] // the second would choose another server
    [InlineData("mh", true)] // the server knows the first by its address
    public void Director_Dies_WhatTheSecondCannotKnow_EndsAtOnce(string scheduler, bool isMasqueraded)
    {
        (Socket Socket, int Server)[] connections = FailOver(scheduler, isMasqueraded);

        Assert.All(connections.Take(20), static c => Assert.True(IsReset(c.Socket), "not reset"));
        Assert.Equal(20, _lab.Connect("192.0.2.100", 20).Count(static c => DirectorLab.Echoes(c.Socket, "new")));
    }

    private static bool IsReset(Socket socket)
    {
        try
        {
            return !DirectorLab.Echoes(socket, "after");
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode == SocketError.ConnectionReset;
        }
    }

    private (Socket Socket, int Server)[] FailOver(string scheduler, bool isMasqueraded)
    {
        _lab.StartServers();
        LabNode second = _lab.AddDirector();
        var service = new VirtualServiceSpec
        {
            Key = VirtualServiceKey.At(ServiceProtocol.Tcp, IpAddress.Parse("192.0.2.100"), NatLab.Port),
            Scheduler = scheduler,
            Flags = scheduler == "mh" ? ServiceFlags.Scheduler2 : 0,
        };
        var pool = new PoolSpec(service,
            [.. Enumerable.Range(1, 3).Select(n => NatLab.Server(n) with { IsMasqueraded = isMasqueraded })]);
        Open(second, pool);
        Open(_lab.Director, pool);
        (Socket Socket, int Server)[] connections = [.. _lab.Connect("192.0.2.100", Count)];
        Assert.All(connections, static c => Assert.True(DirectorLab.Echoes(c.Socket, "before"), "not answered"));

        _lab.Director.PowerOff();
        Array.ForEach(NatLab.Virtual, part => Take(second, part.Link, IpAddress.Parse(part.Address)));
        return connections;
    }

    private void Open(LabNode node, PoolSpec pool) => _planes.Add(node.Run(() =>
    {
        NftablesPlane.TryOpen(out ILayer4Plane? plane).ThrowIfFailed("open the plane");
        plane!.Reconcile([pool], out _).ThrowIfFailed("reconcile");
        return plane;
    }));

    private static void Take(LabNode node, int link, IpAddress address) => node.Run(() =>
    {
        node.Route.AddAddress(new() { Prefix = IpPrefix.Host(address), InterfaceIndex = node.Links[link].Index })
            .ThrowIfFailed("take a virtual address");
        using var socket = PacketSocket.OpenSender();
        byte[] frame = new byte[ArpFrame.Size];
        int length = ArpFrame.WriteGratuitousRequest(frame, node.Links[link].Mac, address);
        Assert.Equal(Linux.Abi.Errno.Success, socket.Send(frame.AsSpan(0, length), node.Links[link].Index));
        return 0;
    });
}
