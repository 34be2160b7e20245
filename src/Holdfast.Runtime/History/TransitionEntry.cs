using Holdfast.Primitives;
using Holdfast.Runtime.Processes;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Runtime.History;

/// <summary>One change of an instance: of its state, or of its priority alone.</summary>
/// <param name="At">When the supervisor heard of it.</param>
/// <param name="From">The state before.</param>
/// <param name="To">The state after; the same when the priority alone changed.</param>
/// <param name="Reason">Why; null when the priority alone changed.</param>
/// <param name="Before">The priority before a change of it; the priority otherwise.</param>
/// <param name="Priority">Effective priority after it.</param>
/// <param name="Peer">The router whose advert led to it; none otherwise.</param>
/// <param name="Evidence">What the instance knew.</param>
/// <param name="Tracker">The tracker behind it, as "script chk_web"; null when there is none.</param>
internal sealed record TransitionEntry(
    MonotonicTime At, InstanceState From, InstanceState To, TransitionReason? Reason, Priority Before,
    Priority Priority, IpAddress Peer, TransitionEvidence Evidence, string? Tracker);
