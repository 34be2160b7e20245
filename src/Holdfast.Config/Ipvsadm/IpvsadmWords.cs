namespace Holdfast.Config.Ipvsadm;

/// <summary>Every option of ipvsadm 1.31, short and long.</summary>
internal static class IpvsadmWords
{
    internal const string TcpService = "tcp-service";
    internal const string UdpService = "udp-service";
    internal const string SctpService = "sctp-service";
    internal const string MarkService = "fwmark-service";
    internal const string Ipv6 = "ipv6";
    internal const string Masquerading = "masquerading";
    internal const string Tunnelling = "ipip";
    internal const string Gatewaying = "gatewaying";

    private static readonly (PoptOption Word, IpvsadmVerb Verb)[] Verbs =
    [
        (new('A', "add-service", PoptValue.None), IpvsadmVerb.AddService),
        (new('E', "edit-service", PoptValue.None), IpvsadmVerb.EditService),
        (new('D', "delete-service", PoptValue.None), IpvsadmVerb.DeleteService),
        (new('C', "clear", PoptValue.None), IpvsadmVerb.Clear),
        (new('L', "list", PoptValue.None), IpvsadmVerb.List),
        (new('l', "list", PoptValue.None), IpvsadmVerb.List),
        (new('a', "add-server", PoptValue.None), IpvsadmVerb.AddServer),
        (new('e', "edit-server", PoptValue.None), IpvsadmVerb.EditServer),
        (new('d', "delete-server", PoptValue.None), IpvsadmVerb.DeleteServer),
        (new('\0', "set", PoptValue.None), IpvsadmVerb.SetTimeouts),
        (new('\0', "start-daemon", PoptValue.Required), IpvsadmVerb.StartDaemon),
        (new('\0', "stop-daemon", PoptValue.Required), IpvsadmVerb.StopDaemon),
        (new('R', "restore", PoptValue.None), IpvsadmVerb.Restore),
        (new('S', "save", PoptValue.None), IpvsadmVerb.Save),
        (new('Z', "zero", PoptValue.None), IpvsadmVerb.Zero),
        (new('h', "help", PoptValue.None), IpvsadmVerb.Help),
        (new('v', "version", PoptValue.None), IpvsadmVerb.Version),
    ];

    private static readonly (PoptOption Word, IpvsadmOption? Option)[] Others =
    [
        (new('t', TcpService, PoptValue.Required), IpvsadmOption.ServiceAddress),
        (new('u', UdpService, PoptValue.Required), IpvsadmOption.ServiceAddress),
        (new('\0', SctpService, PoptValue.Required), IpvsadmOption.ServiceAddress),
        (new('f', MarkService, PoptValue.Required), IpvsadmOption.ServiceAddress),
        (new('6', Ipv6, PoptValue.None), null),
        (new('s', "scheduler", PoptValue.Required), IpvsadmOption.Scheduler),
        (new('p', "persistent", PoptValue.Optional), IpvsadmOption.Persistent),
        (new('M', "netmask", PoptValue.Required), IpvsadmOption.Netmask),
        (new('r', "real-server", PoptValue.Required), IpvsadmOption.RealServer),
        (new('m', Masquerading, PoptValue.None), IpvsadmOption.ForwardingMethod),
        (new('i', Tunnelling, PoptValue.None), IpvsadmOption.ForwardingMethod),
        (new('g', Gatewaying, PoptValue.None), IpvsadmOption.ForwardingMethod),
        (new('w', "weight", PoptValue.Required), IpvsadmOption.Weight),
        (new('x', "u-threshold", PoptValue.Required), IpvsadmOption.UpperThreshold),
        (new('y', "l-threshold", PoptValue.Required), IpvsadmOption.LowerThreshold),
        (new('\0', "mcast-interface", PoptValue.Required), IpvsadmOption.MulticastInterface),
        (new('\0', "mcast-group", PoptValue.Required), IpvsadmOption.MulticastGroup),
        (new('\0', "mcast-port", PoptValue.Required), IpvsadmOption.MulticastPort),
        (new('\0', "mcast-ttl", PoptValue.Required), IpvsadmOption.MulticastTtl),
        (new('\0', "syncid", PoptValue.Required), IpvsadmOption.SyncId),
        (new('\0', "sync-maxlen", PoptValue.Required), IpvsadmOption.SyncLengthMax),
        (new('c', "connection", PoptValue.None), IpvsadmOption.Connection),
        (new('n', "numeric", PoptValue.None), IpvsadmOption.Numeric),
        (new('\0', "timeout", PoptValue.None), IpvsadmOption.Timeout),
        (new('\0', "daemon", PoptValue.None), IpvsadmOption.Daemon),
        (new('\0', "stats", PoptValue.None), IpvsadmOption.Stats),
        (new('\0', "rate", PoptValue.None), IpvsadmOption.Rate),
        (new('\0', "thresholds", PoptValue.None), IpvsadmOption.Thresholds),
        (new('\0', "persistent-conn", PoptValue.None), IpvsadmOption.PersistentConnections),
        (new('\0', "tun-info", PoptValue.None), IpvsadmOption.TunnelInfo),
        (new('\0', "nosort", PoptValue.None), IpvsadmOption.NoSort),
        (new('\0', "sort", PoptValue.None), null),
        (new('\0', "exact", PoptValue.None), IpvsadmOption.Exact),
        (new('o', "ops", PoptValue.None), IpvsadmOption.OnePacket),
        (new('\0', "pe", PoptValue.Required), IpvsadmOption.PersistenceEngine),
        (new('b', "sched-flags", PoptValue.Required), IpvsadmOption.SchedulerFlags),
        (new('\0', "tun-type", PoptValue.Required), IpvsadmOption.TunnelType),
        (new('\0', "tun-port", PoptValue.Required), IpvsadmOption.TunnelPort),
        (new('\0', "tun-nocsum", PoptValue.None), IpvsadmOption.TunnelNoChecksum),
        (new('\0', "tun-csum", PoptValue.None), IpvsadmOption.TunnelChecksum),
        (new('\0', "tun-remcsum", PoptValue.None), IpvsadmOption.TunnelRemoteChecksum),
    ];

    /// <summary>All of them, for the scanner.</summary>
    internal static IReadOnlyList<PoptOption> Options { get; } =
        [.. Verbs.Select(static v => v.Word), .. Others.Select(static o => o.Word)];

    /// <summary>What an option tells ipvsadm to do; null when it only modifies.</summary>
    internal static IpvsadmVerb? VerbOf(PoptOption option)
    {
        foreach ((PoptOption word, IpvsadmVerb verb) in Verbs)
        {
            if (word.Name == option.Name)
            {
                return verb;
            }
        }
        return null;
    }

    /// <summary>Which option it is; null for a verb, and for those that go with everything.</summary>
    internal static IpvsadmOption? OptionOf(PoptOption option)
        => Array.Find(Others, o => o.Word.Name == option.Name).Option;
}
