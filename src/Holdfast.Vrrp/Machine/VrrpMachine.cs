using Holdfast.Primitives;

namespace Holdfast.Vrrp.Machine;

/// <summary>
/// VRRP as a function of state, event and time (RFC 9568 §6.4). The table in docs/vrrp-machine.md is made from it.
/// </summary>
/// <remarks>
/// <para>Beyond the RFC: keepalived's FAULT, sync groups, preemption delay, two-owner resolution; and lingering.</para>
/// <para>
/// Lingering is make-before-break: an instance that stops being Active keeps its addresses, and goes on answering,
/// until the successor has taken each of them. So the role says who should serve, and
/// <see cref="VrrpState.Addresses"/> says where the addresses are. Removing them with the resignation, as the
/// original does, leaves nobody answering for the successor's skew.
/// </para>
/// </remarks>
public static partial class VrrpMachine
{
    /// <summary>
    /// Takes one event. Total: every pair of role and event is defined; most leave the state as it is.
    /// </summary>
    public static void Step(
        VrrpConfig config, ref VrrpState state, in VrrpEvent e, MonotonicTime now, ref EffectBuffer effects)
    {
        switch (e.Kind)
        {
            case EventKind.Startup when state.Role == Role.Initialize && !state.Stopping:
                Start(config, ref state, now, ref effects);
                break;
            case EventKind.Shutdown:
                Shutdown(config, ref state, now, ref effects);
                break;
            case EventKind.ShutdownNow:
                Shutdown(config, ref state, now, ref effects);
                Release(ref state, ref effects);
                break;
            case EventKind.DeadlineReached:
                ReachDeadlines(config, ref state, now, ref effects);
                break;
            case EventKind.AdvertReceived when state.Role == Role.Backup:
                BackupReceives(config, ref state, e, now);
                break;
            case EventKind.AdvertReceived when state.Role == Role.Active:
                ActiveReceives(config, ref state, e, now, ref effects);
                break;
            case EventKind.FaultsChanged:
                ChangeFaults(config, ref state, e.Faults, now, ref effects);
                break;
            case EventKind.PriorityChanged:
                ChangePriority(config, ref state, e.Priority, now);
                break;
            case EventKind.SuccessorAnnounced when state.Addresses == AddressPhase.Lingering:
                Release(ref state, ref effects);
                break;
            case EventKind.Resumed when state.Role == Role.Active:
                ResumeActive(config, ref state, now, ref effects);
                break;
            case EventKind.Resumed when state.Role == Role.Backup:
                ResumeBackup(config, ref state, now);
                break;
            case EventKind.GroupBecomesActive when state.Role == Role.Backup:
                BecomeActive(config, ref state, TransitionReason.SyncGroupMoved, now, ref effects);
                break;
            case EventKind.GroupBecomesBackup when state.Role == Role.Active:
                BecomeBackup(config, ref state, TransitionReason.SyncGroupMoved, now, ref effects);
                break;
            case EventKind.GroupResigns when state.Role == Role.Active:
                Resign(config, ref state, serviceIsDark: false, now, ref effects);
                BecomeBackup(config, ref state, TransitionReason.SyncGroupMoved, now, ref effects);
                break;
            default:
                break;
        }
        if (e.Kind == EventKind.AdvertReceived)
        {
            HearSuccessor(config, ref state, e, now, ref effects);
        }
    }

    private static void Start(VrrpConfig config, ref VrrpState state, MonotonicTime now, ref EffectBuffer effects)
    {
        if (config.StartupDelay > TimeSpan.Zero && state.Deadline.IsNever)
        {
            state.Deadline = now + config.StartupDelay;
            return;
        }
        state.ActiveInterval = config.AdvertInterval;
        if (state.Faults != FaultCauses.None)
        {
            state.Deadline = MonotonicTime.Never;
            ChangeRole(ref state, Role.Fault, TransitionReason.FaultBegan, now, ref effects);
            return;
        }
        Begin(config, ref state, TransitionReason.Started, now, ref effects);
    }

    /// <summary>Out of Initialize or Fault: the owner is Active at once, everyone else waits.</summary>
    private static void Begin(
        VrrpConfig config, ref VrrpState state, TransitionReason reason, MonotonicTime now, ref EffectBuffer effects)
    {
        if (state.EffectivePriority.IsOwner && !config.InSyncGroup)
        {
            BecomeActive(config, ref state, TransitionReason.OwnerStarted, now, ref effects);
            return;
        }
        BecomeBackup(config, ref state, reason, now, ref effects);
        if (config.InSyncGroup && reason == TransitionReason.Started
            && (config.WantsActiveAtStart || state.EffectivePriority.IsOwner))
        {
            // A member of a sync group that wants to be Active does not wait the whole Active-down time: the group
            // decides anyway, and a member that waited longer would hold up all others.
            state.Deadline = now + config.AdvertInterval + (config.AdvertInterval / 256);
        }
    }

    private static void Shutdown(VrrpConfig config, ref VrrpState state, MonotonicTime now, ref EffectBuffer effects)
    {
        if (state.Stopping)
        {
            return;
        }
        state.Stopping = true;
        if (state.Role == Role.Active)
        {
            Resign(config, ref state, serviceIsDark: false, now, ref effects);
        }
        state.Deadline = MonotonicTime.Never;
        ChangeRole(ref state, Role.Initialize, TransitionReason.Stopped, now, ref effects);
        EndIfDone(ref state, ref effects);
    }

    private static void ReachDeadlines(
        VrrpConfig config, ref VrrpState state, MonotonicTime now, ref EffectBuffer effects)
    {
        if (state.Deadline <= now)
        {
            switch (state.Role)
            {
                case Role.Initialize:
                    Start(config, ref state, now, ref effects);
                    break;
                case Role.Backup:
                    ActiveDownExpired(config, ref state, now, ref effects);
                    break;
                case Role.Active:
                    AdvertDue(config, ref state, now, ref effects);
                    break;
                default:
                    state.Deadline = MonotonicTime.Never;
                    break;
            }
        }
        if (state.LingerUntil <= now)
        {
            Release(ref state, ref effects);
        }
        AnnounceWhatIsDue(config.Announce, ref state, now, ref effects);
    }

    private static void ChangePriority(VrrpConfig config, ref VrrpState state, Priority priority, MonotonicTime now)
    {
        if (config.Priority.IsOwner || state.EffectivePriority == priority)
        {
            return;
        }
        TimeSpan before = VrrpTimers.Skew(config, state);
        state.EffectivePriority = priority;
        if (state.Role == Role.Backup && !state.Deadline.IsNever)
        {
            // The running timer moves by the difference in skew, never into the past.
            state.Deadline = MonotonicTime.Max(now, state.Deadline + (VrrpTimers.Skew(config, state) - before));
        }
    }

    private static void ChangeRole(
        ref VrrpState state, Role to, TransitionReason reason, MonotonicTime now, ref EffectBuffer effects)
    {
        Role from = state.Role;
        if (from == to && reason != TransitionReason.Stopped)
        {
            return;
        }
        state.Role = to;
        state.Reason = reason;
        state.Since = now;
        effects.Add(new Effect { Kind = EffectKind.RoleChanged, From = from, To = to, Reason = reason });
    }
}
