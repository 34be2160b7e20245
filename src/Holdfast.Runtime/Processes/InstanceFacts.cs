using Holdfast.Primitives;
using Holdfast.Vrrp.Machine;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Runtime.Processes;

/// <summary>Asks for an <see cref="InstanceFactsMessage"/> for each of some instances.</summary>
/// <param name="Round">Comes back in each.</param>
/// <param name="First">0-based index of the first instance.</param>
/// <param name="Count">How many. A few at a time, so that no advert is late for it.</param>
public readonly record struct FactsRequestMessage(uint Round, int First, int Count) : IChildMessage
{
    static MessageKind IChildMessage.Kind => MessageKind.FactsRequest;
}

/// <summary>What one instance knows of itself and of its peer, for the readiness check of the supervisor.</summary>
/// <param name="Round">Of the request.</param>
/// <param name="Index">0-based index in the model's instances.</param>
/// <param name="Role">Its role.</param>
/// <param name="Addresses">Where its addresses are.</param>
/// <param name="Faults">Its causes of fault.</param>
/// <param name="Tracker">1-based place of the tracker that failed; 0: none.</param>
/// <param name="Peer">Sender of the last accepted advert; none when there was none.</param>
/// <param name="PeerHeardMilliseconds">How long ago it came.</param>
/// <param name="PeerIntervalMilliseconds">Its advert interval.</param>
/// <param name="PeerAddressCount">How many addresses it listed.</param>
/// <param name="ListIsOurs">Whether they are ours.</param>
/// <param name="ForeignAddress">The first of them that is not ours; none: all are.</param>
/// <param name="DroppedFor">Why the last dropped packet was dropped; accepted when none was.</param>
/// <param name="DroppedFrom">Who sent that.</param>
/// <param name="DroppedMilliseconds">How long ago it came.</param>
public readonly record struct InstanceFactsMessage(
    uint Round, int Index, Role Role, AddressPhase Addresses, FaultCauses Faults, byte Tracker,
    IpAddress Peer, uint PeerHeardMilliseconds, uint PeerIntervalMilliseconds, byte PeerAddressCount, bool ListIsOurs,
    IpAddress ForeignAddress, ReceiveVerdict DroppedFor, IpAddress DroppedFrom, uint DroppedMilliseconds)
    : IChildMessage
{
    static MessageKind IChildMessage.Kind => MessageKind.InstanceFacts;
}
