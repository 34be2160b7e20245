namespace Holdfast.Config.Ipvsadm;

/// <summary>What one call of ipvsadm does.</summary>
public enum IpvsadmVerb : byte
{
    /// <summary>-A</summary>
    AddService,

    /// <summary>-E</summary>
    EditService,

    /// <summary>-D</summary>
    DeleteService,

    /// <summary>-C</summary>
    Clear,

    /// <summary>-L, -l, or nothing at all</summary>
    List,

    /// <summary>-a</summary>
    AddServer,

    /// <summary>-d</summary>
    DeleteServer,

    /// <summary>-e</summary>
    EditServer,

    /// <summary>--set</summary>
    SetTimeouts,

    /// <summary>--start-daemon</summary>
    StartDaemon,

    /// <summary>--stop-daemon</summary>
    StopDaemon,

    /// <summary>-R</summary>
    Restore,

    /// <summary>-S</summary>
    Save,

    /// <summary>-Z</summary>
    Zero,

    /// <summary>-h</summary>
    Help,

    /// <summary>-v</summary>
    Version,
}

/// <summary>
/// The options that go with a verb. Their order is that in which the original complains about them; several letters
/// may be one option here (-t, -u and -f, for example).
/// </summary>
public enum IpvsadmOption : byte
{
    /// <summary>-n</summary>
    Numeric,

    /// <summary>-c</summary>
    Connection,

    /// <summary>-t, -u, --sctp-service, -f</summary>
    ServiceAddress,

    /// <summary>-s</summary>
    Scheduler,

    /// <summary>-p</summary>
    Persistent,

    /// <summary>-M</summary>
    Netmask,

    /// <summary>-r</summary>
    RealServer,

    /// <summary>-g, -i, -m</summary>
    ForwardingMethod,

    /// <summary>-w</summary>
    Weight,

    /// <summary>-x</summary>
    UpperThreshold,

    /// <summary>-y</summary>
    LowerThreshold,

    /// <summary>--mcast-interface</summary>
    MulticastInterface,

    /// <summary>--timeout</summary>
    Timeout,

    /// <summary>--daemon</summary>
    Daemon,

    /// <summary>--stats</summary>
    Stats,

    /// <summary>--rate</summary>
    Rate,

    /// <summary>--thresholds</summary>
    Thresholds,

    /// <summary>--persistent-conn</summary>
    PersistentConnections,

    /// <summary>--nosort</summary>
    NoSort,

    /// <summary>--syncid</summary>
    SyncId,

    /// <summary>--exact</summary>
    Exact,

    /// <summary>-o</summary>
    OnePacket,

    /// <summary>--pe</summary>
    PersistenceEngine,

    /// <summary>-b</summary>
    SchedulerFlags,

    /// <summary>--mcast-group</summary>
    MulticastGroup,

    /// <summary>--mcast-port</summary>
    MulticastPort,

    /// <summary>--mcast-ttl</summary>
    MulticastTtl,

    /// <summary>--sync-maxlen</summary>
    SyncLengthMax,

    /// <summary>--tun-info</summary>
    TunnelInfo,

    /// <summary>--tun-type</summary>
    TunnelType,

    /// <summary>--tun-port</summary>
    TunnelPort,

    /// <summary>--tun-nocsum</summary>
    TunnelNoChecksum,

    /// <summary>--tun-csum</summary>
    TunnelChecksum,

    /// <summary>--tun-remcsum</summary>
    TunnelRemoteChecksum,
}

/// <summary>A set of options.</summary>
/// <param name="Bits">One bit for each.</param>
public readonly record struct IpvsadmOptionSet(ulong Bits)
{
    /// <summary>Whether an option is in it.</summary>
    public bool Has(IpvsadmOption option) => (Bits & (1UL << (int)option)) != 0;

    /// <summary>Whether any of several is in it.</summary>
    public bool HasAny(IpvsadmOptionSet others) => (Bits & others.Bits) != 0;

    /// <summary>The set with one more.</summary>
    public IpvsadmOptionSet With(IpvsadmOption option) => new(Bits | (1UL << (int)option));

    /// <summary>A set of several.</summary>
    public static IpvsadmOptionSet Of(params ReadOnlySpan<IpvsadmOption> options)
    {
        IpvsadmOptionSet set = default;
        foreach (IpvsadmOption option in options)
        {
            set = set.With(option);
        }
        return set;
    }
}
