using Holdfast.Linux.Netlink;
using Holdfast.Primitives;
using static Holdfast.Runtime.Tests.Checks.Process.ProcessBed;

namespace Holdfast.Runtime.Tests.Checks.Process;

/// <summary><c>ha_suspend</c>: checks rest where the address of their virtual server is not.</summary>
public sealed class CheckSuspensionTests
{
    private const string Vip = "TCP 10.9.9.9:80:";
    private const string Other = "TCP 10.9.9.8:80:";

    [Fact]
    public void Suspended_TheAddressIsNotHere_NothingIsChecked() => Run(static bed =>
    {
        int dead = bed.Listen(), witness = bed.Listen();
        bed.Close(dead);
        bed.Start(Service($"ha_suspend\n{Server(dead)}") + Service(Server(witness), "10.9.9.8 80"));
        bed.AwaitLog($"Suspending healthchecker for service [127.0.0.1]:tcp:{dead} for VS [10.9.9.9]:tcp:80");
        bed.AwaitPlane($"{Vip} 127.0.0.1:{dead}=1; {Other} 127.0.0.1:{witness}=1"); // as it began
        using (var route = RouteNetlink.Open())
        {
            var address = new AddressSpec
            {
                InterfaceIndex = 1,
                Prefix = IpPrefix.Host(IpAddress.Parse("10.9.9.9")),
            };
            route.AddAddress(address).ThrowIfFailed("add the address");
            bed.AwaitLog($"Activating healthchecker for service [127.0.0.1]:tcp:{dead} for VS [10.9.9.9]:tcp:80");
            bed.AwaitPlane($"{Vip}; {Other} 127.0.0.1:{witness}=1");
            route.DeleteAddress(address).ThrowIfFailed("delete the address");
        }
        Await(() => bed.Log.Split("Suspending").Length, 3);
        bed.Listen(dead);
        // The other service has as short a delay: it is found down and up while nobody looks at this one.
        bed.Close(witness);
        bed.AwaitPlane($"{Vip}; {Other}");
        bed.Listen(witness);
        bed.AwaitPlane($"{Vip}; {Other} 127.0.0.1:{witness}=1");
    });

    [Fact]
    public void Reload_WithoutHaSuspend_ChecksGoOn() => Run(static bed =>
    {
        int dead = bed.Listen();
        bed.Close(dead);
        bed.Start(Service($"ha_suspend\n{Server(dead)}"));
        bed.AwaitLog("Suspending healthchecker");
        bed.Reload(Service(Server(dead)));
        bed.AwaitLog($"Activating healthchecker for service [127.0.0.1]:tcp:{dead} for VS [10.9.9.9]:tcp:80");
        bed.AwaitPlane(Vip);
    });

    [Fact]
    public void Reload_StillSuspended_BringsAServerThatIsNotCheckedAndSaysNothing() => Run(static bed =>
    {
        int dead = bed.Listen(), more = bed.Listen(), witness = bed.Listen();
        bed.Close(dead);
        bed.Close(more);
        string other = Service(Server(witness), "10.9.9.8 80");
        bed.Start(Service($"ha_suspend\n{Server(dead)}") + other);
        bed.AwaitLog("Suspending healthchecker");
        bed.Reload(Service($"ha_suspend\n{Server(dead)}{Server(more)}") + other);
        bed.Close(witness);
        bed.AwaitPlane($"{Vip} 127.0.0.1:{dead}=1 127.0.0.1:{more}=1; {Other}");
        Assert.Equal(2, bed.Log.Split("Suspending").Length);
    });
}
