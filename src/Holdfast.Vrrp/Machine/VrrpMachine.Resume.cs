using Holdfast.Primitives;

namespace Holdfast.Vrrp.Machine;

/// <summary>Going on after a restart of the process: the addresses have stayed, and time has passed.</summary>
public static partial class VrrpMachine
{
    /// <summary>
    /// An Active that was away for a short time sends its overdue advert and nobody has noticed anything. After a
    /// longer one another router has surely taken over, and two would answer; so it listens first. Its addresses stay
    /// until it hears the other, or has waited in vain and is Active again: if nobody took over, nobody misses them.
    /// </summary>
    private static void ResumeActive(
        VrrpConfig config, ref VrrpState state, MonotonicTime now, ref EffectBuffer effects)
    {
        // The owner of the addresses never gives way, so waiting would only prolong the conflict.
        if (state.EffectivePriority.IsOwner || now - state.Deadline <= VrrpTimers.TooLate(config))
        {
            return;
        }
        BecomeBackup(config, ref state, TransitionReason.ResumedLate, now, ref effects);
        if (state.Addresses == AddressPhase.Lingering)
        {
            // The members of a sync group reach their deadlines one after another, and become Active with the last.
            state.LingerUntil = state.Deadline + config.LingerMargin;
        }
    }

    /// <summary>
    /// What was sent while the process was away it has not heard, so silence says nothing yet: the Active gets the time
    /// for one more advert. A resignation was heard, and counts.
    /// </summary>
    private static void ResumeBackup(VrrpConfig config, ref VrrpState state, MonotonicTime now)
    {
        if (!state.ActiveResigned && !state.Deadline.IsNever)
        {
            MonotonicTime next = now + state.ActiveInterval + VrrpTimers.Skew(config, state);
            state.Deadline = MonotonicTime.Max(state.Deadline, next);
        }
    }

    /// <summary>Whether the addresses linger only because nobody knows yet whether there is a successor.</summary>
    private static bool IsUnsure(in VrrpState state)
        => state is { Role: Role.Backup, Reason: TransitionReason.ResumedLate };
}
