using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Keepalived.Syntax;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Binding;

/// <summary>What only the whole of a service shows: defaults that are errors, ports, quorum, marks.</summary>
internal sealed class ServerRules(ConfigNode block, VirtualServerGroupModel? group, Findings findings)
{
    private const int PersistenceDefaultSeconds = 360;

    private bool IsMark => block.Text == "fwmark";

    private bool HasAddresses => block.Text is not "fwmark" && group?.Entries.Any(static e => !e.IsMark) != false;

    /// <summary>The service with what the rules change.</summary>
    public VirtualServerModel Apply(VirtualServerModel service, bool hasMethod)
    {
        service = Protocol(service);
        service = Ports(service);
        ReportDefaults(service, hasMethod);
        service = Marks(service);
        service = ServerPorts(service);
        service = Sorry(service);
        return Quorum(service);
    }

    /// <summary>Two services at one address would be one entry of the kernel's table.</summary>
    public static void CheckDuplicates(IReadOnlyList<VirtualServerModel> services, Findings findings)
    {
        var seen = new Dictionary<(ServiceTarget, ServiceProtocol), VirtualServerModel>();
        foreach (VirtualServerModel service in services)
        {
            if (!seen.TryAdd((service.Target, service.Protocol), service))
            {
                VirtualServerModel first = seen[(service.Target, service.Protocol)];
                findings.Report(FindingCodes.DuplicateService, service.Span,
                    $"virtual_server {service.Name} stands twice, and the kernel has one entry for both",
                    "join their real servers in one block", null, new RelatedPlace(first.Span, "the first one"));
            }
        }
    }

    private VirtualServerModel Protocol(VirtualServerModel service)
    {
        if (service.Protocol == ServiceProtocol.None && HasAddresses)
        {
            findings.Report(FindingCodes.ServerDefault, block.Arguments[0],
                $"virtual_server {service.Target} has no protocol, which means UDP", "add: protocol TCP");
            return service with { Protocol = ServiceProtocol.Udp };
        }
        bool marksOnly = IsMark || (group is not null
            && group.Entries.All(static e => e.IsMark && e.MarkFamily != IpFamily.V6));
        if (service.Protocol != ServiceProtocol.None && marksOnly)
        {
            findings.Report(FindingCodes.MarkProtocol, block.Last("protocol")!.Span,
                "a mark takes packets of every protocol; this has no effect", "remove it");
            return service with { Protocol = ServiceProtocol.None };
        }
        if (service.Flags.HasFlag(ServiceFlags.OnePacket) && service.Protocol != ServiceProtocol.Udp && HasAddresses)
        {
            findings.Report(FindingCodes.SchedulerFlag, block.Last("ops")!.Span,
                "one-packet scheduling is for UDP", "remove ops");
            return service with { Flags = service.Flags & ~ServiceFlags.OnePacket };
        }
        return service;
    }

    private VirtualServerModel Ports(VirtualServerModel service)
    {
        bool isOpen = service.Target.Group is null ? !IsMark && service.Target.Port == 0
            : group?.Entries.Any(static e => !e.IsMark && e.Port == 0) == true;
        if (!isOpen || service.Persistence > TimeSpan.Zero)
        {
            return service;
        }
        findings.Report(FindingCodes.ServerLine, block.Arguments[0],
            $"virtual_server {service.Target} has no port, which only a persistent service may go without",
            "write ADDRESS PORT, or add persistence_timeout");
        return service with { Persistence = TimeSpan.FromSeconds(PersistenceDefaultSeconds) };
    }

    private void ReportDefaults(VirtualServerModel service, bool hasMethod)
    {
        if (block.Last("lvs_sched") is null && block.Last("lb_algo") is null)
        {
            findings.Report(FindingCodes.ServerDefault, block.Arguments[0],
                $"virtual_server {service.Target} has no scheduler, which means wlc", "add: lvs_sched wlc");
        }
        if (!hasMethod)
        {
            findings.Report(FindingCodes.ServerDefault, block.Arguments[0],
                $"virtual_server {service.Target} has no forwarding method, which means NAT", "add: lvs_method NAT");
        }
        if (block.Last("persistence_engine") is { } engine && engine.Text != "sip")
        {
            findings.Report(engine.Text.Length > 15 ? FindingCodes.BadText : FindingCodes.PersistenceEngine,
                engine.Arguments[0], $"there is no persistence engine '{engine.Text}'", "the kernel has: sip");
        }
    }

    private VirtualServerModel Marks(VirtualServerModel service)
    {
        bool hasMark = IsMark || group?.Entries.Any(static e => e.IsMark) == true;
        if (!hasMark || !service.SuspendWithoutAddress)
        {
            return service;
        }
        findings.Report(FindingCodes.MarkProtocol, block.Last("ha_suspend")!.Span,
            "ha_suspend has no meaning with a mark, which has no address", "remove it");
        return service with { SuspendWithoutAddress = false };
    }

    /// <summary>Only NAT can change a port.</summary>
    private VirtualServerModel ServerPorts(VirtualServerModel service)
    {
        RealServerModel[] servers = [.. service.RealServers];
        for (int i = 0; i < servers.Length; i++)
        {
            RealServerModel server = servers[i];
            if (server.Port == 0 || server.Forwarding.Method == ForwardingMethod.Nat
                || WrongPort(service, server.Port) is not { } reason)
            {
                continue;
            }
            findings.Report(FindingCodes.ServerPort, server.Span,
                $"only NAT changes a port: real_server {server.Address} {server.Port} {reason}",
                service.Target.Port == 0 ? "remove the port" : $"write port {service.Target.Port}, or lvs_method NAT");
            servers[i] = group is null ? server with { Port = service.Target.Port } : server;
        }
        return service with { RealServers = [.. servers] };
    }

    private string? WrongPort(VirtualServerModel service, int port)
    {
        if (IsMark)
        {
            return "stands behind a mark, which has no port";
        }
        if (group is null)
        {
            return service.Target.Group is null && service.Target.Port != port
                ? "has another port than the service" : null;
        }
        return group.Entries.Any(static e => e.IsMark) ? "stands behind marks, which have no port"
            : group.Entries.Any(e => !e.IsMark && e.Port != port) ? "has another port than the group" : null;
    }

    private VirtualServerModel Sorry(VirtualServerModel service)
    {
        if (service.SorryServer is not { } sorry)
        {
            return service;
        }
        if (sorry.Port != 0 && sorry.Forwarding.Method != ForwardingMethod.Nat
            && WrongPort(service, sorry.Port) is { } reason)
        {
            findings.Report(FindingCodes.ServerPort, sorry.Span, $"only NAT changes a port: the sorry_server {reason}",
                "write the same port, or sorry_server_lvs_method NAT");
            sorry = sorry with { Port = service.Target.Port };
        }
        RealServerModel? same = service.RealServers.FirstOrDefault(s => s.Address == sorry.Address
            && s.Port == sorry.Port);
        if (same is not null && same.InhibitOnFailure != sorry.Inhibit)
        {
            findings.Report(FindingCodes.SorryServer, sorry.Span,
                "the sorry_server is also a real_server with another inhibit setting", null, null,
                new RelatedPlace(same.Span, "the real_server"));
            sorry = sorry with { Inhibit = same.InhibitOnFailure };
        }
        return service with { SorryServer = sorry };
    }

    private VirtualServerModel Quorum(VirtualServerModel service)
    {
        long weight = service.RealServers.Sum(static s => s.Weight);
        if (service.Quorum > weight)
        {
            // Scripts that take servers out of a file rely on it that the rest is loaded, as with the original.
            findings.Report(FindingCodes.ServiceQuorum, block.Last("quorum")?.Span ?? block.Span,
                $"the quorum is more than all real servers weigh together: it is {weight} now");
            service = service with { Quorum = weight };
        }
        if (block.Last("hysteresis") is { } hysteresis && hysteresis.Number >= service.Quorum)
        {
            findings.Report(FindingCodes.ServiceQuorum, hysteresis.Span,
                $"the hysteresis has to be less than the quorum: it is {Math.Max(0, service.Quorum - 1)} now");
        }
        return service.Hysteresis < service.Quorum ? service
            : service with { Hysteresis = Math.Max(0, service.Quorum - 1) };
    }
}
