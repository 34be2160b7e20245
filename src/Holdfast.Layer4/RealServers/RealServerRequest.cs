using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Layer4.RealServers;

/// <summary>What a host is to be made a real server for.</summary>
public sealed record RealServerRequest
{
    /// <summary>Where the addresses of direct routing go when nothing is said.</summary>
    public const string Loopback = "lo";

    /// <summary>UDP port of GUE when nothing is said: the one that IANA has given it.</summary>
    public const ushort DefaultGuePort = 6080;

    private const string Ipv4Tunnel = "tunl0";
    private const string Ipv6Tunnel = "ip6tnl0";

    /// <summary>The virtual addresses.</summary>
    public ImmutableArray<IpAddress> Addresses { get; init; } = [];

    /// <summary>
    /// Whether packets come in a tunnel (<c>lvs_method TUN</c>, IP in IP); otherwise by direct routing.
    /// </summary>
    public bool Tunnel { get; init; }

    /// <summary>Where the addresses go with direct routing: lo, or a dummy interface. Default lo.</summary>
    public string Interface { get; init; } = Loopback;

    /// <summary>Whether our own program takes packets out of tunnels; then no tunnel device is needed.</summary>
    public bool Decapsulate { get; init; }

    /// <summary>Interfaces at which it does; empty: all Ethernet interfaces that are up and have an address.</summary>
    public ImmutableArray<string> Entrances { get; init; } = [];

    /// <summary>Outer sources from which it takes packets, the directors; empty: every one.</summary>
    public ImmutableArray<IpPrefix> Directors { get; init; } = [];

    /// <summary>UDP port of GUE; 0: none.</summary>
    public ushort GuePort { get; init; } = DefaultGuePort;

    /// <summary>The interface that gets addresses of a family.</summary>
    public string InterfaceOf(IpFamily family)
        => !Tunnel ? Interface : family == IpFamily.V6 ? Ipv6Tunnel : Ipv4Tunnel;

    /// <summary>Kind of link that an interface is, when it has to be made; null: it is there or not.</summary>
    internal static string? KindOf(string name) => name switch
    {
        Ipv4Tunnel => "ipip",
        Ipv6Tunnel => "ip6tnl",
        _ => name.StartsWith("dummy", StringComparison.Ordinal) ? "dummy" : null,
    };

    /// <summary>What makes an address none that clients could use; null: it can be one.</summary>
    public static string? WhyUnusable(IpAddress address)
        => address.IsMulticast ? "is a multicast address"
        : address.IsLoopback ? "is a loopback address"
        : address.IsUnspecified ? "is no address of a host"
        : address.IsLinkLocalV6 ? "is a link-local address, which clients behind a router cannot use"
        : null;
}
