namespace Holdfast.Config.Ipvsadm;

/// <summary>Which options go with which verb, with which tunnel, and which exclude each other.</summary>
/// <remarks>
/// Found out by giving the original (1.31) every verb with every option and every pair; the parity tests repeat
/// that.
/// </remarks>
internal static class IpvsadmRules
{
    private const int OptionCount = (int)IpvsadmOption.TunnelRemoteChecksum + 1;

    private static readonly IpvsadmOptionSet OfService = IpvsadmOptionSet.Of(
        IpvsadmOption.ServiceAddress, IpvsadmOption.Scheduler, IpvsadmOption.Persistent, IpvsadmOption.Netmask,
        IpvsadmOption.OnePacket, IpvsadmOption.PersistenceEngine, IpvsadmOption.SchedulerFlags);

    private static readonly IpvsadmOptionSet OfServer = IpvsadmOptionSet.Of(
        IpvsadmOption.ServiceAddress, IpvsadmOption.RealServer, IpvsadmOption.ForwardingMethod, IpvsadmOption.Weight,
        IpvsadmOption.UpperThreshold, IpvsadmOption.LowerThreshold, IpvsadmOption.TunnelType,
        IpvsadmOption.TunnelPort, IpvsadmOption.TunnelNoChecksum, IpvsadmOption.TunnelChecksum,
        IpvsadmOption.TunnelRemoteChecksum);

    private static readonly IpvsadmOptionSet OfList = IpvsadmOptionSet.Of(
        IpvsadmOption.Numeric, IpvsadmOption.Connection, IpvsadmOption.ServiceAddress, IpvsadmOption.Timeout,
        IpvsadmOption.Daemon, IpvsadmOption.Stats, IpvsadmOption.Rate, IpvsadmOption.Thresholds,
        IpvsadmOption.PersistentConnections, IpvsadmOption.NoSort, IpvsadmOption.SyncId, IpvsadmOption.Exact,
        IpvsadmOption.TunnelInfo);

    private static readonly IpvsadmOptionSet OfDaemon = IpvsadmOptionSet.Of(
        IpvsadmOption.MulticastInterface, IpvsadmOption.SyncId, IpvsadmOption.MulticastGroup,
        IpvsadmOption.MulticastPort, IpvsadmOption.MulticastTtl, IpvsadmOption.SyncLengthMax);

    private static readonly IpvsadmOptionSet Checksums = IpvsadmOptionSet.Of(
        IpvsadmOption.TunnelNoChecksum, IpvsadmOption.TunnelChecksum, IpvsadmOption.TunnelRemoteChecksum);

    /// <summary>Every option that is about a tunnel.</summary>
    internal static IpvsadmOptionSet TunnelOptions { get; } = new(Checksums
        .With(IpvsadmOption.TunnelType).With(IpvsadmOption.TunnelPort).Bits);

    // Of these a listing shows one, so only one may be named.
    private static readonly IpvsadmOptionSet ListSubjects = IpvsadmOptionSet.Of(
        IpvsadmOption.Connection, IpvsadmOption.ServiceAddress, IpvsadmOption.Timeout, IpvsadmOption.Daemon);

    private static readonly string[] OptionNames =
    [
        "numeric", "connection", "service-address", "scheduler", "persistent", "netmask", "real-server",
        "forwarding-method", "weight", "u-threshold", "l-threshold", "mcast-interface", "timeout", "daemon", "stats",
        "rate", "thresholds", "persistent-conn", "nosort", "syncid", "exact", "ops", "pe", "sched-flags",
        "mcast-group", "mcast-port", "mcast-ttl", "sync-maxlen", "tun-info", "tun-type", "tun-port", "tun-nocsum",
        "tun-csum", "tun-remcsum",
    ];

    /// <summary>The original's word for an option in its complaints.</summary>
    internal static string NameOf(IpvsadmOption option) => OptionNames[(int)option];

    /// <summary>The first complaint about the options of a verb; null when there is none.</summary>
    internal static string? CheckVerb(IpvsadmVerb verb, IpvsadmOptionSet given)
    {
        (IpvsadmOptionSet allowed, IpvsadmOptionSet required, IpvsadmOptionSet exclusive) = verb switch
        {
            IpvsadmVerb.AddService or IpvsadmVerb.EditService =>
                (OfService, IpvsadmOptionSet.Of(IpvsadmOption.ServiceAddress), default),
            IpvsadmVerb.DeleteService =>
                (IpvsadmOptionSet.Of(IpvsadmOption.ServiceAddress), IpvsadmOptionSet.Of(IpvsadmOption.ServiceAddress),
                    default),
            IpvsadmVerb.AddServer or IpvsadmVerb.EditServer =>
                (OfServer, IpvsadmOptionSet.Of(IpvsadmOption.ServiceAddress, IpvsadmOption.RealServer), default),
            IpvsadmVerb.DeleteServer =>
                (IpvsadmOptionSet.Of(IpvsadmOption.ServiceAddress, IpvsadmOption.RealServer),
                    IpvsadmOptionSet.Of(IpvsadmOption.ServiceAddress, IpvsadmOption.RealServer), default),
            IpvsadmVerb.List => (OfList, default, ListSubjects),
            IpvsadmVerb.StartDaemon => (OfDaemon, default, default),
            IpvsadmVerb.StopDaemon => (IpvsadmOptionSet.Of(IpvsadmOption.SyncId), default, default),
            IpvsadmVerb.Save => (IpvsadmOptionSet.Of(IpvsadmOption.Numeric), default, default),
            IpvsadmVerb.Zero => (IpvsadmOptionSet.Of(IpvsadmOption.ServiceAddress), default, default),
            _ => default((IpvsadmOptionSet, IpvsadmOptionSet, IpvsadmOptionSet)),
        };
        return Check(given, allowed, required, exclusive, $"the '{NameOf(verb)}' command");
    }

    /// <summary>The first complaint about the options of a tunnel; null when there is none.</summary>
    internal static string? CheckTunnel(IpvsadmTunnel tunnel, IpvsadmOptionSet given)
    {
        IpvsadmOptionSet about = new(given.Bits & TunnelOptions.Bits);
        (IpvsadmOptionSet allowed, IpvsadmOptionSet required) = tunnel switch
        {
            IpvsadmTunnel.Gue =>
                (TunnelOptions, IpvsadmOptionSet.Of(IpvsadmOption.TunnelPort)),
            IpvsadmTunnel.Gre =>
                (IpvsadmOptionSet.Of(IpvsadmOption.TunnelType, IpvsadmOption.TunnelNoChecksum,
                    IpvsadmOption.TunnelChecksum), default),
            _ => (IpvsadmOptionSet.Of(IpvsadmOption.TunnelType), default(IpvsadmOptionSet)),
        };
        return Check(about, allowed, required, Checksums, $"the '{NameOf(tunnel)}' tunnel type");
    }

    /// <summary>The word for a kind of tunnel.</summary>
    internal static string NameOf(IpvsadmTunnel tunnel) => tunnel switch
    {
        IpvsadmTunnel.Gue => "gue",
        IpvsadmTunnel.Gre => "gre",
        _ => "ipip",
    };

    private static string NameOf(IpvsadmVerb verb) => verb switch
    {
        IpvsadmVerb.AddService => "add-service",
        IpvsadmVerb.EditService => "edit-service",
        IpvsadmVerb.DeleteService => "delete-service",
        IpvsadmVerb.Clear => "flush",
        IpvsadmVerb.List => "list",
        IpvsadmVerb.AddServer => "add-server",
        IpvsadmVerb.DeleteServer => "delete-server",
        IpvsadmVerb.EditServer => "edit-server",
        IpvsadmVerb.SetTimeouts => "set",
        IpvsadmVerb.StartDaemon => "start-daemon",
        IpvsadmVerb.StopDaemon => "stop-daemon",
        IpvsadmVerb.Restore => "restore",
        IpvsadmVerb.Save => "save",
        _ => "zero",
    };

    private static string? Check(
        IpvsadmOptionSet given, IpvsadmOptionSet allowed, IpvsadmOptionSet required, IpvsadmOptionSet exclusive,
        string subject)
    {
        IpvsadmOption? first = null;
        for (int i = 0; i < OptionCount; i++)
        {
            IpvsadmOption option = (IpvsadmOption)i;
            if (!given.Has(option))
            {
                if (required.Has(option))
                {
                    return $"You need to supply the '{NameOf(option)}' option for {subject}";
                }
                continue;
            }
            if (!allowed.Has(option))
            {
                return $"Illegal '{NameOf(option)}' option with {subject}";
            }
            if (!exclusive.Has(option))
            {
                continue;
            }
            if (first is { } other)
            {
                return $"The option '{NameOf(option)}' conflicts with the '{NameOf(other)}' option in {subject}";
            }
            first = option;
        }
        return null;
    }
}
