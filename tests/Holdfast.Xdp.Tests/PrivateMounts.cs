using System.Runtime.ExceptionServices;
using Holdfast.Layer4.Xdp;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Bpf;
using Holdfast.Linux.Namespaces;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Sockets;

namespace Holdfast.Xdp.Tests;

/// <summary>A BPF file system of a test's own.</summary>
internal static class PrivateMounts
{
    /// <summary>Runs a test on a thread with mounts and a network of its own, which go with it.</summary>
    /// <param name="test">Gets a directory that is not there yet.</param>
    internal static void Run(Action<string> test)
    {
        string mountPoint = Directory.CreateTempSubdirectory("holdfast-bpf-").FullName;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                NetworkNamespace.UnshareCurrentThread();
                Assert.Equal(Errno.Success, MountTable.UnshareCurrentThread());
                Assert.Equal(Errno.Success, MountTable.MakeAllPrivate());
                using (RouteNetlink route = RouteNetlink.Open())
                {
                    route.SetLinkUp(1, up: true).ThrowIfFailed("lo up");
                }
                Assert.Equal(Errno.Success, BpfFileSystem.TryMount(mountPoint));
                Assert.True(BpfFileSystem.IsMounted(mountPoint));
                test($"{mountPoint}/holdfast/test");
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        Directory.Delete(mountPoint);
        failure?.Throw();
    }

    internal static XdpDirector Load(XdpOptions options)
    {
        Errno errno = XdpDirector.TryLoad(options, out XdpDirector? director, out string? problem);
        Assert.True(errno == Errno.Success, $"{errno}: {problem}");
        return director!;
    }
}
