namespace Holdfast.Balancing.Servers;

/// <summary>Which servers are in charge: one consistent picture, replaced as a whole at every change.</summary>
/// <param name="ActiveCount">Usable servers that are no backup.</param>
/// <param name="ActiveWeight">Their weights together.</param>
/// <param name="BackupCount">Usable backup servers.</param>
/// <param name="BackupWeight">Their weights together.</param>
/// <param name="FirstBackup">The first usable backup server; null where all of them are used.</param>
public sealed record PoolView(
    int ActiveCount, int ActiveWeight, int BackupCount, int BackupWeight, BalancedServer? FirstBackup)
{
    /// <summary>The backup server that gets everything; null: not so.</summary>
    public BalancedServer? LoneBackup => ActiveCount == 0 ? FirstBackup : null;

    /// <summary>Whether backup servers are in charge.</summary>
    public bool UsesBackups => ActiveCount == 0;

    /// <summary>How many servers share the work.</summary>
    public int UsedCount => ActiveCount > 0 ? ActiveCount : FirstBackup is not null ? 1 : BackupCount;

    /// <summary>Their weights together; 0: no server is usable.</summary>
    public int UsedWeight => ActiveCount > 0 ? ActiveWeight : FirstBackup?.Weight ?? BackupWeight;

    /// <summary>Whether this server takes work from the backend's queue.</summary>
    public bool IsInCharge(BalancedServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        return server.IsUsable && (ActiveCount > 0 ? !server.Settings.IsBackup
            : FirstBackup is null || FirstBackup == server);
    }
}
