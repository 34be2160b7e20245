using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Model;

/// <summary>One line of <c>virtual_routes</c> or <c>static_routes</c>, in the words of ip-route(8).</summary>
/// <remarks>Numbers are the kernel's (rtnetlink(7)); null or none means that the word was not given.</remarks>
public sealed record RouteModel
{
    /// <summary>Destination; a /0 of the right family for <c>default</c>.</summary>
    public required IpPrefix Destination { get; init; }

    /// <summary>Where it stands.</summary>
    public required SourceSpan Span { get; init; }

    /// <summary>Route type, RTN_*: 1 unicast, 6 blackhole, 7 unreachable, 8 prohibit, 9 throw. Default 1.</summary>
    public byte Type { get; init; } = 1;

    /// <summary><c>dev</c>; null when absent.</summary>
    public string? Interface { get; init; }

    /// <summary><c>via</c>; none when absent. May be of the other family (RTA_VIA).</summary>
    public IpAddress Gateway { get; init; }

    /// <summary><c>src</c>: preferred source address.</summary>
    public IpAddress PreferredSource { get; init; }

    /// <summary><c>from</c> (IPv6): source prefix.</summary>
    public IpPrefix? Source { get; init; }

    /// <summary><c>table</c>. Default 254 (main).</summary>
    public uint Table { get; init; } = 254;

    /// <summary><c>vrf</c>: the VRF whose table is used, not <see cref="Table"/>; null when absent.</summary>
    public string? Vrf { get; init; }

    /// <summary><c>prepend</c>, <c>add</c> or <c>append</c>. Default <see cref="RoutePlacement.First"/>.</summary>
    public RoutePlacement Placement { get; init; }

    /// <summary><c>encap</c> of a single-path route; null when absent.</summary>
    public RouteEncapsulation? Encapsulation { get; init; }

    /// <summary><c>ttl-propagate</c>: true for enabled; null when absent.</summary>
    public bool? PropagateTimeToLive { get; init; }

    /// <summary><c>scope</c>; null: link without a gateway, else global.</summary>
    public byte? Scope { get; init; }

    /// <summary><c>metric</c>, <c>preference</c>.</summary>
    public uint? Metric { get; init; }

    /// <summary><c>protocol</c>. Default 18 (RTPROT_KEEPALIVED).</summary>
    public byte Protocol { get; init; } = 18;

    /// <summary><c>tos</c> or <c>dsfield</c>.</summary>
    public byte Tos { get; init; }

    /// <summary><c>onlink</c>.</summary>
    public bool OnLink { get; init; }

    /// <summary>
    /// RTAX_* metrics by number: mtu 2, window 3, rtt 4, rttvar 5, ssthresh 6, cwnd 7, advmss 8 and so on.
    /// </summary>
    public ImmutableDictionary<ushort, uint> Metrics { get; init; } = ImmutableDictionary<ushort, uint>.Empty;

    /// <summary>Bit set of RTAX_* numbers that are locked (<c>mtu lock 1400</c>).</summary>
    public uint LockedMetrics { get; init; }

    /// <summary><c>congctl</c>; null when absent.</summary>
    public string? CongestionControl { get; init; }

    /// <summary><c>realms [FROM/]TO</c> as the kernel packs it.</summary>
    public uint? Realms { get; init; }

    /// <summary><c>pref</c> (IPv6 router preference): 0 medium, 1 high, 3 low.</summary>
    public byte? Preference { get; init; }

    /// <summary><c>expires</c> in seconds.</summary>
    public uint? ExpiresSeconds { get; init; }

    /// <summary><c>nexthop</c> list, or <c>via</c> and its <c>or</c>; empty for a single-path route.</summary>
    public ImmutableArray<NextHopModel> NextHops { get; init; } = [];

    /// <summary><c>no_track</c>: its removal by someone else does not matter.</summary>
    public bool NoTrack { get; init; }

    /// <summary><c>track_group</c> of a static route; null when absent.</summary>
    public string? TrackGroup { get; init; }
}

/// <summary>One <c>nexthop</c> of a multipath route.</summary>
/// <param name="Gateway"><c>via</c>; none when absent.</param>
/// <param name="Interface"><c>dev</c>; null when absent.</param>
/// <param name="Weight"><c>weight</c>, 1 to 256. Default 1.</param>
/// <param name="OnLink"><c>onlink</c>.</param>
/// <param name="Encapsulation"><c>encap</c>; null when absent.</param>
/// <param name="Realms"><c>realms [FROM/]TO</c> as the kernel packs it; null when absent.</param>
public sealed record NextHopModel(IpAddress Gateway, string? Interface, int Weight, bool OnLink,
    RouteEncapsulation? Encapsulation = null, uint? Realms = null);

/// <summary>Where a route comes among those of the same destination.</summary>
public enum RoutePlacement
{
    /// <summary><c>prepend</c>, and without a word: before them.</summary>
    First,

    /// <summary><c>add</c>: it is not added when there is one.</summary>
    OnlyOne,

    /// <summary><c>append</c>: after them.</summary>
    Last,
}

/// <summary>One line of <c>virtual_rules</c> or <c>static_rules</c>, in the words of ip-rule(8).</summary>
public sealed record RuleModel
{
    /// <summary>Family of the rule.</summary>
    public required IpFamily Family { get; init; }

    /// <summary>Where it stands.</summary>
    public required SourceSpan Span { get; init; }

    /// <summary><c>from</c>; null: all.</summary>
    public IpPrefix? Source { get; init; }

    /// <summary><c>to</c>; null: all.</summary>
    public IpPrefix? Destination { get; init; }

    /// <summary>
    /// Action, FR_ACT_*: 1 to table, 2 goto, 3 nop, 6 blackhole, 7 unreachable, 8 prohibit. Default 1.
    /// </summary>
    public byte Action { get; init; } = 1;

    /// <summary><c>table</c> or <c>lookup</c>; null when the action has none.</summary>
    public uint? Table { get; init; }

    /// <summary><c>goto</c> target priority.</summary>
    public uint? GotoPriority { get; init; }

    /// <summary><c>preference</c>, <c>order</c> or <c>priority</c>; null: the kernel chooses.</summary>
    public uint? Priority { get; init; }

    /// <summary><c>fwmark MARK[/MASK]</c>.</summary>
    public uint? FirewallMark { get; init; }

    /// <summary>Mask of <see cref="FirewallMark"/>; null: all bits.</summary>
    public uint? FirewallMask { get; init; }

    /// <summary><c>iif</c> or <c>dev</c>.</summary>
    public string? InputInterface { get; init; }

    /// <summary><c>oif</c>.</summary>
    public string? OutputInterface { get; init; }

    /// <summary><c>tos</c> or <c>dsfield</c>.</summary>
    public byte Tos { get; init; }

    /// <summary><c>not</c>.</summary>
    public bool Invert { get; init; }

    /// <summary><c>realms [FROM/]TO</c> as the kernel packs it.</summary>
    public uint? Realms { get; init; }

    /// <summary><c>suppress_prefixlength</c>.</summary>
    public uint? SuppressPrefixLength { get; init; }

    /// <summary><c>suppress_ifgroup</c>.</summary>
    public uint? SuppressInterfaceGroup { get; init; }

    /// <summary><c>ipproto</c>.</summary>
    public byte? IpProtocol { get; init; }

    /// <summary><c>sport</c>: first and last port.</summary>
    public (ushort First, ushort Last)? SourcePorts { get; init; }

    /// <summary><c>dport</c>: first and last port.</summary>
    public (ushort First, ushort Last)? DestinationPorts { get; init; }

    /// <summary><c>uidrange</c>: first and last user id.</summary>
    public (uint First, uint Last)? UserIds { get; init; }

    /// <summary><c>tun_id</c>.</summary>
    public ulong? TunnelId { get; init; }

    /// <summary><c>l3mdev</c>.</summary>
    public bool L3MasterDevice { get; init; }

    /// <summary><c>protocol</c>. Default 18 (RTPROT_KEEPALIVED).</summary>
    public byte Protocol { get; init; } = 18;

    /// <summary><c>no_track</c>.</summary>
    public bool NoTrack { get; init; }

    /// <summary><c>track_group</c> of a static rule; null when absent.</summary>
    public string? TrackGroup { get; init; }
}
