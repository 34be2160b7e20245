using System.Collections.Immutable;

namespace Holdfast.Config.Keepalived.Model;

/// <summary>Scripts that an instance or group runs when its state changes.</summary>
public sealed record NotifyModel
{
    /// <summary><c>notify_master</c>; null when absent.</summary>
    public ScriptCommand? Master { get; init; }

    /// <summary><c>notify_backup</c>.</summary>
    public ScriptCommand? Backup { get; init; }

    /// <summary><c>notify_fault</c>.</summary>
    public ScriptCommand? Fault { get; init; }

    /// <summary><c>notify_stop</c>.</summary>
    public ScriptCommand? Stop { get; init; }

    /// <summary>
    /// <c>notify_deleted</c>: the instance went with a reload; null: <see cref="Fault"/> is run then.
    /// </summary>
    public ScriptCommand? Deleted { get; init; }

    /// <summary>Whether <c>notify_deleted</c> stands without a script: nothing is run when the instance goes.</summary>
    public bool DeletedWithoutScript { get; init; }

    /// <summary><c>notify</c>: run on every change with four more arguments: type, name, state, priority.</summary>
    public ScriptCommand? Any { get; init; }

    /// <summary><c>notify_master_rx_lower_pri</c>.</summary>
    public ScriptCommand? MasterReceivedLowerPriority { get; init; }

    /// <summary><c>notify_priority_changes</c>: also when only the priority changes.</summary>
    public bool PriorityChanges { get; init; }

    /// <summary><c>smtp_alert</c>.</summary>
    public bool SmtpAlert { get; init; }
}

/// <summary>One <c>vrrp_sync_group</c> block: all members move together.</summary>
public sealed record SyncGroupModel
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Where the block begins.</summary>
    public required Holdfast.Primitives.SourceSpan Span { get; init; }

    /// <summary>Names of the member instances.</summary>
    public ImmutableArray<string> Members { get; init; } = [];

    /// <summary>Trackers of the group.</summary>
    public TrackersModel Trackers { get; init; } = new();

    /// <summary>Notify scripts of the group.</summary>
    public NotifyModel Notify { get; init; } = new();

    /// <summary>
    /// <c>sync_group_tracking_weight</c>, or the old <c>global_tracking</c>: weighted trackers of members count, too.
    /// </summary>
    public bool TrackingWeight { get; init; }
}
