using System.Collections.Immutable;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Notifications;
using Holdfast.Runtime.Scripts;

namespace Holdfast.Runtime.Supervision;

/// <summary>Finds and checks every command of a model.</summary>
internal static class PreparedNotifications
{
    internal static NotifyTargets Of(KeepalivedModel model, Log log)
        => new(
            [.. model.Instances.Select(i => Target(i.Name, i.Notify, model.Global, log))],
            [.. model.SyncGroups.Select(g => Target(g.Name, g.Notify, model.Global, log))]);

    internal static PreparedCommand? Command(ScriptCommand? command, GlobalModel global, Log log)
    {
        if (command is null)
        {
            return null;
        }
        bool usable = CommandPreparation.TryPrepare(
            command, global, out PreparedCommand? prepared, out string? problem);
        if (problem is not null)
        {
            log.Write(usable ? LogLevel.Warning : LogLevel.Error, $"({command.Span}) {problem}");
        }
        return prepared;
    }

    internal static ImmutableArray<PreparedCheck> Checks(KeepalivedModel model, Log log)
        => [.. model.Scripts.Select(script => new PreparedCheck(
            script.Name,
            new(script.Interval, script.Timeout, script.Rise, script.Fall, script.InitFail),
            Command(script.Command, model.Global, log)))];

    private static NotifyTarget Target(string name, NotifyModel notify, GlobalModel global, Log log)
        => new(name)
        {
            Master = Command(notify.Master, global, log),
            Backup = Command(notify.Backup, global, log),
            Fault = Command(notify.Fault, global, log),
            Stop = Command(notify.Stop, global, log),
            Deleted = Command(notify.Deleted, global, log),
            DeletedWithoutScript = notify.DeletedWithoutScript,
            Any = Command(notify.Any, global, log),
            ReceivedLowerPriority = Command(notify.MasterReceivedLowerPriority, global, log),
            PriorityChanges = notify.PriorityChanges,
            SmtpAlert = notify.SmtpAlert,
        };
}
