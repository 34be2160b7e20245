using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Runtime.Vrrp;

/// <summary>What interfaces and addresses mean for the instances.</summary>
internal sealed partial class VrrpNode
{
    private bool _ready;

    /// <summary>The links, for the monitor to fill.</summary>
    public LinkBoard Links => _links;

    /// <summary>All links and addresses are known: open the channels, clean up, and start every instance.</summary>
    public void Begin()
    {
        _ready = true;
        foreach (VrrpInstance instance in _instances)
        {
            foreach (TrackerBinding tracker in instance.Plan.Trackers)
            {
                if (tracker.Kind == TrackedKind.Interface)
                {
                    _trackers.SetInterface(tracker.Name, _links.IsUp(tracker.Name));
                }
            }
            Refresh(instance);
        }
        SetSysctls();
        ReportLifetimes();
        foreach (VrrpInstance instance in _instances)
        {
            StartIfDecided(instance);
        }
    }

    /// <summary>Something about an interface changed.</summary>
    private void OnInterfaceChanged(string name)
    {
        if (!_ready)
        {
            return;
        }
        if (_links.IndexOf(name) is > 0 and int index)
        {
            _pacing.Learn(index, name);
        }
        _trackers.SetInterface(name, _links.IsUp(name));
        foreach (VrrpInstance instance in _instances)
        {
            if (Uses(instance, name))
            {
                Refresh(instance);
            }
        }
    }

    private static bool Uses(VrrpInstance instance, string name)
    {
        // Unicast without an interface follows an address, which may be on any.
        return instance.Plan.Model.Interface == name || instance.Plan.Model.Interface.Length == 0
            || Array.Exists(instance.Plan.Addresses, a => a.Interface == name)
            || Array.Exists(instance.Plan.Trackers, t => t.Kind == TrackedKind.Interface && t.Name == name);
    }

    private void Refresh(VrrpInstance instance)
    {
        VrrpInstanceModel model = instance.Plan.Model;
        int index = model.Interface.Length > 0 ? _links.IndexOf(model.Interface) : 0;
        IpAddress source = !model.SourceAddress.IsNone ? model.SourceAddress
            : index > 0 ? _links.SourceOf(index, model.Family) : IpAddress.None;
        int bound = index > 0 ? index : model.Vrf is { } vrf ? _links.IndexOf(vrf) : 0;
        if (bound != instance.SocketInterface || (model.IsUnicast && source != instance.SourceAddress))
        {
            CloseChannel(instance);
        }
        instance.SocketInterface = bound;
        instance.InterfaceIndex = index;
        instance.InterfaceIsUp = index > 0 && _links.IsUp(model.Interface);
        instance.Mac = _links.Link(index)?.Mac ?? default;
        instance.SourceAddress = source;
        ResolveAddresses(instance);
        OpenChannel(instance);
        Judge(instance);
    }

    private void ResolveAddresses(VrrpInstance instance)
    {
        for (int position = 0; position < instance.Plan.Addresses.Length; position++)
        {
            VirtualAddressModel address = instance.Plan.Addresses[position];
            int index = address.Interface is { } name ? _links.IndexOf(name)
                : instance.InterfaceIndex > 0 ? instance.InterfaceIndex
                : _links.IndexOf(_plan.Model.Global.DefaultInterface);
            LinkInfo? link = _links.Link(index);
            bool announces = link is not null && (link.Flags & (LinkFlags.NoArp | LinkFlags.Loopback)) == 0;
            if (index != instance.AddressInterfaces[position] && index > 0
                && instance.Plan.AddressLifetimeSeconds is not null && address.Prefix.Address.IsV4)
            {
                PromoteSecondaries(instance, _links.Link(index)?.Name ?? "");
            }
            instance.AddressInterfaces[position] = index;
            instance.AddressMacs[position] = announces ? link!.Mac : default;
            instance.AddressSpecs[position] = AddressKeeper.Spec(
                address, index, instance.StaysForever[position] ? null : instance.Plan.AddressLifetimeSeconds);
        }
    }

    private void OpenChannel(VrrpInstance instance)
    {
        VrrpInstanceModel model = instance.Plan.Model;
        if (instance.Channel is not null || instance.SourceAddress.IsNone
            || ((model.Interface.Length > 0 || model.Vrf is not null) && instance.SocketInterface == 0))
        {
            return;
        }
        IpAddress local = model.IsUnicast ? instance.SourceAddress : model.MulticastGroup;
        var key = new AdvertChannelKey(model.Family, instance.SocketInterface, local);
        try
        {
            if (!_channels.TryGetValue(key, out AdvertChannel? channel))
            {
                channel = new AdvertChannel(_loop, this, key, model.KernelReceiveBufferBytes);
                _channels[key] = channel;
            }
            channel.Attach(instance);
        }
        catch (LinuxException e)
        {
            _warn($"({instance.Name}) cannot exchange adverts on {model.Interface}: {e.Message}");
        }
    }

    private void CloseChannel(VrrpInstance instance)
    {
        if (instance.Channel is not { } channel)
        {
            return;
        }
        channel.Detach(instance);
        if (!Array.Exists(_instances, i => i.Channel == channel))
        {
            _channels.Remove(channel.Key);
            channel.Dispose();
        }
    }

    /// <summary>Works out priority and faults of an instance, and tells the machine what changed.</summary>
    private void Judge(VrrpInstance instance)
    {
        if (instance.IsLeaving)
        {
            return;
        }
        (bool trackerFault, Priority priority) = _trackers.Judge(instance.Index);
        FaultCauses causes = FaultsOf(instance) | (trackerFault ? FaultCauses.Tracker : FaultCauses.None);
        VrrpState before = _router.State(instance.Index);
        if (priority != before.EffectivePriority && !before.YieldsToOwner)
        {
            Step(instance.Index, VrrpEvent.PriorityIs(priority));
            Priority after = _router.State(instance.Index).EffectivePriority;
            if (after != before.EffectivePriority)
            {
                _supervisor.TrySend(new Processes.PriorityChangedMessage(
                    instance.Index, before.EffectivePriority, after, StateOf(before.Role, before.Reason),
                    _trackers.LastChanged(instance.Index)));
            }
        }
        if (causes != _router.OwnFaults(instance.Index))
        {
            if (before.Role == Role.Active)
            {
                _successors.Listen(instance.Index);
            }
            Step(instance.Index, VrrpEvent.FaultsAre(causes));
        }
    }

    private FaultCauses FaultsOf(VrrpInstance instance)
    {
        VrrpInstanceModel model = instance.Plan.Model;
        FaultCauses causes = FaultCauses.None;
        if (_trackGroupIsBroken[instance.Index])
        {
            causes |= FaultCauses.KernelRefused;
        }
        if (model is { UnicastFaultNoPeer: true, IsUnicast: false })
        {
            causes |= FaultCauses.NoPeer;
        }
        if (model.Interface.Length > 0 && !instance.InterfaceIsUp && !model.DontTrackPrimary)
        {
            causes |= FaultCauses.InterfaceDown;
        }
        if (instance.SourceAddress.IsNone || instance.Channel is null
            || (model.TrackSourceAddress && !_links.Has(instance.SourceAddress, instance.InterfaceIndex)))
        {
            causes |= FaultCauses.NoSourceAddress;
        }
        foreach (VirtualAddressModel address in instance.Plan.Addresses)
        {
            if (address is { Interface: { } name, NoTrack: false } && name != model.Interface && !_links.IsUp(name))
            {
                causes |= FaultCauses.AddressInterfaceDown;
            }
        }
        return causes;
    }

    private void StartIfDecided(VrrpInstance instance)
    {
        if (_ready && !instance.HasStarted && !_trackers.IsUndecided(instance.Index))
        {
            instance.HasStarted = true;
            Step(instance.Index, VrrpEvent.Of(EventKind.Startup));
        }
    }

    private void SetSysctls()
    {
        foreach (VrrpInstance instance in _instances)
        {
            if (!instance.Plan.Model.PromoteSecondaries)
            {
                continue;
            }
            PromoteSecondaries(instance, instance.Plan.Model.Interface);
        }
    }

    /// <summary>An address that goes must not take with it the others of its network.</summary>
    private void PromoteSecondaries(VrrpInstance instance, string interfaceName)
    {
        if (InterfaceInfo.TryReadSetting(IpFamily.V4, interfaceName, "promote_secondaries", out int isOn)
            == Errno.Success && isOn != 0)
        {
            return;
        }
        Errno errno = InterfaceInfo.TryWriteSetting(IpFamily.V4, interfaceName, "promote_secondaries", 1);
        if (errno != Errno.Success)
        {
            _warn($"({instance.Name}) cannot set promote_secondaries of {interfaceName}: {errno}");
        }
    }

    private void ReportLifetimes()
    {
        int count = _instances.Sum(static instance => instance.Plan.Addresses.Length);
        int limit = _plan.Model.Global.AddressLifetimeLimit;
        if (count > limit && limit > 0)
        {
            _warn($"{count} virtual addresses, and at most {limit} carry a kernel lifetime: if every process of ours "
                + "is killed, they stay (#holdfast: address_lifetime)");
        }
    }

    private static HashSet<IpAddress> VirtualAddresses(VrrpInstance[] instances)
        => [.. instances.SelectMany(static i => i.Plan.Addresses, static (_, a) => a.Prefix.Address)];
}
