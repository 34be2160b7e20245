using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Model;

/// <summary>Transport protocol of a virtual server.</summary>
public enum ServiceProtocol : byte
{
    /// <summary>None: a firewall mark decides what belongs to the service.</summary>
    None,

    /// <summary><c>protocol TCP</c>.</summary>
    Tcp,

    /// <summary><c>protocol UDP</c>, also what a service without the word gets.</summary>
    Udp,

    /// <summary><c>protocol SCTP</c>.</summary>
    Sctp,
}

/// <summary>Flags of a scheduler and of its service.</summary>
[Flags]
public enum ServiceFlags : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary><c>flag-1</c>; the same bit as <c>sh-fallback</c> and <c>mh-fallback</c>.</summary>
    Flag1 = 1,

    /// <summary><c>flag-2</c>; the same bit as <c>sh-port</c> and <c>mh-port</c>.</summary>
    Flag2 = 2,

    /// <summary><c>flag-3</c>.</summary>
    Flag3 = 4,

    /// <summary><c>ops</c>: every packet of UDP is scheduled anew.</summary>
    OnePacket = 8,

    /// <summary><c>hashed</c>.</summary>
    Hashed = 16,
}

/// <summary>What a virtual server listens to: one address and port, one mark, or a group of both.</summary>
/// <param name="Address">The address; none for a mark or a group.</param>
/// <param name="Port">1 to 65535; 0: every port.</param>
/// <param name="Mark">The firewall mark; 0: none.</param>
/// <param name="Group">Name of a virtual_server_group; null: none.</param>
public sealed record ServiceTarget(IpAddress Address, int Port, uint Mark, string? Group)
{
    /// <summary>As the original names it: <c>[10.0.0.1]:80</c>, <c>FWM 5</c> or <c>[group]</c>.</summary>
    public override string ToString() => Group is not null ? $"[{Group}]" : Mark != 0
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"FWM {Mark}")
        : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"[{Address}]:{Port}");
}

/// <summary>One <c>virtual_server</c> with all defaults filled in.</summary>
public sealed record VirtualServerModel
{
    /// <summary>What it listens to.</summary>
    public required ServiceTarget Target { get; init; }

    /// <summary>Where the block begins.</summary>
    public required SourceSpan Span { get; init; }

    /// <summary>Family of the service: that of the address, <c>ip_family</c>, or that of the first server.</summary>
    public IpFamily Family { get; init; } = IpFamily.V4;

    /// <summary><c>protocol</c>. Without it UDP, which is an error; none for a mark.</summary>
    public ServiceProtocol Protocol { get; init; }

    /// <summary><c>lvs_sched</c>, <c>lb_algo</c>. Default wlc.</summary>
    public string Scheduler { get; init; } = "wlc";

    /// <summary>Flags of the service.</summary>
    public ServiceFlags Flags { get; init; }

    /// <summary><c>persistence_timeout</c>, whole seconds; zero: not persistent. Without a value 360 s.</summary>
    public TimeSpan Persistence { get; init; }

    /// <summary><c>persistence_granularity</c> as prefix length. Default: the whole address.</summary>
    public int PersistencePrefix { get; init; } = 32;

    /// <summary><c>persistence_engine</c>; null: none.</summary>
    public string? PersistenceEngine { get; init; }

    /// <summary><c>ha_suspend</c>: servers are checked only while the address is on this node.</summary>
    public bool SuspendWithoutAddress { get; init; }

    /// <summary><c>alpha</c>: every server counts as down until a check has succeeded.</summary>
    public bool Alpha { get; init; }

    /// <summary><c>omega</c>: the down scripts run when the daemon stops.</summary>
    public bool Omega { get; init; }

    /// <summary><c>quorum</c>: weight that has to be up. Default 1; never more than all servers weigh.</summary>
    public long Quorum { get; init; } = 1;

    /// <summary><c>hysteresis</c>, less than the quorum. Default 0.</summary>
    public long Hysteresis { get; init; }

    /// <summary><c>quorum_up</c>; null when absent.</summary>
    public ScriptCommand? QuorumUp { get; init; }

    /// <summary><c>quorum_down</c>; null when absent.</summary>
    public ScriptCommand? QuorumDown { get; init; }

    /// <summary><c>smtp_alert</c>. Default off.</summary>
    public bool SmtpAlert { get; init; }

    /// <summary><c>snmp_name</c>; null when absent.</summary>
    public string? SnmpName { get; init; }

    /// <summary><c>sorry_server</c>, the server used while the quorum is lost; null when absent.</summary>
    public SorryServerModel? SorryServer { get; init; }

    /// <summary>The real servers, in the order of the text.</summary>
    public ImmutableArray<RealServerModel> RealServers { get; init; } = [];

    /// <summary>
    /// As the original names it in logs and FIFOs: <c>[10.0.0.1]:tcp:80</c>, <c>FWM 5</c>, and <c>[group]:0</c>,
    /// whatever its ports are.
    /// </summary>
    public string Name => Target.Group is { } group ? $"[{group}]:0"
        : Target.Mark != 0 ? Target.ToString() : Endpoint(Target.Address, Target.Port);

    /// <summary>As the original names one of its servers: <c>[10.0.0.2]:tcp:80</c>; <c>none</c> with a mark.</summary>
    /// <param name="address">Address of the server.</param>
    /// <param name="port">Its port; 0: that of the service.</param>
    public string Endpoint(IpAddress address, int port)
        => string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"[{address}]:{ProtocolName}:{port}");

    /// <summary>The protocol in lower case, as logs and FIFOs have it.</summary>
    public string ProtocolName => Protocol switch
    {
        ServiceProtocol.Tcp => "tcp",
        ServiceProtocol.Udp => "udp",
        ServiceProtocol.Sctp => "sctp",
        _ => "none",
    };
}

/// <summary>One address with its port, a range of addresses, or a mark, of a <c>virtual_server_group</c>.</summary>
/// <param name="First">The first address; none for a mark.</param>
/// <param name="Count">How many addresses follow one another; 1 for a single one.</param>
/// <param name="Port">1 to 65535; 0: every port.</param>
/// <param name="Mark">The mark, when there is no address.</param>
/// <param name="MarkFamily">Family written after the mark; none when it is not.</param>
/// <param name="Span">Where it stands.</param>
public sealed record GroupEntryModel(
    IpAddress First, long Count, int Port, uint Mark, IpFamily MarkFamily, SourceSpan Span)
{
    /// <summary>Whether it is a mark.</summary>
    public bool IsMark => First.IsNone;
}

/// <summary>One <c>virtual_server_group</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Entries">In the order of the text; at least one.</param>
/// <param name="Span">Where the block begins.</param>
public sealed record VirtualServerGroupModel(string Name, ImmutableArray<GroupEntryModel> Entries, SourceSpan Span);

/// <summary>The <c>SSL</c> block: what SSL_GET shows, and whom it trusts.</summary>
/// <param name="Password">Password of the key; null: none.</param>
/// <param name="CaFile">
/// Certificates of the authorities; with it a server's certificate has to be valid. Null: it is not looked at.
/// </param>
/// <param name="CertificateFile">Our own certificate, with its chain; null: none.</param>
/// <param name="KeyFile">Key of it; null: none.</param>
public sealed record SslModel(string? Password, string? CaFile, string? CertificateFile, string? KeyFile);
