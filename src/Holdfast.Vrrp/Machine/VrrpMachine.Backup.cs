using Holdfast.Primitives;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Vrrp.Machine;

/// <summary>A Backup listens, and takes over when the Active falls silent or may be preempted.</summary>
public static partial class VrrpMachine
{
    private static void BackupReceives(VrrpConfig config, ref VrrpState state, in VrrpEvent e, MonotonicTime now)
    {
        Advert advert = e.Advert;
        if (advert.Priority.IsResignation)
        {
            // Once only: a stream of resignations must not keep us from taking over.
            MonotonicTime takeover = now + VrrpTimers.Skew(config, state);
            state.Deadline = state.ActiveResigned ? MonotonicTime.Min(state.Deadline, takeover) : takeover;
            state.ActiveResigned = true;
            return;
        }
        if (config.Preempt && advert.Priority < state.EffectivePriority && !IsLetBe(config, ref state, now))
        {
            // Discarded: the timer runs out, and this node takes over.
            state.LowerPriorityHeard = true;
            return;
        }
        if (advert.Priority >= state.EffectivePriority)
        {
            state.PreemptAt = MonotonicTime.Never;
        }
        HearActive(config, ref state, advert, now);
    }

    /// <summary>Whether the delay before preemption, which its first advert starts, is still running.</summary>
    private static bool IsLetBe(VrrpConfig config, ref VrrpState state, MonotonicTime now)
    {
        if (config.PreemptDelay == TimeSpan.Zero)
        {
            return false;
        }
        if (state.PreemptAt.IsNever)
        {
            state.PreemptAt = now + config.PreemptDelay;
        }
        return now < state.PreemptAt;
    }

    private static void HearActive(VrrpConfig config, ref VrrpState state, in Advert advert, MonotonicTime now)
    {
        if (config.Version == 3)
        {
            state.ActiveInterval = advert.Interval;
        }
        state.ActiveAddress = advert.Source;
        state.ActivePriority = advert.Priority;
        state.ActiveHeardAt = now;
        state.ActiveResigned = false;
        state.LowerPriorityHeard = false;
        state.WantsActive = false;
        state.Deadline = now + VrrpTimers.ActiveDown(config, state);
    }

    private static void ActiveDownExpired(
        VrrpConfig config, ref VrrpState state, MonotonicTime now, ref EffectBuffer effects)
    {
        if (config.InSyncGroup)
        {
            // The group decides. It asks again when another member's timer expires, so no timer runs here.
            state.WantsActive = true;
            state.Deadline = MonotonicTime.Never;
            effects.Add(EffectKind.AskGroup);
            return;
        }
        BecomeActive(config, ref state, ReasonToTakeOver(state), now, ref effects);
    }

    private static TransitionReason ReasonToTakeOver(in VrrpState state)
        => state.ActiveResigned ? TransitionReason.ActiveResigned
            : state.LowerPriorityHeard ? TransitionReason.Preempting : TransitionReason.ActiveSilent;

    private static void BecomeBackup(
        VrrpConfig config, ref VrrpState state, TransitionReason reason, MonotonicTime now, ref EffectBuffer effects)
    {
        if (reason == TransitionReason.RanLate
            || (reason == TransitionReason.SyncGroupMoved && IsOverdue(config, state, now)))
        {
            // The successor has the addresses already: to keep them for it would let two hosts answer.
            StopAnnouncing(ref state);
            Release(ref state, ref effects);
        }
        else if (state.Role == Role.Active)
        {
            Linger(config, ref state, now, ref effects);
        }
        state.PreemptAt = MonotonicTime.Never;
        state.ActiveResigned = false;
        state.LowerPriorityHeard = false;
        state.WantsActive = false;
        state.Deadline = now + VrrpTimers.ActiveDown(config, state);
        ChangeRole(ref state, Role.Backup, reason, now, ref effects);
    }
}
