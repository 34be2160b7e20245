using Holdfast.Primitives;
using Holdfast.Vrrp.Machine;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Vrrp.Foresight;

/// <summary>What is supposed to happen to one instance now. Several things may happen at once.</summary>
public readonly record struct Supposition
{
    /// <summary>Whether no advert comes any more. Default false: the last one is repeated on time.</summary>
    public bool ActiveIsSilent { get; init; }

    /// <summary>An advert that comes now; null: none but those that come anyway.</summary>
    public Advert? Heard { get; init; }

    /// <summary>The causes of fault that the instance itself has from now on; null: as they are.</summary>
    public FaultCauses? Faults { get; init; }

    /// <summary>The effective priority from now on; null: as it is.</summary>
    public Priority? Priority { get; init; }
}

/// <summary>A change of role that follows.</summary>
/// <param name="Role">The role then.</param>
/// <param name="Reason">Why.</param>
/// <param name="After">How long from now.</param>
public readonly record struct Prospect(Role Role, TransitionReason Reason, TimeSpan After);
