using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Kernel.Tests;

public sealed class MonitorTests
{
    private const MonitorGroups AllTables
        = MonitorGroups.Links | MonitorGroups.Addresses | MonitorGroups.Routes | MonitorGroups.Rules;

    [Fact]
    public void Monitor_EveryKindOfChange_IsToldOnceInOrder() => PrivateNetwork.Run(static network =>
    {
        using RouteMonitor monitor = RouteMonitor.Open(AllTables);
        Assert.NotNull(monitor.FindLink("left0"));
        AddressSpec address = AddressTests.Virtual(network, 1);
        RouteSpec route = new()
        {
            Destination = IpPrefix.Host(IpAddress.Parse("203.0.113.1")),
            InterfaceIndex = network.LeftIndex,
        };
        RuleSpec rule = new() { Family = IpFamily.V4, Table = 100, Priority = 500 };
        network.LeftRoute.AddAddress(address).ThrowIfFailed("add");
        network.LeftRoute.AddAddress(address, AddMode.Replace).ThrowIfFailed("renew");
        network.LeftRoute.AddRoute(route).ThrowIfFailed("add");
        network.LeftRoute.AddRoute(route with { Protocol = 3, Metric = 9 }).ThrowIfFailed("add another's");
        network.LeftRoute.AddRule(rule).ThrowIfFailed("add");
        network.LeftRoute.SetLinkMtu(network.LeftIndex, 1400).ThrowIfFailed("mtu");
        network.LeftRoute.DeleteRule(rule).ThrowIfFailed("delete");
        network.LeftRoute.DeleteRoute(route with { Metric = 0 }).ThrowIfFailed("delete");
        network.LeftRoute.DeleteAddress(address).ThrowIfFailed("delete");

        RecordingHandler handler = new();
        Assert.Equal(Errno.Success, monitor.Drain(handler));
        Assert.Equal(
            [
                "address 10.0.0.2/32 added", "route 203.0.113.1/32 added", "rule 500 added", "link left0 up mtu 1400",
                "rule 500 removed", "route 203.0.113.1/32 removed", "address 10.0.0.2/32 removed",
            ],
            handler.Events.Where(static line => !line.Contains("fe80", StringComparison.Ordinal)));
        Assert.Equal(0, monitor.OverrunCount);
    });

    [Fact]
    public void Monitor_RoutesDyingWithTheirLink_AreReported() => PrivateNetwork.Run(static network =>
    {
        using RouteMonitor monitor = RouteMonitor.Open(AllTables);
        network.LeftRoute.AddRoute(new()
        {
            Destination = IpPrefix.Host(IpAddress.Parse("203.0.113.1")),
            InterfaceIndex = network.LeftIndex,
        }).ThrowIfFailed("add");
        network.LeftRoute.SetLinkUp(network.LeftIndex, up: false).ThrowIfFailed("down");
        RecordingHandler handler = new();
        Assert.Equal(Errno.Success, monitor.Drain(handler));
        Assert.Contains("route 203.0.113.1/32 removed", handler.Events);
    });

    [Fact]
    public void Monitor_AfterAnOverrun_TellsTheDifference() => PrivateNetwork.Run(static network =>
    {
        using RouteMonitor monitor = RouteMonitor.Open(AllTables, receiveBufferBytes: 2048);
        AddressSpec[] specs = [.. Enumerable.Range(0, 300).Select(i => AddressTests.Virtual(network, i))];
        var results = new Errno[specs.Length];
        network.LeftRoute.AddAddresses(specs, results);
        RecordingHandler handler = new();
        Assert.Equal(Errno.Success, monitor.Drain(handler));
        Assert.True(monitor.OverrunCount > 0);
        Assert.Equal(specs.Length, handler.Count("address 10.", "added"));

        handler.Events.Clear();
        network.LeftRoute.DeleteAddresses(specs.AsSpan(10), results.AsSpan(10));
        Assert.Equal(Errno.Success, monitor.Drain(handler));
        Assert.Equal(specs.Length - 10, handler.Count("address 10.", "removed"));
        Assert.Equal(10, monitor.Addresses.Count(a => a.Protocol == 18));
    });

    [Fact]
    public void Address_WithALifetimeOfOneSecond_IsRemovedByTheKernel() => PrivateNetwork.Run(static network =>
    {
        using RouteMonitor monitor = RouteMonitor.Open(MonitorGroups.Addresses);
        MonotonicTime start = MonotonicClock.Now;
        network.LeftRoute.AddAddress(AddressTests.Virtual(network, 1) with
        {
            ValidLifetimeSeconds = 1,
            PreferredLifetimeSeconds = 1,
        }).ThrowIfFailed("add");
        RecordingHandler handler = new();
        while (!handler.Events.Contains("address 10.0.0.2/32 removed"))
        {
            Assert.True(DescriptorWait.ForRead(monitor.Descriptor, PrivateNetwork.Patience), "it did not expire");
            Assert.Equal(Errno.Success, monitor.Drain(handler));
        }
        TimeSpan lived = MonotonicClock.Now - start;
        TestContext.Current.TestOutputHelper?.WriteLine($"lived {lived}");
        Assert.True(lived >= TimeSpan.FromSeconds(0.9));
    });

    [Fact]
    public void Monitor_RenewalsAndForeignRoutes_AllocateNothing() => PrivateNetwork.Run(static network =>
    {
        using RouteMonitor monitor = RouteMonitor.Open(AllTables);
        RecordingHandler handler = new();
        AddressSpec[] specs =
        [
            .. Enumerable.Range(0, 50).Select(
                i => AddressTests.Virtual(network, i) with { ValidLifetimeSeconds = 500 }),
        ];
        var results = new Errno[specs.Length];
        RouteSpec foreign = new()
        {
            Destination = IpPrefix.Host(IpAddress.Parse("203.0.113.1")),
            InterfaceIndex = network.LeftIndex,
            Protocol = 3,
        };
        for (int round = 0; round < 60; round++)
        {
            Renew();
            Invariant.Check(monitor.Drain(handler) == Errno.Success);
        }
        handler.Events.Clear();
        Renew();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Invariant.Check(monitor.Drain(handler) == Errno.Success);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Empty(handler.Events);

        void Renew()
        {
            network.LeftRoute.AddAddresses(specs, results, AddMode.Replace);
            network.LeftRoute.AddRoute(foreign, AddMode.Replace);
        }
    });
}
