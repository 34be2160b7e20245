using Holdfast.Config.Keepalived.Model;
using Holdfast.Primitives;
using Holdfast.Runtime.Processes;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Runtime.Logging;

/// <summary>
/// One line for every change of state, with its reason; the words that operators grep for are keepalived's.
/// </summary>
public static class TransitionLog
{
    /// <summary>Logs a change of an instance.</summary>
    public static void Write(Log log, KeepalivedModel model, in InstanceStateChangedMessage message)
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
        if (message.To == InstanceState.Stopped)
        {
            log.Debug($"{name} stopped");
            return;
        }
        log.Info($"{name} Entering {state} STATE{suffix}"
            + (cause is null ? "" : $", priority {message.Priority}: {cause}"));
    }

    /// <summary>Logs a change of a sync group.</summary>
    public static void Write(Log log, KeepalivedModel model, in GroupStateChangedMessage message)
    {
        if ((uint)message.Index < (uint)model.SyncGroups.Length
            && message is { From: not InstanceState.Init, To: not (InstanceState.Init or InstanceState.Stopped) })
        {
            log.Info($"VRRP_Group({model.SyncGroups[message.Index].Name}) Syncing instances to "
                + $"{StateName(message.To)} state");
        }
    }

    /// <summary>Logs a change of priority alone.</summary>
    public static void Write(Log log, KeepalivedModel model, in PriorityChangedMessage message)
    {
        if ((uint)message.Index < (uint)model.Instances.Length)
        {
            log.Info($"({model.Instances[message.Index].Name}) Changing effective priority from {message.From} "
                + $"to {message.To}");
        }
    }

    /// <summary>Logs that an Active heard a lower priority.</summary>
    public static void Write(Log log, KeepalivedModel model, in ReceivedLowerPriorityMessage message)
    {
        if ((uint)message.Index < (uint)model.Instances.Length)
        {
            log.Info($"({model.Instances[message.Index].Name}) Received advert from {message.Peer} with lower priority "
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
