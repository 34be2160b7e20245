using Holdfast.Primitives;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Runtime.Processes;

/// <summary>What an instance knew when its state changed, for the log and for <c>holdfast explain</c>.</summary>
/// <param name="Source">Sender of the last accepted advert; none when there was none.</param>
/// <param name="HeardMillisecondsAgo">How long before the change that advert came.</param>
/// <param name="IntervalMilliseconds">Its advert interval.</param>
/// <param name="Faults">What kept the instance from serving.</param>
/// <param name="Priority">The priority in the advert.</param>
/// <param name="Version">Its version, 2 or 3.</param>
/// <param name="AddressCount">How many addresses it listed.</param>
/// <param name="Tracker">
/// 1-based place of the tracker that failed among the instance's trackers; 0: none did.
/// </param>
public readonly record struct TransitionEvidence(
    IpAddress Source, uint HeardMillisecondsAgo, uint IntervalMilliseconds, FaultCauses Faults, Priority Priority,
    byte Version, byte AddressCount, byte Tracker);
