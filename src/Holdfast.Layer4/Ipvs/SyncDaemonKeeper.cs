using System.Collections.Immutable;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Planning;
using Holdfast.Linux.Netlink;

namespace Holdfast.Layer4.Ipvs;

/// <summary>Keeps one connection synchronisation daemon in the role that VRRP gives this director.</summary>
/// <remarks>
/// keepalived's <c>lvs_sync_daemon</c>: the caller says which roles a state of the instance means. Active sends
/// (master), Backup and Fault take (backup), so that a node is ready when it recovers; otherwise none is asked for.
/// Only what this keeper has started is stopped, or what runs with the same settings; a daemon that someone else has
/// started in the other role stays. One thread at a time. It does not dispose of its client.
/// </remarks>
/// <param name="client">IPVS of the namespace where the daemon belongs.</param>
/// <param name="settings">Interface, sync id and the rest; its role does not matter.</param>
public sealed class SyncDaemonKeeper(ISyncDaemons client, SyncDaemonSpec settings)
{
    private readonly HashSet<SyncRole> _ours = [];

    /// <summary>The roles that were asked for last.</summary>
    public ImmutableArray<SyncRole> Roles { get; private set; } = [];

    /// <summary>Brings the daemon into a role. Does nothing when it is there already.</summary>
    /// <param name="role">Master while Active, Backup while Backup or at fault, null otherwise.</param>
    /// <returns>
    /// ENODEV: no such interface. EINVAL: it cannot multicast. The role counts as asked for all the same;
    /// <see cref="Verify"/> tries again.
    /// </returns>
    public NetlinkResult SetRole(SyncRole? role) => SetRoles(role is { } one ? [one] : []);

    /// <summary>Brings the daemons into these roles and no others: one of each may run.</summary>
    /// <param name="roles">Each at most once; none: nothing of ours runs.</param>
    /// <returns>As <see cref="SetRole"/>.</returns>
    public NetlinkResult SetRoles(params ReadOnlySpan<SyncRole> roles)
    {
        Roles = [.. roles];
        return Verify();
    }

    /// <summary>Compares with what runs, and repairs it: a daemon that someone has stopped is started again.</summary>
    public NetlinkResult Verify()
    {
        NetlinkResult result = Step(out int steps);
        if (result.IsSuccess || steps == 0)
        {
            return result;
        }
        // The kernel hands on what its thread returned, which may be an error though the thread is gone: what counts
        // is what runs now.
        NetlinkResult again = Step(out steps);
        return steps == 0 ? again : result;
    }

    private NetlinkResult Step(out int steps)
    {
        steps = 0;
        NetlinkResult result = client.GetDaemons(out ImmutableArray<SyncDaemonSpec> seen);
        if (!result.IsSuccess)
        {
            return result;
        }
        // A predecessor that crashed has left its daemon behind: the same settings tell.
        _ours.UnionWith(seen.Where(running => SyncDaemonPlanner.Fits(settings, running)).Select(static d => d.Role));
        SyncDaemonSpec[] wanted = [.. Roles.Select(role => settings with { Role = role })];
        foreach (SyncDaemonStep step in SyncDaemonPlanner.Plan(wanted, seen, _ours))
        {
            steps++;
            NetlinkResult done = step.Stop is { } stopped
                ? client.StopDaemon(stopped) : client.StartDaemon(step.Start!);
            if (done.IsSuccess)
            {
                _ = step.Stop is { } gone ? _ours.Remove(gone) : _ours.Add(step.Start!.Role);
            }
            result = result.IsSuccess ? done : result;
        }
        return result;
    }
}
