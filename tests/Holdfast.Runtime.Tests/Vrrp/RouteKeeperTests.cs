using Holdfast.Config.Keepalived;
using Holdfast.Config.Text;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Runtime.Vrrp;

namespace Holdfast.Runtime.Tests.Vrrp;

/// <summary>In a network namespace of its own; the kernel of a test host may have no VRF, so names are resolved here.
/// </summary>
public sealed class RouteKeeperTests
{
    private const uint VrfTable = 77;

    [Fact]
    public void Route_OfAVrfThatAppearsLater_IsWarnedOfAndInstalledThen() => InNamespace(static () =>
    {
        using var route = RouteNetlink.Open();
        route.SetLinkUp(1, up: true).ThrowIfFailed("lo up");
        KeepalivedParseResult parsed = KeepalivedParser.Parse("/k.conf", MemoryConfigFiles.Of("/k.conf", """
            vrrp_instance VI_1 {
                interface lo
                virtual_router_id 51
                virtual_ipaddress {
                    192.168.1.100
                }
                virtual_routes {
                    10.60.0.0/16 dev lo vrf late
                }
            }
            """));
        var instance = new VrrpInstance(0, VrrpPlan.From(parsed.Model, TimeSpan.FromDays(1)).Instances[0]);
        using var loop = new EpollLoop();
        using var kernel = new RouteWatch(loop, null);
        uint table = 0;
        List<string> warnings = [];
        var keeper = new RouteKeeper(route, [instance], static _ => 1, _ => table, warnings.Add, static _ => { });
        RouteSpec wanted = new()
        {
            Destination = new IpPrefix(IpAddress.Parse("10.60.0.0"), 16), InterfaceIndex = 1, Table = VrfTable,
        };

        keeper.Install(0);
        keeper.Flush();
        Assert.Contains("no VRF late", Assert.Single(warnings), StringComparison.Ordinal);
        table = VrfTable;
        keeper.FindMissing(instance, kernel, static (_, _, what) => Assert.Fail($"{what} is not missing"));
        keeper.Flush();
        kernel.CatchUp();

        Assert.True(kernel.HasRoute(wanted));
        Assert.Single(warnings);

        keeper.Release(0);
        keeper.Flush();
        kernel.CatchUp();
        Assert.False(kernel.HasRoute(wanted));
    });

    private static void InNamespace(Action test)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                NetworkNamespace.UnshareCurrentThread();
                test();
            }
            catch (Exception e)
            {
                failure = e; // told by the thread of the test
            }
        });
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }
}
