using System.Runtime.ExceptionServices;
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

namespace Holdfast.Runtime.Tests;

/// <summary>A node of a test in a network namespace, on a loop that it shares with others.</summary>
internal sealed class NodeBench : IDisposable
{
    private readonly RouteNetlink _netlink;
    private readonly RouteWatch _watch;
    private readonly ChildChannel _channel;
    private readonly FdHandle _supervisor;
    private readonly StateBoard? _board;

    private NodeBench(EpollLoop loop, int number, int priority)
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
        Vrrp = new VrrpNode(VrrpPlan.From(parsed.Model, TimeSpan.FromDays(1)), loop, _netlink, _channel,
            _ => Warnings++, _board);
        _watch = new RouteWatch(loop, null);
        _watch.Attach(Vrrp.Links);
    }

    internal VrrpNode Vrrp { get; }

    /// <summary>How often it has warned.</summary>
    internal int Warnings { get; private set; }

    internal ulong Heard => Vrrp.Instances[0].Counters.AdvertsReceived;

    internal static NodeBench Start(EpollLoop loop, NetworkNamespace network, int number, int priority)
    {
        network.Enter();
        // Else the end of duplicate address detection, a change, falls into the time that is measured.
        _ = InterfaceInfo.TryWriteSetting(IpFamily.V6, "all", "disable_ipv6", 1);
        return new NodeBench(loop, number, priority);
    }

    /// <summary>Starts the instances.</summary>
    internal void Begin()
    {
        Vrrp.Begin();
        Vrrp.EndTurn();
    }

    /// <summary>Does what a turn of the loop does after reading.</summary>
    internal void Turn()
    {
        Vrrp.RunDeadlines();
        Vrrp.EndTurn();
    }

    /// <summary>Runs a test on a thread of its own, which may move into namespaces.</summary>
    internal static void OnThread(Action test)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                test();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
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
