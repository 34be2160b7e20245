using Holdfast.Primitives;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Vrrp.Machine;

/// <summary>An Active holds the addresses, advertises, and yields only to what it has heard.</summary>
public static partial class VrrpMachine
{
    private static void BecomeActive(
        VrrpConfig config, ref VrrpState state, TransitionReason reason, MonotonicTime now, ref EffectBuffer effects)
    {
        state.ActiveInterval = config.AdvertInterval;
        state.ActiveAddress = IpAddress.None;
        state.WantsActive = false;
        state.LingerUntil = MonotonicTime.Never;
        if (state.YieldsToOwner)
        {
            state.YieldsToOwner = false;
            state.EffectivePriority = config.Priority;
        }
        state.OwnerConflictUntil = MonotonicTime.Never;
        state.Addresses = AddressPhase.Held;
        state.Deadline = now + config.AdvertInterval;
        Advertise(config, state.EffectivePriority, ref effects);
        effects.Add(EffectKind.InstallAddresses);
        effects.Add(new Effect { Kind = EffectKind.AnnounceAddresses, Rounds = config.Announce.Rounds });
        state.AnnounceAt = After(now, config.Announce.SecondBurstDelay);
        state.RefreshAt = After(now, config.Announce.RefreshInterval);
        state.LowerPriorityAnnounceAt = MonotonicTime.Never;
        ChangeRole(ref state, Role.Active, reason, now, ref effects);
    }

    private static void AdvertDue(VrrpConfig config, ref VrrpState state, MonotonicTime now, ref EffectBuffer effects)
    {
        if (config.StepDownWhenLate && IsOverdue(config, state, now))
        {
            BecomeBackup(config, ref state, TransitionReason.TimerExpired, now, ref effects);
            return;
        }
        Advertise(config, state.EffectivePriority, ref effects);
        // From the deadline, not from now, so that small delays do not add up; after a long one start afresh.
        MonotonicTime next = state.Deadline + config.AdvertInterval;
        state.Deadline = next > now ? next : now + config.AdvertInterval;
    }

    private static void ActiveReceives(
        VrrpConfig config, ref VrrpState state, in VrrpEvent e, MonotonicTime now, ref EffectBuffer effects)
    {
        Advert advert = e.Advert;
        if (IsOverdue(config, state, now))
        {
            YieldWhenLate(config, ref state, e, now, ref effects);
            return;
        }
        if (advert.Priority.IsResignation)
        {
            Readvertise(config, ref state, now, ref effects);
            return;
        }
        bool equal = advert.Priority == state.EffectivePriority;
        bool higherAddress = advert.Source.CompareTo(e.OwnAddress) > 0;
        if (advert.Priority > state.EffectivePriority || (equal && higherAddress))
        {
            Yield(config, ref state, advert, equal, now, ref effects);
        }
        else if (equal && advert.Priority.IsOwner && OtherOwnerStays(config, ref state, now))
        {
            YieldToOwner(config, ref state, advert, now, ref effects);
        }
        else
        {
            MeetLowerPriority(config, ref state, now, ref effects);
        }
    }

    /// <summary>
    /// Whether the advert of an Active is so late that a Backup may have taken over: the node was frozen, or starved.
    /// </summary>
    private static bool IsOverdue(VrrpConfig config, in VrrpState state, MonotonicTime now)
        => state.Role == Role.Active && now - state.Deadline > VrrpTimers.TooLate(config);

    /// <summary>
    /// Whoever advertises now, of whatever priority, took over in our silence and has the addresses. So ours go without
    /// a word, and what this advert means for a Backup decides whether we take them back in order.
    /// </summary>
    private static void YieldWhenLate(
        VrrpConfig config, ref VrrpState state, in VrrpEvent e, MonotonicTime now, ref EffectBuffer effects)
    {
        if (e.Advert.Priority.IsResignation)
        {
            return; // ours goes out when all that was received meanwhile has been read, if we are Active then
        }
        BecomeBackup(config, ref state, TransitionReason.RanLate, now, ref effects);
        BackupReceives(config, ref state, e, now);
    }

    private static void Yield(
        VrrpConfig config, ref VrrpState state, in Advert advert, bool equal, MonotonicTime now,
        ref EffectBuffer effects)
    {
        if (equal && advert.Priority.IsOwner)
        {
            YieldToOwner(config, ref state, advert, now, ref effects);
            return;
        }
        if (config.AdvertOnYield)
        {
            Advertise(config, state.EffectivePriority, ref effects);
        }
        TransitionReason reason = equal
            ? TransitionReason.EqualPriorityHigherAddress : TransitionReason.HigherPriorityHeard;
        BecomeBackup(config, ref state, reason, now, ref effects);
        HearActive(config, ref state, advert, now);
    }

    /// <summary>
    /// Two routers that both claim to own the addresses: the one with the lower address yields. One that knows no
    /// such rule may go on; after two of our adverts and 1.2 intervals we yield, so that one of them is left.
    /// </summary>
    private static bool OtherOwnerStays(VrrpConfig config, ref VrrpState state, MonotonicTime now)
    {
        if (state.OwnerConflictUntil.IsNever)
        {
            state.OwnerConflictUntil = now + (config.AdvertInterval * 3.2);
            return false;
        }
        return now >= state.OwnerConflictUntil;
    }

    private static void YieldToOwner(
        VrrpConfig config, ref VrrpState state, in Advert advert, MonotonicTime now, ref EffectBuffer effects)
    {
        state.YieldsToOwner = true;
        state.EffectivePriority = new Priority(254);
        state.OwnerConflictUntil = MonotonicTime.Never;
        BecomeBackup(config, ref state, TransitionReason.OwnerConflict, now, ref effects);
        HearActive(config, ref state, advert, now);
    }

    /// <summary>
    /// Another router thinks that it is Active: tell it, and tell the hosts that may have believed it. Not for each of
    /// a flood of adverts, which we would otherwise multiply.
    /// </summary>
    private static void MeetLowerPriority(
        VrrpConfig config, ref VrrpState state, MonotonicTime now, ref EffectBuffer effects)
    {
        if (config.AnswerLowerPriority)
        {
            Readvertise(config, ref state, now, ref effects);
        }
        if (now < state.MeetsFrom)
        {
            return;
        }
        state.MeetsFrom = now + VrrpTimers.MeetingGap(config);
        if (config.Announce.LowerPriorityRounds > 0)
        {
            effects.Add(new Effect
            {
                Kind = EffectKind.AnnounceAddresses,
                Rounds = config.Announce.LowerPriorityRounds,
            });
            state.LowerPriorityAnnounceAt = After(now, config.Announce.LowerPriorityDelay);
        }
        effects.Add(EffectKind.LowerPriorityHeard);
    }

    /// <summary>Answers with an advert, at once or, when an answer went out just now, a moment later.</summary>
    private static void Readvertise(
        VrrpConfig config, ref VrrpState state, MonotonicTime now, ref EffectBuffer effects)
    {
        if (now < state.AnswersFrom)
        {
            state.Deadline = MonotonicTime.Min(state.Deadline, state.AnswersFrom);
            return;
        }
        Advertise(config, state.EffectivePriority, ref effects);
        state.AnswersFrom = now + VrrpTimers.AnswerGap;
        state.Deadline = now + config.AdvertInterval;
    }

    private static void AnnounceWhatIsDue(
        AnnounceConfig announce, ref VrrpState state, MonotonicTime now, ref EffectBuffer effects)
    {
        if (state.Role != Role.Active)
        {
            return;
        }
        int rounds = 0;
        if (state.AnnounceAt <= now)
        {
            state.AnnounceAt = MonotonicTime.Never;
            rounds = announce.Rounds;
        }
        if (state.LowerPriorityAnnounceAt <= now)
        {
            state.LowerPriorityAnnounceAt = MonotonicTime.Never;
            rounds = Math.Max(rounds, announce.LowerPriorityRounds);
        }
        if (state.RefreshAt <= now)
        {
            state.RefreshAt = now + announce.RefreshInterval;
            rounds = Math.Max(rounds, announce.RefreshRounds);
        }
        if (rounds > 0)
        {
            effects.Add(new Effect { Kind = EffectKind.AnnounceAddresses, Rounds = rounds });
        }
    }

    private static void Advertise(VrrpConfig config, Priority priority, ref EffectBuffer effects)
        => effects.Add(new Effect
        {
            Kind = EffectKind.SendAdvert,
            Priority = priority,
            Interval = config.AdvertInterval,
        });

    private static MonotonicTime After(MonotonicTime now, TimeSpan delay)
        => delay > TimeSpan.Zero ? now + delay : MonotonicTime.Never;
}
