using Holdfast.Layer4.Xdp;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Sockets;

namespace Holdfast.Xdp.Tests;

/// <summary>What killed directors leave behind goes when the next one begins, and nothing else.</summary>
public sealed class PinDirectoryTests
{
    [Fact]
    public void Sweep_NoAttachmentAndNoUser_IsRemoved() => PrivateMounts.Run(static test =>
    {
        string old = Beside(test, "xdp2-1-1");
        Load(old).Dispose();
        Assert.True(File.Exists(old + "/services"));

        using XdpDirector director = Load(Beside(test, "xdp2-2-2"));

        Assert.False(Directory.Exists(old));
    });

    [Fact]
    public void Sweep_SomebodyUsesIt_Stays() => PrivateMounts.Run(static test =>
    {
        string other = Beside(test, "xdp2-1-1");
        using XdpDirector user = Load(other);

        using XdpDirector director = Load(Beside(test, "xdp2-2-2"));

        Assert.True(File.Exists(other + "/services"));
    });

    [Fact]
    public void Sweep_AttachedToAnInterface_StaysUntilThatHasGone() => PrivateMounts.Run(static test =>
    {
        string other = Beside(test, "xdp2-1-1");
        using RouteNetlink route = RouteNetlink.Open();
        int index = LoadAttached(other, route);

        using (XdpDirector director = Load(Beside(test, "xdp2-2-2")))
        {
            Assert.True(File.Exists(other + "/services"));
            // All of a network namespace's interfaces go with it; one is enough here.
            route.DeleteLink(index).ThrowIfFailed("delete the veth pair");
        }

        using XdpDirector next = Load(Beside(test, "xdp2-3-3"));
        Assert.False(Directory.Exists(other));
    });

    [Theory]
    [InlineData("xdp2-7-1")]
    [InlineData("xdp2-7")]
    [InlineData("xdp1-7-2")]
    [InlineData("xdp3-7-2")]
    public void Sweep_SameNumberOfAnotherNamespaceOrLayout_IsRemoved(string name) => PrivateMounts.Run(test =>
    {
        string dead = Beside(test, name);
        using RouteNetlink route = RouteNetlink.Open();
        int index = LoadAttached(dead, route);

        using XdpDirector director = Load(Beside(test, "xdp2-7-2"));

        Assert.False(Directory.Exists(dead));
        Assert.Equal(Errno.Success, director.Attach(index, preferNative: false));
    });

    [Fact]
    public void Sweep_AnotherLayoutThatAProcessKeeps_LosesItsInterfaces() => PrivateMounts.Run(static test =>
    {
        string old = Beside(test, "xdp1-7-2");
        using RouteNetlink route = RouteNetlink.Open();
        route.CreateVeth("left0", "right0").ThrowIfFailed("create a veth pair");
        int index = InterfaceInfo.IndexOf("left0");
        using XdpDirector keeper = Load(old);
        Assert.Equal(Errno.Success, keeper.Attach(index, preferNative: false));

        using XdpDirector director = Load(Beside(test, "xdp2-7-2"));

        Assert.False(Directory.Exists(old));
        Assert.Equal(Errno.Success, director.Attach(index, preferNative: false));
    });

    [Fact]
    public void Sweep_NotADirectors_Stays() => PrivateMounts.Run(static test =>
    {
        string foreign = Beside(test, "other");
        string strange = Beside(test, "xdpilot");
        Directory.CreateDirectory(foreign);
        Directory.CreateDirectory(strange);

        using XdpDirector director = Load(Beside(test, "xdp2-2-2"));

        Assert.True(Directory.Exists(foreign));
        Assert.True(Directory.Exists(strange));
    });

    [Fact]
    public void Name_OfTwoNamespaces_DiffersThoughTheNumberMayNot()
    {
        HashSet<string> names = [];
        HashSet<ulong> cookies = [];
        for (int i = 0; i < 20; i++)
        {
            // Each is dead when the next one is made, which often gets its number.
            var thread = new Thread(() =>
            {
                NetworkNamespace.UnshareCurrentThread();
                NetworkNamespaceId id = NetworkNamespace.CurrentId();
                Assert.Equal(id, NetworkNamespace.CurrentId());
                names.Add(PinDirectories.NameOf(id));
                cookies.Add(id.Cookie);
            });
            thread.Start();
            thread.Join();
        }
        Assert.Equal(20, names.Count);
        Assert.Equal(20, cookies.Count);
        Assert.DoesNotContain(0UL, cookies);
    }

    private static string Beside(string directory, string name)
        => Path.Combine(Path.GetDirectoryName(directory)!, name);

    // A director whose process has ended, and whose attachment has not.
    private static int LoadAttached(string directory, RouteNetlink route)
    {
        route.CreateVeth("left0", "right0").ThrowIfFailed("create a veth pair");
        int index = InterfaceInfo.IndexOf("left0");
        using XdpDirector director = Load(directory);
        Assert.Equal(Errno.Success, director.Attach(index, preferNative: false));
        return index;
    }

    private static XdpDirector Load(string directory) => PrivateMounts.Load(
        new XdpOptions { PinDirectory = directory, ConnectionsMax = 1024, ConnectionsV6Max = 1024 });
}
