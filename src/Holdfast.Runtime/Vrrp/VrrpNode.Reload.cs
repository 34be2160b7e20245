using Holdfast.Linux.Netlink;
using Holdfast.Primitives;
using Holdfast.Runtime.Processes;
using Holdfast.Vrrp.Machine;
using Holdfast.Vrrp.Sync;

namespace Holdfast.Runtime.Vrrp;

/// <summary>A node that takes over from one with another configuration: what did not change notices nothing.</summary>
/// <remarks>
/// Which instance goes on, with which state, and which addresses come and go is decided by
/// <see cref="RouterReload"/>, which is pure. An instance that is no longer configured stays here as a leaving one,
/// behind those of the plan, until its successor has its addresses.
/// </remarks>
internal sealed partial class VrrpNode
{
    private bool _hasLeft;

    /// <summary>Who of a node before goes on here, and who leaves.</summary>
    public static ReloadMap MapFrom(VrrpNode before, VrrpPlan plan) => ReloadMap.Of(
        before._router,
        [.. before._plan.Instances.Select(static i => i.Model.Identity)],
        [.. plan.Instances.Select(static i => i.Model.Identity)],
        [.. before._plan.Model.SyncGroups.Select(static g => g.Name)],
        [.. plan.Model.SyncGroups.Select(static g => g.Name)]);

    /// <summary>The plans of those that leave.</summary>
    public VrrpInstancePlan[] PlansOf(int[] instances) => [.. instances.Select(i => _instances[i].Plan)];

    /// <summary>
    /// Tells the supervisor which instances end with a reload, by their indexes before it. Call it before all else.
    /// </summary>
    public void TellEnded(ReloadMap map)
    {
        for (int index = 0; index < _plan.Instances.Length; index++)
        {
            if (Array.IndexOf(map.Sources, index) < 0)
            {
                VrrpState state = _router.State(index);
                TellState(index, StateOf(state.Role, state.Reason), InstanceState.Stopped, state.EffectivePriority);
                TellState(index, InstanceState.Stopped, InstanceState.Deleted, _instances[index].Plan.Model.Priority);
            }
        }
    }

    /// <summary>Takes over all that the node before a reload knows. Nothing is sent, and nothing is changed there.
    /// </summary>
    public void Adopt(VrrpNode before, ReloadMap map)
    {
        _links.TakeOver(before._links);
        foreach (int index in before._instances.SelectMany(static i => i.AddressInterfaces.Append(i.InterfaceIndex))
            .Distinct())
        {
            if (_links.Link(index) is { } link)
            {
                _pacing.Learn(index, link.Name);
            }
        }
        _pacing.TakeOver(before._pacing);
        _trackers.TakeOver(before._trackers);
        _unknownVrids = before._unknownVrids;
        RouterReload.Restore(before._router, _router, map, Now);
        for (int index = 0; index < map.Count; index++)
        {
            if (map.SourceOf(index) is >= 0 and int source)
            {
                Restore(_instances[index], before, before._instances[source]);
            }
        }
        for (int group = 0; group < _groupStates.Length; group++)
        {
            int source = map.GroupSources[group];
            _groupStates[group] = source >= 0 ? before._groupStates[source] : InstanceState.Init;
        }
    }

    /// <summary>Goes on in the place of the node before, which must not be used afterwards.</summary>
    public void TakeOver(VrrpNode before, ReloadMap map)
    {
        foreach ((AdvertChannelKey key, AdvertChannel channel) in before._channels)
        {
            channel.GoOnWith(this);
            _channels[key] = channel;
        }
        before._channels.Clear();
        _filter.TakeOver(before._filter);
        before.Dispose();
        Begin();
        CloseUnusedChannels();
        foreach (int index in Enumerable.Range(map.Sources.Length, map.Leaving.Length))
        {
            _successors.Listen(index); // nothing is missed between resignation and announcement
        }
        RouterReload.Settle(before._router, _router, map, Now, this);
        for (int index = 0; index < map.Count; index++)
        {
            UpdateDeadlines(index);
        }
        MoveKernelState(before, map);
    }

    private void Restore(VrrpInstance instance, VrrpNode before, VrrpInstance old)
    {
        instance.HasStarted = old.HasStarted;
        instance.Peers.TakeOver(old.Peers);
        instance.SuccessorSeen = old.SuccessorSeen;
        instance.Counters.TakeOver(old.Counters);
        _announcer.TakeOver(instance.Index, before._announcer, old.Index);
        _deadlines.Set(instance.Index, _router.State(instance.Index).NextDeadline);
    }

    /// <summary>Brings the kernel from what the node before had there to what is wanted now.</summary>
    private void MoveKernelState(VrrpNode before, ReloadMap map)
    {
        for (int index = 0; index < map.Count; index++)
        {
            if (map.SourceOf(index) is >= 0 and int source
                && before._router.State(source).Addresses != AddressPhase.Absent)
            {
                KeepLifetimes(_instances[index], before._instances[source]);
            }
        }
        (int[] install, AddressSpec[] gone) = RouterReload.MoveAddresses(
            before._router, _router, map, i => Placed(before._instances[i]), i => Placed(_instances[i]),
            static a => (a.Prefix, a.InterfaceIndex));
        foreach (int index in install)
        {
            AwaitAddresses(_instances[index]);
            _addresses.Install(index);
            _announcer.Request(index, _instances[index].Plan.Machine.Announce.Rounds);
        }
        _addresses.Flush();
        if (gone.Length > 0)
        {
            _addresses.RemoveNow(gone);
            InstallSecondaries(gone);
        }
        HashSet<IpAddress> dropped = [];
        for (int index = 0; index < map.Count; index++)
        {
            VrrpInstance instance = _instances[index];
            bool isHere = _router.State(index).Addresses != AddressPhase.Absent;
            if (isHere)
            {
                _filter.Install(index);
                dropped.UnionWith(_filter.Dropped(index));
            }
            if (map.SourceOf(index) is >= 0 and int source
                && before._router.State(source).Addresses != AddressPhase.Absent)
            {
                VrrpInstance old = before._instances[source];
                _routes.Move(instance, old, before._routes, isHere);
                if (_router.State(index).Addresses == AddressPhase.Lingering)
                {
                    WatchAgain(instance, old);
                }
            }
        }
        _filter.KeepOnly(dropped);
    }

    /// <summary>
    /// Without promote_secondaries the kernel takes the other addresses of a subnet along with its first one.
    /// </summary>
    private void InstallSecondaries(AddressSpec[] gone)
    {
        HashSet<(IpPrefix, int)> subnets
            = [.. gone.Where(static a => a.Prefix is { Address.IsV4: true, Length: < 32 })
                .Select(static a => (a.Prefix.Network, a.InterfaceIndex))];
        foreach (VrrpInstance instance in _instances)
        {
            if (_router.State(instance.Index).Addresses != AddressPhase.Absent
                && Array.Exists(instance.AddressSpecs, a => subnets.Contains((a.Prefix.Network, a.InterfaceIndex))))
            {
                _addresses.Install(instance.Index);
            }
        }
    }

    /// <summary>An address that the node has already is told apart by all but its lifetime.</summary>
    private void KeepLifetimes(VrrpInstance instance, VrrpInstance old)
    {
        for (int position = 0; position < instance.AddressSpecs.Length; position++)
        {
            AddressSpec spec = instance.AddressSpecs[position];
            int at = Array.FindIndex(old.AddressSpecs, o => o.InterfaceIndex > 0 && IsSamePlace(o, spec));
            // What an instance had and still has is wanted, there or not.
            instance.SeenAddresses[position] = at >= 0;
            // One of IPv6 that was put in for ever stays so: a lifetime now would give one to the route of its prefix,
            // too, which other addresses share.
            instance.StaysForever[position]
                = at >= 0 && spec.Prefix.Address.IsV6 && old.AddressSpecs[at].ValidLifetimeSeconds is null;
            if (at >= 0 && spec.ValidLifetimeSeconds is null && old.AddressSpecs[at].ValidLifetimeSeconds is not null)
            {
                _addresses.Install(instance.Index); // nobody renews it any more
            }
        }
        ResolveAddresses(instance);
    }

    /// <summary>What the successor has announced before the reload, it need not announce again.</summary>
    private void WatchAgain(VrrpInstance instance, VrrpInstance old)
    {
        _successors.Watch(instance.Index);
        for (int position = 0; position < instance.AddressSpecs.Length; position++)
        {
            int at = Array.FindIndex(old.AddressSpecs, o => IsSamePlace(o, instance.AddressSpecs[position]));
            instance.TakenBySuccessor[position] = at >= 0 && old.TakenBySuccessor[at];
        }
    }

    /// <summary>
    /// Whether another instance here has the address as well, so that it stays when this one lets go: it moved to it
    /// with a reload.
    /// </summary>
    private bool IsHeldByAnother(VrrpInstance instance, int position)
    {
        foreach ((int index, int at) in _owners.Of(instance.Plan.Addresses[position].Prefix.Address))
        {
            if (index != instance.Index && _router.State(index).Addresses != AddressPhase.Absent
                && IsSamePlace(_instances[index].AddressSpecs[at], instance.AddressSpecs[position]))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>An address that moved to another instance is filtered as that one says.</summary>
    private void KeepFilterOfOthers(VrrpInstance instance)
    {
        foreach (IpAddress address in _filter.Dropped(instance.Index))
        {
            foreach ((int index, _) in _owners.Of(address))
            {
                if (index != instance.Index && _router.State(index).Addresses != AddressPhase.Absent)
                {
                    _filter.Install(index);
                }
            }
        }
    }

    private static AddressSpec[] Placed(VrrpInstance instance)
        => [.. instance.AddressSpecs.Where(static a => a.InterfaceIndex > 0).Select(
            static a => a with { ValidLifetimeSeconds = null })];

    private static bool IsSamePlace(in AddressSpec a, in AddressSpec b)
        => a.Prefix == b.Prefix && a.InterfaceIndex == b.InterfaceIndex;

    private void TellState(int index, InstanceState from, InstanceState to, Priority priority)
        => _supervisor.TrySend(new InstanceStateChangedMessage(
            index, from, to, priority, (ushort)TransitionReason.Stopped, IpAddress.None));

    /// <summary>An instance that has left needs no socket any more.</summary>
    private void ForgetLeft()
    {
        if (_hasLeft)
        {
            _hasLeft = false;
            foreach (VrrpInstance instance in _instances)
            {
                if (instance.IsLeaving && _router.State(instance.Index).HasEnded)
                {
                    CloseChannel(instance);
                }
            }
        }
    }

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
