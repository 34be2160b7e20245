using System.Collections.Immutable;
using Holdfast.Layer4.Model;
using Holdfast.Linux.Netlink;

namespace Holdfast.Layer4;

/// <summary>A plane that tells of its connections; IPVS does so in a file of the kernel.</summary>
public interface IConnectionTable
{
    /// <summary>All connections that are remembered. What changes meanwhile may be missing.</summary>
    NetlinkResult GetConnections(out ImmutableArray<ObservedConnection> connections);
}
