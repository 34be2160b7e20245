using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Bpf;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Sockets;

namespace Holdfast.Xdp.Tests;

/// <summary>What is pinned outlives who made it, and is seen by others.</summary>
public sealed class PinnedStateTests
{
    private static readonly VirtualServiceSpec Service = new() { Key = DirectorFixture.Web, Scheduler = "mh" };

    private static readonly RealServerSpec Server = new() { Key = new(DirectorFixture.ServerOf(1), 80) };

    [Fact]
    public void State_ItsProcessHasEnded_GoesOnWithTheNext() => PrivateMounts.Run(static directory =>
    {
        XdpOptions options = new() { PinDirectory = directory, ConnectionsMax = 1024, ConnectionsV6Max = 1024 };
        byte[] data = new Frame { Flags = Tcp.Ack }.ToBytes();
        using (XdpDirector first = PrivateMounts.Load(options))
        {
            first.Client.AddService(Service).ThrowIfFailed("add");
            first.Client.AddServer(Service.Key, Server).ThrowIfFailed("add");
            first.Client.SetPaths(static _ => new ServerPath(1, DirectorFixture.MacOf(1), Frame.OurMac));
            Assert.Equal(XdpAction.SendBack, Run(first, new Frame().ToBytes()));
            Assert.False(first.RemoveIfUnused());
        }

        using XdpDirector second = PrivateMounts.Load(options);
        second.Client.GetConnections(out var connections).ThrowIfFailed("list");
        Assert.Single(connections);
        Assert.Equal(XdpAction.SendBack, Run(second, data));
        second.Client.Observe(out var pools).ThrowIfFailed("list");
        Assert.Equal((1UL, 2UL), (pools[0].Servers[0].Counters.Connections, pools[0].Servers[0].Counters.InPackets));
    });

    [Fact]
    public void Client_WithoutTheProgram_ChangesWhatTheProgramDoes() => PrivateMounts.Run(static directory =>
    {
        XdpOptions options = new() { PinDirectory = directory, ConnectionsMax = 1024, ConnectionsV6Max = 1024 };
        Assert.Equal(Errno.ENOENT, XdpClient.TryOpen(options, out _));
        using XdpDirector director = PrivateMounts.Load(options);
        Assert.Equal(Errno.Success, XdpClient.TryOpen(options, out XdpClient? client));
        using (client!)
        {
            client!.AddService(Service).ThrowIfFailed("add");
            Assert.Equal(XdpAction.Drop, Run(director, new Frame().ToBytes()));
            client.DeleteService(Service.Key).ThrowIfFailed("delete");
            Assert.Equal(XdpAction.Pass, Run(director, new Frame().ToBytes()));
        }
    });

    [Fact]
    public void Director_WithoutServices_IsRemovedWhenNobodyElseHasIt() => PrivateMounts.Run(static directory =>
    {
        XdpOptions options = new() { PinDirectory = directory, ConnectionsMax = 1024, ConnectionsV6Max = 1024 };
        using XdpDirector first = PrivateMounts.Load(options);
        using (XdpDirector second = PrivateMounts.Load(options))
        {
            Assert.False(second.RemoveIfUnused());
        }
        Assert.True(Directory.Exists(directory));

        Assert.Equal(Errno.Success, XdpClient.TryOpen(options, out XdpClient? late));
        Assert.True(first.RemoveIfUnused());

        Assert.False(Directory.Exists(directory));
        using (late!)
        {
            // Who has it still open is told, rather than change what nobody uses.
            Assert.Equal(Errno.ESTALE, late!.AddService(Service).Errno);
        }
    });

    [Fact]
    public void Attachment_ItsProcessHasEnded_StaysAndGetsTheNewProgram() => PrivateMounts.Run(static directory =>
    {
        XdpOptions options = new() { PinDirectory = directory, ConnectionsMax = 1024, ConnectionsV6Max = 1024 };
        using RouteNetlink route = RouteNetlink.Open();
        route.CreateVeth("left0", "right0").ThrowIfFailed("create a veth pair");
        int index = InterfaceInfo.IndexOf("left0");
        using (XdpDirector first = PrivateMounts.Load(options))
        {
            Assert.Equal(Errno.Success, first.Attach(index, preferNative: false));
            Assert.Equal(XdpMode.Generic, first.Attached[index]);
        }

        using XdpDirector second = PrivateMounts.Load(options);
        Assert.Equal(XdpMode.Generic, second.Attached[index]);
        using (XdpDirector other = LoadedDirectors.Load(LoadedDirectors.Usual))
        {
            Assert.Equal(Errno.EBUSY, other.Attach(index, preferNative: false));
            second.Detach(index);
            Assert.Equal(Errno.Success, other.Attach(index, preferNative: true));
        }
        Assert.Equal(Errno.Success, second.Attach(index, preferNative: true));
        Assert.Equal(XdpMode.Native, second.Attached[index]);
        Assert.True(second.RemoveIfUnused());
        Assert.Empty(second.Attached);
    });

    private static XdpAction Run(XdpDirector director, byte[] frame)
    {
        Assert.Equal(Errno.Success, XdpTestRun.TryRun(director.Program, frame, 1, out XdpAction action, out _));
        return action;
    }
}
