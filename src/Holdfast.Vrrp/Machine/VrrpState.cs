using Holdfast.Primitives;

namespace Holdfast.Vrrp.Machine;

/// <summary>
/// Everything that changes while an instance runs. A value: the simulator copies it, a crash restores it.
/// </summary>
public record struct VrrpState
{
    /// <summary>State of RFC 9568 §6.3.</summary>
    public Role Role { get; set; }

    /// <summary>Since when.</summary>
    public MonotonicTime Since { get; set; }

    /// <summary>Why.</summary>
    public TransitionReason Reason { get; set; }

    /// <summary>What keeps it in fault.</summary>
    public FaultCauses Faults { get; set; }

    /// <summary>Priority after trackers.</summary>
    public Priority EffectivePriority { get; set; }

    /// <summary>
    /// Adver_Timer while Active, Active_Down_Timer while Backup, the start-up delay while Initialize.
    /// </summary>
    public MonotonicTime Deadline { get; set; }

    /// <summary>Active_Adver_Interval: in version 3 that of the last accepted advert, else our own.</summary>
    public TimeSpan ActiveInterval { get; set; }

    /// <summary>Who is Active as far as we heard; none when it is us or nobody.</summary>
    public IpAddress ActiveAddress { get; set; }

    /// <summary>Priority in the last accepted advert.</summary>
    public Priority ActivePriority { get; set; }

    /// <summary>When the last advert was accepted.</summary>
    public MonotonicTime ActiveHeardAt { get; set; }

    /// <summary>Whether the running Active_Down_Timer was shortened by a resignation.</summary>
    public bool ActiveResigned { get; set; }

    /// <summary>Whether an Active of lower priority is being let run out.</summary>
    public bool LowerPriorityHeard { get; set; }

    /// <summary>
    /// Until when a lower-priority Active is let be; <see cref="MonotonicTime.Never"/>: none was heard.
    /// </summary>
    public MonotonicTime PreemptAt { get; set; }

    /// <summary>In a sync group: the timer has expired and only the others are missing.</summary>
    public bool WantsActive { get; set; }

    /// <summary>Where the addresses are.</summary>
    public AddressPhase Addresses { get; set; }

    /// <summary>When lingering addresses go at the latest.</summary>
    public MonotonicTime LingerUntil { get; set; }

    /// <summary>Next delayed announcement.</summary>
    public MonotonicTime AnnounceAt { get; set; }

    /// <summary>Next refresh of announcements.</summary>
    public MonotonicTime RefreshAt { get; set; }

    /// <summary>Delayed announcement after an advert of lower priority.</summary>
    public MonotonicTime LowerPriorityAnnounceAt { get; set; }

    /// <summary>Before this instant no advert is answered: the answer before is too fresh.</summary>
    public MonotonicTime AnswersFrom { get; set; }

    /// <summary>Before this instant an advert of lower priority is neither announced against nor reported.</summary>
    public MonotonicTime MeetsFrom { get; set; }

    /// <summary>Until when another owner may still yield; <see cref="MonotonicTime.Never"/>: no conflict.</summary>
    public MonotonicTime OwnerConflictUntil { get; set; }

    /// <summary>Whether we yield to another owner for the time being: we count as priority 254.</summary>
    public bool YieldsToOwner { get; set; }

    /// <summary>Whether the instance was told to stop and ends when its addresses have gone.</summary>
    public bool Stopping { get; set; }

    /// <summary>Whether <see cref="EffectKind.Ended"/> has been given.</summary>
    public bool HasEnded { get; set; }

    /// <summary>The earliest instant at which something is to be done.</summary>
    public readonly MonotonicTime NextDeadline => MonotonicTime.Min(
        MonotonicTime.Min(Deadline, LingerUntil),
        MonotonicTime.Min(MonotonicTime.Min(AnnounceAt, RefreshAt), LowerPriorityAnnounceAt));

    /// <summary>A state in which nothing has happened yet.</summary>
    public static VrrpState New(VrrpConfig config) => new()
    {
        Role = Role.Initialize,
        EffectivePriority = config.Priority,
        ActiveInterval = config.AdvertInterval,
        Deadline = MonotonicTime.Never,
        ActiveHeardAt = MonotonicTime.Never,
        PreemptAt = MonotonicTime.Never,
        LingerUntil = MonotonicTime.Never,
        AnnounceAt = MonotonicTime.Never,
        RefreshAt = MonotonicTime.Never,
        LowerPriorityAnnounceAt = MonotonicTime.Never,
        OwnerConflictUntil = MonotonicTime.Never,
    };
}
