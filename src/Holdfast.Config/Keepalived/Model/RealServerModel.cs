using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Model;

/// <summary>How packets reach a real server.</summary>
public enum ForwardingMethod : byte
{
    /// <summary>Address translation.</summary>
    Nat,

    /// <summary>Direct routing: the frame gets the server's link address.</summary>
    Direct,

    /// <summary>A tunnel; <see cref="TunnelKind"/> says which.</summary>
    Tunnel,
}

/// <summary>Kind of the tunnel to a real server.</summary>
public enum TunnelKind : byte
{
    /// <summary>IP in IP.</summary>
    Ipip,

    /// <summary>Generic UDP encapsulation.</summary>
    Gue,

    /// <summary>Generic routing encapsulation.</summary>
    Gre,
}

/// <summary>Checksum of a tunnel's outer header.</summary>
public enum TunnelChecksum : byte
{
    /// <summary><c>nocsum</c>, the default.</summary>
    None,

    /// <summary><c>csum</c>.</summary>
    Checksum,

    /// <summary><c>remcsum</c>: remote checksum offload, GUE only.</summary>
    Remote,
}

/// <summary><c>lvs_method</c>: how a server is reached.</summary>
/// <param name="Method">NAT, DR or TUN.</param>
/// <param name="Tunnel">Kind of the tunnel. Default IP in IP.</param>
/// <param name="TunnelPort">Port of GUE, 1 to 65535; 0 otherwise.</param>
/// <param name="Checksum">Checksum of the tunnel.</param>
/// <param name="IsMasqueraded"><c>#holdfast: masquerade</c>, with NAT: the server sees an address of this host.</param>
public sealed record ForwardingModel(
    ForwardingMethod Method, TunnelKind Tunnel = TunnelKind.Ipip, int TunnelPort = 0,
    TunnelChecksum Checksum = TunnelChecksum.None, bool IsMasqueraded = false)
{
    /// <summary>The default: NAT.</summary>
    public static ForwardingModel Nat { get; } = new(ForwardingMethod.Nat);
}

/// <summary><c>sorry_server</c>.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Port">Its port; 0: that of the service.</param>
/// <param name="Forwarding"><c>sorry_server_lvs_method</c>. Default: that of the service.</param>
/// <param name="Inhibit"><c>sorry_server_inhibit</c>: weight 0 instead of removal.</param>
/// <param name="Span">Where it stands.</param>
public sealed record SorryServerModel(
    IpAddress Address, int Port, ForwardingModel Forwarding, bool Inhibit, SourceSpan Span);

/// <summary>One <c>real_server</c>, with what it inherits from its service filled in.</summary>
public sealed record RealServerModel
{
    /// <summary>Its address.</summary>
    public required IpAddress Address { get; init; }

    /// <summary>Its port, 1 to 65535; 0: that of the service.</summary>
    public required int Port { get; init; }

    /// <summary>Where the block begins.</summary>
    public required SourceSpan Span { get; init; }

    /// <summary><c>weight</c>, 0 to 2147483647. Default 1, or <c>weight</c> of the service.</summary>
    public long Weight { get; init; } = 1;

    /// <summary><c>lvs_method</c>. Default: that of the service.</summary>
    public ForwardingModel Forwarding { get; init; } = ForwardingModel.Nat;

    /// <summary><c>uthreshold</c>: connections at which it gets no more; 0: no limit.</summary>
    public long UpperThreshold { get; init; }

    /// <summary><c>lthreshold</c>: connections at which it gets more again; 0: three quarters of the upper.</summary>
    public long LowerThreshold { get; init; }

    /// <summary><c>inhibit_on_failure</c>: a failed server gets weight 0 and stays. Default: the service's.</summary>
    public bool InhibitOnFailure { get; init; }

    /// <summary><c>notify_up</c>; null when absent.</summary>
    public ScriptCommand? NotifyUp { get; init; }

    /// <summary><c>notify_down</c>; null when absent.</summary>
    public ScriptCommand? NotifyDown { get; init; }

    /// <summary><c>smtp_alert</c>. Default on.</summary>
    public bool SmtpAlert { get; init; } = true;

    /// <summary><c>snmp_name</c>; null when absent.</summary>
    public string? SnmpName { get; init; }

    /// <summary>Its checkers, in the order of the text. Without any it is always up.</summary>
    public ImmutableArray<CheckerModel> Checkers { get; init; } = [];
}
