using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp.Layout;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Bpf;
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

    /// <summary>Shows what other directors should know: connections that have shown more than one packet, and templates
    /// of persistent services.</summary>
    internal void VisitShared(SyncVisitor visit)
    {
        DirectorState state = Load();
        ulong now = (ulong)MonotonicClock.Now.Nanoseconds;
        foreach (string map in (ReadOnlySpan<string>)["connections4", "connections6"])
        {
            ReadConnections(map, state, now, (in key, isV6, in connection) =>
            {
                // A masqueraded server knows our address as the client's; another director has another one.
                if ((state.Servers[connection.Server].Flags & DirectorServerFlags.Masqueraded) == 0)
                {
                    visit(state, new(key, isV6, IsTemplate: false), connection);
                }
            });
        }
        ReadTemplates(state, now, (in TemplateKeyRecord key, in TemplateRecord template, bool isAssured) =>
        {
            if (isAssured)
            {
                ServiceKeyRecord service = state.Services[key.Service].Key;
                visit(state, new(new()
                {
                    Client = key.Client,
                    Address = service.Address,
                    Port = service.Port,
                    Protocol = service.Protocol,
                }, service.Family == 6, IsTemplate: true), new()
                {
                    Expires = template.Expires,
                    Server = template.Server,
                    Generation = template.Generation,
                });
            }
        });
    }

    /// <summary>Puts in a connection that another director has told of.</summary>
    /// <param name="shared">Its key.</param>
    /// <param name="connection">What is told.</param>
    /// <param name="isActive">Whether this node sees the packets itself: then it knows better.</param>
    /// <param name="now">CLOCK_MONOTONIC, in nanoseconds.</param>
    internal void PutConnection(in SharedKey shared, in ConnectionRecord connection, bool isActive, ulong now)
    {
        ConnectionKey4 narrow = shared.Key.Narrow();
        BpfMap table = _maps[shared.IsV6 ? "connections6" : "connections4"];
        ReadOnlySpan<byte> key = shared.IsV6 ? MemoryMarshal.AsBytes(new ReadOnlySpan<ConnectionKey6>(in shared.Key))
            : MemoryMarshal.AsBytes(new ReadOnlySpan<ConnectionKey4>(in narrow));
        ConnectionRecord known = default;
        bool isKnown = table.TryGet(key, MemoryMarshal.AsBytes(new Span<ConnectionRecord>(ref known))) == Errno.Success
            && known.State != ConnectionRecord.Gone;
        bool isSame = isKnown && known.Server == connection.Server && known.Generation == connection.Generation;
        if (isKnown && known.Expires > now
            && (isActive || (isSame && known.State == connection.State && known.Expires >= connection.Expires)))
        {
            return;
        }
        // A table that is full has no room for it, as for one of our own.
        if (table.Set(key, MemoryMarshal.AsBytes(new ReadOnlySpan<ConnectionRecord>(in connection))) == Errno.Success)
        {
            CountShared(shared.Key.Protocol, known, connection, isSame);
        }
    }

    /// <summary>Puts in a template that another director has told of.</summary>
    /// <param name="key">Client and service.</param>
    /// <param name="template">The server, and until when.</param>
    /// <param name="isActive">Whether this node schedules for the service.</param>
    /// <param name="now">CLOCK_MONOTONIC, in nanoseconds.</param>
    internal void PutTemplate(TemplateKeyRecord key, TemplateRecord template, bool isActive, ulong now)
    {
        ReadOnlySpan<byte> raw = MemoryMarshal.AsBytes(new ReadOnlySpan<TemplateKeyRecord>(in key));
        TemplateRecord known = default;
        BpfMap table = _maps["templates"];
        bool isKnown = table.TryGet(raw, MemoryMarshal.AsBytes(new Span<TemplateRecord>(ref known))) == Errno.Success
            && known.Expires > now;
        if (!isKnown || (!isActive && known.Expires < template.Expires))
        {
            _ = table.Set(raw, MemoryMarshal.AsBytes(new ReadOnlySpan<TemplateRecord>(in template)));
        }
    }

    // The program counts what it does itself; an entry that was put over another one takes its place.
    private void CountShared(uint protocol, in ConnectionRecord before, in ConnectionRecord after, bool isSame)
    {
        using Lock.Scope gate = _sweepGate.EnterScope();
        _sweep ??= new(_maps);
        if (isSame)
        {
            _sweep.Count(before.Server, before.IsActive(protocol), -1);
        }
        _sweep.Count(after.Server, after.IsActive(protocol), 1);
    }

    private static int PlaceOf(SyncRole role) => (int)role - 1;
}

/// <summary>What a connection or template is known by.</summary>
/// <param name="Key">Its key; of a template client and service, without the client's port.</param>
/// <param name="IsV6">Of which family.</param>
/// <param name="IsTemplate">Whether it is a template.</param>
internal readonly record struct SharedKey(ConnectionKey6 Key, bool IsV6, bool IsTemplate)
{
    internal readonly ConnectionKey6 Key = Key;
}

/// <summary>Is shown a connection or template.</summary>
internal delegate void SyncVisitor(DirectorState state, in SharedKey key, in ConnectionRecord connection);
