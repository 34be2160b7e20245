using Holdfast.Primitives;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Runtime.Vrrp;

/// <summary>What becomes of virtual addresses in the kernel.</summary>
internal sealed partial class VrrpNode
{
    /// <summary>Notes the IPv6 addresses that are about to be added, so that none is announced too early.</summary>
    /// <remarks>
    /// Linux adds an IPv6 address at once, but its local route only in a work queue, and reports the address after
    /// that, even without duplicate address detection. What arrives in between is dropped, and the clients would come
    /// as soon as they hear the announcement; so it waits for the report.
    /// </remarks>
    private void AwaitAddresses(VrrpInstance instance)
    {
        for (int position = 0; position < instance.Plan.Addresses.Length; position++)
        {
            IpAddress address = instance.Plan.Addresses[position].Prefix.Address;
            instance.AwaitedAddresses[position]
                = address.IsV6 && !_links.Has(address, instance.AddressInterfaces[position]);
        }
    }

    /// <summary>Prepares the lifetimes of addresses for their removal.</summary>
    /// <remarks>
    /// With an IPv6 address that has a lifetime the kernel leaves the route of its prefix, to expire by itself; so the
    /// address is made to stay for ever first. Not after a stall: an address may have expired unnoticed, and would come
    /// back for a moment.
    /// </remarks>
    private void ReleaseLifetimes(VrrpInstance instance, in VrrpState state)
    {
        _lifetimes.Released(instance.Index);
        if (state.Reason != TransitionReason.RanLate)
        {
            _lifetimes.KeepForever(instance, IpFamily.V6);
        }
        if (instance.StaysForever.Contains(true))
        {
            Array.Clear(instance.StaysForever);
            ResolveAddresses(instance);
        }
    }

    /// <summary>
    /// A virtual address came or went. One that is gone is found by <see cref="FindMissing"/>, when all that the
    /// kernel has to tell has been read.
    /// </summary>
    private void OnVirtualAddressChanged(int interfaceIndex, IpAddress address, bool isThere)
    {
        if (!_ready || !isThere)
        {
            return;
        }
        foreach ((int index, int position) in _owners.Of(address))
        {
            VrrpInstance instance = _instances[index];
            if (instance.AddressInterfaces[position] == interfaceIndex && instance.AwaitedAddresses[position]
                && _router.State(instance.Index).Addresses == AddressPhase.Held)
            {
                instance.AwaitedAddresses[position] = false;
                _announcer.Request(instance.Index, instance.Plan.Machine.Announce.Rounds);
            }
        }
    }
}
