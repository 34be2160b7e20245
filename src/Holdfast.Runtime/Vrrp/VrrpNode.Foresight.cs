using Holdfast.Primitives;
using Holdfast.Vrrp.Foresight;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Runtime.Vrrp;

/// <summary>What would become of an instance if something happened. On demand only.</summary>
internal sealed partial class VrrpNode
{
    /// <summary>Asks the machines; see <see cref="VrrpForesight"/>.</summary>
    public Prospect? Foresee(VrrpInstance instance, MonotonicTime now, in Supposition supposition)
    {
        int group = _groupOf[instance.Index];
        if (group < 0)
        {
            return VrrpForesight.Foresee([Foreseen(instance)], 0, now, supposition);
        }
        ForeseenInstance[] members = [.. _plan.Groups[group].Select(index => Foreseen(_instances[index]))];
        int position = Array.IndexOf(_plan.Groups[group], instance.Index);
        return VrrpForesight.Foresee(members, position, now, supposition);
    }

    private ForeseenInstance Foreseen(VrrpInstance instance)
    {
        PeerView peers = instance.Peers;
        Advert? last = peers.Source.IsNone ? null : peers.Advert;
        return new(instance.Plan.Machine, _router.State(instance.Index), _router.OwnFaults(instance.Index),
            instance.SourceAddress, last, peers.HeardAt);
    }
}
