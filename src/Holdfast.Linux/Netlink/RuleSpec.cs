using Holdfast.Primitives;

namespace Holdfast.Linux.Netlink;

/// <summary>A routing rule, as it is to be or as the kernel has it (ip-rule(8)).</summary>
public sealed record RuleSpec
{
    /// <summary>Family.</summary>
    public required IpFamily Family { get; init; }

    /// <summary>Source prefix; null: all.</summary>
    public IpPrefix? Source { get; init; }

    /// <summary>Destination prefix; null: all.</summary>
    public IpPrefix? Destination { get; init; }

    /// <summary>FR_ACT_*: 1 to table, 2 goto, 3 nop, 6 blackhole, 7 unreachable, 8 prohibit.</summary>
    public byte Action { get; init; } = 1;

    /// <summary>Table; null when the action has none.</summary>
    public uint? Table { get; init; }

    /// <summary>Priority of the rule that a goto leads to.</summary>
    public uint? GotoPriority { get; init; }

    /// <summary>Priority, lowest first; null: the kernel chooses.</summary>
    public uint? Priority { get; init; }

    /// <summary>Firewall mark; null: any.</summary>
    public uint? FirewallMark { get; init; }

    /// <summary>Bits of the mark that count; null: all.</summary>
    public uint? FirewallMask { get; init; }

    /// <summary>Name of the input interface; null: any.</summary>
    public string? InputInterface { get; init; }

    /// <summary>Name of the output interface; null: any.</summary>
    public string? OutputInterface { get; init; }

    /// <summary>Type of service; 0: any.</summary>
    public byte Tos { get; init; }

    /// <summary>Whether the rule is for what does not match.</summary>
    public bool Invert { get; init; }

    /// <summary>IPv4 realms, as the kernel packs them; null: none.</summary>
    public uint? Realms { get; init; }

    /// <summary>Ignore routes with at most this prefix length; null: none is ignored.</summary>
    public uint? SuppressPrefixLength { get; init; }

    /// <summary>Ignore routes by an interface of this group; null: none is ignored.</summary>
    public uint? SuppressInterfaceGroup { get; init; }

    /// <summary>IP protocol; null: any.</summary>
    public byte? IpProtocol { get; init; }

    /// <summary>First and last source port; null: any.</summary>
    public (ushort First, ushort Last)? SourcePorts { get; init; }

    /// <summary>First and last destination port; null: any.</summary>
    public (ushort First, ushort Last)? DestinationPorts { get; init; }

    /// <summary>First and last user id; null: any.</summary>
    public (uint First, uint Last)? UserIds { get; init; }

    /// <summary>Tunnel id; null: any.</summary>
    public ulong? TunnelId { get; init; }

    /// <summary>Look in the table of the packet's VRF.</summary>
    public bool L3MasterDevice { get; init; }

    /// <summary>Who made it. Default 18 (RTPROT_KEEPALIVED).</summary>
    public byte Protocol { get; init; } = 18;
}
