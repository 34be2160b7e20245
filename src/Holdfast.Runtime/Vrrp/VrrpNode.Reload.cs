using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;
using Holdfast.Runtime.Processes;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Runtime.Vrrp;

/// <summary>A node that takes over from one with another configuration: what did not change notices nothing.</summary>
internal sealed partial class VrrpNode
{
    /// <summary>Takes over from the node before a reload, which must not be used afterwards.</summary>
    /// <remarks>
    /// An instance goes on when name, VRID, family, version, interface and kind of transport are the same: state,
    /// timers, counters and addresses stay, and only the difference reaches the kernel. Any other is ended and begun.
    /// </remarks>
    public void TakeOver(VrrpNode before)
    {
        int[] sources = SourcesIn(before);
        _links.TakeOver(before._links);
        foreach (int index in before._instances.Select(static i => i.InterfaceIndex).Distinct())
        {
            if (_links.Link(index) is { } link)
            {
                _pacing.Learn(index, link.Name);
            }
        }
        _trackers.TakeOver(before._trackers);
        UnknownVrids = before.UnknownVrids;
        foreach ((AdvertChannelKey key, AdvertChannel channel) in before._channels)
        {
            channel.GoOnWith(this);
            _channels[key] = channel;
        }
        before._channels.Clear();
        for (int index = 0; index < _instances.Length; index++)
        {
            if (sources[index] >= 0)
            {
                Restore(_instances[index], before, before._instances[sources[index]]);
            }
        }
        before.Dispose();
        Begin();
        CloseUnusedChannels();
        for (int index = 0; index < _instances.Length; index++)
        {
            if (sources[index] >= 0)
            {
                MoveAddresses(_instances[index], before, before._instances[sources[index]]);
            }
        }
    }

    /// <summary>Ends the instances of the node before that do not go on here. Call it before all else.</summary>
    public void EndOrphans(VrrpNode before)
    {
        int[] sources = SourcesIn(before);
        foreach (VrrpInstance orphan in before._instances)
        {
            if (Array.IndexOf(sources, orphan.Index) < 0)
            {
                before.Step(orphan.Index, VrrpEvent.Of(EventKind.ShutdownNow));
                before._supervisor.TrySend(new InstanceStateChangedMessage(
                    orphan.Index, InstanceState.Stopped, InstanceState.Deleted, orphan.Plan.Model.Priority,
                    (ushort)TransitionReason.Stopped, IpAddress.None));
            }
        }
        before.EndTurn();
    }

    private int[] SourcesIn(VrrpNode before)
        => [.. _instances.Select(i => Array.FindIndex(before._instances, o => IsSame(i, o)))];

    private static bool IsSame(VrrpInstance now, VrrpInstance before)
    {
        VrrpInstanceModel a = now.Plan.Model;
        VrrpInstanceModel b = before.Plan.Model;
        return a.Name == b.Name && a.Vrid == b.Vrid && a.Family == b.Family && a.Version == b.Version
            && a.Interface == b.Interface && a.IsUnicast == b.IsUnicast;
    }

    private void Restore(VrrpInstance instance, VrrpNode before, VrrpInstance old)
    {
        VrrpState state = before._router.State(old.Index);
        if (state.EffectivePriority == old.Plan.Model.Priority)
        {
            state.EffectivePriority = instance.Plan.Model.Priority;
        }
        _router.Restore(instance.Index, state, before._router.OwnFaults(old.Index));
        instance.HasStarted = old.HasStarted;
        instance.LastPeer = old.LastPeer;
        instance.LastPeerPriority = old.LastPeerPriority;
        instance.Counters.TakeOver(old.Counters);
        _deadlines.Set(instance.Index, state.NextDeadline);
    }

    /// <summary>Brings the kernel from the old list of addresses to the new one, if they are here at all.</summary>
    private void MoveAddresses(VrrpInstance instance, VrrpNode before, VrrpInstance old)
    {
        if (_router.State(instance.Index).Addresses == AddressPhase.Absent)
        {
            return;
        }
        KeepForever(instance, old);
        AddressSpec[] gone = [.. old.AddressSpecs.Where(
            o => o.InterfaceIndex > 0 && !Array.Exists(instance.AddressSpecs, n => IsSamePlace(n, o)))];
        bool more = Array.Exists(instance.AddressSpecs, n => !Array.Exists(old.AddressSpecs, o => o == n));
        _filter.Install(instance.Index);
        _addresses.RemoveNow(gone);
        if (more)
        {
            _addresses.Install(instance.Index);
            _announcer.Request(instance.Index, instance.Plan.Machine.Announce.Rounds);
        }
        _routes.Move(instance, old, before._routes);
        if (_router.State(instance.Index).Addresses == AddressPhase.Lingering)
        {
            _successors.Watch(instance.Index);
        }
    }

    /// <summary>
    /// An IPv6 address that was put in for ever stays so: a lifetime now would give one to the route of its prefix, too,
    /// which other addresses share.
    /// </summary>
    private void KeepForever(VrrpInstance instance, VrrpInstance old)
    {
        for (int position = 0; position < instance.AddressSpecs.Length; position++)
        {
            AddressSpec spec = instance.AddressSpecs[position];
            // What an instance had and still has is wanted, there or not.
            instance.SeenAddresses[position] = Array.Exists(old.AddressSpecs, o => IsSamePlace(o, spec));
            instance.StaysForever[position] = spec.Prefix.Address.IsV6 && Array.Exists(
                old.AddressSpecs, o => IsSamePlace(o, spec) && o.ValidLifetimeSeconds is null);
        }
        ResolveAddresses(instance);
    }

    private static bool IsSamePlace(in AddressSpec a, in AddressSpec b)
        => a.Prefix == b.Prefix && a.InterfaceIndex == b.InterfaceIndex;

    private void CloseUnusedChannels()
    {
        foreach ((AdvertChannelKey key, AdvertChannel channel) in _channels.ToArray())
        {
            if (!Array.Exists(_instances, i => i.Channel == channel))
            {
                _channels.Remove(key);
                channel.Dispose();
            }
        }
    }
}
