using Holdfast.Linux.Abi;
using Holdfast.Primitives;
using Holdfast.Runtime.Processes;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Runtime.Vrrp;

/// <summary>What the machines decide is done here.</summary>
internal sealed partial class VrrpNode
{
    /// <inheritdoc/>
    public void Perform(int instance, in Effect effect, in VrrpState state)
    {
        VrrpInstance one = _instances[instance];
        switch (effect.Kind)
        {
            case EffectKind.SendAdvert:
                SendAdvert(one, effect);
                if (state.Addresses == AddressPhase.Held)
                {
                    _lifetimes.AdvertSent(instance, Now);
                }
                break;
            case EffectKind.InstallAddresses:
                _successors.Unwatch(instance);
                _filter.Install(instance);
                AwaitAddresses(one);
                _addresses.Install(instance);
                _lifetimes.Installed(instance, Now);
                _routes.Install(instance);
                break;
            case EffectKind.ReleaseAddresses:
                EndedInOrder &= one.SuccessorSeen || !state.Stopping;
                _successors.Unwatch(instance);
                _announcer.Cancel(instance);
                Array.Clear(one.SeenAddresses);
                Array.Clear(one.WaitsForInterface);
                ReleaseLifetimes(one, state);
                _addresses.Release(instance);
                _filter.Release(instance);
                KeepFilterOfOthers(one);
                _routes.Release(instance);
                break;
            case EffectKind.AnnounceAddresses:
                _announcer.Request(instance, effect.Rounds);
                break;
            case EffectKind.WatchSuccessor:
                one.SuccessorSeen = false;
                _announcer.Cancel(instance);
                _successors.Watch(instance);
                break;
            case EffectKind.RoleChanged when !one.IsLeaving: // its end was told with the reload
                TellRole(one, effect, state);
                break;
            case EffectKind.LowerPriorityHeard:
                _supervisor.TrySend(new ReceivedLowerPriorityMessage(
                    instance, state.EffectivePriority, one.Peers.Priority, one.Peers.Source));
                break;
            case EffectKind.AnnounceSource:
                AnnounceSource(one);
                break;
            case EffectKind.Ended:
                _ended++;
                _hasLeft |= one.IsLeaving;
                break;
            default:
                break;
        }
    }

    /// <inheritdoc/>
    public void GroupChanged(int group, Role role)
    {
        // A group that has been anything before is in this role again only because its members were stopped.
        TellGroup(group, StateOf(
            role, _groupStates[group] == InstanceState.Init ? TransitionReason.Started : TransitionReason.Stopped));
    }

    private void TellGroup(int group, InstanceState to)
    {
        if (_groupStates[group] != to)
        {
            _supervisor.TrySend(new GroupStateChangedMessage(group, _groupStates[group], to));
            _groupStates[group] = to;
            _board?.SetGroup(group, to);
        }
    }

    private static void SendAdvert(VrrpInstance instance, in Effect effect)
    {
        if (instance.Channel is null || instance.SourceAddress.IsNone)
        {
            instance.Counters.AdvertsFailed++;
            return;
        }
        if (instance.Channel.SendAdvert(instance, effect.Priority, effect.Interval) != Errno.Success)
        {
            instance.Counters.AdvertsFailed++;
            return;
        }
        instance.Counters.AdvertsSent++;
        if (effect.Priority.IsResignation)
        {
            instance.Counters.PriorityZeroSent++;
        }
    }

    private void TellRole(VrrpInstance instance, in Effect effect, in VrrpState state)
    {
        if (effect.To == Role.Active)
        {
            instance.Counters.BecameActive++;
        }
        else if (effect.From == Role.Active)
        {
            instance.Counters.ReleasedActive++;
        }
        instance.Reports.Renew(Now);
        IpAddress peer = effect.Reason is TransitionReason.HigherPriorityHeard or TransitionReason.OwnerConflict
            or TransitionReason.EqualPriorityHigherAddress or TransitionReason.ActiveResigned
            ? instance.Peers.Source : IpAddress.None;
        int group = _groupOf[instance.Index];
        if (group >= 0 && effect is { From: Role.Initialize, To: Role.Backup }
            && _groupStates[group] == InstanceState.Init)
        {
            TellGroup(group, InstanceState.Backup); // at the start alone the original tells of the group first
        }
        _supervisor.TrySend(new InstanceStateChangedMessage(
            instance.Index, StateOf(effect.From, TransitionReason.Started), StateOf(effect.To, effect.Reason),
            state.EffectivePriority, (ushort)effect.Reason, peer, EvidenceOf(instance, state)));
    }

    private TransitionEvidence EvidenceOf(VrrpInstance instance, in VrrpState state)
    {
        PeerView peers = instance.Peers;
        uint ago = peers.Source.IsNone ? 0 : (uint)Math.Max(0, (Now - peers.HeardAt).TotalMilliseconds);
        return new(peers.Source, ago, (uint)peers.Advert.Interval.TotalMilliseconds, state.Faults, peers.Priority,
            peers.Advert.Version, peers.Advert.AddressCount, _trackers.FirstFault(instance.Index));
    }

    /// <summary>
    /// A unicast Active whose neighbour entry for us went stale in our fault reaches us again at once.
    /// </summary>
    private void AnnounceSource(VrrpInstance instance)
    {
        if (instance.Plan.Model.IsUnicast && instance.InterfaceIndex > 0 && !instance.SourceAddress.IsNone)
        {
            _announcer.AnnounceOne(instance.InterfaceIndex, instance.Mac, instance.SourceAddress);
        }
    }

    internal static InstanceState StateOf(Role role, TransitionReason reason) => role switch
    {
        Role.Active => InstanceState.Active,
        Role.Backup => InstanceState.Backup,
        Role.Fault => InstanceState.Fault,
        _ => reason == TransitionReason.Stopped ? InstanceState.Stopped : InstanceState.Init,
    };
}
