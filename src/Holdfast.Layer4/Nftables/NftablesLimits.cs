using Holdfast.Layer4.Model;
using Holdfast.Layer4.Planning;
using Holdfast.Layer4.Xdp;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;

namespace Holdfast.Layer4.Nftables;

/// <summary>What this plane cannot do, each with the reason and what to do instead. Pure.</summary>
internal static class NftablesLimits
{
    /// <summary>Most servers of a service: its rules go to the kernel as one message of bounded size.</summary>
    internal const int ServersMax = 512;

    private static readonly string[] s_counting = ["lc", "wlc", "lblc", "lblcr", "sed", "nq", "ovf", "twos"];

    internal static NetlinkResult Check(VirtualServiceSpec spec)
    {
        if (!Schedulers.IsKnown(spec.Scheduler))
        {
            return new(Errno.ENOENT);
        }
        string? reason = spec switch
        {
            { Key.IsMark: true } =>
                "the nftables plane knows services by their address: give the service one instead of a firewall mark",
            { Key.Protocol: not (ServiceProtocol.Tcp or ServiceProtocol.Udp) } =>
                "the nftables plane knows TCP and UDP",
            { Key.Port: 0 } => "the nftables plane knows services by their port: make a service for each port",
            { PersistenceEngine.Length: > 0 } => "the nftables plane looks at addresses and ports, and at no protocol",
            _ when (spec.Flags & ServiceFlags.OnePacket) != 0 =>
                "the nftables plane remembers every flow: leave out ops (ipvsadm -o)",
            _ when s_counting.Contains(spec.Scheduler) =>
                $"the nftables plane cannot compare the connections of servers, as {spec.Scheduler} does: take wrr, "
                + "rr, mh, sh or fo (lvs_sched wrr, ipvsadm -s wrr)",
            { Scheduler: "dh" } =>
                "the nftables plane has no scheduler dh, which sends all of one address to one server: take sh or mh",
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
            { Forwarding: ForwardingMethod.Tunnel } =>
                "nftables cannot put packets into tunnels: take direct routing or NAT (lvs_method DR or NAT, "
                + "ipvsadm -g or -m), or the xdp plane, which has tunnels",
            { Forwarding: not (ForwardingMethod.DirectRouting or ForwardingMethod.Nat) } =>
                "the nftables plane forwards by direct routing or NAT (lvs_method DR or NAT, ipvsadm -g or -m)",
            { UpperThreshold: not 0 } =>
                "the nftables plane cannot compare the connections of servers: leave out the thresholds (uthreshold)",
            { Key.Port: 0 } => "the nftables plane needs the port of the server",
            { IsMasqueraded: true, Forwarding: not ForwardingMethod.Nat } => "masquerading goes with NAT alone",
            _ => null,
        };
        return reason is null ? default : new(Errno.EOPNOTSUPP, reason);
    }

    /// <summary>For a server with another forwarding method than those that are there.</summary>
    internal static NetlinkResult MixedMethods { get; } = new(Errno.EOPNOTSUPP,
        "the nftables plane does NAT and direct routing at different places: all servers of a service, the sorry "
        + "server as well, need the same method");
}
