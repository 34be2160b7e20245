using Holdfast.Primitives;

namespace Holdfast.Config.Ipvsadm;

/// <summary>How packets get to a real server, in ipvsadm's words.</summary>
public enum IpvsadmForwarding : byte
{
    /// <summary>-g</summary>
    Gatewaying,

    /// <summary>-i</summary>
    Tunnel,

    /// <summary>-m</summary>
    Masquerading,
}

/// <summary>Kind of tunnel.</summary>
public enum IpvsadmTunnel : byte
{
    /// <summary>ipip</summary>
    Ipip,

    /// <summary>gue</summary>
    Gue,

    /// <summary>gre</summary>
    Gre,
}

/// <summary>Scheduler flags of -b, as IPVS numbers them.</summary>
[Flags]
public enum IpvsadmSchedulerFlags : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>flag-1, sh-fallback, mh-fallback</summary>
    First = 8,

    /// <summary>flag-2, sh-port, mh-port</summary>
    Second = 16,

    /// <summary>flag-3</summary>
    Third = 32,
}

/// <summary>A virtual service as a command line names it.</summary>
public sealed record IpvsadmService
{
    /// <summary>Family of the clients.</summary>
    public IpFamily Family { get; init; } = IpFamily.V4;

    /// <summary>6, 17 or 132; with a mark it means nothing.</summary>
    public byte Protocol { get; init; }

    /// <summary>None with a mark.</summary>
    public IpAddress Address { get; init; }

    /// <summary>0 when none was named.</summary>
    public ushort Port { get; init; }

    /// <summary>0 with an address.</summary>
    public uint FirewallMark { get; init; }

    /// <summary>Name of the scheduler; wlc when none was named.</summary>
    public string Scheduler { get; init; } = "wlc";

    /// <summary>-b</summary>
    public IpvsadmSchedulerFlags SchedulerFlags { get; init; }

    /// <summary>-p, in seconds; null without it. 360 when no number was given, whatever the manual page says.</summary>
    public uint? PersistenceSeconds { get; init; }

    /// <summary>-M: a mask (IPv4) or a prefix length (IPv6); null without it, or when it groups nothing.</summary>
    public uint? Netmask { get; init; }

    /// <summary>-o</summary>
    public bool OnePacket { get; init; }

    /// <summary>--pe; empty without it.</summary>
    public string PersistenceEngine { get; init; } = "";
}

/// <summary>A real server as a command line names it.</summary>
public sealed record IpvsadmServer
{
    /// <summary>-r</summary>
    public IpAddress Address { get; init; }

    /// <summary>Port of -r, or the service's.</summary>
    public ushort Port { get; init; }

    /// <summary>-g, -i or -m.</summary>
    public IpvsadmForwarding Forwarding { get; init; }

    /// <summary>-w; 1 without it.</summary>
    public uint Weight { get; init; } = 1;

    /// <summary>-x; 0 without it.</summary>
    public uint UpperThreshold { get; init; }

    /// <summary>-y; 0 without it.</summary>
    public uint LowerThreshold { get; init; }

    /// <summary>--tun-type</summary>
    public IpvsadmTunnel Tunnel { get; init; }

    /// <summary>--tun-port; 0 without it.</summary>
    public ushort TunnelPort { get; init; }

    /// <summary>0 none, 1 --tun-csum, 2 --tun-remcsum.</summary>
    public byte TunnelChecksum { get; init; }
}

/// <summary>A synchronisation daemon as a command line names it.</summary>
public sealed record IpvsadmDaemon
{
    /// <summary>Whether "master" was named; otherwise "backup".</summary>
    public bool IsMaster { get; init; }

    /// <summary>--mcast-interface, cut to 15 characters; eth0 without it.</summary>
    public string Interface { get; init; } = "eth0";

    /// <summary>--syncid</summary>
    public byte SyncId { get; init; }

    /// <summary>--sync-maxlen; 0 without it.</summary>
    public ushort LengthMax { get; init; }

    /// <summary>--mcast-group; none without it.</summary>
    public IpAddress Group { get; init; }

    /// <summary>--mcast-port; 0 without it.</summary>
    public ushort Port { get; init; }

    /// <summary>--mcast-ttl; 0 without it.</summary>
    public byte Ttl { get; init; }
}

/// <summary>One call of ipvsadm, understood.</summary>
/// <param name="Verb">What it does.</param>
/// <param name="Options">Which options were given.</param>
/// <param name="Service">The service that it is about.</param>
/// <param name="Server">The real server that it is about.</param>
/// <param name="Daemon">The daemon that it is about.</param>
/// <param name="Timeouts">The three numbers of --set, in seconds: TCP, TCP after FIN, UDP.</param>
public sealed record IpvsadmCommand(
    IpvsadmVerb Verb,
    IpvsadmOptionSet Options,
    IpvsadmService Service,
    IpvsadmServer Server,
    IpvsadmDaemon Daemon,
    (uint Tcp, uint TcpFin, uint Udp) Timeouts);
