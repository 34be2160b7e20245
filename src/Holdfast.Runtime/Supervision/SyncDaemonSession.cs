using Holdfast.Layer4;
using Holdfast.Layer4.Ipvs;
using Holdfast.Layer4.Model;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;

namespace Holdfast.Runtime.Supervision;

/// <summary>Opens what runs synchronisation daemons.</summary>
/// <param name="daemons">Null unless it worked.</param>
internal delegate NetlinkResult SyncOpener(out ISyncDaemons? daemons);

/// <summary>Carries out which synchronisation daemons should run, as often as it is asked to.</summary>
/// <remarks>
/// Belongs to one thread. IPVS is opened when it is first needed, and anew after a failure of its socket: nothing that
/// fails here may end a thread of the supervisor.
/// </remarks>
/// <param name="open">Opens IPVS.</param>
internal sealed class SyncDaemonSession(SyncOpener open) : IDisposable
{
    /// <summary>What is wrong while the process that keeps the director has not made it yet.</summary>
    internal const string NoDirector = "lvs_sync_daemon: there is no director at XDP";

    private ISyncDaemons? _daemons;
    private SyncDaemonKeeper? _keeper;
    private SyncDaemonSpec? _settings;

    /// <summary>Makes these roles run, and no others of ours.</summary>
    /// <param name="settings">Interface, sync id and the rest.</param>
    /// <param name="roles">Each at most once.</param>
    /// <returns>What is wrong, as a sentence; null: they run.</returns>
    internal string? Carry(SyncDaemonSpec settings, SyncRole[] roles)
    {
        try
        {
            if (_daemons is null)
            {
                NetlinkResult opened = open(out _daemons);
                if (_daemons is null && opened.Errno == Errno.EAGAIN)
                {
                    return roles.Length == 0 ? null : NoDirector;
                }
                if (_daemons is null)
                {
                    return opened.Errno == Errno.ENOENT ? $"lvs_sync_daemon: {IpvsClient.MissingRemedy}"
                        : $"lvs_sync_daemon: no access to IPVS: {opened}";
                }
            }
            if (_keeper is not null && _settings != settings)
            {
                // Daemons cannot change, and a role runs once: those of the old settings go first.
                NetlinkResult stopped = _keeper.SetRoles([]);
                if (!stopped.IsSuccess)
                {
                    return $"lvs_sync_daemon on {_settings!.Interface}: {stopped}";
                }
                _keeper = null;
            }
            _keeper ??= new SyncDaemonKeeper(_daemons, settings);
            _settings = settings;
            NetlinkResult result = _keeper.SetRoles(roles);
            if (result.Errno == Errno.ESTALE)
            {
                Dispose(); // another director takes the place of the one that was removed
            }
            return result.IsSuccess ? null : $"lvs_sync_daemon on {settings.Interface}: {result}";
        }
        catch (LinuxException exception)
        {
            Dispose(); // what runs with these settings is known again by them
            return $"lvs_sync_daemon: no access to IPVS: {exception.Message}";
        }
    }

    /// <summary>Closes IPVS; what runs goes on.</summary>
    public void Dispose()
    {
        _daemons?.Dispose();
        (_daemons, _keeper) = (null, null);
    }
}
