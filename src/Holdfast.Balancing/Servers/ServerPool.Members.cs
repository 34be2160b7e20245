using System.Diagnostics.CodeAnalysis;

namespace Holdfast.Balancing.Servers;

/// <content>Servers that come and go while running.</content>
public sealed partial class ServerPool
{
    /// <summary>Puts a server into the first place that is free, in maintenance.</summary>
    /// <param name="settings">Its configuration.</param>
    /// <param name="added">The server, when there was a place.</param>
    /// <returns>Whether there was one; a static algorithm has none.</returns>
    public bool TryAdd(ServerSettings settings, [NotNullWhen(true)] out BalancedServer? added)
    {
        ArgumentNullException.ThrowIfNull(settings);
        lock (Gate)
        {
            added = Servers.FirstOrDefault(static one => one.IsVacant);
            if (added is null)
            {
                return false;
            }
            added.Settings = BalancedServer.Resolve(settings, added.Index);
            added.UserWeight = settings.Weight;
            added.Administrative = AdministrativeStates.Maintenance;
            added.State = ServerState.Stopped;
            added.IsVacant = false;
            Volatile.Write(ref _usedPlaces, Math.Max(_usedPlaces, added.Index + 1));
            _hasMovingLimits |= added.Settings.MinConnections < added.Settings.MaxConnections;
            _scheduler.OnServerAdded();
            return true;
        }
    }

    /// <summary>Takes a server out whose place others may have from now on.</summary>
    /// <param name="server">A server in maintenance.</param>
    /// <returns>False: it has requests or connections, or somebody waits for it.</returns>
    public bool TryRemove(BalancedServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        lock (Gate)
        {
            if (server.IsUsable || server.Served > 0 || server.Queued > 0)
            {
                return false;
            }
            server.Settings = Vacant(server.Index).Settings;
            server.UserWeight = 0;
            server.IsVacant = true;
            return true;
        }
    }

    private static BalancedServer Vacant(int index)
        => new(new ServerSettings { Name = "", Weight = 0, IsDisabled = true }, index) { IsVacant = true };
}
