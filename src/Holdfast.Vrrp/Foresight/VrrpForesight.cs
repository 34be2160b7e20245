using Holdfast.Primitives;
using Holdfast.Vrrp.Machine;
using Holdfast.Vrrp.Sync;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Vrrp.Foresight;

/// <summary>One instance as it stands, for <see cref="VrrpForesight"/>.</summary>
/// <param name="Config">As configured.</param>
/// <param name="State">Its state; copied, never changed.</param>
/// <param name="OwnFaults">Its own causes of fault, without those of its group.</param>
/// <param name="OwnAddress">The address that it sends from.</param>
/// <param name="LastAdvert">The last accepted advert of another router; null when there was none.</param>
/// <param name="LastHeardAt">When that came.</param>
public readonly record struct ForeseenInstance(
    VrrpConfig Config, VrrpState State, FaultCauses OwnFaults, IpAddress OwnAddress, Advert? LastAdvert,
    MonotonicTime LastHeardAt);

/// <summary>What would become of an instance if: asked of the machine itself, on a copy of its state.</summary>
/// <remarks>
/// So the answer is what would happen, not a second opinion about it. For people; it allocates. Another router that
/// was heard within its Active-down time is taken to go on as it did, unless it is supposed to be silent.
/// </remarks>
public static class VrrpForesight
{
    private const int StepsMax = 10_000;

    /// <summary>How far is looked ahead: ten minutes.</summary>
    public static TimeSpan Horizon => TimeSpan.FromMinutes(10);

    /// <summary>The first change of role that follows; null when none does within <see cref="Horizon"/>.</summary>
    /// <param name="members">The instance alone, or all members of its sync group.</param>
    /// <param name="index">Which of them is asked about.</param>
    /// <param name="now">The present.</param>
    /// <param name="supposition">What happens now. Silence and adverts concern all members.</param>
    public static Prospect? Foresee(
        ReadOnlySpan<ForeseenInstance> members, int index, MonotonicTime now, in Supposition supposition)
    {
        var course = new Course(members, now, supposition.ActiveIsSilent);
        Role before = members[index].State.Role;
        if (supposition.Priority is { } priority)
        {
            course.Step(index, VrrpEvent.PriorityIs(priority), now);
        }
        if (supposition.Faults is { } faults)
        {
            course.Step(index, VrrpEvent.FaultsAre(faults), now);
        }
        if (supposition.Heard is { } advert)
        {
            course.HearEverywhere(advert, now);
        }
        MonotonicTime time = now;
        for (int step = 0; course.RoleOf(index) == before && step < StepsMax; step++)
        {
            time = MonotonicTime.Max(time, course.NextInstant);
            if (time.IsNever || time - now > Horizon)
            {
                return null;
            }
            course.Advance(time);
        }
        VrrpState after = course.StateOf(index);
        return after.Role == before ? null : new Prospect(after.Role, after.Reason, time - now);
    }

    /// <summary>One imagined course of events.</summary>
    private sealed class Course : IVrrpEffects
    {
        private readonly VrrpRouter _router;
        private readonly ForeseenInstance[] _members;
        private readonly MonotonicTime[] _nextAdverts;

        internal Course(ReadOnlySpan<ForeseenInstance> members, MonotonicTime now, bool silent)
        {
            _members = members.ToArray();
            int[][] groups = _members.Length > 1 ? [[.. Enumerable.Range(0, _members.Length)]] : [];
            _router = new VrrpRouter([.. _members.Select(static m => m.Config)], groups);
            _nextAdverts = new MonotonicTime[_members.Length];
            for (int member = 0; member < _members.Length; member++)
            {
                ForeseenInstance one = _members[member];
                _router.Restore(member, one.State, one.OwnFaults);
                _nextAdverts[member] = silent ? MonotonicTime.Never : NextAdvert(one, now);
            }
        }

        internal MonotonicTime NextInstant
        {
            get
            {
                MonotonicTime next = MonotonicTime.Never;
                for (int member = 0; member < _members.Length; member++)
                {
                    MonotonicTime own = _router.State(member).NextDeadline;
                    next = MonotonicTime.Min(next, MonotonicTime.Min(own, _nextAdverts[member]));
                }
                return next;
            }
        }

        internal Role RoleOf(int member) => _router.State(member).Role;

        internal VrrpState StateOf(int member) => _router.State(member);

        internal void Step(int member, in VrrpEvent e, MonotonicTime now) => _router.Step(member, e, now, this);

        internal void HearEverywhere(in Advert advert, MonotonicTime now)
        {
            for (int member = 0; member < _members.Length; member++)
            {
                Step(member, VrrpEvent.Received(advert, _members[member].OwnAddress), now);
                _nextAdverts[member] = advert.Priority.IsResignation ? MonotonicTime.Never : now + advert.Interval;
            }
        }

        /// <summary>Adverts that are due first: one that comes in time keeps a timer from expiring.</summary>
        internal void Advance(MonotonicTime now)
        {
            for (int member = 0; member < _members.Length; member++)
            {
                if (_nextAdverts[member] <= now && _members[member].LastAdvert is { } advert)
                {
                    _nextAdverts[member] = now + advert.Interval;
                    Step(member, VrrpEvent.Received(advert, _members[member].OwnAddress), now);
                }
                if (_router.State(member).NextDeadline <= now)
                {
                    Step(member, VrrpEvent.Of(EventKind.DeadlineReached), now);
                }
            }
        }

        public void Perform(int instance, in Effect effect, in VrrpState state)
        {
        }

        public void GroupChanged(int group, Role role)
        {
        }

        private static MonotonicTime NextAdvert(in ForeseenInstance one, MonotonicTime now)
        {
            if (one.LastAdvert is not { Priority.IsResignation: false } advert || advert.Interval <= TimeSpan.Zero
                || now - one.LastHeardAt > advert.Interval * (one.Config.DownTimerAdverts + 1))
            {
                return MonotonicTime.Never;
            }
            MonotonicTime next = one.LastHeardAt + advert.Interval;
            return next > now ? next : now + advert.Interval;
        }
    }
}
