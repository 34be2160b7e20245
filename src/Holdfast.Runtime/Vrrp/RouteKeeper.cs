using Holdfast.Linux.Netlink;

namespace Holdfast.Runtime.Vrrp;

/// <summary>Virtual routes and rules of the instances.</summary>
internal sealed class RouteKeeper(RouteNetlink netlink, VrrpInstance[] instances, Action<string> warn)
{
    public void Install(int instance) { }
    public void Release(int instance) { }
    public void Flush() { }
}
