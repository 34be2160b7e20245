using Holdfast.Layer4.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;

namespace Holdfast.Layer4.Planning;

/// <summary>What the kernel's IPVS refuses of a real server, for planes that are not the kernel's. Pure.</summary>
internal static class ServerRules
{
    /// <summary>ERANGE or EINVAL, as IPVS would say; success when there is nothing against it.</summary>
    internal static NetlinkResult Check(VirtualServiceKey service, RealServerSpec spec)
    {
        if (spec.Weight > int.MaxValue || spec.UpperThreshold < spec.LowerThreshold)
        {
            return new(Errno.ERANGE);
        }
        // A tunnel may be of the other family, as with IPVS.
        bool isForeign = spec.Key.Address.Family != service.Family && spec.Forwarding != ForwardingMethod.Tunnel;
        return spec.Key.Address.IsMulticast || isForeign ? new(Errno.EINVAL) : default;
    }
}
