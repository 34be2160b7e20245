using System.Collections.Immutable;
using Holdfast.Layer4.Model;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Nftables;

/// <summary>How packets get to a real server by direct routing.</summary>
/// <param name="InterfaceIndex">By which interface; 0: no way is known.</param>
/// <param name="IsLocal">Whether the server is this machine.</param>
internal readonly record struct NftPath(int InterfaceIndex, bool IsLocal = false);

/// <summary>What has been counted by counters that are gone, or of a service from its beginning.</summary>
internal readonly record struct NftTraffic(
    ulong Connections, ulong InPackets, ulong InBytes, ulong OutPackets, ulong OutBytes)
{
    internal NftTraffic Plus(in NftTraffic other) => new(
        Connections + other.Connections, InPackets + other.InPackets, InBytes + other.InBytes,
        OutPackets + other.OutPackets, OutBytes + other.OutBytes);

    internal TrafficCounters ToCounters() => new(Connections, InPackets, OutPackets, InBytes, OutBytes, 0, 0, 0, 0, 0);
}

/// <summary>What holds for all services.</summary>
/// <param name="Timeouts">How long connections of direct routing are remembered; NAT has those of the kernel.</param>
internal readonly record struct NftSettings(ConnectionTimeouts Timeouts)
{
    /// <summary>As IPVS has them where nobody has set others.</summary>
    internal static readonly NftSettings Default = new(new(900, 120, 300));
}

/// <summary>A real server of a service.</summary>
/// <param name="Spec">Its settings.</param>
/// <param name="Number">What connections remember it by; not 0, and no two of a service have the same.</param>
/// <param name="Order">Its place: they are listed in the order in which they were added.</param>
/// <param name="Path">How packets get there.</param>
internal sealed record NftServer(RealServerSpec Spec, uint Number, uint Order, NftPath Path);

/// <summary>A virtual service.</summary>
/// <param name="Spec">Its settings.</param>
/// <param name="Order">Its place among all services.</param>
/// <param name="IsClosed">Whether this node does not schedule for it even though it has the address.</param>
/// <param name="Past">What servers that are gone have counted.</param>
/// <param name="Servers">Its servers, in their order.</param>
internal sealed record NftService(
    VirtualServiceSpec Spec, uint Order, bool IsClosed, NftTraffic Past, ImmutableArray<NftServer> Servers)
{
    internal VirtualServiceKey Key => Spec.Key;

    internal bool IsV6 => Key.Family == IpFamily.V6;

    internal bool IsTcp => Key.Protocol == ServiceProtocol.Tcp;

    /// <summary>Whether frames are passed on before they are packets; one without servers is not.</summary>
    internal bool IsDirect => !Servers.IsEmpty && Servers[0].Spec.Forwarding == ForwardingMethod.DirectRouting;

    /// <summary>Name of its chain: "tcp-192.0.2.1-80".</summary>
    internal string Name => $"{(IsTcp ? "tcp" : "udp")}-{NameOf(new(Key.Address, Key.Port))}";

    internal string ConnectionsSet => $"{Name}/connections";

    internal string ServersSet => $"{Name}/servers";

    internal string ChainOf(NftServer server) => $"{Name}/{NameOf(server.Spec.Key)}";

    /// <summary>Where the first packet of a connection begins; with direct routing only.</summary>
    internal string NewChainOf(NftServer server) => $"{ChainOf(server)}/new";

    /// <summary>Clients that stay with a server; with persistence only.</summary>
    internal string ClientsOf(NftServer server) => $"{ChainOf(server)}/clients";

    /// <summary>Where the first packet of a connection to a server goes.</summary>
    internal string BeginOf(NftServer server) => IsDirect ? NewChainOf(server) : ChainOf(server);

    internal string NewCounterOf(NftServer server) => $"{ChainOf(server)}/new";

    internal string InCounterOf(NftServer server) => $"{ChainOf(server)}/in";

    internal string OutCounterOf(NftServer server) => $"{ChainOf(server)}/out";

    /// <summary>Whether the first packet of a connection that is not known may be any: every director chooses the same
    /// server.</summary>
    internal bool TakesMiddle => Spec.Scheduler is "mh" or "sh";

    /// <summary>
    /// Servers that count the packets of translated connections: where several have one address, the first counts for
    /// all of them.
    /// </summary>
    internal IEnumerable<NftServer> Counting => IsDirect ? [] : Servers.DistinctBy(static s => s.Spec.Key.Address);

    private static string NameOf(RealServerKey key)
    {
        string port = key.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return $"{key.Address.ToString().Replace(':', '_')}-{port}";
    }
}
