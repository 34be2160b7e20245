using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp.Layout;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Sockets;

namespace Holdfast.Layer4.Xdp;

/// <summary>Which synchronisation daemons should run; who keeps the director runs them.</summary>
public sealed partial class XdpClient
{
    private const int InterfaceNameMax = 15;
    private const uint SyncIdMax = 255;

    /// <summary>Whether a daemon is refused while there is no service, for who leaves nothing behind then. Defaults to
    /// false.</summary>
    internal bool NeedsServiceForDaemon { get; set; }

    /// <inheritdoc/>
    /// <remarks>It runs within two seconds, in the process that keeps the director.</remarks>
    /// <returns>EEXIST: one of this role runs. ENODEV: there is no such interface. EINVAL: a value is out of range, or
    /// the group is no multicast address.</returns>
    public NetlinkResult StartDaemon(SyncDaemonSpec daemon)
    {
        ArgumentNullException.ThrowIfNull(daemon);
        bool isFit = daemon.Role is SyncRole.Master or SyncRole.Backup && daemon.SyncId <= SyncIdMax
            && daemon.Interface.Length is > 0 and <= InterfaceNameMax && Ascii.IsValid(daemon.Interface)
            && (daemon.Group.IsNone || daemon.Group.IsMulticast);
        if (!isFit)
        {
            return new(Errno.EINVAL);
        }
        if (InterfaceInfo.IndexOf(daemon.Interface) <= 0)
        {
            return new(Errno.ENODEV);
        }
        return Change(state =>
        {
            if (NeedsServiceForDaemon && state.Keys.Count == 0)
            {
                return new(Errno.EOPNOTSUPP,
                    "the director goes with its last service, and there is none: add one first");
            }
            if (_maps.Get<SyncDaemonRecord>("sync_daemons", PlaceOf(daemon.Role)).Role != 0)
            {
                return new(Errno.EEXIST);
            }
            _maps.Set("sync_daemons", PlaceOf(daemon.Role), SyncDaemonRecord.From(daemon));
            return default;
        });
    }

    /// <inheritdoc/>
    public NetlinkResult StopDaemon(SyncRole role)
    {
        NetlinkResult result = Change(_ => Stop(role));
        // With the director its daemons have gone.
        return result.Errno == Errno.ESTALE ? default : result;
    }

    private NetlinkResult Stop(SyncRole role)
    {
        if (role is not (SyncRole.Master or SyncRole.Backup)
            || _maps.Get<SyncDaemonRecord>("sync_daemons", PlaceOf(role)).Role == 0)
        {
            return new(Errno.ESRCH);
        }
        _maps.Set("sync_daemons", PlaceOf(role), default(SyncDaemonRecord));
        return default;
    }

    /// <inheritdoc/>
    public NetlinkResult GetDaemons(out ImmutableArray<SyncDaemonSpec> daemons)
    {
        daemons = [.. ((SyncRole[])[SyncRole.Master, SyncRole.Backup])
            .Select(role => _maps.Get<SyncDaemonRecord>("sync_daemons", PlaceOf(role)))
            .Where(static record => record.Role != 0).Select(static record => record.ToSpec())];
        return default;
    }

    /// <summary>Shows all connections that live, with the state that their servers are numbers of.</summary>
    internal void VisitConnections(SyncVisitor visit)
    {
        DirectorState state = Load();
        ReadConnections(state, (ulong)MonotonicClock.Now.Nanoseconds,
            (in key, isV6, in connection) => visit(state, in key, isV6, in connection));
    }

    /// <summary>Puts in a connection that another director has told of.</summary>
    /// <param name="table">Which table.</param>
    /// <param name="key">Its key.</param>
    /// <param name="connection">What is told.</param>
    /// <param name="isActive">Whether this node sees the packets itself: then it knows better.</param>
    /// <param name="now">CLOCK_MONOTONIC, in nanoseconds.</param>
    /// <returns>E2BIG: the table is full.</returns>
    internal Errno PutConnection(
        string table, ReadOnlySpan<byte> key, in ConnectionRecord connection, bool isActive, ulong now)
    {
        ConnectionRecord known = default;
        bool isKnown = _maps[table].TryGet(key, MemoryMarshal.AsBytes(new Span<ConnectionRecord>(ref known)))
            == Errno.Success && known.Expires > now;
        bool isSame = known.Server == connection.Server && known.Generation == connection.Generation
            && known.State == connection.State;
        if (isKnown && (isActive || (isSame && known.Expires >= connection.Expires)))
        {
            return Errno.Success;
        }
        return _maps[table].Set(key, MemoryMarshal.AsBytes(new ReadOnlySpan<ConnectionRecord>(in connection)));
    }

    private static int PlaceOf(SyncRole role) => (int)role - 1;
}

/// <summary>Is shown a connection.</summary>
internal delegate void SyncVisitor(
    DirectorState state, in ConnectionKey6 key, bool isV6, in ConnectionRecord connection);
