using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Layer4.RealServers.Decapsulation;

/// <summary>What the decapsulation program of this host does.</summary>
public sealed record DecapsulationFacts
{
    /// <summary>Indices of the interfaces that it is attached to.</summary>
    public ImmutableArray<int> Interfaces { get; init; } = [];

    /// <summary>Virtual addresses whose packets it takes out of tunnels.</summary>
    public ImmutableArray<IpAddress> Addresses { get; init; } = [];

    /// <summary>From whom it takes them; empty: from everybody.</summary>
    public ImmutableArray<IpPrefix> Sources { get; init; } = [];

    /// <summary>UDP port of GUE; 0: none.</summary>
    public ushort GuePort { get; init; }

    /// <summary>What became of the packets in tunnels so far.</summary>
    public ImmutableSortedDictionary<TunnelFate, FateCounter> Counters { get; init; }
        = ImmutableSortedDictionary<TunnelFate, FateCounter>.Empty;
}
