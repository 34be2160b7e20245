using System.Collections.Immutable;
using Holdfast.Layer4.Model;
using Holdfast.Linux.Netlink;

namespace Holdfast.Layer4;

/// <summary>The daemons that tell another director of connections: what follows VRRP needs no more of a plane.
/// </summary>
/// <remarks>One thread at a time.</remarks>
public interface ISyncDaemons : IDisposable
{
    /// <summary>Starts a synchronisation daemon.</summary>
    /// <returns>EEXIST: one of this role runs. EOPNOTSUPP: this plane has none.</returns>
    NetlinkResult StartDaemon(SyncDaemonSpec daemon);

    /// <summary>Stops a synchronisation daemon.</summary>
    /// <returns>ESRCH: none of this role runs.</returns>
    NetlinkResult StopDaemon(SyncRole role);

    /// <summary>The synchronisation daemons that run.</summary>
    NetlinkResult GetDaemons(out ImmutableArray<SyncDaemonSpec> daemons);
}
