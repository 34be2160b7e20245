using Holdfast.Primitives;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Vrrp.Machine;

/// <summary>What can happen to an instance.</summary>
public enum EventKind : byte
{
    /// <summary>The instance begins.</summary>
    Startup,

    /// <summary>The instance must end, handing over first.</summary>
    Shutdown,

    /// <summary>The instance must end now.</summary>
    ShutdownNow,

    /// <summary>At least one deadline of the state is due.</summary>
    DeadlineReached,

    /// <summary>An advert passed all checks.</summary>
    AdvertReceived,

    /// <summary>Causes of fault changed; <see cref="VrrpEvent.Faults"/> is the whole new set.</summary>
    FaultsChanged,

    /// <summary>Trackers changed the priority; <see cref="VrrpEvent.Priority"/> is the new effective one.</summary>
    PriorityChanged,

    /// <summary>Every one of our addresses was announced by the successor.</summary>
    SuccessorAnnounced,

    /// <summary>The sync group becomes Active, this member with it.</summary>
    GroupBecomesActive,

    /// <summary>The sync group becomes Backup, this member with it.</summary>
    GroupBecomesBackup,

    /// <summary>
    /// The sync group has new members that follow another router, and this member hands over to join them.
    /// </summary>
    GroupResigns,

    /// <summary>The process was restarted, and goes on with the state that it had.</summary>
    Resumed,
}

/// <summary>One event with its data. A value: no event allocates.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Advert">For <see cref="EventKind.AdvertReceived"/>.</param>
/// <param name="OwnAddress">For <see cref="EventKind.AdvertReceived"/>: our source address, which breaks ties.</param>
/// <param name="Faults">For <see cref="EventKind.FaultsChanged"/>.</param>
/// <param name="Priority">For <see cref="EventKind.PriorityChanged"/>.</param>
public readonly record struct VrrpEvent(
    EventKind Kind, Advert Advert = default, IpAddress OwnAddress = default, FaultCauses Faults = default,
    Priority Priority = default)
{
    /// <summary>An event without data.</summary>
    public static VrrpEvent Of(EventKind kind) => new(kind);

    /// <summary>An advert arrived.</summary>
    public static VrrpEvent Received(in Advert advert, IpAddress ownAddress)
        => new(EventKind.AdvertReceived, advert, ownAddress);

    /// <summary>The set of fault causes is now <paramref name="causes"/>.</summary>
    public static VrrpEvent FaultsAre(FaultCauses causes) => new(EventKind.FaultsChanged, Faults: causes);

    /// <summary>The effective priority is now <paramref name="priority"/>.</summary>
    public static VrrpEvent PriorityIs(Priority priority) => new(EventKind.PriorityChanged, Priority: priority);
}
