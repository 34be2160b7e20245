using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Linux.Netlink;

/// <summary>One path of a multipath route.</summary>
/// <param name="Gateway">Next router; none: the destination is on the link. May be of the other family.</param>
/// <param name="InterfaceIndex">Interface; 0: found by the gateway.</param>
/// <param name="Weight">Share of the traffic, 1 to 256.</param>
/// <param name="OnLink">Believe that the gateway is on the link.</param>
/// <param name="Encapsulation">What packets are wrapped in; null: nothing.</param>
/// <param name="Realms">IPv4: realms, as the kernel packs them; null: none.</param>
public sealed record NextHopSpec(IpAddress Gateway, int InterfaceIndex, int Weight = 1, bool OnLink = false,
    RouteEncapsulation? Encapsulation = null, uint? Realms = null);

/// <summary>A route, as it is to be or as the kernel has it. Numbers are the kernel's (rtnetlink(7)).</summary>
/// <remarks>Equality of two specs compares <see cref="NextHops"/> and <see cref="Metrics"/> by content.</remarks>
public sealed record RouteSpec
{
    /// <summary>Destination; /0 for the default route.</summary>
    public required IpPrefix Destination { get; init; }

    /// <summary>RTN_*: 1 unicast, 2 local, 6 blackhole, 7 unreachable, 8 prohibit, 9 throw.</summary>
    public byte Type { get; init; } = 1;

    /// <summary>Interface; 0: none, or found by the gateway.</summary>
    public int InterfaceIndex { get; init; }

    /// <summary>Next router; none: on the link. An IPv6 gateway of an IPv4 route becomes RTA_VIA.</summary>
    public IpAddress Gateway { get; init; }

    /// <summary>Preferred source address; none: the kernel chooses.</summary>
    public IpAddress PreferredSource { get; init; }

    /// <summary>IPv6: only for packets from this prefix; null: from any.</summary>
    public IpPrefix? Source { get; init; }

    /// <summary>Table. Default 254 (main).</summary>
    public uint Table { get; init; } = 254;

    /// <summary>Scope; null: host for local, link for unicast without a gateway, else global.</summary>
    public byte? Scope { get; init; }

    /// <summary>Metric; null: the kernel's default (0, for IPv6 1024).</summary>
    public uint? Metric { get; init; }

    /// <summary>Who made it. Default 18 (RTPROT_KEEPALIVED).</summary>
    public byte Protocol { get; init; } = 18;

    /// <summary>Type of service that it is for.</summary>
    public byte Tos { get; init; }

    /// <summary>Believe that the gateway is on the link.</summary>
    public bool OnLink { get; init; }

    /// <summary>RTAX_* metrics by number (2 MTU, 8 advertised MSS and so on).</summary>
    public ImmutableSortedDictionary<ushort, uint> Metrics { get; init; }
        = ImmutableSortedDictionary<ushort, uint>.Empty;

    /// <summary>Bit set of RTAX_* numbers that are locked.</summary>
    public uint LockedMetrics { get; init; }

    /// <summary>TCP congestion control; null: the system's.</summary>
    public string? CongestionControl { get; init; }

    /// <summary>Realms, as the kernel packs them; null: none.</summary>
    public uint? Realms { get; init; }

    /// <summary>IPv6 router preference: 0 medium, 1 high, 3 low; null: not given.</summary>
    public byte? Preference { get; init; }

    /// <summary>IPv6: seconds until the kernel removes it; null: never.</summary>
    public uint? ExpiresSeconds { get; init; }

    /// <summary>What packets are wrapped in, for a single-path route; null: nothing.</summary>
    public RouteEncapsulation? Encapsulation { get; init; }

    /// <summary>
    /// MPLS: whether the TTL of the labels goes on to the packet (RTA_TTL_PROPAGATE); null: as the system does.
    /// The kernel takes it and does not keep it for IPv4 and IPv6 routes.
    /// </summary>
    public bool? PropagateTimeToLive { get; init; }

    /// <summary>Paths of a multipath route; empty for a single-path route.</summary>
    public ImmutableArray<NextHopSpec> NextHops { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(RouteSpec? other)
        => other is not null && Destination == other.Destination && Type == other.Type
            && InterfaceIndex == other.InterfaceIndex && Gateway == other.Gateway
            && PreferredSource == other.PreferredSource && Source == other.Source && Table == other.Table
            && Scope == other.Scope && Metric == other.Metric && Protocol == other.Protocol && Tos == other.Tos
            && OnLink == other.OnLink && LockedMetrics == other.LockedMetrics
            && string.Equals(CongestionControl, other.CongestionControl, StringComparison.Ordinal)
            && Realms == other.Realms && Preference == other.Preference && ExpiresSeconds == other.ExpiresSeconds
            && Encapsulation == other.Encapsulation && PropagateTimeToLive == other.PropagateTimeToLive
            && Metrics.SequenceEqual(other.Metrics) && NextHops.AsSpan().SequenceEqual(other.NextHops.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Destination, Table, Metric, Tos, Type);
}
