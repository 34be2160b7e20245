using System.Collections.Immutable;

namespace Holdfast.Layer4.Model;

/// <summary>Counters since the last zeroing, and rates of the last seconds (STATS64).</summary>
/// <param name="Connections">Connections scheduled.</param>
/// <param name="InPackets">Packets from clients.</param>
/// <param name="OutPackets">Packets to clients.</param>
/// <param name="InBytes">Bytes from clients.</param>
/// <param name="OutBytes">Bytes to clients.</param>
/// <param name="ConnectionsPerSecond">New connections per second.</param>
/// <param name="InPacketsPerSecond">Packets from clients per second.</param>
/// <param name="OutPacketsPerSecond">Packets to clients per second.</param>
/// <param name="InBytesPerSecond">Bytes from clients per second.</param>
/// <param name="OutBytesPerSecond">Bytes to clients per second.</param>
public readonly record struct TrafficCounters(
    ulong Connections,
    ulong InPackets,
    ulong OutPackets,
    ulong InBytes,
    ulong OutBytes,
    ulong ConnectionsPerSecond,
    ulong InPacketsPerSecond,
    ulong OutPacketsPerSecond,
    ulong InBytesPerSecond,
    ulong OutBytesPerSecond);

/// <summary>A real server as the kernel has it.</summary>
/// <param name="Spec">Its settings.</param>
/// <param name="Counters">Its traffic.</param>
/// <param name="ActiveConnections">Established connections.</param>
/// <param name="InactiveConnections">Other connections.</param>
/// <param name="PersistentConnections">Clients that are bound to it.</param>
public sealed record ObservedServer(
    RealServerSpec Spec,
    TrafficCounters Counters,
    uint ActiveConnections,
    uint InactiveConnections,
    uint PersistentConnections);

/// <summary>A virtual service as the kernel has it, without its servers.</summary>
/// <param name="Spec">Its settings.</param>
/// <param name="Counters">Its traffic.</param>
public sealed record ObservedService(VirtualServiceSpec Spec, TrafficCounters Counters);

/// <summary>A virtual service with its real servers, as the kernel has them.</summary>
/// <param name="Service">The service.</param>
/// <param name="Servers">Its servers, in the kernel's order: the last added first.</param>
public sealed record ObservedPool(ObservedService Service, ImmutableArray<ObservedServer> Servers);

/// <summary>A virtual service with its real servers, as they should be.</summary>
/// <param name="Service">The service.</param>
/// <param name="Servers">Its servers; no two with the same key.</param>
public sealed record PoolSpec(VirtualServiceSpec Service, ImmutableArray<RealServerSpec> Servers)
{
    /// <summary>
    /// Servers that are configured and must not be there now: they are removed whoever has put them in, as one that
    /// was killed in the middle of a change may have. Default: none. What is wanted as well stays.
    /// </summary>
    public ImmutableArray<RealServerKey> Absent { get; init; } = [];
}
