using System.Collections.Immutable;

namespace Holdfast.Primitives;

/// <summary>What a route wraps its packets in: the <c>encap</c> of ip-route(8), a lightweight tunnel.</summary>
public abstract record RouteEncapsulation;

/// <summary>MPLS labels before the packet.</summary>
/// <param name="Labels">Outermost first; each 0 to 1048575.</param>
/// <param name="TimeToLive">TTL of the labels, 1 to 255; 0: that of the packet.</param>
public sealed record MplsEncapsulation(ImmutableArray<uint> Labels, byte TimeToLive = 0) : RouteEncapsulation
{
    /// <summary>The largest label: it has 20 bits.</summary>
    public const uint LabelMax = (1 << 20) - 1;

    /// <summary>The most labels that Linux takes (MAX_NEW_LABELS of its MPLS).</summary>
    public const int LabelCountMax = 30;

    /// <inheritdoc/>
    public bool Equals(MplsEncapsulation? other)
        => other is not null && TimeToLive == other.TimeToLive && Labels.AsSpan().SequenceEqual(other.Labels.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Labels.Length, Labels.IsEmpty ? 0 : Labels[0], TimeToLive);
}

/// <summary>Metadata for a tunnel device that takes them from the route (<c>ip link ... external</c>).</summary>
/// <param name="Family">Family of the outer packet.</param>
/// <param name="Id">Tunnel id or key. Default 0.</param>
/// <param name="Destination">Outer destination; none: not given.</param>
/// <param name="Source">Outer source; none: the kernel chooses.</param>
/// <param name="TrafficClass">Outer TOS, or IPv6 traffic class. Default 0.</param>
/// <param name="HopLimit">Outer TTL, or IPv6 hop limit; 0: the kernel's.</param>
/// <param name="Flags">
/// TUNNEL_* of linux/if_tunnel.h as they lie in memory, which is how keepalived 2.2.7 sends its <c>flags</c>: without
/// a change of byte order. Default 0.
/// </param>
public sealed record IpEncapsulation(IpFamily Family, ulong Id, IpAddress Destination, IpAddress Source = default,
    byte TrafficClass = 0, byte HopLimit = 0, ushort Flags = 0) : RouteEncapsulation;

/// <summary>The upper half of the IPv6 destination is replaced by a locator.</summary>
/// <param name="Locator">First 64 bits of the address.</param>
public sealed record LocatorEncapsulation(ulong Locator) : RouteEncapsulation;
