using Holdfast.Primitives;

namespace Holdfast.Vrrp.Machine;

/// <summary>The same virtual router with another configuration: what runs moves with the new values.</summary>
public static partial class VrrpMachine
{
    /// <summary>Fits a running state to another configuration.</summary>
    /// <remarks>
    /// No role changes here, and nothing is sent: a running timer moves by the difference, never into the past, and
    /// what follows from it follows when it is due. An Active keeps its next advert unless the new interval wants it
    /// sooner, so that no Backup waits longer than it has been told to.
    /// </remarks>
    public static void Reconfigure(VrrpConfig before, VrrpConfig now, ref VrrpState state, MonotonicTime time)
    {
        TimeSpan skewBefore = VrrpTimers.Skew(before, state);
        TimeSpan downBefore = VrrpTimers.ActiveDown(before, state);
        AdoptPriority(before, now, ref state);
        if (now.Version == 2 || state.ActiveAddress.IsNone)
        {
            state.ActiveInterval = now.AdvertInterval;
        }
        if (!state.PreemptAt.IsNever)
        {
            state.PreemptAt += now.PreemptDelay - before.PreemptDelay;
        }
        if (state.Role == Role.Active)
        {
            ReconfigureActive(before, now, ref state, time);
        }
        else if (state is { Role: Role.Backup, WantsActive: true })
        {
            // Only the others were missing, who may be others now: ask again.
            state.Deadline = time;
        }
        else if (state.Role == Role.Backup && !state.Deadline.IsNever)
        {
            TimeSpan shift = state.ActiveResigned ? VrrpTimers.Skew(now, state) - skewBefore
                : VrrpTimers.ActiveDown(now, state) - downBefore;
            bool becameOwner = state.EffectivePriority.IsOwner && !before.Priority.IsOwner && !now.InSyncGroup;
            state.LowerPriorityHeard |= becameOwner;
            state.Deadline = becameOwner ? time
                : shift == TimeSpan.Zero ? state.Deadline : MonotonicTime.Max(time, state.Deadline + shift);
        }
    }

    private static void ReconfigureActive(
        VrrpConfig before, VrrpConfig now, ref VrrpState state, MonotonicTime time)
    {
        if (now.AdvertInterval != before.AdvertInterval)
        {
            state.Deadline = MonotonicTime.Min(state.Deadline, time + now.AdvertInterval);
        }
        if (now.Announce.RefreshInterval != before.Announce.RefreshInterval)
        {
            state.RefreshAt = After(time, now.Announce.RefreshInterval);
        }
    }

    /// <summary>What trackers added or took away goes on to do so, until they are judged anew.</summary>
    private static void AdoptPriority(VrrpConfig before, VrrpConfig now, ref VrrpState state)
    {
        if (before.Priority == now.Priority)
        {
            return;
        }
        state.YieldsToOwner = false;
        state.OwnerConflictUntil = MonotonicTime.Never;
        int offset = before.Priority.IsOwner ? 0 : state.EffectivePriority.Value - before.Priority.Value;
        state.EffectivePriority = now.Priority.IsOwner ? now.Priority
            : new Priority((byte)Math.Clamp(now.Priority.Value + offset, 1, 254));
    }
}
