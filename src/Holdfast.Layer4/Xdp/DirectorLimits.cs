using Holdfast.Layer4.Model;
using Holdfast.Layer4.Planning;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;

namespace Holdfast.Layer4.Xdp;

/// <summary>What this plane cannot do, each with the reason. Pure.</summary>
internal static class DirectorLimits
{
    internal static NetlinkResult Check(VirtualServiceSpec spec)
    {
        if (!Schedulers.IsKnown(spec.Scheduler))
        {
            return new(Errno.ENOENT);
        }
        string? reason = (spec.Key, spec) switch
        {
            ({ IsMark: true }, _) =>
                "the xdp plane sees packets before the firewall marks them: give the service an address",
            ({ Protocol: not (ServiceProtocol.Tcp or ServiceProtocol.Udp) }, _) =>
                "the xdp plane knows TCP and UDP",
            (_, { PersistenceEngine: not "" }) =>
                $"persistence engine {spec.PersistenceEngine} reads an application, the xdp plane only headers",
            _ => null,
        };
        return reason is null ? default : new(Errno.EOPNOTSUPP, reason);
    }

    internal static NetlinkResult Check(VirtualServiceKey service, RealServerSpec spec)
    {
        NetlinkResult result = ServerRules.Check(service, spec);
        if (!result.IsSuccess)
        {
            return result;
        }
        string? reason = spec switch
        {
            { Forwarding: ForwardingMethod.Local or ForwardingMethod.Bypass } =>
                "the xdp plane forwards by direct routing, a tunnel or NAT (lvs_method DR, TUN or NAT; ipvsadm -g, -i "
                + "or -m)",
            { IsMasqueraded: true, Forwarding: not ForwardingMethod.Nat } => "masquerading goes with NAT alone",
            { Forwarding: ForwardingMethod.Tunnel, TunnelChecksum: TunnelChecksum.Remote } =>
                "the xdp plane does no remote checksum offload, which needs a checksum that is still to be made: "
                + "take nocsum or csum",
            { Forwarding: ForwardingMethod.Tunnel, TunnelKind: TunnelKind.Gue, TunnelPort: 0 } =>
                "a GUE tunnel needs a port",
            _ => null,
        };
        return reason is null ? default : new(Errno.EOPNOTSUPP, reason);
    }

    /// <summary>A server behind NAT that is this host: what it is sent goes to the stack as it came, for the stack's
    /// answers do not come in anywhere and could not be translated. So it must be served at the virtual port.</summary>
    internal static NetlinkResult CheckLocal(VirtualServiceKey service, RealServerSpec spec)
        => spec.Forwarding != ForwardingMethod.Nat || spec.Key.Port == 0 || spec.Key.Port == service.Port ? default
            : new(Errno.EOPNOTSUPP,
                $"{spec.Key.Address} is this host, and the xdp plane sees no answers of the host's own stack, so it "
                + $"cannot turn port {spec.Key.Port} into {service.Port}: let the server listen on the virtual address "
                + $"and port {service.Port}, and name that port");
}
