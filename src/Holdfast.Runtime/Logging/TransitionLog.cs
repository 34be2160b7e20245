using Holdfast.Config.Keepalived.Model;
using Holdfast.Primitives;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Vrrp;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Runtime.Logging;

/// <summary>
/// One line for every change of state, with its reason; the words that operators grep for are keepalived's.
/// </summary>
public static class TransitionLog
{
    /// <summary>Logs a change of an instance.</summary>
    /// <param name="log">Where to.</param>
    /// <param name="model">The model that the index of the message is of.</param>
    /// <param name="message">The change.</param>
    /// <param name="why">The whole reason in words, for the JSON form.</param>
    public static void Write(
        Log log, KeepalivedModel model, in InstanceStateChangedMessage message, string? why = null)
    {
        if ((uint)message.Index >= (uint)model.Instances.Length)
        {
            return;
        }
        VrrpInstanceModel instance = model.Instances[message.Index];
        string name = $"({instance.Name})";
        var reason = (TransitionReason)message.Reason;
        // With -V an Active ends without a word, and its reason is still the one that made it Active.
        if (message is { To: InstanceState.Stopped, From: InstanceState.Active } && reason == TransitionReason.Stopped)
        {
            log.Info($"{name} sent 0 priority");
        }
        string? cause = Cause(reason, message.Peer);
        string state = StateName(message.To);
        string suffix = message.From == InstanceState.Init && message.To == InstanceState.Backup ? " (init)" : "";
        bool stopped = message.To == InstanceState.Stopped;
        log.Write(
            stopped ? LogLevel.Debug : LogLevel.Info,
            stopped ? $"{name} stopped" : $"{name} Entering {state} STATE{suffix}"
                + (cause is null ? "" : $", priority {message.Priority}: {cause}"),
            About(instance.Name, message, reason, why));
    }

    private static LogEvent About(
        string instance, in InstanceStateChangedMessage message, TransitionReason reason, string? why)
        => new LogEvent("transition").With("instance", instance)
            .With("from", message.From.ToString().ToLowerInvariant())
            .With("to", message.To.ToString().ToLowerInvariant())
            .With("priority", message.Priority.Value)
            .With("reason", VrrpStatus.Snake(reason.ToString()))
            .With("cause", why)
            .With("peer", message.Peer.IsNone ? null : message.Peer.ToString());

    /// <summary>Logs a change of a sync group.</summary>
    public static void Write(Log log, KeepalivedModel model, in GroupStateChangedMessage message)
    {
        if ((uint)message.Index < (uint)model.SyncGroups.Length
            && message is { From: not InstanceState.Init, To: not (InstanceState.Init or InstanceState.Stopped) })
        {
            string name = model.SyncGroups[message.Index].Name;
            log.Write(LogLevel.Info, $"VRRP_Group({name}) Syncing instances to {StateName(message.To)} state",
                new LogEvent("group_transition").With("group", name)
                    .With("from", message.From.ToString().ToLowerInvariant())
                    .With("to", message.To.ToString().ToLowerInvariant()));
        }
    }

    /// <summary>Logs a change of priority alone.</summary>
    public static void Write(Log log, KeepalivedModel model, in PriorityChangedMessage message)
    {
        if ((uint)message.Index < (uint)model.Instances.Length)
        {
            string name = model.Instances[message.Index].Name;
            log.Write(LogLevel.Info, $"({name}) Changing effective priority from {message.From} to {message.To}",
                new LogEvent("priority").With("instance", name)
                    .With("from", message.From.Value).With("to", message.To.Value));
        }
    }

    /// <summary>Logs that an Active heard a lower priority.</summary>
    public static void Write(Log log, KeepalivedModel model, in ReceivedLowerPriorityMessage message)
    {
        if ((uint)message.Index < (uint)model.Instances.Length)
        {
            log.WriteRepeatable(LogLevel.Info,
                $"({model.Instances[message.Index].Name}) Received advert from {message.Peer} with lower priority "
                    + $"{message.Received}, ours {message.Priority}");
        }
    }

    private static string? Cause(TransitionReason reason, IpAddress peer) => reason switch
    {
        TransitionReason.OwnerStarted => "owner of the addresses",
        TransitionReason.ActiveSilent => "Receive advertisement timeout",
        TransitionReason.ActiveResigned => $"received priority 0 from {peer}",
        TransitionReason.Preempting => "preempting a lower priority",
        TransitionReason.HigherPriorityHeard => $"Master received advert from {peer} with higher priority",
        TransitionReason.EqualPriorityHigherAddress
            => $"Master received advert from {peer} with equal priority and higher address",
        TransitionReason.OwnerConflict => $"{peer} claims to own the addresses, too",
        TransitionReason.FaultBegan => "a fault began",
        TransitionReason.FaultEnded => "all faults ended",
        TransitionReason.SyncGroupMoved => "the sync group moves",
        TransitionReason.ResumedLate => "restarted too late, listening first",
        TransitionReason.TimerExpired => "own timer was too late",
        TransitionReason.RanLate => "own advert was too late, and another router advertises",
        _ => null,
    };

    private static string StateName(InstanceState state) => state switch
    {
        InstanceState.Active => "MASTER",
        InstanceState.Backup => "BACKUP",
        InstanceState.Fault => "FAULT",
        InstanceState.Stopped => "STOP",
        InstanceState.Deleted => "DELETED",
        _ => "INIT",
    };
}
