using Holdfast.Linux.Netlink;
using Holdfast.Primitives;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Runtime.Vrrp;

/// <summary>What a daemon that was killed has left in the kernel.</summary>
internal sealed partial class VrrpNode
{
    /// <summary>
    /// Takes out the configured addresses, routes and rules of every instance that does not hold them: a dead daemon
    /// has left them, and the Active may be another node. Those of an instance that is Active from the first moment
    /// stay, so that nobody misses them. Call it after <see cref="Begin"/>.
    /// </summary>
    /// <remarks>
    /// Only what is where the file puts it: the same address on another interface (on lo, where a real server has it)
    /// is somebody else's, and so are routes and rules of our protocol that the file does not name.
    /// </remarks>
    /// <param name="kernel">What is there.</param>
    public void RemoveLeftovers(RouteWatch kernel)
    {
        int others = 0;
        foreach (VrrpInstance instance in _instances)
        {
            if (_router.State(instance.Index).Addresses == AddressPhase.Absent)
            {
                others += _routes.RemoveLeftovers(instance, kernel);
            }
        }
        if (others > 0)
        {
            _warn($"removed {others} virtual routes and rules that an earlier run has left");
        }
        AddressSpec[] addresses = [.. _links.Leftovers().Where(IsNobodys).Select(
            static found => new AddressSpec { Prefix = found.Prefix, InterfaceIndex = found.Interface })];
        if (addresses.Length > 0)
        {
            _warn($"removing {addresses.Length} virtual addresses that an earlier run has left");
            _addresses.RemoveNow(addresses);
        }
    }

    /// <summary>Whether an address stands where an instance would put it, and none holds it.</summary>
    private bool IsNobodys((int Interface, IpPrefix Prefix) found)
    {
        bool isOurs = false;
        foreach ((int index, int position) in _owners.Of(found.Prefix.Address))
        {
            if (_instances[index].AddressInterfaces[position] == found.Interface)
            {
                isOurs = true;
                if (_router.State(index).Addresses != AddressPhase.Absent)
                {
                    return false;
                }
            }
        }
        return isOurs;
    }
}
