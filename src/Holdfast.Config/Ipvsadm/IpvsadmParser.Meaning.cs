namespace Holdfast.Config.Ipvsadm;

/// <summary>What can be judged only when all options are known.</summary>
public sealed partial class IpvsadmParser
{
    private static readonly IpvsadmOptionSet ListColumns = IpvsadmOptionSet.Of(
        IpvsadmOption.Stats, IpvsadmOption.Rate, IpvsadmOption.Thresholds, IpvsadmOption.PersistentConnections);

    private bool TryMeaning()
    {
        if (_given.Has(IpvsadmOption.SchedulerFlags) && !TrySchedulerFlags())
        {
            return false;
        }
        if (IpvsadmRules.CheckVerb(_verb, _given) is { } complaint)
        {
            return Fail(complaint);
        }
        return _verb switch
        {
            IpvsadmVerb.AddService or IpvsadmVerb.EditService => TryServiceMeaning(),
            IpvsadmVerb.AddServer or IpvsadmVerb.EditServer => TryServerMeaning(),
            IpvsadmVerb.List => TryListMeaning(),
            _ => true,
        };
    }

    private bool TryServiceMeaning()
    {
        bool isPersistent = _given.Has(IpvsadmOption.Persistent);
        if (_service is { FirewallMark: 0, Port: 0 } && !isPersistent)
        {
            return Fail("Zero port specified for non-persistent service");
        }
        return !_service.OnePacket || _service.FirewallMark != 0 || _service.Protocol == IpvsadmEndpoint.Udp
            || Fail("One-Packet Scheduling is only for UDP virtual services");
    }

    private bool TryServerMeaning()
    {
        bool isTunnel = _server.Forwarding == IpvsadmForwarding.Tunnel;
        if (!isTunnel && _server.Address.Family != _service.Family)
        {
            return Fail("Different address family is allowed only for tunneling servers");
        }
        if (!isTunnel && _given.HasAny(IpvsadmRules.TunnelOptions))
        {
            return Fail("Tunnel options conflict with forward method");
        }
        if (isTunnel && IpvsadmRules.CheckTunnel(_server.Tunnel, _given) is { } complaint)
        {
            return Fail(complaint);
        }
        // Without rewriting, the port cannot change on the way; with a mark, the packet's own port counts.
        if (_service.FirewallMark == 0 && _server.Forwarding != IpvsadmForwarding.Masquerading)
        {
            _server = _server with { Port = _service.Port };
        }
        return true;
    }

    private bool TryListMeaning()
    {
        bool hasColumns = _given.HasAny(ListColumns);
        bool isConnections = _given.Has(IpvsadmOption.Connection);
        IpvsadmOptionSet otherColumns = IpvsadmOptionSet.Of(
            IpvsadmOption.Stats, IpvsadmOption.Rate, IpvsadmOption.Thresholds);
        bool isConflict = isConnections ? _given.HasAny(otherColumns)
            : hasColumns && (_given.Has(IpvsadmOption.Timeout) || _given.Has(IpvsadmOption.Daemon));
        return !isConflict || Fail("options conflicts in the list command");
    }

    private bool TrySchedulerFlags()
    {
        IpvsadmSchedulerFlags flags = IpvsadmSchedulerFlags.None;
        foreach (string word in _schedulerFlags.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            (IpvsadmSchedulerFlags flag, string scheduler) = word switch
            {
                "flag-1" => (IpvsadmSchedulerFlags.First, ""),
                "flag-2" => (IpvsadmSchedulerFlags.Second, ""),
                "flag-3" => (IpvsadmSchedulerFlags.Third, ""),
                "sh-fallback" => (IpvsadmSchedulerFlags.First, "sh"),
                "sh-port" => (IpvsadmSchedulerFlags.Second, "sh"),
                "mh-fallback" => (IpvsadmSchedulerFlags.First, "mh"),
                "mh-port" => (IpvsadmSchedulerFlags.Second, "mh"),
                _ => (IpvsadmSchedulerFlags.None, ""),
            };
            if (flag == IpvsadmSchedulerFlags.None)
            {
                return Fail($"invalid scheduler flag `{word}'");
            }
            if (scheduler.Length > 0 && scheduler != _service.Scheduler)
            {
                return Fail($"incompatible scheduler flag `{word}'");
            }
            flags |= flag;
        }
        _service = _service with { SchedulerFlags = flags };
        return true;
    }
}
