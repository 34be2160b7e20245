using System.Collections.Immutable;
using Holdfast.Config.Keepalived.Model;
using static Holdfast.Config.Keepalived.Planning.ModelText;

namespace Holdfast.Config.Keepalived.Planning;

/// <summary>The notify keywords, the same in instances and in sync groups.</summary>
internal static class NotifyFields
{
    private const string Effect = "for the next change of state; nothing is run now";

    public static readonly ImmutableArray<Field<NotifyModel>> All =
    [
        new("notify_master", n => Command(n.Master), Effect),
        new("notify_backup", n => Command(n.Backup), Effect),
        new("notify_fault", n => Command(n.Fault), Effect),
        new("notify_stop", n => Command(n.Stop), Effect),
        new("notify_deleted", n => n.DeletedWithoutScript ? "without a script" : Command(n.Deleted), Effect),
        new("notify", n => Command(n.Any), Effect),
        new("notify_master_rx_lower_pri", n => Command(n.MasterReceivedLowerPriority), Effect),
        new("notify_priority_changes", n => Switch(n.PriorityChanges), Effect),
        new("smtp_alert", n => Switch(n.SmtpAlert), Effect),
    ];
}
