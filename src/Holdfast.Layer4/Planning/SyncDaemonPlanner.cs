using System.Collections.Immutable;
using Holdfast.Layer4.Model;

namespace Holdfast.Layer4.Planning;

/// <summary>One step towards the wanted synchronisation daemons.</summary>
/// <param name="Stop">The role that is stopped; null when one is started.</param>
/// <param name="Start">The daemon that is started; null when one is stopped.</param>
public readonly record struct SyncDaemonStep(SyncRole? Stop, SyncDaemonSpec? Start);

/// <summary>Which synchronisation daemons have to be stopped and started.</summary>
public static class SyncDaemonPlanner
{
    /// <summary>Compares the wanted daemon of each role with those that run.</summary>
    /// <param name="wanted">At most one of each role.</param>
    /// <param name="seen">Those that run.</param>
    /// <param name="ours">Roles that the caller has started; others are left alone unless they are wanted.</param>
    /// <returns>All stops, then all starts: a daemon cannot change, and frees its port only when it is stopped.
    /// </returns>
    public static ImmutableArray<SyncDaemonStep> Plan(
        IReadOnlyList<SyncDaemonSpec> wanted, IReadOnlyList<SyncDaemonSpec> seen, IReadOnlySet<SyncRole> ours)
    {
        List<SyncDaemonStep> stops = [];
        List<SyncDaemonStep> starts = [];
        foreach (SyncDaemonSpec running in seen)
        {
            SyncDaemonSpec? target = wanted.FirstOrDefault(w => w.Role == running.Role);
            if (target is null ? ours.Contains(running.Role) : !Fits(target, running))
            {
                stops.Add(new(running.Role, null));
            }
        }
        foreach (SyncDaemonSpec target in wanted)
        {
            if (!seen.Any(running => running.Role == target.Role && Fits(target, running)))
            {
                starts.Add(new(null, target));
            }
        }
        return [.. stops, .. starts];
    }

    /// <summary>Whether a daemon runs with the wanted settings; its role is not compared.</summary>
    /// <remarks>What was left to the kernel comes back with the kernel's choice, so it cannot differ.</remarks>
    public static bool Fits(SyncDaemonSpec wanted, SyncDaemonSpec running)
        => wanted.Interface == running.Interface
            && wanted.SyncId == running.SyncId
            && (wanted.LengthMax == 0 || wanted.LengthMax == running.LengthMax)
            && (wanted.Group.IsNone || wanted.Group == running.Group)
            && (wanted.Port == 0 || wanted.Port == running.Port)
            && (wanted.Ttl == 0 || wanted.Ttl == running.Ttl);
}
