using Holdfast.Primitives;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Runtime.Vrrp;

/// <summary>What somebody else took away comes back: addresses, routes and rules of the instances that hold them.
/// </summary>
/// <remarks>
/// Not the single events count but what is there: after each change all entries are compared with what the monitor
/// knows. So it does not matter how an entry went: deleted, flushed, with its interface, or unseen in an overrun.
/// </remarks>
internal sealed partial class VrrpNode
{
    private static readonly RestoredEntry s_static = new(-1, RestoredKind.Static, 0);
    private readonly RestoreQueue _restores = new();
    private readonly RestoreReport _restoreReport;

    /// <summary>Whether static entries may be put back now; the caller does it and sets this to false.</summary>
    public bool StaticEntriesAreDue { get; set; }

    /// <summary>Compares what should be in the kernel with what is, and arranges for what is missing.</summary>
    /// <param name="kernel">What is there, up to date.</param>
    /// <param name="staticEntries">Whether there are static entries, which the caller compares.</param>
    public void FindMissing(RouteWatch kernel, bool staticEntries)
    {
        MonotonicTime now = Now;
        foreach (VrrpInstance instance in _instances)
        {
            if (_router.State(instance.Index).Addresses == AddressPhase.Held)
            {
                FindMissingAddresses(instance, now);
                _routes.FindMissing(instance, kernel, (kind, position, text) =>
                    RequestRestore(instance, new RestoredEntry(instance.Index, kind, position), text, now));
            }
        }
        if (staticEntries)
        {
            _restores.Request(s_static, now);
        }
    }

    private void FindMissingAddresses(VrrpInstance instance, MonotonicTime now)
    {
        for (int position = 0; position < instance.AddressInterfaces.Length; position++)
        {
            IpAddress address = instance.Plan.Addresses[position].Prefix.Address;
            int index = instance.AddressInterfaces[position];
            var entry = new RestoredEntry(instance.Index, RestoredKind.Address, position);
            if (index <= 0)
            {
                instance.WaitsForInterface[position] = true;
                instance.SeenAddresses[position] = false;
            }
            else if (_links.HasVirtual(address, index))
            {
                instance.SeenAddresses[position] = true;
                instance.WaitsForInterface[position] = false;
            }
            else if (instance.WaitsForInterface[position])
            {
                instance.WaitsForInterface[position] = false;
                _restores.Request(entry, now);
            }
            else if (instance.SeenAddresses[position] && !instance.AwaitedAddresses[position])
            {
                RequestRestore(instance, entry, address.ToString(), now);
            }
        }
    }

    private void RequestRestore(VrrpInstance instance, RestoredEntry entry, string? text, MonotonicTime now)
    {
        if (_restores.Request(entry, now) && text is not null)
        {
            _restoreReport.Removed(instance.Index, instance.Name, text, now);
        }
    }

    /// <summary>Puts back what is due, if it is still wanted and still missing.</summary>
    private void RestoreDue()
    {
        MonotonicTime now = Now;
        while (_restores.TryTake(now, out RestoredEntry entry))
        {
            if (entry.Kind == RestoredKind.Static)
            {
                StaticEntriesAreDue = true;
            }
            else if (_router.State(entry.Instance).Addresses == AddressPhase.Held)
            {
                Restore(_instances[entry.Instance], entry);
            }
        }
        _restoreReport.Run(now);
    }

    private void Restore(VrrpInstance instance, RestoredEntry entry)
    {
        if (entry.Kind != RestoredKind.Address)
        {
            _routes.InstallOne(instance.Index, entry.Kind, entry.Position);
            return;
        }
        IpAddress address = instance.Plan.Addresses[entry.Position].Prefix.Address;
        int index = instance.AddressInterfaces[entry.Position];
        if (index > 0 && !_links.HasVirtual(address, index))
        {
            instance.AwaitedAddresses[entry.Position] = address.IsV6;
            _addresses.InstallOne(instance.Index, entry.Position);
            _announcer.Request(instance.Index, instance.Plan.Machine.Announce.Rounds);
        }
    }

    /// <summary>The kernel did not take an address back: once more, when the limit allows.</summary>
    private void AddressRefused(VrrpInstance instance, int position)
    {
        instance.AwaitedAddresses[position] = false;
        if (instance.SeenAddresses[position])
        {
            _restores.Request(new RestoredEntry(instance.Index, RestoredKind.Address, position), Now);
        }
    }
}
