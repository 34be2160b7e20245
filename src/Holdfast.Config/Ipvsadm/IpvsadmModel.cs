using System.Collections.Immutable;
using System.Numerics;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Primitives;

namespace Holdfast.Config.Ipvsadm;

/// <summary>Rules of ipvsadm as virtual servers of a keepalived.conf without checks. Pure.</summary>
public static class IpvsadmModel
{
    /// <summary>The virtual servers of a table.</summary>
    public static ImmutableArray<VirtualServerModel> Of(IpvsadmTable table)
        => [.. table.Services.Select(static s => Of(s))];

    private static VirtualServerModel Of(IpvsadmTableService entry)
    {
        IpvsadmService service = entry.Service;
        bool isMark = service.FirewallMark != 0;
        return new()
        {
            Target = new(isMark ? IpAddress.None : service.Address, service.Port, service.FirewallMark, null),
            Span = entry.Span,
            Family = service.Family,
            Protocol = isMark ? ServiceProtocol.None : service.Protocol switch
            {
                IpvsadmEndpoint.Tcp => ServiceProtocol.Tcp,
                IpvsadmEndpoint.Udp => ServiceProtocol.Udp,
                _ => ServiceProtocol.Sctp,
            },
            Scheduler = service.Scheduler,
            Flags = FlagsOf(service),
            Persistence = TimeSpan.FromSeconds(service.PersistenceSeconds ?? 0),
            PersistencePrefix = service.Netmask is not { } mask ? service.Family == IpFamily.V6 ? 128 : 32
                : service.Family == IpFamily.V6 ? (int)mask : BitOperations.PopCount(mask),
            PersistenceEngine = service.PersistenceEngine.Length > 0 ? service.PersistenceEngine : null,
            Quorum = Math.Min(1, entry.Servers.Sum(static s => (long)s.Server.Weight)),
            RealServers = [.. entry.Servers.Select(static s => Of(s))],
        };
    }

    private static ServiceFlags FlagsOf(IpvsadmService service)
        => (service.SchedulerFlags.HasFlag(IpvsadmSchedulerFlags.First) ? ServiceFlags.Flag1 : ServiceFlags.None)
            | (service.SchedulerFlags.HasFlag(IpvsadmSchedulerFlags.Second) ? ServiceFlags.Flag2 : ServiceFlags.None)
            | (service.SchedulerFlags.HasFlag(IpvsadmSchedulerFlags.Third) ? ServiceFlags.Flag3 : ServiceFlags.None)
            | (service.OnePacket ? ServiceFlags.OnePacket : ServiceFlags.None);

    private static RealServerModel Of(IpvsadmTableServer entry)
    {
        IpvsadmServer server = entry.Server;
        return new()
        {
            Address = server.Address,
            Port = server.Port,
            Span = entry.Span,
            Weight = server.Weight,
            UpperThreshold = server.UpperThreshold,
            LowerThreshold = server.LowerThreshold,
            Forwarding = new(server.Forwarding switch
            {
                IpvsadmForwarding.Masquerading => ForwardingMethod.Nat,
                IpvsadmForwarding.Tunnel => ForwardingMethod.Tunnel,
                _ => ForwardingMethod.Direct,
            }, (TunnelKind)server.Tunnel, server.TunnelPort, (TunnelChecksum)server.TunnelChecksum),
        };
    }
}
