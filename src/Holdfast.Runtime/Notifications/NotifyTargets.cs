using System.Collections.Immutable;
using Holdfast.Runtime.Scripts;

namespace Holdfast.Runtime.Notifications;

/// <summary>Whether an instance or a sync group is spoken of; the words of the first script argument.</summary>
public enum NotifySubject : byte
{
    /// <summary>INSTANCE.</summary>
    Instance,

    /// <summary>GROUP.</summary>
    Group,
}

/// <summary>The notify scripts of one instance or group, ready to run; null where none is configured.</summary>
/// <param name="Name">Name of the instance or group.</param>
public sealed record NotifyTarget(string Name)
{
    /// <summary><c>notify_master</c>.</summary>
    public PreparedCommand? Master { get; init; }

    /// <summary><c>notify_backup</c>.</summary>
    public PreparedCommand? Backup { get; init; }

    /// <summary><c>notify_fault</c>.</summary>
    public PreparedCommand? Fault { get; init; }

    /// <summary><c>notify_stop</c>.</summary>
    public PreparedCommand? Stop { get; init; }

    /// <summary><c>notify_deleted</c>.</summary>
    public PreparedCommand? Deleted { get; init; }

    /// <summary>Whether <c>notify_deleted</c> stands without a script.</summary>
    public bool DeletedWithoutScript { get; init; }

    /// <summary><c>notify</c>.</summary>
    public PreparedCommand? Any { get; init; }

    /// <summary><c>notify_master_rx_lower_pri</c>.</summary>
    public PreparedCommand? ReceivedLowerPriority { get; init; }

    /// <summary><c>smtp_alert</c>.</summary>
    public bool SmtpAlert { get; init; }

    /// <summary><c>notify_priority_changes</c>.</summary>
    public bool PriorityChanges { get; init; }
}

/// <summary>All notify scripts of a configuration; indexes are those of the model.</summary>
/// <param name="Instances">One for each instance.</param>
/// <param name="Groups">One for each sync group.</param>
public sealed record NotifyTargets(ImmutableArray<NotifyTarget> Instances, ImmutableArray<NotifyTarget> Groups)
{
    /// <summary>No instance, no group.</summary>
    public static NotifyTargets Empty { get; } = new([], []);
}
