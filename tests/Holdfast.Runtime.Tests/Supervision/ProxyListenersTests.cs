using System.Collections.Immutable;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Runtime.Proxy;
using Holdfast.Runtime.Supervision;

namespace Holdfast.Runtime.Tests.Supervision;

/// <summary>Listeners that the supervisor keeps, and gives to another program.</summary>
public sealed class ProxyListenersTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("holdfast-listeners-").FullName;
    private readonly ProxyListeners _listeners = new();

    public void Dispose()
    {
        _listeners.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void Port_OfAnotherProgram_ChangesNothing()
    {
        using var other = new ProxyListeners();
        int port = FreePort();
        Assert.Empty(other.TryOpen([Tcp(port)], out _));

        Assert.Empty(_listeners.TryOpen([Unix("a")], out ImmutableArray<int> before));
        ImmutableArray<ListenFailure> failures = _listeners.TryOpen([Unix("b"), Tcp(port)], out _);

        Assert.Equal(Errno.EADDRINUSE, Assert.Single(failures).Errno);
        Assert.False(File.Exists(Path.Combine(_directory, "b")));
        Assert.Empty(_listeners.TryOpen([Unix("a")], out ImmutableArray<int> now));
        Assert.Equal(before, now);
    }

    [Fact]
    public void Path_ThatSomebodyServes_IsTaken_AndOneThatNobodyDoesIsReplaced()
    {
        using var other = new ProxyListeners();
        Assert.Empty(other.TryOpen([Unix("a")], out _));
        Assert.Equal(Errno.EADDRINUSE, Assert.Single(_listeners.TryOpen([Unix("a")], out _)).Errno);

        other.Close(keepsFiles: true); // as one that was killed
        Assert.True(File.Exists(Path.Combine(_directory, "a")));
        Assert.Empty(_listeners.TryOpen([Unix("a")], out _));
        _listeners.Close();
        Assert.False(File.Exists(Path.Combine(_directory, "a")));
    }

    [Fact]
    public void Settings_ThatChange_KeepTheSocket()
    {
        int port = FreePort();
        ServedListener first = Tcp(port);
        Assert.Empty(_listeners.TryOpen([first], out ImmutableArray<int> before));
        Assert.Empty(_listeners.TryOpen(
            [first with { Settings = first.Settings with { Backlog = 7 } }], out ImmutableArray<int> now));
        Assert.Equal(before, now);
    }

    [Fact]
    public void Sockets_OfAProgramBefore_AreTakenByTheirPlaces()
    {
        int port = FreePort();
        ServedListener udp = Tcp(port) with { Settings = new ListenSettings { IsDatagram = true, IsFreeBind = false } };
        using var before = new ProxyListeners();
        Assert.Empty(before.TryOpen([udp, Tcp(port), Unix("a")], out ImmutableArray<int> sockets));

        // Copies, as another process would have them; in another order.
        _listeners.Adopt([Copy(sockets[2]), Copy(sockets[0]), Copy(sockets[1])], hasPaths: true);
        Assert.Empty(_listeners.TryOpen([Tcp(port), udp, Unix("a")], out ImmutableArray<int> taken));

        Assert.False(StreamListener.IsDatagram(taken[0]));
        Assert.True(StreamListener.IsDatagram(taken[1]));
        Assert.Equal(Path.Combine(_directory, "a"), StreamListener.PathOf(taken[2]));
        before.Close(keepsFiles: true);
        Assert.Equal(["udp 127.0.0.1:" + port, "127.0.0.1:" + port, Path.Combine(_directory, "a")],
            _listeners.Open.Select(static one => one.Place).OrderDescending(StringComparer.Ordinal));
    }

    private static int Copy(int fd)
    {
        Assert.Equal(Errno.Success, Linux.Files.DescriptorIo.TryDuplicate(fd, out Linux.FdHandle copy));
        return copy.Release();
    }

    private static int FreePort()
    {
        var any = new SocketEndpoint(IpAddress.Parse("127.0.0.1"), 0);
        Assert.Equal(Errno.Success, StreamListener.Open(any, new ListenSettings(), out int fd));
        Assert.Equal(Errno.Success, TcpSocket.GetLocal(fd, out _, out int port));
        TcpSocket.Close(fd);
        return port;
    }

    private static ServedListener Tcp(int port)
    {
        var bind = new SocketEndpoint(IpAddress.Parse("127.0.0.1"), port);
        return new ServedListener(
            "nginx", bind.ToString(), bind, new ListenSettings { IsFreeBind = false }, IsShared: false);
    }

    private ServedListener Unix(string name)
    {
        Assert.True(SocketEndpoint.TryUnix(Path.Combine(_directory, name), out SocketEndpoint? bind));
        return new ServedListener("nginx", $"unix:{bind}", bind!, new ListenSettings(), IsShared: false);
    }
}
