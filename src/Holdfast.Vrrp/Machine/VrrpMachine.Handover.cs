using Holdfast.Primitives;

namespace Holdfast.Vrrp.Machine;

/// <summary>Leaving: resignation, faults, and addresses that stay until the successor has them.</summary>
public static partial class VrrpMachine
{
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(10);

    private static void ChangeFaults(
        VrrpConfig config, ref VrrpState state, FaultCauses causes, MonotonicTime now, ref EffectBuffer effects)
    {
        FaultCauses before = state.Faults;
        state.Faults = causes;
        if (state.Stopping || state.Role == Role.Initialize)
        {
            return;
        }
        if (causes != FaultCauses.None && state.Role != Role.Fault)
        {
            BeginFault(config, ref state, causes, now, ref effects);
        }
        else if (causes == FaultCauses.None && before != FaultCauses.None && state.Role == Role.Fault)
        {
            effects.Add(EffectKind.AnnounceSource);
            state.ActiveInterval = config.AdvertInterval;
            Begin(config, ref state, TransitionReason.FaultEnded, now, ref effects);
        }
    }

    private static void BeginFault(
        VrrpConfig config, ref VrrpState state, FaultCauses causes, MonotonicTime now, ref EffectBuffer effects)
    {
        if (state.Role == Role.Active)
        {
            bool unreachable = (causes & (FaultCauses.InterfaceDown | FaultCauses.NoSourceAddress)) != 0;
            Resign(config, ref state, serviceIsDark: (causes & FaultCauses.Tracker) != 0, now, ref effects);
            if (unreachable)
            {
                // Nobody reaches the addresses here, and an announcement of the successor would not arrive.
                Release(ref state, ref effects);
            }
        }
        state.Deadline = MonotonicTime.Never;
        state.WantsActive = false;
        ChangeRole(ref state, Role.Fault, TransitionReason.FaultBegan, now, ref effects);
    }

    /// <summary>
    /// Priority 0, and the addresses linger. When the service is dark already and exactly one router can take over,
    /// a last advert with the shortest interval comes first: in version 3 the Backup computes its skew from it, and
    /// takes over after milliseconds.
    /// </summary>
    private static void Resign(
        VrrpConfig config, ref VrrpState state, bool serviceIsDark, MonotonicTime now, ref EffectBuffer effects)
    {
        TimeSpan interval = config.AdvertInterval;
        if (serviceIsDark && config.HasSinglePeer && config.Version == 3)
        {
            interval = ShortestInterval;
            effects.Add(new Effect
            {
                Kind = EffectKind.SendAdvert,
                Priority = state.EffectivePriority,
                Interval = interval,
            });
        }
        effects.Add(new Effect
        {
            Kind = EffectKind.SendAdvert,
            Priority = Priority.Resignation,
            Interval = interval,
        });
        Linger(config, ref state, now, ref effects);
    }

    private static void Linger(VrrpConfig config, ref VrrpState state, MonotonicTime now, ref EffectBuffer effects)
    {
        StopAnnouncing(ref state);
        if (!config.HasAddresses)
        {
            Release(ref state, ref effects);
            return;
        }
        state.Addresses = AddressPhase.Lingering;
        state.LingerUntil = now + VrrpTimers.LongestSkew(config) + config.LingerMargin;
        effects.Add(EffectKind.WatchSuccessor);
    }

    private static void StopAnnouncing(ref VrrpState state)
    {
        state.AnnounceAt = MonotonicTime.Never;
        state.RefreshAt = MonotonicTime.Never;
        state.LowerPriorityAnnounceAt = MonotonicTime.Never;
    }

    /// <summary>The successor's advert precedes its first announcement: give it a little time, then let go.</summary>
    private static void HearSuccessor(
        VrrpConfig config, ref VrrpState state, in VrrpEvent e, MonotonicTime now, ref EffectBuffer effects)
    {
        if (state.Addresses != AddressPhase.Lingering || e.Advert.Priority.IsResignation)
        {
            return;
        }
        if (IsUnsure(state))
        {
            Release(ref state, ref effects); // it announced the addresses while we were away
        }
        else
        {
            state.LingerUntil = MonotonicTime.Min(state.LingerUntil, now + config.LingerAfterAdvert);
        }
    }

    private static void Release(ref VrrpState state, ref EffectBuffer effects)
    {
        state.LingerUntil = MonotonicTime.Never;
        if (state.Addresses != AddressPhase.Absent)
        {
            state.Addresses = AddressPhase.Absent;
            effects.Add(EffectKind.ReleaseAddresses);
        }
        EndIfDone(ref state, ref effects);
    }

    private static void EndIfDone(ref VrrpState state, ref EffectBuffer effects)
    {
        if (state.Stopping && !state.HasEnded && state.Role == Role.Initialize
            && state.Addresses == AddressPhase.Absent)
        {
            state.HasEnded = true;
            effects.Add(EffectKind.Ended);
        }
    }
}
