using Holdfast.Linux.Abi;
using Holdfast.Primitives;
using Holdfast.Runtime.Processes;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Runtime.Vrrp;

/// <summary>What the supervisor's readiness check asks for. Allocates nothing; the checking itself is not done here.</summary>
internal sealed partial class VrrpNode
{
    /// <summary>Sends the facts of some instances; stops when the supervisor does not read.</summary>
    public void TellFacts(in FactsRequestMessage request)
    {
        int end = (int)Math.Min(_instances.Length, (long)request.First + request.Count);
        MonotonicTime now = Now;
        for (int index = Math.Max(0, request.First); index < end; index++)
        {
            if (_supervisor.TrySend(FactsOf(_instances[index], request.Round, now)) != Errno.Success)
            {
                return;
            }
        }
    }

    private InstanceFactsMessage FactsOf(VrrpInstance instance, uint round, MonotonicTime now)
    {
        ref readonly VrrpState state = ref _router.State(instance.Index);
        PeerView peers = instance.Peers;
        return new(
            round, instance.Index, state.Role, state.Addresses, state.Faults, _trackers.FirstFault(instance.Index),
            peers.Source, Ago(peers.HeardAt, now), (uint)peers.Advert.Interval.TotalMilliseconds,
            peers.Advert.AddressCount, peers.ListIsOurs, peers.ForeignAddress,
            peers.DroppedFor, peers.DroppedFrom, Ago(peers.DroppedAt, now));
    }

    private static uint Ago(MonotonicTime at, MonotonicTime now)
        => (uint)Math.Clamp((now - at).TotalMilliseconds, 0, uint.MaxValue);
}
