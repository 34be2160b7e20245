using Holdfast.Config.Keepalived;
using Holdfast.Config.Text;
using Holdfast.Linux;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Runtime.Continuity;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Vrrp;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Runtime.Tests;

/// <summary>Two nodes in two network namespaces, with real sockets, on one thread.</summary>
public sealed class SteadyStateTests
{
    private const ulong AdvertsBefore = 50;
    private const ulong AdvertsMeasured = 300;
    private const int StretchesMax = 5;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Fact]
    public void TwoNodes_HundredsOfAdverts_AllocateNothing()
    {
        long allocated = -1;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                allocated = Measure();
            }
            catch (Exception e)
            {
                failure = e; // told by the thread of the test
            }
        });
        thread.Start();
        thread.Join();
        Assert.Null(failure);
        Assert.Equal(0, allocated);
    }

    private static long Measure()
    {
        NetworkNamespace.UnshareCurrentThread();
        using NetworkNamespace first = NetworkNamespace.OpenCurrent();
        NetworkNamespace.UnshareCurrentThread();
        using NetworkNamespace second = NetworkNamespace.OpenCurrent();
        using (var route = RouteNetlink.Open())
        {
            route.CreateVeth("eth0", "eth0", first.Descriptor).ThrowIfFailed("create eth0");
        }
        using var loop = new EpollLoop();
        using Node backup = Node.Start(loop, second, 1, 100);
        using Node active = Node.Start(loop, first, 2, 200);
        active.Vrrp.Begin();
        active.Vrrp.EndTurn();
        second.Enter();
        backup.Vrrp.Begin();
        backup.Vrrp.EndTurn();
        Run(loop, active, backup, AdvertsBefore);
        Assert.Equal(Role.Active, active.Vrrp.Router.State(0).Role);
        Assert.Equal(Role.Backup, backup.Vrrp.Router.State(0).Role);
        // What an advert allocates shows in every stretch; what the kernel reports late of the new links, and what the
        // runtime does once, in one of them.
        long least = long.MaxValue;
        for (int stretch = 0; stretch < StretchesMax && least > 0; stretch++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Run(loop, active, backup, backup.Heard + AdvertsMeasured);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }

    private static void Run(EpollLoop loop, Node active, Node backup, ulong adverts)
    {
        MonotonicTime deadline = MonotonicClock.Now + s_limit;
        while (backup.Heard < adverts)
        {
            _ = loop.RunOnce(MonotonicTime.Min(
                deadline, MonotonicTime.Min(active.Vrrp.NextDeadline, backup.Vrrp.NextDeadline)));
            active.Vrrp.RunDeadlines();
            active.Vrrp.EndTurn();
            backup.Vrrp.RunDeadlines();
            backup.Vrrp.EndTurn();
            Assert.True(MonotonicClock.Now < deadline);
        }
    }

    private sealed class Node : IDisposable
    {
        private readonly RouteNetlink _netlink;
        private readonly RouteWatch _watch;
        private readonly ChildChannel _channel;
        private readonly FdHandle _supervisor;
        private readonly StateBoard? _board;

        private Node(EpollLoop loop, int number, int priority)
        {
            _netlink = RouteNetlink.Open();
            var links = new List<LinkInfo>();
            _netlink.DumpLinks(links).ThrowIfFailed("list links");
            int index = links.Find(link => link.Name == "eth0")!.Index;
            _netlink.SetLinkUp(index, up: true).ThrowIfFailed("set eth0 up");
            _ = IpPrefix.TryParse($"192.168.1.{number}/24", out IpPrefix address);
            _netlink.AddAddress(new AddressSpec { Prefix = address, InterfaceIndex = index }).ThrowIfFailed("add");
            _channel = ChildChannel.Create(out _supervisor);
            string text = $$"""
                vrrp_instance VI_1 {
                    version 3
                    interface eth0
                    virtual_router_id 51
                    priority {{priority}}
                    advert_int 0.01
                    virtual_ipaddress {
                        192.168.1.100/24
                        192.168.1.101/24
                    }
                }
                """;
            KeepalivedParseResult parsed = KeepalivedParser.Parse("/k.conf", MemoryConfigFiles.Of("/k.conf", text));
            LinuxException.ThrowIf(
                StateBoard.TryCreate(BoardShape.Of(parsed.Model), 1, out _board), "create a state board");
            Vrrp = new VrrpNode(
                VrrpPlan.From(parsed.Model, TimeSpan.FromDays(1)), loop, _netlink, _channel, _ => { }, _board);
            _watch = new RouteWatch(loop, null);
            _watch.Attach(Vrrp.Links);
        }

        internal VrrpNode Vrrp { get; }

        internal ulong Heard => Vrrp.Instances[0].Counters.AdvertsReceived;

        internal static Node Start(EpollLoop loop, NetworkNamespace network, int number, int priority)
        {
            network.Enter();
            // Else the end of duplicate address detection, a change, falls into the time that is measured.
            _ = InterfaceInfo.TryWriteSetting(IpFamily.V6, "all", "disable_ipv6", 1);
            return new Node(loop, number, priority);
        }

        public void Dispose()
        {
            Vrrp.Dispose();
            _watch.Dispose();
            _netlink.Dispose();
            _channel.Dispose();
            _supervisor.Dispose();
            _board?.Dispose();
        }
    }
}
