using System.Runtime.ExceptionServices;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Holdfast.Kernel.Tests;

/// <summary>
/// Two network namespaces of one test, joined by a veth pair: "left" on the test's thread, "right" behind it.
/// They vanish with the thread and the descriptors, whatever the test does.
/// </summary>
internal sealed class PrivateNetwork : IDisposable
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private PrivateNetwork(NetworkNamespace left, NetworkNamespace right)
    {
        Left = left;
        Right = right;
    }

    internal NetworkNamespace Left { get; }

    internal NetworkNamespace Right { get; }

    internal int LeftIndex { get; private set; }

    internal int RightIndex { get; private set; }

    internal required RouteNetlink LeftRoute { get; init; }

    internal required RouteNetlink RightRoute { get; init; }

    /// <summary>Runs a test on its own thread in new namespaces, and checks that it leaves no descriptor.</summary>
    internal static void Run(Action<PrivateNetwork> test)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                NetworkNamespace.UnshareCurrentThread();
                int before = CountDescriptors();
                using (PrivateNetwork network = Create())
                {
                    test(network);
                }
                Assert.Equal(before, CountDescriptors());
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    /// <summary>Runs something in the right namespace: what it opens belongs there.</summary>
    internal T OnRight<T>(Func<T> open)
    {
        Right.Enter();
        try
        {
            return open();
        }
        finally
        {
            Left.Enter();
        }
    }

    /// <summary>192.0.2.1 and 2001:db8::1 on the left, .2 and ::2 on the right.</summary>
    internal void AddHostAddresses()
    {
        foreach ((RouteNetlink route, int index, string last) in
            new[] { (LeftRoute, LeftIndex, "1"), (RightRoute, RightIndex, "2") })
        {
            foreach ((string address, byte length) in
                new[] { ("192.0.2." + last, (byte)24), ("2001:db8::" + last, (byte)64) })
            {
                route.AddAddress(new()
                {
                    Prefix = new(IpAddress.Parse(address), length),
                    InterfaceIndex = index,
                    Flags = AddressFlags.NoDad,
                }).ThrowIfFailed($"add {address}");
            }
        }
    }

    public void Dispose()
    {
        LeftRoute.Dispose();
        RightRoute.Dispose();
        Right.Dispose();
        Left.Dispose();
    }

    private static PrivateNetwork Create()
    {
        var right = NetworkNamespace.OpenCurrent();
        RouteNetlink rightRoute = RouteNetlink.Open();
        NetworkNamespace.UnshareCurrentThread();
        RouteNetlink leftRoute = RouteNetlink.Open();
        var network = new PrivateNetwork(NetworkNamespace.OpenCurrent(), right)
        {
            LeftRoute = leftRoute,
            RightRoute = rightRoute,
        };
        leftRoute.CreateVeth("left0", "right0", right.Descriptor).ThrowIfFailed("create the veth pair");
        network.LeftIndex = InterfaceInfo.IndexOf("left0");
        network.RightIndex = network.OnRight(() => InterfaceInfo.IndexOf("right0"));
        leftRoute.SetLinkUp(1, up: true).ThrowIfFailed("left lo up");
        rightRoute.SetLinkUp(1, up: true).ThrowIfFailed("right lo up");
        _ = InterfaceInfo.TryWriteSetting(IpFamily.V6, "left0", "accept_dad", 0);
        _ = network.OnRight(() => InterfaceInfo.TryWriteSetting(IpFamily.V6, "right0", "accept_dad", 0));
        using RouteMonitor leftMonitor = RouteMonitor.Open(MonitorGroups.Links);
        using RouteMonitor rightMonitor = network.OnRight(static () => RouteMonitor.Open(MonitorGroups.Links));
        leftRoute.SetLinkUp(network.LeftIndex, up: true).ThrowIfFailed("left0 up");
        rightRoute.SetLinkUp(network.RightIndex, up: true).ThrowIfFailed("right0 up");
        AwaitUp(leftMonitor, "left0");
        AwaitUp(rightMonitor, "right0");
        return network;
    }

    // The kernel tells of the carrier a moment later, from a work queue.
    private static void AwaitUp(RouteMonitor monitor, string name)
    {
        RecordingHandler handler = new();
        while (monitor.FindLink(name)?.State != OperationalState.Up)
        {
            Assert.True(DescriptorWait.ForRead(monitor.Descriptor, Patience), $"{name} did not come up");
            Assert.Equal(Linux.Abi.Errno.Success, monitor.Drain(handler));
        }
    }

    // Sockets and namespaces only: the runtime opens files of its own when it loads code.
    private static int CountDescriptors() => Directory.GetFileSystemEntries("/proc/self/fd")
        .Count(static path => new FileInfo(path).LinkTarget is { } target
            && (target.StartsWith("socket:", StringComparison.Ordinal)
                || target.StartsWith("net:", StringComparison.Ordinal)));
}
